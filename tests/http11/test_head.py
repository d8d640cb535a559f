"""What a head says, once it is read (RFC 9112, 2 to 5)."""

from __future__ import annotations

import pytest

from potstill.http11.errors import ProtocolError
from potstill.http11.field_lines import HeaderMap
from potstill.http11.fields import Fields, cgi_name
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.request_line import RequestLine
from tests.support.wire import get


def read(data: bytes, parser: HeadParser | None = None) -> tuple[RequestLine, Fields]:
    head = (parser or HeadParser()).read(data)
    assert head is not None
    line, fields, end = head
    assert end == data.index(b"\r\n\r\n") + 4
    return line, fields


def status(data: bytes, parser: HeadParser | None = None) -> int:
    with pytest.raises(ProtocolError) as refusal:
        (parser or HeadParser()).read(data)
    return refusal.value.status


def test_a_head_is_awaited_until_its_empty_line() -> None:
    data = get("/x", "Accept: */*")
    assert all(HeadParser().read(data[:end]) is None for end in range(len(data)))
    assert HeadParser().read(data) is not None


def test_what_follows_the_head_is_left_alone() -> None:
    data = get("/x")
    for following in (b"body", b"\r\n", b"\r\n\r\n", b"\x00\n", get("/y")):
        head = HeadParser().read(data + following)
        assert head is not None
        assert head[2] == len(data)


def test_an_empty_line_before_the_head_is_left_to_the_partial_head() -> None:
    assert HeadParser().read(b"\r\n" + get("/x")) is None


def test_the_line_is_taken_apart() -> None:
    line, _ = read(get("/a%20b/c?d=%20e?f"))
    assert line.method == "GET"
    assert line.target == "/a%20b/c?d=%20e?f"
    assert line.path == "/a b/c"
    assert line.query == "d=%20e?f"
    assert line.protocol == "HTTP/1.1"
    assert line.authority is None
    assert line.is_1_1
    assert line.is_plain
    assert not line.is_asterisk


@pytest.mark.parametrize(
    ("target", "path", "query", "authority"),
    [
        ("http://b", "/", "", "b"),
        ("http://b/", "/", "", "b"),
        ("http://b?q", "/", "q", "b"),
        ("HTTP://B.example:80/p%2f?q", "/p/", "q", "B.example:80"),
        ("http://[::1]:8/p//q", "/p//q", "", "[::1]:8"),
        ("http://b//c", "//c", "", "b"),
        ("http://b/http://c", "/http://c", "", "b"),
        ("http://b/p?http://c/#"[:-1], "/p", "http://c/", "b"),
    ],
)
def test_an_absolute_target_has_an_authority(
    target: str, path: str, query: str, authority: str
) -> None:
    line, _ = read(get(target))
    assert (line.path, line.query, line.authority) == (path, query, authority)
    assert line.target == target
    assert not line.is_plain


@pytest.mark.parametrize(
    ("target", "scheme"),
    [("http://b/x", "http"), ("https://b/x", "https"), ("HttpS://b:443", "https"), ("/x", None)],
)
def test_an_absolute_target_has_a_scheme(target: str, scheme: str | None) -> None:
    line, _ = read(get(target))
    assert line.scheme == scheme


def test_an_asterisk_asks_about_the_server() -> None:
    line, _ = read(get("*", method="OPTIONS"))
    assert line.is_asterisk
    assert not line.is_plain
    assert (line.path, line.query) == ("", "")


@pytest.mark.parametrize(
    ("version", "is_1_1"), [("1.0", False), ("1.1", True), ("1.2", True), ("1.9", True)]
)
def test_minor_versions_above_one_are_one(version: str, is_1_1: bool) -> None:
    line, _ = read(get("/x", version=version))
    assert line.is_1_1 is is_1_1
    assert line.is_plain is is_1_1
    assert line.protocol == f"HTTP/{version}"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/%41", "/A"),
        ("/%2541", "/%41"),
        ("/%", "/%"),
        ("/%4", "/%4"),
        ("/%4g%", "/%4g%"),
        ("/%%41", "/%A"),
        ("/%e2%82%AC", "/\xe2\x82\xac"),
        ("/%00%0A%ff", "/\x00\n\xff"),
    ],
)
def test_a_path_is_decoded_once_byte_by_byte(target: str, path: str) -> None:
    assert read(get(target))[0].path == path


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("/orders/17", "/orders/18", True),
        ("/orders/17", "/orders/18?page=2", True),
        ("/orders/17/items", "/orders/18/items", True),
        ("/orders/17", "/orders/new", False),
        ("/orders/17", "/orders/18/items", False),
        ("/orders/17", "/customers/17", False),
        ("/a", "/b", False),
    ],
)
def test_lines_that_differ_in_numbers_have_one_shape(one: str, other: str, alike: bool) -> None:
    parser = HeadParser()
    assert (read(get(one), parser)[0].shape is read(get(other), parser)[0].shape) is alike


