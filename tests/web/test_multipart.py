"""Multipart forms: taken apart at every cut, limited, and never left open."""

from __future__ import annotations

import gc
import os
import resource
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.web import App
from potstill.web.errors import HTTPError
from potstill.web.forms.form import Form, Upload, read_form
from potstill.web.forms.uploads import UNIT
from potstill.web.request import Request
from potstill.web.testing import Client
from tests.web.support import environ

BOUNDARY = "----Boundary7MA4YWxk"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def part(disposition: str, content: bytes = b"", *lines: str) -> bytes:
    head = [f"--{BOUNDARY}", f"Content-Disposition: form-data; {disposition}", *lines, "", ""]
    return "\r\n".join(head).encode() + content + b"\r\n"


def whole(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


TWO = whole(
    part('name="title"', "Grüße\r\nzwei".encode()),
    part('name="photo"; filename="C:\\dir\\a.jpg"', b"\xff\xd8\r\n--", "Content-Type: image/JPEG"),
)


class Pieces(BytesIO):
    """An input that gives `size` bytes at most, however many are asked for."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._size if size is None or size < 0 else min(size, self._size))


def request_of(
    body: bytes, content_type: str = CONTENT_TYPE, source: BytesIO | None = None
) -> Request:
    made = environ("/", body, CONTENT_TYPE=content_type)
    if source is not None:
        made["wsgi.input"] = source
    return Request(made)


def refusal(
    body: bytes, content_type: str = CONTENT_TYPE, limits: dict[str, int] | None = None
) -> HTTPError:
    request = request_of(body, content_type)
    with pytest.raises(HTTPError) as caught:
        read_form(request, **(limits or {}))
    assert request.environ["wsgi.input"].read() == b"", "the rest was not drained"
    return caught.value


def test_fields_and_files_are_told_apart() -> None:
    form = read_form(request_of(TWO))
    assert form.pairs() == [("title", "Grüße\r\nzwei")]
    photo = form.files["photo"]
    assert (photo.name, photo.filename, photo.content_type) == ("photo", "a.jpg", "image/jpeg")
    assert (photo.size, photo.read()) == (6, b"\xff\xd8\r\n--")
    assert photo.headers["content-type"] == "image/JPEG"
    form.close()
    assert photo.file.closed


@pytest.mark.parametrize("size", [*range(1, 40), 100, 101, 150])
def test_it_is_the_same_at_every_cut(size: int) -> None:
    form = read_form(request_of(TWO, source=Pieces(TWO, size)))
    assert form["title"] == "Grüße\r\nzwei"
    assert form.files["photo"].read() == b"\xff\xd8\r\n--"
    form.close()


@given(some.binary(max_size=300), some.integers(1, 80))
def test_any_content_comes_through(content: bytes, size: int) -> None:
    body = whole(part('name="f"; filename="f"', content), part('name="end"', b"1"))
    form = read_form(request_of(body, source=Pieces(body, size)))
    assert form["end"] == "1"
    assert form.files["f"].read() == content
    form.close()


@pytest.mark.parametrize("size", [0, 1, UNIT - 1, UNIT, UNIT + 1, 1 << 20])
def test_a_file_of_any_size_comes_through(size: int) -> None:
    content = os.urandom(size)
    form = read_form(request_of(whole(part('name="f"; filename="f"', content))))
    assert form.files["f"].size == size
    assert form.files["f"].read() == content
    form.close()


def test_an_input_left_empty_is_no_upload() -> None:
    body = whole(part('name="f"; filename=""', b"", "Content-Type: application/octet-stream"))
    assert not read_form(request_of(body)).files
    named = read_form(request_of(whole(part('name="f"; filename="empty.txt"'))))
    assert named.files["f"].size == 0
    nameless = read_form(request_of(whole(part('name="f"; filename=""', b"x"))))
    assert nameless.files["f"].filename == ""


def test_names_that_repeat_are_all_kept() -> None:
    parts = [part(f'name="{name}"', name.encode()) for name in "aba"]
    files = [part('name="f"; filename="f"', content) for content in (b"1", b"2")]
    form = read_form(request_of(whole(*parts, *files)))
    assert form.all("a") == ["a", "a"]
    assert [file.read() for file in form.files.all("f")] == [b"1", b"2"]
    form.close()


def test_an_empty_form_is_a_form() -> None:
    form = read_form(request_of(whole()))
    assert not form
    assert not form.files


def test_what_comes_before_the_first_and_behind_the_last_boundary_is_nothing() -> None:
    body = b"before\r\n" + whole(part('name="a"', b"1")) + b"behind" * 30_000
    request = request_of(body)
    assert read_form(request).pairs() == [("a", "1")]
    assert request.environ["wsgi.input"].read() == b""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "ends before its last boundary"),
        (b"nothing of the kind", "ends before its last boundary"),
        (TWO[:-8], "ends before its last boundary"),
        (TWO[:100], "ends before its last boundary"),
        (whole(part('name="a"', b"1")).replace(b"--\r\n", b"\r\n"), "last boundary"),
        (whole(part("x=y", b"1")), "a part has no name"),
        (whole(part('filename="a"', b"1")), "a part has no name"),
        (whole(part('name="a"', b"1", 'content-disposition: form-data; name="b"')), "twice"),
        (whole(part('name="a"', b"1", "Content-Transfer-Encoding: base64")), "transfer encoding"),
        (whole(part("name=\"a\"; filename*=UTF-8''b", b"1")), "filename*"),
        (whole(part('name="a"', b"1", "Content-Length: 2")), "does not match"),
        (whole(part('name="a"', b"1")).replace(b"form-data;", b"attachment;"), "wrong type"),
        (whole(part('name="a"', b"1", "no colon")), "malformed segment header"),
        (whole(part('name="a"', b"1", "a b: c")), "invalid segment header name"),
        (whole(part('name="a"', b"1")).replace(b"\r\n", b"\n"), "line break"),
        (f"--{BOUNDARY}\r\n\r\n1\r\n--{BOUNDARY}--".encode(), "missing content-disposition"),
    ],
)
def test_a_malformed_form_is_400_and_says_why(body: bytes, reason: str) -> None:
    error = refusal(body)
    assert error.status == 400
    assert reason in error.detail.lower()


@pytest.mark.parametrize("body", [whole(part('name="a"', b"\xff")), whole(part("name=a", b"\xc3"))])
def test_text_that_is_not_utf8_is_400(body: bytes) -> None:
    assert refusal(body).detail == "A field of the form is not UTF-8."
    named = whole(part('name="a"', b"1")).replace(b'"a"', b'"\xff"')
    assert refusal(named).status == 400


@pytest.mark.parametrize(
    "body",
    [
        whole(part('name="a"', b"1", "Content-Type: text/plain; charset=utf-16")),
        whole(part('name="_charset_"', b"iso-8859-1")),
    ],
)
def test_another_charset_is_415(body: bytes) -> None:
    assert refusal(body).status == 415


def test_utf8_by_its_names_is_taken() -> None:
    body = whole(
        part('name="_charset_"', b"UTF-8"),
        part('name="a"', "é".encode(), "Content-Type: text/plain; charset=UTF-8"),
        part('name="b"; filename="f"; filename*=UTF-8\'\'g', b"x"),
    )
    form = read_form(request_of(body))
    assert form.pairs() == [("_charset_", "UTF-8"), ("a", "é")]
    assert form.files["b"].filename == "f"
    form.close()


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "; boundary=",
        '; boundary=""',
        "; boundary=" + "b" * 71,
        '; boundary="b "',
        '; boundary="b\xff"',
        "; boundary=a; boundary=b",
        '; boundary="a\rb"',
    ],
)
def test_a_boundary_has_to_be_a_clear_one(parameters: str) -> None:
    assert refusal(b"x", "multipart/form-data" + parameters).status == 400


@pytest.mark.parametrize("boundary", ["x", "b" * 70, "'()+_,-./:=?", "a b"])
def test_every_boundary_of_the_standard_is_understood(boundary: str) -> None:
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--{boundary}--'
    request = request_of(body.encode(), f'Multipart/Form-Data; Boundary="{boundary}"')
    assert read_form(request)["a"] == "1"


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        (whole(*[part('name="a"')] * 4), {"max_fields": 3}),
        (whole(*[part('name="a"; filename="f"', b"1")] * 3), {"max_files": 2}),
        (whole(*[part('name="a"; filename=""')] * 30), {"max_files": 2, "max_fields": 2}),
        (whole(*[part('name="a"', b"x" * 50)] * 3), {"max_text": 149}),
        (whole(part('name="a"', b"x" * 300_000)), {"max_text": 200_000}),
        (whole(part('name="a"', b"1", *[f"X-{n}: 1" for n in range(9)])), {}),
        (whole(part('name="a"', b"1", "X-Long: " + "x" * 5000)), {}),
        (whole(part('name="' + "a" * 100_000 + '"')), {}),
        (whole(*[part('name="a"')] * 1129), {}),
    ],
)
def test_too_much_is_413_and_the_rest_is_drained(body: bytes, limits: dict[str, int]) -> None:
    assert refusal(body + b"x" * 300_000, limits=limits).status == 413


def test_a_body_beyond_the_limit_of_the_request_is_413() -> None:
    request = request_of(TWO)
    request.max_body = len(TWO) - 1
    with pytest.raises(HTTPError) as caught:
        read_form(request)
    assert caught.value.status == 413
    assert request.environ["wsgi.input"].read() == b""


def test_the_form_of_a_request_is_closed_with_its_response() -> None:
    request = request_of(whole(part('name="f"; filename="f"', b"x" * (UNIT + 1))))
    file = request.form().files["f"].file
    assert request.form() is request.form()
    assert request._closers is not None
    for close in request._closers:
        close()
    assert file.closed


def open_files() -> set[str]:
    gc.collect()
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except FileNotFoundError:
            continue
        if "deleted" in target:
            found.add(entry.name)
    return found


@pytest.mark.parametrize("end", [b"", b"\r\n--" + BOUNDARY.encode() + b"\r\nbroken\r\n\r\n"])
def test_no_file_stays_open_after_an_error(end: bytes) -> None:
    before = open_files()
    large = part('name="f"; filename="f"', b"x" * (2 * UNIT))
    with pytest.raises(HTTPError) as caught:
        read_form(request_of(large + large[:-2] + end))
    assert caught.value.status == 400
    assert open_files() == before


def test_a_failing_input_closes_the_files_and_is_told_as_it_is() -> None:
    class Failing(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            block = super().read(size)
            if not block:
                raise OSError("gone")
            return block

    before = open_files()
    body = part('name="f"; filename="f"', b"x" * (2 * UNIT))
    request = request_of(body, source=Failing(body))
    request.environ["CONTENT_LENGTH"] = str(len(body) + 9)
    with pytest.raises(OSError, match="gone"):
        read_form(request)
    assert open_files() == before


def test_a_full_disk_is_an_error_that_leaves_nothing_open() -> None:
    body = whole(part('name="f"; filename="f"', b"x" * (4 * UNIT)))
    before = open_files()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * UNIT + 1000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            read_form(request_of(body))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert open_files() == before


def test_an_application_takes_uploads_and_closes_them() -> None:
    app = App()
    uploads: list[Upload] = []

    @app.post("/photos", max_body=400_000)
    def add(request: Request) -> str:
        uploads.append(request.form().files["photo"])
        return f"{request.form()['title']}: {uploads[-1].filename}, {uploads[-1].size}"

    client = Client(app)
    photo = ("ä.jpg", b"x" * 300_000, "image/jpeg")
    answer = client.post("/photos", form={"title": "é"}, files={"photo": photo})
    assert answer.text == "é: ä.jpg, 300000"
    assert uploads[0].file.closed
    large = client.post("/photos", files={"photo": ("l", b"x" * 400_001, "image/jpeg")})
    assert large.status == 413
    assert client.post("/photos", json={}).status == 415


def attack(content: bytes, is_field: bool = False) -> bytes:
    return whole(part('name="a"' if is_field else 'name="a"; filename="f"', content))


SIZE = 1 << 20
NEAR = f"\r\n--{BOUNDARY[:-1]}".encode()
ATTACKS: dict[str, Callable[[], bytes]] = {
    "returns": lambda: attack(b"\r" * SIZE),
    "line breaks": lambda: attack(b"\r\n" * (SIZE // 2)),
    "dashes": lambda: attack(b"-" * SIZE),
    "almost boundaries": lambda: attack(NEAR * (SIZE // len(NEAR))),
    "beginnings of boundaries": lambda: attack(b"\r\n--" * (SIZE // 4)),
    "a preamble": lambda: b"\r\n--" * (SIZE // 4) + b"\r\n" + attack(b""),
    "an epilogue": lambda: attack(b"") + NEAR * (SIZE // len(NEAR)),
}


def seconds_for_a_byte(body: bytes, size: int = 1 << 16) -> float:
    """The least of some tries, so that other work on this machine is left out."""
    tries = []
    for _ in range(7):
        request = request_of(body, source=Pieces(body, size))
        began = time.perf_counter()
        try:
            form = read_form(request)
        except HTTPError:
            form = Form()
        tries.append(time.perf_counter() - began)
        form.close()
    return min(tries) / len(body)


def is_within(times: float, body: bytes, benign: bytes) -> Iterator[bool]:
    for _ in range(5):
        yield seconds_for_a_byte(body) < times * seconds_for_a_byte(benign)


@pytest.mark.parametrize("name", ATTACKS)
def test_bytes_that_look_like_boundaries_take_no_longer_than_others(name: str) -> None:
    benign = attack(os.urandom(SIZE))
    assert any(is_within(4, ATTACKS[name](), benign)), name


@pytest.mark.parametrize("piece", [';a="\\', ';a="', "; ", ";a=", ";a   ", '"'])
def test_the_fields_of_a_part_take_time_by_their_length(piece: str) -> None:
    def lines(length: int) -> bytes:
        line = "Content-Type: text/plain" + piece * (length // len(piece))
        return whole(*[part('name="a"; filename="f"', b"1", line)] * 100)

    assert any(is_within(4, lines(4000), lines(400)))


def test_many_parts_take_time_by_their_number() -> None:
    few, many = ([part('name="a"', b"1")] * count for count in (90, 900))
    assert any(is_within(4, whole(*many), whole(*few)))
