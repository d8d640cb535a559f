"""`file()`: a file from a handler, in memory and through a real server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import FileWrapper

import pytest

from potstill.web import App, Request
from potstill.web.errors import HTTPError
from potstill.web.files.body import FileBody
from potstill.web.files.file import FileResponse, attachment, file
from potstill.web.files.opening import open_inside
from potstill.web.http_date import http_date
from potstill.web.response import Response
from potstill.web.testing import Client
from tests.support.wire import get
from tests.web.serving import served
from tests.web.support import environ

CONTENT = bytes(range(256)) * 2000  # 512,000 bytes
MODIFIED = 784111777.5


@pytest.fixture
def report(tmp_path: Path) -> Path:
    place = tmp_path / "report.pdf"
    place.write_bytes(CONTENT)
    os.utime(place, (MODIFIED, MODIFIED))
    return place


class Application:
    """Answers with what a function makes, and remembers the response and what was returned."""

    def __init__(self, make: Callable[[], Response]) -> None:
        self._make = make
        self.responses: list[Response] = []
        self.returned: list[Iterable[bytes]] = []
        self.bodies: list[FileBody] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self._make()
        self.responses.append(response)
        if isinstance(response.body, FileBody):
            self.bodies.append(response.body)
        result = response(environ, start_response)
        self.returned.append(result)
        return result

    @property
    def all_are_closed(self) -> bool:
        assert self.bodies
        return all(body._file.closed for body in self.bodies)


def of(path: Path, **options: Any) -> Application:
    return Application(lambda: file(path, **options))


def with_headers(application: WSGIApplication, **fields: str) -> Client:
    return Client(application, headers={k.replace("_", "-"): v for k, v in fields.items()})


# -- what is sent ----------------------------------------------------------------------------------


def test_a_file_comes_whole_with_its_validators(report: Path) -> None:
    application = of(report)
    answer = Client(application).get("/")
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert re.fullmatch('"[0-9a-f]+-[0-9a-f]+"', answer.headers["ETag"])
    assert "Cache-Control" not in answer.headers
    assert application.all_are_closed


def test_text_is_said_to_be_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("é")
    assert Client(of(tmp_path / "a.js")).get("/").headers["Content-Type"] == (
        "text/javascript; charset=utf-8"
    )


def test_an_empty_file_is_an_empty_answer(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    for method in ("GET", "HEAD"):
        answer = Client(of(tmp_path / "a")).request(method, "/")
        assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")


def test_options_are_header_fields(report: Path) -> None:
    answer = Client(
        of(report, content_type="text/x-a", download_as="b.txt", etag="v1", max_age=5)
    ).get("/")
    assert answer.headers["Content-Type"] == "text/x-a"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="b.txt"'
    assert answer.headers["ETag"] == '"v1"'
    assert answer.headers["Cache-Control"] == "max-age=5"


def test_a_change_of_content_is_a_change_of_tag(report: Path) -> None:
    client = Client(of(report))
    before = client.get("/").headers["ETag"]
    report.write_bytes(CONTENT)
    os.utime(report, ns=(0, int(MODIFIED * 1e9) + 1))
    assert client.get("/").headers["ETag"] != before


def test_a_file_from_the_future_is_not_said_to_be(report: Path) -> None:
    os.utime(report, (4e9, 4e9))
    assert Client(of(report)).get("/").headers["Last-Modified"] != http_date(4e9)


def test_a_head_has_the_length_and_no_content(report: Path) -> None:
    application = of(report)
    answer = Client(application).head("/")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert application.all_are_closed


# -- conditions and parts --------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("listed", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_client_has_is_not_sent(report: Path, method: str, listed: str) -> None:
    application = of(report, max_age=5, download_as="a")
    tag = Client(application).get("/").headers["ETag"]
    answer = with_headers(application, If_None_Match=listed.format(tag)).request(method, "/")
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers.lines == [("Cache-Control", "max-age=5"), ("ETag", tag)]
    assert application.all_are_closed


def test_an_old_tag_is_not_overruled_by_a_date(report: Path) -> None:
    client = with_headers(of(report), If_None_Match='"old"', If_Modified_Since=http_date(4e9))
    assert client.get("/").status == 200


def test_a_date_alone_is_enough(report: Path) -> None:
    client = with_headers(of(report), If_Modified_Since="Sun, 06 Nov 1994 08:49:37 GMT")
    assert client.get("/").status == 304


def test_another_state_is_412(report: Path) -> None:
    application = of(report)
    answer = with_headers(application, If_Match='"old"').get("/")
    assert answer.status == 412
    assert application.all_are_closed


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("0-9", 0, 10),
        ("1000-300999", 1000, 301000),
        ("1000-", 1000, 512000),
        ("-7", 511993, 512000),
    ],
)
def test_a_part_is_sent_alone(report: Path, wanted: str, start: int, end: int) -> None:
    application = of(report)
    answer = with_headers(application, Range=f"bytes={wanted}").get("/")
    assert (answer.status, answer.body) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/512000"
    assert answer.headers["Content-Length"] == str(end - start)
    assert "ETag" in answer.headers
    assert application.all_are_closed


def test_several_parts_are_sent_together(report: Path) -> None:
    application = of(report)
    answer = with_headers(application, Range="bytes=0-1,-2").get("/")
    assert answer.status == 206
    assert answer.content_type == "multipart/byteranges"
    assert answer.headers.all("Content-Type") == [answer.headers["Content-Type"]]
    assert "Content-Range" not in answer.headers
    assert answer.body.count(b"Content-Type: application/pdf\r\n") == 2
    assert b"Content-Range: bytes 0-1/512000\r\n\r\n\x00\x01\r\n--" in answer.body
    assert b"Content-Range: bytes 511998-511999/512000\r\n\r\n\xfe\xff\r\n--" in answer.body
    assert application.all_are_closed


def test_no_part_is_416_with_the_size(report: Path) -> None:
    application = of(report)
    answer = with_headers(application, Range="bytes=512000-").get("/")
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */512000")
    assert "ETag" not in answer.headers
    assert application.all_are_closed


@pytest.mark.parametrize("known", ['"old"', "Sun, 06 Nov 1994 08:49:36 GMT", "W/{}"])
def test_a_part_of_what_has_changed_is_the_whole(report: Path, known: str) -> None:
    application = of(report)
    known = known.format(Client(application).get("/").headers["ETag"])
    answer = with_headers(application, Range="bytes=0-9", If_Range=known).get("/")
    assert (answer.status, len(answer.body)) == (200, len(CONTENT))


def test_a_part_of_what_is_the_same_is_the_part(report: Path) -> None:
    application = of(report)
    tag = Client(application).get("/").headers["ETag"]
    for known in (tag, "Sun, 06 Nov 1994 08:49:37 GMT"):
        assert with_headers(application, Range="bytes=0-9", If_Range=known).get("/").status == 206


def test_a_status_of_the_handler_is_left_alone(report: Path) -> None:
    def make() -> Response:
        response = file(report)
        response.status = 503
        return response

    application = Application(make)
    answer = with_headers(application, Range="bytes=0-9", If_None_Match="*").get("/")
    assert (answer.status, answer.body) == (503, CONTENT)
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert application.all_are_closed


# -- the file --------------------------------------------------------------------------------------


def test_it_is_opened_at_once_so_it_may_be_deleted(report: Path) -> None:
    def make() -> Response:
        response = file(report)
        report.unlink()
        return response

    assert Client(Application(make)).get("/").body == CONTENT


def test_a_file_that_grows_is_sent_as_it_was(report: Path) -> None:
    def make() -> Response:
        response = file(report)
        with report.open("ab") as more:
            more.write(b"more")
        return response

    assert Client(Application(make)).get("/").body == CONTENT
    report.write_bytes(CONTENT)
    assert with_headers(Application(make), Range="bytes=0-9,20-").get("/").status == 206


def test_a_file_that_shrinks_is_not_taken_for_whole(report: Path) -> None:
    response = file(report)
    os.truncate(report, 1000)
    assert not isinstance(response.body, bytes)
    with pytest.raises(EOFError, match=r"report\.pdf became shorter by 511000 bytes"):
        b"".join(response.body)
    Client(Application(lambda: response)).head("/")


def test_a_server_that_does_not_notice_is_told_that_a_file_shrank(report: Path) -> None:
    """Gunicorn would send its next answer in the place of what is missing."""
    for was_read in (False, True):
        report.write_bytes(CONTENT)
        response = file(report)
        sent = response(environ("/") | {"wsgi.file_wrapper": FileWrapper}, lambda *_: print)
        assert isinstance(sent, FileWrapper)
        os.truncate(report, 1000)
        if was_read:
            with pytest.raises(EOFError, match="became shorter by 511000 bytes"):
                b"".join(sent)
        with pytest.raises(EOFError, match="became shorter by 511000 bytes"):
            sent.close()
        sent.close()
        assert isinstance(response.body, FileBody)
        assert response.body._file.closed


def not_found(path: str | Path, **options: Any) -> bool:
    with pytest.raises(HTTPError) as caught:
        file(path, **options)
    return caught.value.status == 404


def test_what_is_no_file_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    place = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        assert not_found(place)
    for name in ("missing", "", "loop", "pipe", "a\0b", "x" * 300, "missing/below"):
        assert not_found(tmp_path / name)
    assert not_found("/dev/zero")
    assert not_found(Path(__file__) / "below")


def test_inside_of_the_root_names_are_found(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"1")
    (tmp_path / "link").symlink_to("sub/a")
    for name in ("sub/a", "sub/../sub/a", "link", "sub//a", str(tmp_path / "sub/a")):
        assert Client(of(Path(name), root=tmp_path)).get("/").body == b"1"


def test_outside_of_the_root_nothing_is_found(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"1")
    (tmp_path / "root-too").write_bytes(b"1")
    (root / "link").symlink_to("../secret")
    (root / "up").symlink_to("..")
    for name in (
        "../secret",
        "x/../../secret",
        "../root-too",
        "link",
        "up/secret",
        str(tmp_path / "secret"),
        "/etc/passwd",
        "..",
        ".",
        "",
        "a\0",
        "..\\secret",
        "%2e%2e/secret",
        "x" * 5000,
    ):
        assert not_found(name, root=root)


def test_a_place_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"1")
    (tmp_path / "link").symlink_to("secret")
    assert open_inside(str(tmp_path), str(tmp_path / "link")) is None


def test_bad_options_leave_nothing_open(report: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for options in ({"etag": 'a"b'}, {"content_type": "a\r\nb"}, {"download_as": object()}):
        with pytest.raises((ValueError, TypeError)):
            file(report, **options)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


# -- Content-Disposition (RFC 6266, RFC 8187) ------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a.txt", 'attachment; filename="a.txt"'),
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("ï €.txt", "attachment; filename=\"_ _.txt\"; filename*=UTF-8''%C3%AF%20%E2%82%AC.txt"),
        ('a"b.txt', "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
        ("../etc/passwd", "attachment; filename=\".._etc_passwd\"; filename*=UTF-8''.._etc_passwd"),
        ("a\r\nX: y", "attachment; filename=\"a__X: y\"; filename*=UTF-8''a__X%3A%20y"),
        ("a\\b", "attachment; filename=\"a_b\"; filename*=UTF-8''a_b"),
        ("a\u202egnp.exe", "attachment; filename=\"a_gnp.exe\"; filename*=UTF-8''a_gnp.exe"),
    ],
)  # fmt: skip
def test_a_name_to_save_under_is_written_for_all_browsers(name: str, value: str) -> None:
    assert attachment(name) == value
    assert value.isascii()


def test_a_name_comes_back_from_its_encoding() -> None:
    name = "日本語 'x'(1)*.tar.gz"
    _, _, encoded = attachment(name).partition("filename*=UTF-8''")
    assert unquote(encoded) == name
    assert not set(encoded) & set("'()* ;,")


# -- a server's file wrapper -----------------------------------------------------------------------


def test_it_is_decided_once_what_is_sent(report: Path) -> None:
    response = file(report)
    response.settle(environ("/", HTTP_RANGE="bytes=0-9"))
    assert (response.status, response.headers["Content-Range"]) == (206, "bytes 0-9/512000")
    response.settle(environ("/", HTTP_IF_NONE_MATCH="*"))
    assert response.status == 206
    answer = with_headers(Application(lambda: response), Range="bytes=5-6").get("/")
    assert (answer.status, answer.body) == (206, CONTENT[:10])


def test_what_is_not_sent_is_closed_when_that_is_known(report: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    known = file(report)
    known.settle(environ("/", HTTP_IF_NONE_MATCH="*"))
    assert (known.status, known.body) == (304, b"")
    for fields in ({"HTTP_IF_MATCH": '"old"'}, {"HTTP_RANGE": "bytes=999999-"}):
        with pytest.raises(HTTPError):
            file(report).settle(environ("/", **fields))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_the_call_opened_is_closed_before_a_file_is_sent(report: Path) -> None:
    """So the server gets the file itself, and may have the kernel copy it."""
    app = App()

    @app.get("/")
    def download(request: Request) -> Response:
        request.on_close(lambda: closed.append(1))
        return file(report)

    closed: list[int] = []
    asked = environ("/") | {"wsgi.file_wrapper": FileWrapper}
    sent = app(asked, lambda *_: print)
    assert isinstance(sent, FileWrapper)
    assert closed == [1]
    assert b"".join(sent) == CONTENT
    sent.close()


def test_a_server_that_can_is_given_the_file(report: Path) -> None:
    made: list[FileWrapper] = []

    def wrapper(opened: Any, size: int = 8192) -> FileWrapper:
        made.append(FileWrapper(opened, size))
        assert opened.fileno() > 0
        return made[-1]

    def call(**environ: Any) -> Iterable[bytes]:
        environ |= {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": wrapper}
        return application(environ, lambda *_: lambda _: None)

    application = of(report)
    whole = call()
    assert whole is made[0]
    assert b"".join(whole) == CONTENT
    # Where a part begins or ends, not every server finds: it is read here.
    for part in (call(HTTP_RANGE="bytes=10-"), call(HTTP_RANGE="bytes=0-9")):
        assert isinstance(part, FileBody)
        part.close()
    assert len(made) == 1
    made[0].close()
    assert application.all_are_closed


def test_a_wrapper_is_never_given_more_than_was_announced(report: Path) -> None:
    def make() -> Response:
        response = file(report)
        with report.open("ab") as more:
            more.write(b"more")
        return response

    environ = {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": FileWrapper}
    application = Application(make)
    result = application(environ, lambda *_: lambda _: None)
    assert isinstance(result, FileWrapper)
    assert b"".join(result) == CONTENT
    opened: Any = result.filelike
    opened.seek(0)
    assert opened.read() == CONTENT
    opened.seek(600000)
    assert opened.read() == b""
    result.close()
    assert application.all_are_closed


def test_a_real_server_sends_files_and_parts_of_them(report: Path) -> None:
    application = of(report)
    with served(application) as client:
        client.send(get())
        whole = client.answer()
        assert (whole.status, whole.body, whole.framing) == (200, CONTENT, "sized")
        for wanted, start, end in (("10-", 10, 512000), ("-1000", 511000, 512000), ("5-9", 5, 10)):
            client.send(get("/", f"Range: bytes={wanted}"))
            part = client.answer()
            assert (part.status, part.body) == (206, CONTENT[start:end])
            assert part.get("content-length") == str(end - start)
        client.send(get("/", "Range: bytes=0-0,-1"))
        assert client.answer().body.count(b"Content-Range") == 2
        client.send(get("/", method="HEAD"))
        head = client.answer("HEAD")
        assert (head.status, head.get("content-length")) == (200, "512000")
        client.send(get("/", "If-None-Match: *"))
        assert client.answer().status == 304
        client.send(get("/", "Range: bytes=600000-"))
        assert client.answer().get("content-range") == "bytes */512000"
    assert application.all_are_closed
    kinds = [type(result).__module__ for result in application.returned[:4]]
    assert kinds == ["potstill.wsgi.file_wrapper"] * 3 + ["potstill.web.files.body"]


def test_a_client_that_leaves_closes_the_file(tmp_path: Path) -> None:
    place = tmp_path / "large"
    with place.open("wb") as large:
        large.truncate(64 << 20)
    application = of(place)
    with served(application) as client:
        client.send(get("/", "Range: bytes=0-60000000"))
        client.sock.recv(1000)
        client.reset()
    assert application.all_are_closed


def test_curl_resumes_a_download(report: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.write_bytes(CONTENT[:200000])
    with served(of(report)) as client:
        port = client.sock.getpeername()[1]
        command = ["curl", "-sSf", "-C", "-", "-o", str(half), f"http://127.0.0.1:{port}/"]
        subprocess.run(command, check=True, timeout=30)
    assert half.read_bytes() == CONTENT


def test_a_file_is_a_response(report: Path) -> None:
    response = file(report)
    assert isinstance(response, FileResponse)
    assert response.size == len(CONTENT)
    assert response.last_modified == MODIFIED
    Client(Application(lambda: response)).head("/")