def test_the_method_belongs_to_the_shape() -> None:
    parser = HeadParser()
    put, post = (read(get("/orders/17", method=method), parser)[0] for method in ("PUT", "POST"))
    assert put.shape is not post.shape


def test_fields_are_found_in_http_s_spelling_and_in_cgi_s() -> None:
    _, fields = read(
        get("/x", "Content-Type: a/b", "X-One:  1 ", "x-one: 2", "Cookie: a", "cookie: b")
    )
    assert fields.get("content-type") == fields.variables["CONTENT_TYPE"] == "a/b"
    assert fields.get("X-One") == fields.variables["HTTP_X_ONE"] == "1, 2"
    assert fields.get("cookie") == "a; b"
    assert fields.get("x-two") is None


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("Host", "HTTP_HOST"),
        ("content-length", "CONTENT_LENGTH"),
        ("Content-Type", "CONTENT_TYPE"),
        ("Content-Encoding", "HTTP_CONTENT_ENCODING"),
        ("x-a.b!", "HTTP_X_A.B!"),
    ],
)
def test_a_field_has_the_name_cgi_gives_it(name: str, variable: str) -> None:
    assert cgi_name(name) == variable


@pytest.mark.parametrize(
    ("lines", "is_plain"),
    [
        ((), True),
        (("Connection: keep-alive",), True),
        (("Content-Length: 0",), True),
        (("Content-Length: 1",), False),
        (("Transfer-Encoding: chunked",), False),
        (("Connection: close",), False),
    ],
)
def test_fields_are_plain_where_nothing_follows_and_the_connection_stays(
    lines: tuple[str, ...], is_plain: bool
) -> None:
    assert read(get("/x", *lines))[1].is_plain is is_plain


def test_fields_without_host_are_for_http_1_0_only() -> None:
    _, fields = read(b"GET / HTTP/1.0\r\n\r\n")
    assert not fields.has_host
    assert not fields.is_plain
    assert status(b"GET / HTTP/1.1\r\n\r\n") == 400
    assert status(b"GET / HTTP/1.2\r\nAccept: */*\r\n\r\n") == 400


@pytest.mark.parametrize(
    ("value", "digits", "number"),
    [("0", "0", 0), ("000", "0", 0), ("5", "5", 5), ("0005", "5", 5), ("9" * 18, "9" * 18, None)],
)
def test_a_length_is_handed_on_without_its_zeros(
    value: str, digits: str, number: int | None
) -> None:
    _, fields = read(get("/x", f"Content-Length: {value}"))
    assert fields.variables["CONTENT_LENGTH"] == digits
    assert fields.content_length == (int(digits) if number is None else number)


UNDERSCORED = get("/x", "X-A: good", "X_A: evil", "X_B: b", "Ho_st: c")


def test_names_with_an_underscore_are_dropped_and_told() -> None:
    dropped: list[str] = []
    _, fields = read(UNDERSCORED, HeadParser(on_drop=dropped.append))
    assert fields.variables == {"HTTP_HOST": "a", "HTTP_X_A": "good"}
    assert dropped == ["X_A", "X_B", "Ho_st"]


def test_names_with_an_underscore_are_refused_where_wanted() -> None:
    assert status(UNDERSCORED, HeadParser(header_map="refuse")) == 400


@pytest.mark.parametrize("name", ["Content_Length", "Content_Type", "HOST_", "User_Agent"])
def test_the_dangerous_way_joins_but_decides_nothing(name: str) -> None:
    parser = HeadParser(header_map="dangerous")
    _, fields = read(get("/x", "X-A: good", "X_A: evil", f"{name}: 5"), parser)
    assert fields.get("x-a") == "good, evil"
    assert fields.get("host") == "a"
    assert fields.content_length is None
    assert fields.transfer_encoding is None
    assert fields.get("user-agent") is None


@pytest.mark.parametrize("header_map", ["drop", "refuse", "dangerous"])
def test_names_without_an_underscore_are_the_same_in_every_way(header_map: HeaderMap) -> None:
    _, fields = read(get("/x", "X-A: b"), HeadParser(header_map=header_map))
    assert fields.variables == {"HTTP_HOST": "a", "HTTP_X_A": "b"}


SMALL = Limits(line=30, fields=3, field=20, section=50)


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (get("/" + "p" * 16), None),
        (get("/" + "p" * 17), 414),
        (get("/", method="M" * 31), 400),
        (get("/", "A:", "B:"), None),
        (get("/", "A:", "B:", "C:"), 431),
        (get("/", "A: " + "b" * 17), None),
        (get("/", "A: " + "b" * 18), 431),
        (get("/", "A" * 20 + ":"), 431),
        (get("/", "A: " + "b" * 17, "B: " + "c" * 17), 431),
        (get("/", "A: " + "b" * 17, "B: " + "c" * 16), None),
    ],
)
def test_each_limit_has_its_status_and_its_last_good_byte(data: bytes, refused: int | None) -> None:
    parser = HeadParser(SMALL)
    if refused is None:
        read(data, parser)
    else:
        assert status(data, parser) == refused
