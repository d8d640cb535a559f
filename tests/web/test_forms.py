"""Forms: what is read of queries and urlencoded bodies, and what an upload is."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.web.errors import HTTPError
from potstill.web.forms.form import Form, Upload, parse_urlencoded, read_form
from potstill.web.forms.uploads import UNIT, Spool, base_name
from potstill.web.request import Request
from tests.web.support import environ

URLENCODED = "application/x-www-form-urlencoded"


def form_of(body: bytes, content_type: str = URLENCODED, **limits: int) -> Form:
    return read_form(request_of(body, content_type), **limits)


def request_of(body: bytes, content_type: str = URLENCODED) -> Request:
    return Request(environ("/", body, CONTENT_TYPE=content_type))


def refusal(body: bytes, content_type: str = URLENCODED, **limits: int) -> HTTPError:
    with pytest.raises(HTTPError) as caught:
        form_of(body, content_type, **limits)
    return caught.value


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        ("&&", []),
        ("a", [("a", "")]),
        ("a=", [("a", "")]),
        ("=b", [("", "b")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("a=b=c", [("a", "b=c")]),
        ("a=1;b=2", [("a", "1;b=2")]),
        ("a+b=c+d", [("a b", "c d")]),
        ("a%2Bb=%26%3D%25", [("a+b", "&=%")]),
        ("caf%C3%A9=%e2%82%ac", [("café", "€")]),
        ("q=caf\xc3\xa9", [("q", "café")]),
        ("q=100%&r=%zz%4", [("q", "100%"), ("r", "%zz%4")]),
        ("a=%00%0D%0A", [("a", "\0\r\n")]),
        ("a==%3D%3d=", [("a", "====")]),
        ("a=x_y%5Fz%20 ", [("a", "x_y_z  ")]),
    ],
)
def test_names_and_values_of_a_query(text: str, pairs: list[tuple[str, str]]) -> None:
    assert parse_urlencoded(text, "query") == pairs


@pytest.mark.parametrize("text", ["a=%FF", "%C3=1", "a=\xe9", "a=%ED%A0%80", "a=%C3%", "a=€"])
def test_what_is_not_utf8_is_refused_by_the_name_of_what_it_is(text: str) -> None:
    with pytest.raises(HTTPError, match="400 Bad Request: The query is not UTF-8"):
        parse_urlencoded(text, "query")


def test_more_than_a_thousand_fields_are_refused() -> None:
    assert len(parse_urlencoded("&".join(["a=1"] * 1000), "query")) == 1000
    with pytest.raises(HTTPError, match="more than 1000 fields"):
        parse_urlencoded("&".join(["a=1"] * 1001), "query")


@given(some.lists(some.tuples(some.text(), some.text())))
def test_whatever_is_encoded_comes_back(pairs: list[tuple[str, str]]) -> None:
    assert parse_urlencoded(urlencode(pairs), "query") == pairs


@given(some.text("ab=+%C3A9c3 _\r\n\t.;~0", max_size=30))
def test_odd_text_is_read_as_the_standard_library_reads_it(text: str) -> None:
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(HTTPError):
            parse_urlencoded(text, "query")
    else:
        assert parse_urlencoded(text, "query") == expected


def test_a_plain_form_is_read_by_names() -> None:
    form = form_of(b"title=Buy+milk&tag=a&tag=b", URLENCODED + "; charset=UTF-8")
    assert form["title"] == "Buy milk"
    assert form.all("tag") == ["a", "b"]
    assert not form.files


def test_the_body_of_a_plain_form_can_still_be_had() -> None:
    request = request_of(b"a=1")
    assert read_form(request)["a"] == "1"
    assert request.body == b"a=1"


def test_a_plain_form_of_unknown_length_is_read_to_its_end() -> None:
    made = environ("/", b"a=" + b"x" * 200_000, CONTENT_TYPE=URLENCODED)
    made["CONTENT_LENGTH"] = ""
    made["wsgi.input_terminated"] = True
    assert len(read_form(Request(made))["a"]) == 200_000


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", "multipart/mixed"])
def test_another_media_type_is_415_and_says_what_is_taken(content_type: str) -> None:
    error = refusal(b"a=1", content_type)
    assert error.status == 415
    assert "multipart/form-data" in dict(error.headers)["Accept"]


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", '"iso-8859-1"', "utf-7"])
def test_another_charset_is_415(charset: str) -> None:
    assert refusal(b"a=1", f"{URLENCODED}; charset={charset}").status == 415


def test_a_form_that_is_not_utf8_is_400() -> None:
    assert str(refusal(b"a=%FF")) == "400 Bad Request: The form is not UTF-8."


def test_a_plain_form_beyond_its_limits_is_413_and_drained() -> None:
    body = b"a=" + b"x" * (1 << 20)
    request = request_of(body)
    with pytest.raises(HTTPError) as caught:
        read_form(request)
    assert caught.value.status == 413
    assert request.environ["wsgi.input"].read() == b""
    assert refusal(b"a&b&c", max_fields=2).status == 413
    assert refusal(b"a=12345", max_text=6).status == 413


def test_a_plain_form_that_was_cut_off_is_400() -> None:
    request = request_of(b"a=1")
    request.environ["CONTENT_LENGTH"] = "4"
    with pytest.raises(HTTPError, match="ended after 3 of 4 bytes"):
        read_form(request)


@pytest.mark.parametrize(
    ("filename", "base"),
    [
        ("photo.jpg", "photo.jpg"),
        ("/etc/passwd", "passwd"),
        ("../../x", "x"),
        ("..", ""),
        (".", ""),
        ("a/..", ""),
        ("", ""),
        (r"C:\Users\me\a.txt", "a.txt"),
        (r"..\..\b", "b"),
        ("a/b\\c", "c"),
        ("x\0.py\r\n.jpg", "x.py.jpg"),
        (".\x00.", ""),
        ("\u202egpj.exe", "gpj.exe"),
        (" naïve 漢字.txt ", "naïve 漢字.txt"),
        (".htaccess", ".htaccess"),
    ],
)
def test_of_a_filename_only_the_last_part_is_taken(filename: str, base: str) -> None:
    assert base_name(filename) == base


def upload(content: bytes = b"hello") -> Upload:
    return Upload("file", "a.txt", BytesIO(content), len(content))


def test_an_upload_is_read_as_often_as_one_likes() -> None:
    file = upload()
    assert file.read() == file.read() == b"hello"
    assert file.file.read(2) == b"he"
    assert file.read() == b"hello"
    assert repr(file) == "<Upload 'file': 'a.txt', 5 bytes>"


def test_an_upload_is_saved_where_the_program_says(tmp_path: Path) -> None:
    file = upload(b"x" * 600_000)
    file.save(tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x" * 600_000
    assert file.read() == b"x" * 600_000


def test_nothing_is_overwritten_unless_that_is_wanted(tmp_path: Path) -> None:
    target = tmp_path / "b"
    target.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        upload().save(target)
    assert target.read_bytes() == b"precious"
    upload().save(str(target), overwrite=True)
    assert target.read_bytes() == b"hello"


def test_a_link_is_not_followed_to_what_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(FileExistsError):
        upload().save(tmp_path / "link")
    assert not (tmp_path / "outside").exists()


def test_a_copy_that_failed_is_not_left_behind(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("no more")
            return super().read(10)

    with pytest.raises(OSError, match="no more"):
        Upload("f", "f", Broken(b"x" * 50), 50).save(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("block", [1, 1000, UNIT - 1, UNIT, UNIT + 1, 65_386])
@pytest.mark.parametrize("size", [0, 1, UNIT - 1, UNIT, UNIT + 1, 3 * UNIT + 17])
def test_a_spool_gives_back_what_it_took(block: int, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    spool = Spool()
    for start in range(0, size, block):
        spool.write(content[start : min(start + block, size)])
    file = spool.finish()
    assert spool.size == size
    assert file.read() == content[:size]
    assert file.seek(size // 2) == size // 2
    assert (
        file.readline() == content[size // 2 : size].splitlines(keepends=True)[0] if size else True
    )
    spool.close()
    spool.close()
    assert file.closed


def test_a_large_file_is_on_disk_without_a_name() -> None:
    spool = Spool()
    spool.write(b"x" * UNIT)
    link = Path(f"/proc/self/fd/{spool.finish().fileno()}").readlink()
    assert "(deleted)" in str(link)
    spool.close()
