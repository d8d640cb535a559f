"""A response by itself: what it is made of, what it is refused for, and that its body is closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from potstill.web import App, HTTPError, Next, Request, Response, redirect, stream, text
from potstill.web.testing import Client


@pytest.mark.parametrize("status", [0, 99, 100, 199, 600, 1000, True, "200", 200.0, None])
def test_a_status_that_is_none_is_refused_when_it_is_made(status: Any) -> None:
    with pytest.raises(ValueError, match="a status of 200 to 599"):
        Response("x", status)


@pytest.mark.parametrize("body", [None, 5, object()])
def test_a_body_that_is_none_is_refused_when_it_is_made(body: Any) -> None:
    with pytest.raises(TypeError, match="a body is bytes, text, or an iterable of bytes"):
        Response(body)


@pytest.mark.parametrize("body", [bytearray(b"x"), memoryview(b"x")])
def test_other_kinds_of_bytes_are_bytes(body: Any) -> None:
    app = App()

    @app.get("/response")
    def response() -> Response:
        return Response(body)

    @app.get("/value")
    def value() -> Any:
        return body

    answer = Client(app).get("/response")
    assert (answer.body, answer.headers["Content-Length"]) == (b"x", "1")
    answer = Client(app).get("/value")
    assert (answer.body, answer.headers["Content-Length"]) == (b"x", "1")
    assert answer.content_type == "application/octet-stream"


@pytest.mark.parametrize("whole", ["abc", b"abc"])
def test_one_text_is_no_stream_of_blocks(whole: Any) -> None:
    with pytest.raises(TypeError, match=r"stream\(\) takes blocks"):
        stream(whole)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain; charset=latin-1", 'text/html; charset="ISO-8859-1"', "text/csv; Charset=utf-16"],
)
def test_text_of_another_charset_is_refused(content_type: str) -> None:
    with pytest.raises(ValueError, match="text is sent as UTF-8"):
        Response("é", content_type=content_type)
    assert Response("é".encode("latin-1"), content_type=content_type).content_type == content_type


@pytest.mark.parametrize(
    "content_type",
    ["text/csv", "text/csv; charset=utf-8", 'text/csv; charset="UTF-8"', "a/b;charset=utf-8;x=y"],
)
def test_text_is_sent_as_utf8(content_type: str) -> None:
    response = Response("é", content_type=content_type)
    assert (response.content_type, response.body) == (content_type, b"\xc3\xa9")


@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("/é", "/%C3%A9"),
        ("/é%20x?q=ü#a", "/%C3%A9%20x?q=%C3%BC#a"),
        ("/plain?a=b&c=%C3%A9", "/plain?a=b&c=%C3%A9"),
    ],
)
def test_a_redirect_is_percent_encoded(location: str, sent: str) -> None:
    app = App()

    @app.get("/")
    def away() -> Response:
        return redirect(location)

    assert Client(app).get("/").headers["Location"] == sent


class Blocks:
    """A body that knows whether it was closed."""

    is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"a"])

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("raises", [True, False])
def test_a_body_that_a_layer_drops_is_closed(*, raises: bool) -> None:
    app, body = App(), Blocks()

    @app.use
    def dropping(request: Request, call: Next) -> Response:
        call(request)
        if raises:
            raise HTTPError(403)
        return text("another")

    @app.get("/")
    def front() -> Response:
        return stream(body)

    assert Client(app).get("/").status == (403 if raises else 200)
    assert body.is_closed
