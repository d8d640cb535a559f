"""What goes wrong with errors elsewhere: lost headers, XML for browsers, secrets shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from potstill.web import (
    App,
    Cors,
    HTTPError,
    Next,
    Request,
    Response,
)
from potstill.web.testing import Answer, Client


def stamped(request: Request, next: Next) -> Response:
    response = next(request)
    response.headers["X-Stamp"] = "yes"
    return response


def failing() -> App:
    app = App(max_body=10)
    app.use(Cors(["https://page.test"]))
    app.use(stamped)

    @app.get("/denied")
    def denied() -> str:
        raise HTTPError(403)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("on purpose")

    @app.post("/large")
    def large(request: Request) -> str:
        return request.text

    @app.get("/typed")
    def typed(limit: int) -> str:
        return str(limit)

    return app


FAILING = [
    ("GET", "/nowhere", b"", 404),
    ("PUT", "/denied", b"", 405),
    ("GET", "/denied", b"", 403),
    ("GET", "/typed?limit=x", b"", 422),
    ("POST", "/large", bytes(11), 413),
    ("GET", "/broken", b"", 500),
    ("GET", "/denied/", b"", 308),
    ("GET", "/%FF", b"", 400),
]


def fail(method: str, path: str, body: bytes, **headers: str) -> Answer:
    client = Client(failing(), raise_errors=False)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, path, body=body, headers=named)


@pytest.mark.parametrize(("method", "path", "body", "status"), FAILING)
def test_middleware_sees_each_error_and_its_headers_are_not_lost(
    method: str, path: str, body: bytes, status: int
) -> None:
    answer = fail(method, path, body)
    assert (answer.status, answer.headers["X-Stamp"]) == (status, "yes")


@pytest.mark.parametrize(("method", "path", "body", "status"), FAILING)
def test_cors_does_not_fail_just_when_there_is_an_error_to_read(
    method: str, path: str, body: bytes, status: int
) -> None:
    answer = fail(method, path, body, Origin="https://page.test", Sec_Fetch_Site="cross-site")
    allowed = answer.headers["Access-Control-Allow-Origin"]
    assert (answer.status, allowed) == (403 if method == "POST" else status, "https://page.test")


@pytest.mark.parametrize(("method", "path", "body", "status"), FAILING[:-2])
@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/xml", "application/problem+json"),
        ("text/xml, application/xhtml+xml", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("", "application/problem+json"),
        ("application/json", "application/problem+json"),
    ],
)
def test_browsers_get_pages_and_programs_json_but_nobody_xml(
    method: str, path: str, body: bytes, status: int, accept: str, content_type: str
) -> None:
    answer = fail(method, path, body, Accept=accept)
    assert (answer.status, answer.content_type) == (status, content_type)


def test_a_failure_tells_the_client_nothing_and_the_log_everything() -> None:
    answer = fail("GET", "/broken", b"")
    assert b"on purpose" not in answer.body
    assert b"Traceback" not in answer.body
    assert "RuntimeError: on purpose" in answer.errors


def test_the_development_page_is_for_this_machine_only_and_has_no_console() -> None:
    app = App(debug=True)

    @app.get("/")
    def front() -> str:
        raise RuntimeError("on purpose")

    client = Client(app, raise_errors=False, headers={"Accept": "text/html"})
    page = client.get("/").text
    assert "on purpose" in page
    assert "<script" not in page
    assert "<form" not in page
    for environ in ({"REMOTE_ADDR": "192.0.2.1"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.1"}):
        assert "on purpose" not in client.get("/", environ=environ).text


@pytest.mark.parametrize("path", ["/denied", "/nowhere", "/assets/a.css"])
def test_a_preflight_is_answered_for_every_path_static_ones_too(path: str, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    app = failing()
    app.static("/assets", tmp_path)
    answer = Client(app).options(
        path, headers={"Origin": "https://page.test", "Access-Control-Request-Method": "PUT"}
    )
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://page.test"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
