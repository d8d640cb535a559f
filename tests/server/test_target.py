from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.server.target import Call, LoadError, Target


@pytest.mark.parametrize(
    ("spec", "module", "path"),
    [
        ("app", "app", ()),
        ("app:app", "app", ("app",)),
        ("shop.web.wsgi:application", "shop.web.wsgi", ("application",)),
        ("shop:site.admin.app", "shop", ("site", "admin", "app")),
        ("größe:äpp", "größe", ("äpp",)),
    ],
)
def test_an_attribute_may_lie_deep_in_a_module(
    spec: str, module: str, path: tuple[str, ...]
) -> None:
    assert Target.parse(spec) == Target(spec, module, path)


@pytest.mark.parametrize(
    ("spec", "call"),
    [
        ("shop:create()", Call()),
        ('shop:create("prod", debug=True)', Call(("prod",), {"debug": True})),
        ("shop:create(-1, [1, 2], {'a': None})", Call((-1, [1, 2], {"a": None}))),
        ("shop:create(b'x:y')", Call((b"x:y",))),
    ],
)
def test_a_factory_has_literal_arguments(spec: str, call: Call) -> None:
    assert Target.parse(spec) == Target(spec, "shop", ("create",), call)


@pytest.mark.parametrize(
    "spec",
    [
        "shop:create(name)",
        "shop:create(open('x'))",
        "shop:create(*[1])",
        "shop:create(**{'a': 1})",
        "shop:create({[]: 1})",
        "shop:create(1 + 1)",
    ],
)
def test_nothing_but_a_literal_is_an_argument(spec: str) -> None:
    with pytest.raises(LoadError) as refused:
        Target.parse(spec)
    assert str(refused.value) == f"{spec!r}: the arguments of a factory must be literals"


@pytest.mark.parametrize(
    "spec",
    ["shop:", "shop:1", "shop:a b", "shop:a[0]", "shop:create().app", "shop:(", "shop:'a'.b"],
)
def test_what_names_no_attribute_is_refused(spec: str) -> None:
    with pytest.raises(LoadError) as refused:
        Target.parse(spec)
    assert str(refused.value) == f"{spec!r}: expected module:attribute or module:factory()"


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("", ""),
        (":app", ""),
        ("shop web:app", ""),
        ("1:app", ""),
        ("src/shop.py:site", "; a module is named as in an import: src.shop:site"),
        ("./shop.py", "; a module is named as in an import: shop:app"),
    ],
)
def test_what_names_no_module_is_refused(spec: str, hint: str) -> None:
    with pytest.raises(LoadError) as refused:
        Target.parse(spec)
    assert str(refused.value) == f"{spec!r}: expected module:attribute{hint}"


@given(st.text(max_size=20).map("shop:".__add__))
def test_any_text_at_all_is_taken_apart_or_refused_in_one_line(spec: str) -> None:
    assert "\n" not in _refusal(spec)


def _refusal(spec: str) -> str:
    try:
        Target.parse(spec)
    except LoadError as error:
        return str(error)
    return ""
