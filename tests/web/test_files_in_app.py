"""Files of handlers, layers and errors within an application: decided before layers see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from potstill.web import App, Request, Respond, Response, file
from potstill.web.pipeline import Next
from potstill.web.testing import Client


def application(report: Path, seen: list[int]) -> App:
    app = App()

    def layer(request: Request, next: Next) -> Response:
        response = next(request)
        seen.append(response.status)
        return file(report) if request.path == "/layer" else response

    app.use(layer)

    @app.get("/handler")
    def handler(request: Request) -> Response:
        return file(report)

    @app.get("/layer")
    def nothing() -> None:
        pass

    @app.get("/raised")
    def raised(request: Request) -> Response:
        raise Respond(file(report))

    return app


@pytest.mark.parametrize("path", ["/handler", "/layer", "/raised"])
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"Range": "bytes=0-4"}, 206),
        ({"Range": "bytes=999-"}, 416),
        ({"If-Match": '"old"'}, 412),
        ({"If-None-Match": "*"}, 304),
    ],
)
def test_what_is_sent_of_a_file_is_an_answer_like_others(
    tmp_path: Path, path: str, fields: dict[str, str], status: int
) -> None:
    (tmp_path / "report.txt").write_bytes(b"content")
    seen: list[int] = []
    before = len(list(Path("/proc/self/fd").iterdir()))
    answer = Client(application(tmp_path / "report.txt", seen)).get(path, headers=fields)
    assert answer.status == status
    if path == "/handler":
        assert seen == [status]
    if status in (412, 416):
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(list(Path("/proc/self/fd").iterdir())) == before
