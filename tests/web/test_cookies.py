"""Cookies, read from what anybody may have set, and written so that a browser keeps them."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.web.cookies import (
    LONGEST,
    MOST_COOKIES,
    keep_private,
    parse_cookies,
    set_cookie,
    values_of,
)
from potstill.web.headers import Headers


def wire(text: str) -> str:
    """Text as WSGI hands over its UTF-8."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2;;  ;", {"a": "1", "b": "2"}),
        ("\t a \t=\t 1 \t", {"a": "1"}),
        ("a=", {"a": ""}),
        ("a=b=c==", {"a": "b=c=="}),
        ("a=1; a=2", {"a": "1"}),
        ("A=1; a=2", {"A": "1", "a": "2"}),
        ('a="quoted"', {"a": "quoted"}),
        ('a=""', {"a": ""}),
        ('a="', {"a": '"'}),
        ('a="half', {"a": '"half'}),
        (r'a="\073"', {"a": r"\073"}),
        ("nameless; =nameless too; a=1", {"a": "1"}),
        ("=__Host-a=stolen", {}),
        ("a=1, b=2", {"a": "1, b=2"}),
        ("a={json:1}", {"a": "{json:1}"}),
    ],
)
def test_cookies_are_read_as_browsers_write_them(header: str, cookies: dict[str, str]) -> None:
    assert parse_cookies(header) == cookies


def test_a_quoted_value_cannot_swallow_the_cookies_behind_it() -> None:
    assert parse_cookies('evil="x; session=secret; other=y"') == {
        "evil": '"x',
        "session": "secret",
        "other": 'y"',
    }


def test_utf_8_is_decoded_also_where_it_ends_in_what_python_calls_a_blank() -> None:
    assert parse_cookies(wire("là=voilà; b=…")) == {"là": "voilà", "b": "…"}


def test_what_is_not_utf_8_is_left_out_and_harms_no_other_cookie() -> None:
    assert parse_cookies("bad=\xff; \xe9=1; good=1") == {"good": "1"}


def test_what_no_server_should_hand_over_is_left_out_as_well() -> None:
    assert parse_cookies("bad=\u20ac; good=1") == {"good": "1"}


def test_more_cookies_than_any_browser_has_are_not_read() -> None:
    header = ";".join(f"c{number}=1" for number in range(5 * MOST_COOKIES))
    assert len(parse_cookies(header)) == MOST_COOKIES


@given(st.text(st.characters(max_codepoint=255)))
def test_no_header_is_an_error(header: str) -> None:
    for name, value in parse_cookies(header).items():
        assert name
        assert ";" not in name + value


@given(st.dictionaries(st.from_regex(r"[A-Za-z_-]{1,9}", fullmatch=True), st.text("aZ09=_-.:")))
def test_what_was_set_is_read_again(cookies: dict[str, str]) -> None:
    pairs = [
        set_cookie(name, value, secure=True)[1].partition(";")[0]
        for name, value in cookies.items()
        if not name.lower().startswith("__")
    ]
    kept = {name: value for name, value in cookies.items() if not name.lower().startswith("__")}
    assert parse_cookies("; ".join(pairs)) == kept


def test_a_cookie_is_careful_by_default() -> None:
    assert set_cookie("a", "1") == ("Set-Cookie", "a=1; Path=/; Secure; HttpOnly; SameSite=Lax")


def test_a_cookie_has_every_attribute_there_is() -> None:
    _, line = set_cookie(
        "a",
        "1",
        max_age=60,
        path="/sub",
        domain=".example.com",
        secure=True,
        http_only=False,
        same_site="none",
        partitioned=True,
    )
    assert line == (
        "a=1; Path=/sub; Domain=example.com; Max-Age=60; Secure; SameSite=None; Partitioned"
    )


def test_the_standard_library_reads_what_is_set() -> None:
    morsel = SimpleCookie(set_cookie("a", "1", max_age=5, domain="example.com")[1])["a"]
    assert (morsel.value, morsel["max-age"], morsel["domain"]) == ("1", "5", "example.com")


