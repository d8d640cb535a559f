"""Conditions that every response with a validator answers by itself (RFC 9110, 13)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from potstill.web import App, Next, Request, Response
from potstill.web.testing import Client

LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT"
LATER = "Fri, 01 Jan 2027 00:00:00 GMT"


def site() -> App:
    app = App()

    @app.get("/tagged")
    def tagged(request: Request) -> Response:
        return Response("hello", headers=[("Cache-Control", "no-cache")], etag="v1")

    @app.get("/dated")
    def dated(request: Request) -> Response:
        return Response("hello", last_modified=1_700_000_000)

    @app.post("/tagged", name="change")
    def change(request: Request) -> Response:
        request.check(etag="v1")
        return Response("changed", etag="v2")

    @app.get("/wrong")
    def wrong(request: Request) -> Response:
        return Response("wrong", 409, etag="v1")

    return app


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/tagged", {}, 200),
        ("/tagged", {"If-None-Match": '"v1"'}, 304),
        ("/tagged", {"If-None-Match": 'W/"v1"'}, 304),
        ("/tagged", {"If-None-Match": '"v0", "v1"'}, 304),
        ("/tagged", {"If-None-Match": "*"}, 304),
        ("/tagged", {"If-None-Match": '"v0"'}, 200),
        ("/tagged", {"If-None-Match": '"v0"', "If-Modified-Since": LATER}, 200),
        ("/tagged", {"If-Match": '"v1"'}, 200),
        ("/tagged", {"If-Match": '"v0"'}, 412),
        ("/dated", {"If-Modified-Since": LATER}, 304),
        ("/dated", {"If-Modified-Since": LONG_AGO}, 200),
        ("/dated", {"If-Unmodified-Since": LONG_AGO}, 412),
        ("/wrong", {"If-None-Match": '"v1"'}, 409),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_condition_is_answered(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = Client(site()).request(method, path, headers=headers)
    assert answer.status == status
    if status == 304:
        assert answer.body == b""
        assert "Content-Length" not in answer.headers
        assert "Content-Type" not in answer.headers
    if path == "/tagged" and status != 412:
        assert answer.headers["ETag"] == '"v1"'
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_change_is_made_to_the_expected_state_only() -> None:
    client = Client(site())
    assert client.post("/tagged", headers={"If-Match": '"v0"'}).status == 412
    answer = client.post("/tagged", headers={"If-Match": '"v1"'})
    assert (answer.status, answer.headers["ETag"]) == (200, '"v2"')


class Body:
    """A body that counts how often it was closed."""

    closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"hello",))

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("etag", ["v1", "no \n tag"])
@pytest.mark.parametrize("headers", [{}, {"If-None-Match": '"v1"'}, {"If-Match": '"v0"'}])
@pytest.mark.parametrize("of_a_layer", [False, True])
def test_a_body_is_closed_once_whatever_becomes_of_it(
    *, of_a_layer: bool, headers: dict[str, str], etag: str
) -> None:
    app, bodies = App(), [Body(), Body()]

    @app.use
    def layer(request: Request, call: Next) -> Response:
        response = call(request)
        return Response(bodies[1], etag=etag) if of_a_layer else response

    @app.get("/")
    def front() -> Response:
        return Response(bodies[0], etag=etag)

    Client(app, raise_errors=False).get("/", headers=headers)
    assert [body.closed for body in bodies] == [1, int(of_a_layer)]
