"""Static files and `file()` in an `App`: errors, policy headers, middleware, hashed addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from potstill.web import App, Next, Request, Response
from potstill.web.files.file import file
from potstill.web.testing import Client

CSS = b"body { color: red }\n" * 50
LARGE = bytes(range(256)) * 1000


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    root = tmp_path / "assets"
    (root / "docs").mkdir(parents=True)
    (root / "app.css").write_bytes(CSS)
    (root / "large.bin").write_bytes(LARGE)
    (root / "docs/index.html").write_text("<h1>docs</h1>")
    return root


@pytest.mark.parametrize("debug", [False, True])
def test_an_app_serves_a_directory(assets: Path, debug: bool) -> None:
    app = App(debug=debug)
    static = app.static("/assets", assets)
    client = Client(app)
    for name, content in (("app.css", CSS), ("large.bin", LARGE)):
        for url in (f"/assets/{name}", static.url(name), app.asset_url(name)):
            answer = client.get(url)
            assert (answer.status, answer.body) == (200, content)
            for field in ("ETag", "Content-Length", "X-Content-Type-Options", "Cache-Control"):
                assert len(answer.headers.all(field)) == 1
            known = {"If-None-Match": answer.headers["ETag"]}
            assert client.get(url, headers=known).status == 304
            part = client.get(url, headers={"Range": "bytes=1-3"})
            assert (part.status, part.body) == (206, content[1:4])
            assert client.head(url).headers["Content-Length"] == str(len(content))


def test_what_cannot_be_done_is_answered_by_the_app(assets: Path) -> None:
    app = App()
    app.static("/assets", assets)
    client = Client(app, headers={"Accept": "application/json"})
    for path in ("/assets/app.css", "/assets/large.bin"):
        answer = client.post(path, headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["status"] == 405
        assert client.options(path).headers["Allow"] == "GET, HEAD, OPTIONS"
        answer = client.get(path, headers={"Range": "bytes=9999999-"})
        assert answer.status == 416
        assert answer.headers["Content-Range"].startswith("bytes */")
    assert client.get("/assets/missing").json()["status"] == 404
    assert client.get("/assets/../assets/app.css").status == 404


def test_directories_are_sent_on_below_a_mount_point(assets: Path) -> None:
    app = App()
    app.static("/assets", assets)
    client = Client(app, base_url="http://localhost/root")
    answer = client.get("/assets/docs?a=1")
    assert (answer.status, answer.headers["Location"]) == (308, "/root/assets/docs/?a=1")
    assert client.get("/assets/docs/").text == "<h1>docs</h1>"


def test_the_prefix_itself_is_sent_on_when_it_has_a_page(assets: Path) -> None:
    app = App()
    app.static("/guide", assets / "docs")
    answer = Client(app).get("/guide")
    assert (answer.status, answer.headers.get("Location")) == (308, "/guide/")
    assert Client(app).get("/guide/").text == "<h1>docs</h1>"


def test_a_path_with_two_slashes_is_no_file(assets: Path) -> None:
    app = App()
    app.static("/assets", assets)
    assert Client(app).get("/assets//app.css").status == 404


def test_middleware_sees_files_and_changes_none_but_its_own(assets: Path) -> None:
    app = App()
    app.static("/assets", assets)
    closed: list[str] = []

    @app.use
    def mark(request: Request, next: Next) -> Response:
        request.on_close(lambda: closed.append(request.path))
        response = next(request)
        response.headers["X-Path"] = request.path
        return response

    client = Client(app)
    for path, content in (("/assets/app.css", CSS), ("/assets/large.bin", LARGE)):
        for _ in range(2):
            answer = client.get(path)
            assert answer.headers.all("X-Path") == [path]
            assert answer.body == content
    assert len(closed) == 4


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_handler_returns_a_file(assets: Path, method: str) -> None:
    app = App()

    @app.get("/files/{name}")
    def download(request: Request, name: str) -> Response:
        return file(name, root=assets, download_as=name)

    client = Client(app)
    answer = client.request(method, "/files/large.bin")
    assert answer.status == 200
    assert answer.body == (LARGE if method == "GET" else b"")
    assert answer.headers["Content-Length"] == str(len(LARGE))
    tag = answer.headers["ETag"]
    assert answer.headers.all("ETag") == [tag]
    known = client.request(method, "/files/large.bin", headers={"If-None-Match": tag})
    assert (known.status, known.headers["ETag"]) == (304, tag)
    assert client.request(method, "/files/missing").status == 404
    assert client.request(method, "/files/..%2fsecret").status == 404
    assert client.get("/files/large.bin", headers={"Range": "bytes=-5"}).body == LARGE[-5:]
    assert client.get("/files/large.bin", headers={"If-Match": '"old"'}).status == 412
