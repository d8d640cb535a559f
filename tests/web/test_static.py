"""`Static`: what is sent of a directory, and what never is."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from potstill.web import App
from potstill.web.errors import HTTPError, SetupError
from potstill.web.files.media_types import content_type, is_compressible, media_type
from potstill.web.http_date import http_date
from potstill.web.pipeline import Next
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.static import Static
from potstill.web.static.codings import best_coding
from potstill.web.static.index import BUDGET
from potstill.web.static.tree import Found
from potstill.web.testing import Answer, Client
from tests.support.wire import get
from tests.web.serving import served
from tests.web.support import environ

MODIFIED = 784111777
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
CSS = b"body { color: red }\n" * 50
LARGE = bytes(range(256)) * 1000


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A directory with a bit of everything, and a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "public-too").mkdir()
    (tmp_path / "public-too" / "secret.txt").write_text("secret")
    root = tmp_path / "public"
    (root / "css").mkdir(parents=True)
    (root / "docs").mkdir()
    write(root / "css/app.css", CSS)
    write(root / "large.bin", LARGE)
    write(root / "index.html", b"<h1>home</h1>")
    write(root / "docs/index.html", b"<h1>docs</h1>")
    return root


def write(place: Path, data: bytes, modified: float = MODIFIED) -> None:
    place.write_bytes(data)
    os.utime(place, (modified, modified))


def ask(static: Static, path: str, method: str = "GET", **fields: str) -> Answer:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return Client(static).request(method, path, headers=headers)


# -- the usual -------------------------------------------------------------------------------------


def test_a_small_file_comes_with_all_that_there_is_to_say(public: Path) -> None:
    answer = ask(Static(public), "/css/app.css")
    assert (answer.status, answer.body) == (200, CSS)
    assert re.fullmatch('"[0-9a-f]{24}"', answer.headers["ETag"])
    assert dict(answer.headers) == {
        "Content-Length": str(len(CSS)),
        "Content-Type": "text/css; charset=utf-8",
        "ETag": answer.headers["ETag"],
        "Last-Modified": DATE,
        "Accept-Ranges": "bytes",
        "Cache-Control": "max-age=60",
        "X-Content-Type-Options": "nosniff",
    }


def test_a_large_file_comes_with_as_much(public: Path) -> None:
    answer = ask(Static(public), "/large.bin")
    assert (answer.status, answer.body) == (200, LARGE)
    assert re.fullmatch('"[0-9a-f]+-[0-9a-f]+"', answer.headers["ETag"])
    assert answer.headers["Last-Modified"] == DATE
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert sorted(name for name, _ in answer.headers) == sorted(
        name for name, _ in ask(Static(public), "/css/app.css").headers
    )


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin", "/docs/", "/"])
def test_a_head_is_a_get_without_its_content(public: Path, path: str) -> None:
    static = Static(public)
    whole, head = ask(static, path), ask(static, path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert sorted(head.headers) == sorted(whole.headers)


def test_a_head_opens_no_file(public: Path) -> None:
    static = Static(public)
    opened: list[object] = []
    original = os.open

    def watched(*args: Any, **kwargs: Any) -> int:
        opened.append(args)
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", watched)
        assert ask(static, "/large.bin", "HEAD").status == 200
        assert ask(static, "/large.bin", If_None_Match="*").status == 304
    assert opened == []


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_a_file_is_only_read(public: Path, path: str, method: str) -> None:
    answer = ask(Static(public), path, method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_options_tells_what_can_be_done(public: Path) -> None:
    answer = ask(Static(public), "/css/app.css", "OPTIONS")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_what_is_not_there_is_404(public: Path, method: str) -> None:
    assert ask(Static(public), "/missing", method).status == 404


def test_an_empty_file_is_a_file(public: Path) -> None:
    (public / "empty.txt").touch()
    answer = ask(Static(public), "/empty.txt")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")
    answer = ask(Static(public), "/empty.txt", Range="bytes=0-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */0")


def test_names_of_all_languages_are_addresses(public: Path) -> None:
    write(public / "ação ☃.txt", b"1")
    static = Static(public)
    assert ask(static, "/a%C3%A7%C3%A3o%20%E2%98%83.txt").body == b"1"
    assert ask(static, "/a%E7%E3o.txt").status == 404  # not UTF-8
    url = static.url("ação ☃.txt")
    assert url.isascii()
    assert ask(static, url).body == b"1"


def test_names_that_no_address_should_have_are_passed_over(public: Path) -> None:
    write(public / "9.41\u202fAM.png", b"1")
    names = ["a\nb", "a\x7f", "a\\b", os.fsdecode(b"\xff")]
    for name in names:
        write(public / name, b"1")
    for refresh in (False, True):
        static = Static(public, refresh=refresh)
        assert "9.41\u202fAM.png" in static
        assert not any(name in static for name in names)
    assert len(Static(public)._entries) == 7


def test_a_directory_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no directory"):
        Static(tmp_path / "missing")
    (tmp_path / "a").touch()
    with pytest.raises(SetupError, match="there is no directory"):
        Static(tmp_path / "a")


def test_options_that_cannot_be_are_told_at_once(public: Path) -> None:
    with pytest.raises(SetupError, match="encodings are of zstd, br, gzip, not deflate"):
        Static(public, encodings=["deflate"])
    with pytest.raises(SetupError, match="max_age="):
        Static(public, headers=[("cache-control", "no-store")])
    with pytest.raises(SetupError, match="no header can carry"):
        Static(public, headers=[("A", "b\r\nC: d")])
    for name in ("Content-Type", "etag", "Content-Length", "Content-Encoding"):
        with pytest.raises(SetupError, match="each file's own"):
            Static(public, headers=[(name, "a")])


@pytest.mark.parametrize(("max_age", "value"), [(0, "no-cache"), (5, "max-age=5"), (None, None)])
def test_how_long_a_file_is_kept_can_be_said(
    public: Path, max_age: int | None, value: str | None
) -> None:
    answer = ask(Static(public, max_age=max_age), "/css/app.css")
    assert answer.headers.get("Cache-Control") == value


def test_further_headers_go_with_each_file(public: Path) -> None:
    static = Static(public, headers=[("Access-Control-Allow-Origin", "*")])
    for path in ("/css/app.css", "/large.bin"):
        answer = ask(static, path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_browsers_are_told_to_believe_the_type(public: Path) -> None:
    for path in ("/css/app.css", "/large.bin", "/missing", "/docs"):
        assert ask(Static(public), path).headers.all("X-Content-Type-Options") == ["nosniff"]


# -- conditions and parts (each once a defect of some framework) -----------------------------------


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
@pytest.mark.parametrize("listed", ["{}", "W/{}", '"a", {}', '"a,b",W/{}, "c"', "*"])
def test_what_the_client_has_is_not_sent(public: Path, path: str, listed: str) -> None:
    static = Static(public)
    tag = ask(static, path).headers["ETag"]
    for method in ("GET", "HEAD"):
        answer = ask(static, path, method, If_None_Match=listed.format(tag))
        assert (answer.status, answer.body) == (304, b"")
        assert sorted(name for name, _ in answer.headers) == [
            "Cache-Control",
            "ETag",
            "X-Content-Type-Options",
        ]


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
def test_an_old_tag_is_not_overruled_by_a_date(public: Path, path: str) -> None:
    answer = ask(Static(public), path, If_None_Match='"old"', If_Modified_Since=http_date(4e9))
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
@pytest.mark.parametrize(("date", "status"), [(DATE, 304), (http_date(MODIFIED - 1), 200)])
def test_a_date_alone_is_enough(public: Path, path: str, date: str, status: int) -> None:
    assert ask(Static(public), path, If_Modified_Since=date).status == status


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
def test_another_state_is_412(public: Path, path: str) -> None:
    static = Static(public)
    assert ask(static, path, If_Match='"old"').status == 412
    assert ask(static, path, If_Unmodified_Since=http_date(MODIFIED - 1)).status == 412
    assert ask(static, path, If_Match=ask(static, path).headers["ETag"]).status == 200


@pytest.mark.parametrize(("path", "content"), [("/css/app.css", CSS), ("/large.bin", LARGE)])
@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("0-0", 0, 1), ("10-19", 10, 20), ("10-", 10, None), ("-9", -9, None)],
)
def test_a_part_is_a_part(
    public: Path, path: str, content: bytes, wanted: str, start: int, end: int | None
) -> None:
    answer = ask(Static(public), path, Range=f"bytes={wanted}")
    assert (answer.status, answer.body) == (206, content[start:end])
    assert answer.headers["Content-Range"].endswith(f"/{len(content)}")
    assert answer.headers["Content-Length"] == str(len(answer.body))
    for name in ("ETag", "Last-Modified", "Cache-Control", "Content-Type"):
        assert len(answer.headers.all(name)) == 1


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
def test_several_parts_are_a_multipart(public: Path, path: str) -> None:
    answer = ask(Static(public), path, Range="bytes=0-4,-5")
    assert (answer.status, answer.content_type) == (206, "multipart/byteranges")
    assert answer.body.count(b"Content-Range: bytes ") == 2


@pytest.mark.parametrize(("path", "size"), [("/css/app.css", 1000), ("/large.bin", 256000)])
def test_no_part_is_416_with_the_size(public: Path, path: str, size: int) -> None:
    answer = ask(Static(public), path, Range="bytes=999999-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("path", ["/css/app.css", "/large.bin"])
@pytest.mark.parametrize("known", ['"old"', "W/{}", http_date(MODIFIED - 1), "nonsense"])
def test_a_part_of_what_has_changed_is_the_whole(public: Path, path: str, known: str) -> None:
    static = Static(public)
    known = known.format(ask(static, path).headers["ETag"])
    assert ask(static, path, Range="bytes=0-9", If_Range=known).status == 200
    assert ask(static, path, Range="bytes=0-9", If_Range=DATE).status == 206


# -- what never leaves -----------------------------------------------------------------------------


ATTACKS = [
    "/../secret.txt",
    "/css/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/css/..%2f..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/css/..;/..;/secret.txt",
    "//secret.txt",
    "/./css/app.css",
    "/css//app.css",
    "//css/app.css",
    "/css/./app.css",
    "/css/../css/app.css",
    "/css/app.css/",
    "/css/app.css%00",
    "/css/app.css%00.txt",
    "/%00",
    "/%c0%ae%c0%ae/secret.txt",
    "/..%c0%afsecret.txt",
    "/%252e%252e/secret.txt",
    "/....//secret.txt",
    "/~/secret.txt",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/../public-too/secret.txt",
    "-too/secret.txt",
    "/C:/secret.txt",
    "/.env",
    "/.git/config",
    "/css/.hidden",
    "/link.txt",
    "/up/secret.txt",
    "/absolute.txt",
    "/to-hidden.txt",
    "/to-git/config",
    "/broken",
    "/pipe",
]


def dangerous(public: Path) -> None:
    """Links outwards, hidden files, and things that are no files."""
    (public / ".env").write_text("secret")
    (public / ".git").mkdir()
    (public / ".git/config").write_text("secret")
    (public / "css/.hidden").write_text("secret")
    (public / "link.txt").symlink_to("../secret.txt")
    (public / "up").symlink_to("..")
    (public / "absolute.txt").symlink_to(public.parent / "secret.txt")
    (public / "to-hidden.txt").symlink_to(".env")
    (public / "to-git").symlink_to(".git")
    (public / "broken").symlink_to("nowhere")
    os.mkfifo(public / "pipe")


@pytest.mark.parametrize("path", ATTACKS)
@pytest.mark.parametrize("refresh", [False, True])
def test_no_address_leads_elsewhere(public: Path, path: str, refresh: bool) -> None:
    dangerous(public)
    static = Static(public, prefix="/assets", refresh=refresh)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/assets" + percent_decoded(path)}
    called: list[str] = []

    def start_response(status: str, *_: object) -> Callable[[bytes], None]:
        called.append(status)
        return lambda _: None

    body = b"".join(static(environ, start_response))
    assert called == ["404 Not Found"]
    assert b"secret" not in body


def percent_decoded(path: str) -> str:
    decoded = re.sub("%(..)", lambda found: chr(int(found[1], 16)), path)
    assert isinstance(decoded, str)
    return decoded


@pytest.mark.parametrize("path", [path for path in ATTACKS if path.startswith("/")])
def test_no_request_leads_elsewhere_on_a_real_server(public: Path, path: str) -> None:
    dangerous(public)
    with served(Static(public)) as client:
        client.send(get(path))
        answer = client.answer()
    assert b"secret" not in answer.body
    assert b"root:" not in answer.body
    # A server may resolve dots before anybody sees them; then it is a file of ours.
    assert answer.status in (400, 404) or answer.body == CSS


def test_links_inside_are_followed(public: Path) -> None:
    (public / "same.css").symlink_to("css/app.css")
    (public / "styles").symlink_to("css")
    (public / "css/loop").symlink_to("..")
    (public / "self").symlink_to(".")
    for refresh in (False, True):
        static = Static(public, refresh=refresh)
        assert ask(static, "/same.css").body == CSS
        assert ask(static, "/styles/app.css").body == CSS
    assert "css/loop/css/app.css" not in Static(public)


def test_links_outwards_are_followed_where_that_is_wanted(public: Path) -> None:
    dangerous(public)
    for refresh in (False, True):
        static = Static(public, refresh=refresh, follow_symlinks=True)
        assert ask(static, "/link.txt").body == b"secret"
        assert ask(static, "/.env").status == 404


def test_hidden_files_are_shown_where_that_is_wanted(public: Path) -> None:
    dangerous(public)
    for refresh in (False, True):
        static = Static(public, refresh=refresh, hidden=True)
        assert ask(static, "/.git/config").body == b"secret"
        assert ask(static, "/../secret.txt").status == 404
        assert ask(static, static.url(".env")).body == b"secret"


def test_well_known_addresses_are_not_hidden(public: Path) -> None:
    (public / ".well-known").mkdir()
    write(public / ".well-known/security.txt", b"Contact: x")
    assert ask(Static(public), "/.well-known/security.txt").status == 200


def test_a_large_file_replaced_by_a_link_is_not_followed(public: Path) -> None:
    static = Static(public)
    write(public.parent / "secret.bin", b"secret" * 50000)
    (public / "large.bin").unlink()
    (public / "large.bin").symlink_to("../secret.bin")
    assert ask(static, "/large.bin").status == 404
    assert ask(static, "/large.bin").status == 404


# -- directories -----------------------------------------------------------------------------------


@pytest.mark.parametrize("refresh", [False, True])
def test_a_directory_shows_its_page(public: Path, refresh: bool) -> None:
    static = Static(public, refresh=refresh)
    assert ask(static, "/").body == b"<h1>home</h1>"
    assert ask(static, "/docs/").body == b"<h1>docs</h1>"
    assert ask(static, "/docs/index.html").body == b"<h1>docs</h1>"
    assert ask(static, "/css/").status == 404


@pytest.mark.parametrize("refresh", [False, True])
def test_a_directory_without_its_slash_is_sent_on(public: Path, refresh: bool) -> None:
    static = Static(public, refresh=refresh, prefix="/assets")
    client = Client(static, base_url="http://localhost/root")
    for path in ("/assets/docs", "/assets"):
        answer = client.get(f"{path}?a=b%20c")
        assert (answer.status, answer.headers["Location"]) == (308, f"/root{path}/?a=b%20c")
        assert client.post(path).status == 405
        assert client.get(path, follow_redirects=True).status == 200  # where it leads
    assert client.get("/assets/css").status == 404
    assert client.get("/assetsdocs").status == 404


def test_a_redirect_never_names_a_host(public: Path) -> None:
    (public / "evil.com").mkdir()
    write(public / "evil.com/index.html", b"")
    static = Static(public)
    for script, path in (("/", "/evil.com"), ("//", "/evil.com"), ("\\", "/evil.com")):
        environ = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": script, "PATH_INFO": path}
        response = static.answer(environ, "evil.com")
        assert response is not None
        assert response.headers["Location"] == "/evil.com/"


def test_the_root_of_a_server_has_no_slash_to_add(public: Path) -> None:
    environ = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": ""}
    response = Static(public).answer(environ, "")
    assert response is not None
    assert response.body == b"<h1>home</h1>"


def test_directories_have_no_page_where_that_is_wanted(public: Path) -> None:
    for refresh in (False, True):
        static = Static(public, index=None, refresh=refresh)
        assert {ask(static, path).status for path in ("/", "/docs", "/docs/")} == {404}
        assert ask(static, "/docs/index.html").status == 200


# -- codings ---------------------------------------------------------------------------------------


@pytest.fixture
def coded(public: Path) -> Path:
    for suffix, size in ((".gz", 300), (".br", 200), (".zst", 250)):
        write(public / f"css/app.css{suffix}", suffix.encode() * (size // len(suffix)))
    return public


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),  # the smallest
        ("gzip, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, *", "zstd"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity, gzip", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0", None),  # nothing would be left
        ("gzip;q=0", None),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0.000", None),
        ("gzip;q=2", None),
        ("gzip;q=", None),
        ("gzip;level=9", None),
        ("deflate", None),
        (" , gzip ;q=1 ,", "gzip"),
        ("gzip ; Q=1", "gzip"),
        ("g zip", None),
    ],
)
def test_the_best_coding_is_sent(coded: Path, accepted: str | None, coding: str | None) -> None:
    fields = {} if accepted is None else {"Accept_Encoding": accepted}
    answer = ask(Static(coded), "/css/app.css", **fields)
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"
    suffix = {"gzip": b".gz", "br": b".br", "zstd": b".zst", None: b"body"}[coding]
    assert answer.body.startswith(suffix)
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_each_coding_has_a_tag_of_its_own(coded: Path) -> None:
    static = Static(coded)
    tags = {
        coding: ask(static, "/css/app.css", Accept_Encoding=coding).headers["ETag"]
        for coding in ("identity", "gzip", "br", "zstd")
    }
    assert len(set(tags.values())) == 4
    for coding, tag in tags.items():
        answer = ask(static, "/css/app.css", Accept_Encoding=coding, If_None_Match=tag)
        assert (answer.status, answer.headers["Vary"]) == (304, "Accept-Encoding")
    answer = ask(static, "/css/app.css", Accept_Encoding="br", If_None_Match=tags["gzip"])
    assert answer.status == 200


def test_a_part_is_one_of_the_coded_content(coded: Path) -> None:
    answer = ask(Static(coded), "/css/app.css", Accept_Encoding="br", Range="bytes=1-4")
    assert (answer.status, answer.body) == (206, b"br.b")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Range"] == "bytes 1-4/198"
    answer = ask(Static(coded), "/css/app.css", Accept_Encoding="br", Range="bytes=0-0,5-5")
    assert answer.status == 200


def test_large_files_are_sent_coded_too(public: Path) -> None:
    write(public / "large.bin.gz", LARGE[:100000])
    static = Static(public)
    answer = ask(static, "/large.bin", Accept_Encoding="gzip")
    assert (answer.body, answer.headers["Content-Encoding"]) == (LARGE[:100000], "gzip")
    assert answer.headers["ETag"].endswith('-gzip"')
    assert ask(static, "/large.bin").body == LARGE


def test_a_file_without_coded_ones_does_not_vary(coded: Path) -> None:
    answer = ask(Static(coded), "/docs/index.html", Accept_Encoding="gzip")
    assert not {"Vary", "Content-Encoding"} & {name for name, _ in answer.headers}


def test_coded_files_that_are_older_are_not_sent(coded: Path) -> None:
    write(coded / "css/app.css", CSS.replace(b"red", b"tan"), MODIFIED + 3)
    answer = ask(Static(coded), "/css/app.css", Accept_Encoding="gzip, br, zstd")
    assert "Content-Encoding" not in answer.headers


def test_coded_files_that_are_no_smaller_are_not_sent(public: Path) -> None:
    write(public / "css/app.css.gz", CSS)
    assert (
        "Content-Encoding"
        not in ask(Static(public), "/css/app.css", Accept_Encoding="gzip").headers
    )


def test_coded_files_that_are_links_are_not_sent(public: Path) -> None:
    (public / "css/app.css.gz").symlink_to("../../secret.txt")
    assert ask(Static(public), "/css/app.css", Accept_Encoding="gzip").body == CSS


def test_only_the_codings_that_are_wanted_are_sent(coded: Path) -> None:
    static = Static(coded, encodings=["gzip"])
    answer = ask(static, "/css/app.css", Accept_Encoding="br, gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert ask(Static(coded, encodings=[]), "/css/app.css", Accept_Encoding="br").body == CSS


def test_a_coded_file_is_a_file_by_itself_too(public: Path) -> None:
    write(public / "data.tar", b"tar" * 500)
    write(public / "data.tar.gz", b"gz")
    answer = ask(Static(public), "/data.tar.gz", Accept_Encoding="gzip")
    assert (answer.body, answer.headers["Content-Type"]) == (b"gz", "application/gzip")
    assert "Content-Encoding" not in answer.headers


def test_no_memory_is_taken_for_every_accept_encoding() -> None:
    for number in range(2000):
        best_coding(f"gzip;q=0.{number % 1000}, x{number}", ("gzip",))
    assert best_coding.cache_info().currsize <= 512
    assert best_coding("gzip" + ",x" * 300, ("gzip",)) == ""  # what is long would be kept as well


# -- addresses that tell the content ---------------------------------------------------------------


@pytest.mark.parametrize("refresh", [False, True])
@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("css/app.css", r"/assets/css/app\.[0-9a-f]{12}\.css"),
        ("large.bin", r"/assets/large\.[0-9a-f]{12}\.bin"),
    ],
)
def test_a_hashed_address_is_kept_for_ever(
    public: Path, name: str, pattern: str, refresh: bool
) -> None:
    static = Static(public, prefix="/assets", refresh=refresh)
    url = static.url(name)
    assert re.fullmatch(pattern, url)
    assert static.url(name) == url
    for _ in range(2):
        answer = ask(static, url)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.body == (public / name).read_bytes()
    plain = ask(static, f"/assets/{name}")
    assert plain.headers["Cache-Control"] == ("no-cache" if refresh else "max-age=60")
    assert plain.headers["ETag"] == answer.headers["ETag"]


def test_another_process_knows_the_same_addresses(public: Path) -> None:
    for name in ("css/app.css", "large.bin"):
        assert ask(Static(public), Static(public).url(name)).status == 200


@pytest.mark.parametrize(
    "name", ["LICENSE", "jquery.min.js", "a.0123456789ab", "a.0123456789ab.js"]
)
def test_every_name_has_a_hashed_address(public: Path, name: str) -> None:
    write(public / name, b"1")
    url = Static(public).url(name)
    assert len(url) == len(name) + 14
    assert ask(Static(public), url).body == b"1"


@pytest.mark.parametrize("refresh", [False, True])
@pytest.mark.parametrize("name", ["css/app.css", "large.bin"])
def test_another_hash_is_not_found(public: Path, name: str, refresh: bool) -> None:
    static = Static(public, refresh=refresh)
    stem, _, suffix = name.rpartition(".")
    for wrong in ("0" * 12, "ABCDEF012345", "0" * 11, ""):
        assert ask(static, f"/{stem}.{wrong}.{suffix}").status == 404
    assert len(static._entries) <= 7


def test_hashed_addresses_are_coded_too(coded: Path) -> None:
    static = Static(coded)
    answer = ask(static, static.url("css/app.css"), Accept_Encoding="br")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers.all("Vary") == ["Accept-Encoding"]
    assert "immutable" in answer.headers["Cache-Control"]


def test_an_unknown_name_has_no_address(public: Path) -> None:
    static = Static(public)
    for name in ("missing", "", "css", "css/", "/css/app.css", "../secret.txt", "docs/"):
        assert name not in static
        with pytest.raises(LookupError, match="there is no file"):
            static.url(name)
    assert "css/app.css" in static


# -- changes on the disk ---------------------------------------------------------------------------


def test_a_large_file_that_changes_is_read_anew(public: Path) -> None:
    static = Static(public)
    before = ask(static, "/large.bin")
    old = static.url("large.bin")
    assert ask(static, old).status == 200
    changed = LARGE[::-1] + b"more"
    write(public / "large.bin", changed, MODIFIED + 100)
    for method in ("HEAD", "GET"):
        after = ask(static, "/large.bin", method, If_None_Match=before.headers["ETag"])
        assert after.status == 200
        assert after.headers["Content-Length"] == str(len(changed))
        assert after.headers["ETag"] != before.headers["ETag"]
    assert after.body == changed
    assert ask(static, old).status == 404  # never other content for ever
    assert static.url("large.bin") != old
    assert ask(static, static.url("large.bin")).body == changed
    (public / "large.bin").unlink()
    assert ask(static, "/large.bin").status == 404


def test_the_first_look_at_an_old_hash_after_a_change_is_not_found(public: Path) -> None:
    static = Static(public)
    old = static.url("large.bin")
    assert ask(static, old).status == 200
    write(public / "large.bin", LARGE[::-1], MODIFIED + 100)
    assert ask(static, old, "HEAD").status == 404


def test_a_coded_large_file_that_changes_is_read_anew(public: Path) -> None:
    write(public / "large.bin.gz", LARGE[:100000])
    static = Static(public)
    assert len(ask(static, "/large.bin", Accept_Encoding="gzip").body) == 100000
    write(public / "large.bin.gz", LARGE[:90000])
    assert len(ask(static, "/large.bin", Accept_Encoding="gzip").body) == 90000
    (public / "large.bin.gz").unlink()
    assert ask(static, "/large.bin", Accept_Encoding="gzip").body == LARGE


def test_a_large_file_that_is_away_for_a_moment_comes_back(public: Path) -> None:
    static = Static(public)
    hashed = static.url("large.bin")
    assert ask(static, hashed).status == 200
    (public / "large.bin").unlink()
    for path in ("/large.bin", hashed, "/large.bin", hashed):
        assert ask(static, path).status == 404
    changed = LARGE[::-1]
    write(public / "large.bin", changed)
    assert ask(static, "/large.bin").body == changed
    assert ask(static, hashed).status == 404
    assert ask(static, static.url("large.bin")).body == changed


def test_a_file_that_never_stays_as_it_is_is_sent_as_it_is(public: Path) -> None:
    static = Static(public)
    hashed = static.url("large.bin")
    look = static._index.tree.find

    def look_and_append(name: str) -> Found | None:
        found = look(name)
        with (public / name).open("ab") as log:
            log.write(b"more")
        return found

    static._index.tree.find = look_and_append  # type: ignore[method-assign]
    write(public / "large.bin", LARGE, MODIFIED + 1)
    for known in ('"a"', '"b"'):
        answer = ask(static, "/large.bin", If_None_Match=known)
        assert answer.status == 200
        assert len(answer.body) == int(answer.headers["Content-Length"]) > len(LARGE)
        assert answer.body.startswith(LARGE)
        assert "ETag" not in answer.headers
        assert answer.headers.all("Cache-Control") == ["no-cache"]
    assert ask(static, "/large.bin", Range="bytes=0-9").body == LARGE[:10]
    assert ask(static, "/large.bin", Range="bytes=9999999-").status == 416
    assert ask(static, hashed).status == 404


def test_a_part_of_a_large_file_is_decided_before_layers_see_it(public: Path) -> None:
    app = App()
    app.static("/assets", public)
    seen = []

    def layer(request: Request, next: Next) -> Response:
        response = next(request)
        seen.append(response.status)
        return response

    app.use(layer)
    client = Client(app)
    for status, wanted in ((206, "bytes=0-9"), (416, "bytes=999999999-")):
        answer = client.get("/assets/large.bin", headers={"Range": wanted})
        assert answer.status == status
        assert seen.pop() == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Range"] == f"bytes */{len(LARGE)}"
    tag = client.get("/assets/large.bin").headers["ETag"]
    for status, name in ((304, "If-None-Match"), (200, "If-Match")):
        assert client.get("/assets/large.bin", headers={name: tag}).status == status
        assert seen.pop() == status


def test_answers_of_all_kinds_leave_no_file_open(public: Path) -> None:
    client = Client(Static(public))
    tag = client.get("/large.bin").headers["ETag"]
    before = len(list(Path("/proc/self/fd").iterdir()))
    for method in ("GET", "HEAD", "POST"):
        for name, value in (
            ("Range", "bytes=0-9"),
            ("Range", "bytes=0-9,20-29"),
            ("Range", "bytes=99999999-"),
            ("If-Match", '"old"'),
            ("If-None-Match", tag),
            ("If-Modified-Since", DATE),
            ("If-Unmodified-Since", "Sun, 06 Nov 1993 08:49:37 GMT"),
            ("If-Range", tag),
        ):
            client.request(method, "/large.bin", headers={name: value})
    with client.stream("GET", "/large.bin") as leaving:
        next(iter(leaving))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_query_that_no_field_line_can_carry_is_encoded(public: Path) -> None:
    asked = environ("/docs")
    asked["QUERY_STRING"] = "a=\x01&b=%20\xe9"
    response = Static(public).answer(asked, "docs")
    assert response is not None
    assert response.headers["Location"] == "/docs/?a=%01&b=%20%E9"


def test_a_small_file_stays_as_it_was_indexed(public: Path) -> None:
    static = Static(public)
    before = ask(static, "/css/app.css")
    write(public / "css/app.css", b"new", MODIFIED + 100)
    after = ask(static, "/css/app.css")
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])
    assert ask(static, static.url("css/app.css")).body == before.body


def test_refresh_shows_every_change_at_once(public: Path) -> None:
    static = Static(public, refresh=True)
    assert ask(static, "/new/a.txt").status == 404
    (public / "new").mkdir()
    write(public / "new/a.txt", b"1")
    assert ask(static, "/new/a.txt").body == b"1"
    first = static.url("new/a.txt")
    write(public / "new/a.txt", b"2", MODIFIED + 1)
    assert ask(static, "/new/a.txt").body == b"2"
    assert ask(static, first).status == 404
    assert ask(static, static.url("new/a.txt")).body == b"2"
    assert ask(static, "/new").status == 404
    write(public / "new/index.html", b"page")
    assert ask(static, "/new").status == 308
    assert ask(static, "/new/").body == b"page"
    (public / "new/index.html").unlink()
    assert ask(static, "/new").status == 404
    (public / "new/a.txt").unlink()
    assert ask(static, "/new/a.txt").status == 404


def test_refresh_leaves_coded_files_alone(coded: Path) -> None:
    answer = ask(Static(coded, refresh=True), "/css/app.css", Accept_Encoding="gzip, br")
    assert answer.body == CSS


def test_memory_for_small_files_is_bounded(tmp_path: Path) -> None:
    for number in range(BUDGET // 65536 + 10):
        (tmp_path / f"{number}.bin").write_bytes(bytes(65536))
    static = Static(tmp_path)
    kept = [entry.plain.source.kept for entry in static._entries.values()]
    assert sum(kept) == BUDGET
    assert {ask(static, f"/{number}.bin").status for number in range(len(kept))} == {200}


def test_many_threads_may_ask_at_once(public: Path) -> None:
    static = Static(public)
    wrong: list[object] = []

    def work() -> None:
        for _ in range(50):
            answer = ask(static, static.url("large.bin"))
            # Between the address and the request it may have changed; never is it other content.
            if answer.status != 404 and answer.body[:1] * len(LARGE) != answer.body:
                wrong.append(answer)

    write(public / "large.bin", b"0" * len(LARGE), 0)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 50):
        write(public / "next", b"%d" % (number % 10) * len(LARGE), number)
        (public / "next").replace(public / "large.bin")
    for thread in threads:
        thread.join()
    assert wrong == []


# -- where it stands -------------------------------------------------------------------------------


def inner(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"inner" if environ["REQUEST_METHOD"] != "HEAD" else b""]


def test_in_front_of_an_application_files_come_first(public: Path) -> None:
    static = Static(public, app=inner, prefix="/assets")
    assert ask(static, "/assets/css/app.css").body == CSS
    for path in ("/", "/other", "/assets/missing", "/assetscss/app.css", "/%ff"):
        assert ask(static, path).body == b"inner"


def test_in_front_of_an_application_other_methods_are_its_own(public: Path) -> None:
    static = Static(public, app=inner)
    assert ask(static, "/").body == b"<h1>home</h1>"
    for method in ("POST", "OPTIONS", "DELETE"):
        assert ask(static, "/", method).body == b"inner"


def test_respond_is_for_frameworks(public: Path) -> None:
    static = Static(public, prefix="/assets")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/assets/css/app.css"}
    response = static.respond(Request(environ), "css/app.css")
    assert response is not None
    assert response.body == CSS
    assert static.respond(Request(environ), "missing") is None
    with pytest.raises(HTTPError, match="405"):
        static.respond(Request(environ | {"REQUEST_METHOD": "POST"}), "css/app.css")


def test_a_response_may_be_changed_by_middleware(public: Path) -> None:
    static = Static(public)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/css/app.css"}
    response = static.answer(environ, "css/app.css")
    assert response is not None
    response.headers["X-Changed"] = "yes"
    again = static.answer(environ, "css/app.css")
    assert again is not None
    assert "X-Changed" not in again.headers


def test_a_real_server_sends_it_all(coded: Path) -> None:
    with served(Static(coded)) as client:
        client.send(get("/css/app.css", "Accept-Encoding: br"))
        assert client.answer().get("content-encoding") == "br"
        client.send(get("/large.bin"))
        assert client.answer().body == LARGE
        client.send(get("/large.bin", "Range: bytes=-100"))
        assert client.answer().body == LARGE[-100:]
        client.send(get("/large.bin", method="HEAD"))
        assert client.answer("HEAD").get("content-length") == str(len(LARGE))
        client.send(get("/docs"))
        assert client.answer().get("location") == "/docs/"
        client.send(get("/large.bin", "If-None-Match: *"))
        assert client.answer().status == 304


# -- media types -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("A.CSS", "text/css; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.css.map", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.tar.gz", "application/gzip"),
        ("a.ico", "image/vnd.microsoft.icon"),
        ("a.ps", "application/postscript"),  # by the standard library
        ("a.Z", "application/octet-stream"),
        ("LICENSE", "application/octet-stream"),
        ("dir.css/file", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
        ("a.", "application/octet-stream"),
    ],
)
def test_a_name_tells_its_type(name: str, kind: str) -> None:
    assert content_type(name) == kind
    assert media_type(name) == kind.partition(";")[0]


SMALLER = "html css js json svg xml wasm txt csv ttf ico map webmanifest rss"
AS_SMALL_AS_CAN_BE = "png jpg webp avif woff woff2 zip gz br zst mp4 pdf unknown"


def test_types_that_are_worth_coding() -> None:
    assert all(
        is_compressible(media_type(f"a.{suffix}"))
        for suffix in [
            "html",
            "css",
            "js",
            "json",
            "svg",
            "xml",
            "wasm",
            "txt",
            "csv",
            "ttf",
            "ico",
            "map",
            "webmanifest",
            "rss",
        ]
    )
    assert not any(
        is_compressible(media_type(f"a.{suffix}"))
        for suffix in [
            "png",
            "jpg",
            "webp",
            "avif",
            "woff",
            "woff2",
            "zip",
            "gz",
            "br",
            "zst",
            "mp4",
            "pdf",
            "unknown",
        ]
    )
