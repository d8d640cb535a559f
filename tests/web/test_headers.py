"""Header fields: by name in any case, and never more lines than were meant."""

from __future__ import annotations

import pytest

from potstill.web import Headers, MultiDict, Request
from tests.web.support import environ


def test_names_are_compared_without_case() -> None:
    headers = Headers([("Content-Type", "text/html")])
    headers["content-TYPE"] = "text/plain"
    assert headers.lines == [("content-TYPE", "text/plain")]
    assert headers["CONTENT-type"] == "text/plain"
    assert "content-type" in headers
    del headers["Content-type"]
    assert len(headers) == 0


def test_a_name_may_come_several_times() -> None:
    headers = Headers()
    headers.add("Set-Cookie", "a=1")
    headers.add("Set-Cookie", "b=2")
    assert headers.all("set-cookie") == ["a=1", "b=2"]
    assert headers.get("set-cookie") == "a=1"


def test_an_element_is_added_to_a_list_once() -> None:
    headers = Headers([("Vary", "Accept, cookie")])
    headers.append("Vary", "Cookie")
    assert headers["Vary"] == "Accept, cookie"
    headers.append("Vary", "Origin")
    assert headers["Vary"] == "Accept, cookie, Origin"


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "a\0b", "a\rb", "€", "\x7f"])
def test_a_value_that_ends_its_line_or_cannot_be_sent_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="no header can carry"):
        Headers()["X"] = value


@pytest.mark.parametrize("name", ["", "a b", "a:", "ä", "a\n"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no header name"):
        Headers()[name] = "x"


def test_a_request_shows_its_fields_by_name() -> None:
    request = Request(environ("/", HTTP_X_TOKEN="secret", CONTENT_TYPE="text/plain"))
    assert request.headers["x-token"] == "secret"
    assert request.headers["Content-Type"] == "text/plain"
    assert "Accept" not in request.headers
    assert "X-Token" in list(request.headers)
    assert "secret" not in repr(request.headers)


def test_a_multidict_reads_as_a_dict_of_first_values() -> None:
    values = MultiDict([("a", "1"), ("b", "2"), ("a", "3")])
    assert dict(values) == {"a": "1", "b": "2"}
    assert values.all("a") == ["1", "3"]
    assert values.all("c") == []
    assert values.pairs() == [("a", "1"), ("a", "3"), ("b", "2")]
    assert values.get("c") is None
