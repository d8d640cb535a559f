"""Header fields: by name in any case, and never more lines than were meant."""

from __future__ import annotations

import pytest

from potstill.web import App, Headers, HTTPError, MultiDict, Request, Response
from potstill.web.headers import Lines
from potstill.web.testing import Client
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


@pytest.mark.parametrize("headers", [{"TE": "x", "AB": "y"}, [("TE", "x"), ("AB", "y")]])
def test_they_may_be_given_as_pairs_or_as_a_dict(headers: Lines) -> None:
    assert Response(headers=headers).headers.lines == [("TE", "x"), ("AB", "y")]


def test_a_value_of_a_multidict_that_did_not_come_is_a_key_error() -> None:
    values = MultiDict([("a", "1")])
    with pytest.raises(KeyError):
        _ = values["missing"]
    with pytest.raises(HTTPError, match="'missing' is missing") as refusal:
        _ = values["missing"]
    assert refusal.value.status == 400


def test_a_name_that_is_not_in_the_query_is_missed_by_name() -> None:
    app = App()

    @app.get("/")
    def front(request: Request) -> str:
        try:
            return request.query["a"]
        except KeyError:
            return request.query["missing"]

    assert Client(app).get("/?a=1").text == "1"
    answer = Client(app).get("/?b=1")
    assert (answer.status, answer.json()["detail"]) == (400, "The field 'missing' is missing.")


@pytest.mark.parametrize(
    ("accept", "wants_page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("TEXT/HTML", True),
        ("text/*", True),
        ("application/json", False),
        ("application/json, text/html;q=0.9", False),
        ("text/html;q=0", False),
        ("*/*", False),
        ("", False),
        (None, False),
    ],
)
def test_a_browser_wants_a_page(accept: str | None, *, wants_page: bool) -> None:
    fields = {} if accept is None else {"HTTP_ACCEPT": accept}
    assert Request(environ("/", **fields)).wants_page is wants_page