@pytest.mark.parametrize("max_age", [0, -1, -(10**9)])
def test_a_past_age_deletes(max_age: int) -> None:
    assert "; Max-Age=0;" in set_cookie("a", "", max_age=max_age)[1]


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a;b", "é", "a\r\nX: y", "a\0", '"a"', "a,b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no cookie name"):
        set_cookie(name, "1")


@pytest.mark.parametrize(
    "value", ["x y", "a;b", "a,b", 'a"b', '"a"', "a\\b", "é", "a\r\nSet-Cookie: b=1", "\0", "\x7f"]
)
def test_a_value_that_would_not_come_back_is_refused_with_the_fix_and_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match="encode it") as caught:
        set_cookie("a", value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"same_site": "Loose"}, "same_site is"),
        ({"same_site": ""}, "same_site is"),
        ({"same_site": "None", "secure": False}, "SameSite=None needs secure=True"),
        ({"partitioned": True, "secure": False}, "Partitioned needs secure=True"),
        ({"path": ""}, "is no path"),
        ({"path": "sub"}, "is no path"),
        ({"path": "/a;Domain=evil"}, "is no path"),
        ({"path": "/a\r\nX: y"}, "is no path"),
        ({"path": "/é"}, "is no path"),
        ({"path": "/" + "a" * 1024}, "is no path"),
        ({"domain": ""}, "is no domain"),
        ({"domain": "example.com:80"}, "is no domain"),
        ({"domain": "a b"}, "is no domain"),
        ({"domain": "a;Secure"}, "is no domain"),
        ({"domain": "exämple.com"}, "is no domain"),
        ({"max_age": 1.5}, "whole number"),
        ({"max_age": "5; Domain=evil"}, "whole number"),
    ],
)
def test_attributes_that_browsers_would_drop_are_refused(
    options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        set_cookie("a", "1", **options)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("__Secure-a", {"secure": False}),
        ("__SECURE-a", {"secure": False}),
        ("__Host-a", {"secure": False}),
        ("__Host-a", {"path": "/sub"}),
        ("__host-a", {"domain": "example.com"}),
        ("__Http-a", {"http_only": False}),
        ("__Host-Http-a", {"http_only": False}),
        ("__Host-Http-a", {"domain": "example.com"}),
    ],
)
def test_a_prefix_has_to_be_true(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="browsers drop the cookie"):
        set_cookie(name, "1", **options)


def test_of_several_with_one_name_each_can_be_had() -> None:
    header = 'a=1; b=2; a="3"; a; =4; a=\xff; A=5; a=caf\xc3\xa9'
    assert values_of(header, "a") == ["1", "3", "café"]
    assert values_of(header, "c") == []
    assert parse_cookies(header)["a"] == "1"


@pytest.mark.parametrize("name", ["__Secure-a", "__Host-a", "__Http-a", "__Host-Http-a"])
def test_a_true_prefix_is_set(name: str) -> None:
    assert set_cookie(name, "1")[1].startswith(f"{name}=1; Path=/; Secure")


def test_the_largest_cookie_that_browsers_keep_is_set_and_a_larger_one_is_refused() -> None:
    rest = len(set_cookie("a", "")[1])
    assert len(set_cookie("a", "x" * (LONGEST - rest))[1]) == LONGEST
    with pytest.raises(ValueError, match=f"{LONGEST} are kept"):
        set_cookie("a", "x" * (LONGEST - rest + 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], "private"),
        (["private"], "private"),
        (["no-store"], "no-store"),
        (["max-age=60"], "max-age=60, private"),
        (["public, max-age=60"], "max-age=60, private"),
        (["Public", "S-MaxAge=5"], "private"),
        (["private, public"], "private"),
        (["no-store, s-maxage=9"], "no-store"),
        (["no-cache"], "no-cache, private"),
    ],
)
def test_what_is_for_one_client_is_kept_out_of_shared_caches(before: list[str], after: str) -> None:
    headers = Headers([("Cache-Control", value) for value in before])
    keep_private(headers)
    assert headers.all("Cache-Control") == [after]
