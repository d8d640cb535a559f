"""The reference of `potstill.web`: complete, its signatures true, and each of its blocks runs."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import potstill.web
import potstill.web.templates.templates
import potstill.web.testing
from potstill.web import App, SetupError
from tests.docs.pages import Page
from tests.docs.runnable import blocks_of, run
from tests.docs.signatures import check_signature
from tests.support.server import ROOT

WEB = ROOT / "docs/web"
REFERENCE = [Page(path) for path in sorted(WEB.glob("reference/*.md"))]
RUNNING = [Page(WEB / "README.md"), *REFERENCE]
PUBLIC: dict[str, Any] = {
    name: getattr(module, name)
    for module, names in (
        (potstill.web, potstill.web.__all__),
        (potstill.web.testing, potstill.web.testing.__all__),
        (potstill.web.templates.templates, ["Templates"]),
    )
    for name in names
}
OBJECTS = {
    name: PUBLIC[name.title()]
    for name in (
        "app", "channel", "client", "cookies", "cors", "csp", "csrf", "event", "form", "group",
        "headers", "request", "response", "security", "session", "sessions", "static",
        "templates", "upload", "answer",
    )
} | {"multidict": PUBLIC["MultiDict"], "streamed": PUBLIC["StreamedAnswer"]}  # fmt: skip
"""What a variable of the reference stands for."""
BEHIND = {
    "session": {"is_empty", "is_renewed", "is_touched", "known_csrf_secret", "loaded", "payload"}
    | {"seal"},
    "cookies": {"header_for", "receive"},
    "headers": {"lines", "over"},
    "response": {"is_independent", "settle"},
    "security": {"finish"},
}
"""Names without an underscore that are there for the framework's own modules."""

_SIGNATURE = re.compile(r"(?:class )?([A-Za-z_][\w.]*)(\(.*)", re.DOTALL)


def _signatures() -> Iterator[tuple[Page, str, str]]:
    """Page, name, and arguments with what is returned, of each line of the `py` blocks."""
    for page in REFERENCE:
        for language, _, text in blocks_of(page):
            for one in re.split(r"\n(?=[^\s)])", text.strip()) if language == "py" else ():
                found = _SIGNATURE.fullmatch(re.sub(r"\n\)", ")", one))
                assert found, f"{page}: {one}"
                yield page, found[1], found[2]


SIGNATURES = list(_signatures())


def _resolved(name: str) -> Any:
    head, _, rest = name.partition(".")
    return inspect.getattr_static(OBJECTS[head], rest) if rest else PUBLIC[name]


def _members(kind: type) -> set[str]:
    inherited = {name for base in kind.__mro__ if _is_ours(base) for name in vars(base)}
    annotated = {name for base in kind.__mro__ if _is_ours(base) for name in _notes(base)}
    return {name for name in inherited | annotated if not name.startswith("_")}


def _notes(kind: type) -> set[str]:
    return set(inspect.get_annotations(kind))


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("potstill")


@pytest.mark.parametrize("page", RUNNING, ids=str)
def test_the_blocks_of_a_page_run(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(page, tmp_path, f"page_{page.path.stem.lower()}")


@pytest.mark.parametrize("page", REFERENCE, ids=str)
def test_a_page_of_the_reference_runs_something(page: Page) -> None:
    assert page.blocks("python")


def test_every_public_name_is_in_the_reference() -> None:
    spans = " ".join(_spans())
    for name in PUBLIC:
        assert re.search(rf"(?<![\w.]){name}\b", spans), name


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_every_public_member_is_in_the_reference(name: str) -> None:
    members = _members(OBJECTS[name]) - BEHIND.get(name, set())
    owners = ("app", "group") if name in ("app", "group") else (name,)
    spans = " ".join(_spans())
    missing = {
        member
        for member in members - {"registrations", "mounts", "groups"}
        if not re.search(rf"(?<![\w.])({'|'.join(owners)})\.{member}\b", spans)
    }
    assert not missing


def test_names_kept_out_of_the_reference_exist() -> None:
    for name, members in BEHIND.items():
        assert all(hasattr(OBJECTS[name], member) for member in members)


def _spans() -> list[str]:
    """Code of the prose, and the signatures: what only examples use does not count."""
    shown = []
    for page in REFERENCE:
        shown += re.findall(r"`([^`\n]+)`", page.prose) + page.blocks("py")
    return shown


@pytest.mark.parametrize(
    ("page", "name", "arguments"), SIGNATURES, ids=[name for _, name, _ in SIGNATURES]
)
def test_a_signature_is_as_it_is_shown(page: Page, name: str, arguments: str) -> None:
    check_signature(_resolved(name), arguments, PUBLIC)


def test_every_option_of_a_route_is_in_the_reference() -> None:
    register: Callable[..., object] = App().get
    with pytest.raises(SetupError) as refused:
        register("/", nonsense=1)
    _, _, listed = str(refused.value).partition("it has ")
    text = (WEB / "reference/routing.md").read_text()
    for name in listed.split(", "):
        assert re.search(rf"^\| `{name}=", text, re.MULTILINE), name


def test_the_index_links_every_page() -> None:
    linked = {(WEB / link.partition("#")[0]).resolve() for link in RUNNING[0].links()}
    assert linked >= {page.path for page in REFERENCE}


def test_examples_use_public_names_only() -> None:
    for page in [*RUNNING, Page(WEB / "migrating.md")]:
        for block in page.blocks("python"):
            for node in ast.walk(ast.parse(block)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("potstill"):
                    assert {name.name for name in node.names} <= set(PUBLIC), page


def test_a_page_whose_values_are_wrong_is_noticed(tmp_path: Path) -> None:
    for text in (
        "1 + 1  # -> 3\n",
        "1 + 1\n# raises KeyError\n",
        "{}['a']\n# raises KeyError: b\n",
    ):
        path = tmp_path / "page.md"
        path.write_text(f"```python\n{text}```\n")
        with pytest.raises(AssertionError):
            run(_Elsewhere(path), tmp_path, "wrong")
    assert "wrong" not in sys.modules


class _Elsewhere(Page):
    """A page outside of the project."""

    def __str__(self) -> str:
        return self.path.name
