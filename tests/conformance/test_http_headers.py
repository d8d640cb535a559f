"""The header section: REQUIREMENTS.md 2.2, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.http_server import Served, serving
from tests.support.wire import chunked, get, post

CONTROLS = bytes([*range(0x09), *range(0x0A, 0x20), 0x7F])  # all but the tab


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


def section(*lines: bytes, end: bytes = b"\r\n") -> bytes:
    """A GET with these lines for its whole header section."""
    return b"GET /x HTTP/1.1\r\n" + b"".join(line + b"\r\n" for line in lines) + end


@pytest.mark.requirement("H-030")
def test_http_1_1_without_host_is_refused(server: Served) -> None:
    server.refused(section())
    server.refused(section(b"X-Host: a", b"Hos: a"))


@pytest.mark.requirement("H-030")
def test_http_1_0_without_host_is_served(server: Served) -> None:
    assert server.accepted(b"GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").body == b"root:/x"


@pytest.mark.requirement("H-031")
@pytest.mark.parametrize("second", [b"Host: a", b"Host: b", b"host: a", b"HOST:", b"Host: "])
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_two_host_lines_are_refused(server: Served, second: bytes, version: bytes) -> None:
    for lines in ((b"Host: a", second), (second, b"X-A: b", b"Host: a")):
        server.refused(section(*lines).replace(b"1.1", version, 1))


@pytest.mark.requirement("H-032")
@pytest.mark.parametrize(
    "host",
    [
        b"u@a",
        b"u:p@a",
        b"a/b",
        b"a/",
        b"/",
        b"a\\b",
        b"a?b",
        b"a#b",
        b"a, b",
        b"a,b",
        b"a b",
        b"a\tb",
        b"a:99x",
        b"a:x",
        b"a:-1",
        b"a:+80",
        b"a: 80",
        b"a:99999",
        b"a:80:80",
        b"[::1",
        b"::1]",
        b"[::1]x",
        b"[::1]:x",
        b"[]",
        b"[a",
        b"a[::1]",
        b"http://a",
        b"a\x01b",
        b"a\x7fb",
        b"a\xe9b",
        "é".encode(),
        b"<a>",
        b'"a"',
    ],
)
def test_an_invalid_host_is_refused(server: Served, host: bytes) -> None:
    server.refused(section(b"Host: " + host))


@pytest.mark.requirement("H-032")
@pytest.mark.parametrize(
    "host",
    ["a", "a.example", "a-b.c", "A", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:80", "a:8080"],
)
def test_a_valid_host_reaches_the_application(server: Served, host: str) -> None:
    request = f"GET /env HTTP/1.1\r\nHost: {host}\r\n\r\n"
    assert server.environ(request.encode())["HTTP_HOST"] == host


@pytest.mark.requirement("H-032")
@pytest.mark.parametrize("host", [b"Host:", b"Host: ", b"Host:\t", b"Host:a", b"Host:  a \t"])
def test_an_empty_or_padded_host_is_grammatical(server: Served, host: bytes) -> None:
    server.accepted(section(host))


@pytest.mark.requirement("H-033")
@pytest.mark.parametrize(
    "line",
    [
        "X-A : b",
        "X-A\t: b",
        "X-A  : b",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Content-Length : 5",
        "Content-Length\t: 5",
        "Connection : close",
    ],
)
def test_whitespace_before_the_colon_is_refused(server: Served, line: str) -> None:
    server.refused(get("/x", line))
    server.refused(get("/x", line, "X-B: c", method="POST"))


@pytest.mark.requirement("H-033")
def test_a_second_host_with_whitespace_before_its_colon_is_refused(server: Served) -> None:
    server.refused(get("/x", "Host : a"))


@pytest.mark.requirement("H-034")
@pytest.mark.parametrize("fold", ["\r\n ", "\r\n\t", " \r\n ", "\r\n \r\n "], ids=ascii)
@pytest.mark.parametrize(
    "line", ["X-A: b@c", "X-A:@b", "Transfer-Encoding:@chunked", "Content-Length:@5", "Host:@a"]
)
def test_a_folded_line_is_refused(server: Served, line: str, fold: str) -> None:
    server.refused(get("/x", line.replace("@", fold), method="POST"))


@pytest.mark.requirement("H-034")
def test_a_fold_at_the_end_of_the_section_is_refused(server: Served) -> None:
    server.refused(section(b"Host: a", b" "))
    server.refused(section(b"Host: a", b"X-A: b", b"\t"))


@pytest.mark.requirement("H-035")
@pytest.mark.parametrize(
    "first",
    [b" X-A: b", b"\tContent-Length: 5", b" Transfer-Encoding: chunked", b" ", b"\t", b" \t"],
)
def test_whitespace_right_after_the_request_line_is_refused(server: Served, first: bytes) -> None:
    server.refused(section(first, b"Host: a"))
    server.refused(section(first))


BAD_LINES = [
    b"X[A: b",
    b"X A: b",
    b"X\xe9: b",
    b"X\x85: b",
    b"X\xa0: b",
    b"\xa0X: b",
    b"X\0: b",
    b"\0X: b",
    b"X\x7f: b",
    b"X/A: b",
    b"X,A: b",
    b"X;A: b",
    b'"X": b',
    b"(X): b",
    b"{X}: b",
    b"X@A: b",
    b"X=A: b",
    b"X\\A: b",
    b": b",
    b":",
    b"XA",
    b"Content-Length 5",
    b"Transfer-Encoding chunked",
    b"Content-Length\xa0: 5",
    b"\xef\xbb\xbfX-A: b",
]


@pytest.mark.requirement("H-036")
@pytest.mark.parametrize("line", BAD_LINES)
def test_a_line_without_a_token_for_a_name_is_refused(server: Served, line: bytes) -> None:
    server.refused(section(b"Host: a", line))
    server.refused(section(line, b"Host: a"))


@pytest.mark.requirement("H-036")
def test_a_name_of_every_legal_punctuation_is_accepted(server: Served) -> None:
    server.accepted(get("/x", "!#$%&'*+-.^_`|~: b"))
    environ = server.environ(get("/env", "!#$%&'*+.^`|~: b"))
    assert environ["HTTP_!#$%&'*+.^`|~"] == "b"


@pytest.mark.requirement("H-037")
@pytest.mark.parametrize("value", CONTROLS, ids=hex)
@pytest.mark.parametrize("place", [b"b@c", b"@b", b"b@", b"@"])
def test_a_control_in_a_field_value_is_refused(server: Served, value: int, place: bytes) -> None:
    server.refused(section(b"Host: a", b"X-A: " + place.replace(b"@", bytes([value]))))


@pytest.mark.requirement("H-037")
@pytest.mark.parametrize("line", [b"X-A: b\rX-B: c", b"X-A: b\nX-B: c", b"X-A: b\r", b"X-A: b\0c"])
def test_nul_cr_and_lf_in_a_field_value_are_refused(server: Served, line: bytes) -> None:
    server.refused(section(b"Host: a", line))
    server.refused(section(line, b"Host: a"))


@pytest.mark.requirement("H-038")
@pytest.mark.parametrize(
    "data",
    [
        b"GET /x HTTP/1.1\rHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\rHost: a\r\r",
        b"GET /x HTTP/1.1\r\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\rX-A: b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\rZ",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\r\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\rX-A: b\r\n\r\n",
        b"\rGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\r\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_a_bare_cr_ends_no_line(server: Served, data: bytes) -> None:
    server.refused(data)


@pytest.mark.requirement("H-038")
def test_a_bare_cr_ends_no_chunk_size(server: Served) -> None:
    server.refused(chunked("/echo", b"5\rhello\r\n0\r\n\r\n"))


@pytest.mark.requirement("H-039")
@pytest.mark.parametrize(
    "data",
    [
        b"GET /x HTTP/1.1\nHost: a\n\n",
        b"GET /x HTTP/1.1\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\n",
        b"GET /x HTTP/1.1\r\nX-A: b\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nX-A: b\nX-B: c\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\n\n",
        b"\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\n\r\nHost: a\r\n\r\n",
    ],
)
def test_a_bare_lf_is_refused_wherever_it_ends_a_line(server: Served, data: bytes) -> None:
    server.refused(data)


@pytest.mark.requirement("H-039")
def test_a_request_of_bare_lfs_is_refused_without_waiting_for_more(server: Served) -> None:
    server.refused(b"GET /x HTTP/1.1\nHost: a\n\n", follow=b"")


@pytest.mark.requirement("H-040")
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"X-A: b"] * 20_000, id="20000 fields"),
        pytest.param([b"X-%d: b" % n for n in range(101)], id="101 fields"),
        pytest.param([b"X-A: " + b"b" * 8_300], id="a field of 8300 bytes"),
        pytest.param([b"X-A: " + b"b" * 100_000], id="a field of 100 kB"),
        pytest.param([b"X-A: " + b"b" * 1_000_000], id="a field of 1 MB"),
        pytest.param([b"X" * 100_000 + b": b"], id="a name of 100 kB"),
        pytest.param([b"X-%d: " % n + b"b" * 8_000 for n in range(9)], id="72 kB in all"),
    ],
)
def test_a_section_above_a_limit_gets_431(server: Served, lines: list[bytes]) -> None:
    server.refused(section(b"Host: a", *lines), 431)


@pytest.mark.requirement("H-040")
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"X-A: " + b"b" * 8_300], id="a field"),
        pytest.param([b"X" * 8_300], id="a name"),
        pytest.param([b"X-%d: b\r\n" % n for n in range(101)], id="fields"),
        pytest.param([b"X: " + b"b" * 8_000 + b"\r\n"] * 10, id="section"),
    ],
)
def test_a_section_without_end_gets_431_at_the_limit(server: Served, lines: list[bytes]) -> None:
    server.refused(b"GET /x HTTP/1.1\r\nHost: a\r\n" + b"".join(lines), 431, follow=b"")


@pytest.mark.requirement("H-040")
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([f"X-{n}: b" for n in range(99)], id="100 fields"),
        pytest.param([f"X-{n}: {'b' * 8_000}" for n in range(8)], id="64 kB"),
        pytest.param(
            [f"Cookie: {name}={'c' * 8_000}" for name in "ab"] + [f"X-{n}: b" for n in range(80)],
            id="16 kB of cookies and 80 fields",
        ),
    ],
)
def test_a_section_of_real_traffic_is_accepted(server: Served, lines: list[str]) -> None:
    assert server.accepted(get("/x", *lines)).body == b"root:/x"


@pytest.mark.requirement("H-040")
@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ("--limit-request-fields=5", [f"X-{n}: b" for n in range(5)]),
        ("--limit-request-field-size=100", ["X-A: " + "b" * 100]),
        (
            "--limit-request-head=1000 --limit-request-field-size=100",
            [f"X-{n}: {'b' * 90}" for n in range(12)],
        ),
    ],
)
def test_every_limit_of_the_section_is_a_setting(settings: str, lines: list[str]) -> None:
    with serving(*settings.split()) as small:
        small.accepted(get("/x", *[line[:60] for line in lines[:4]]))
        small.refused(get("/x", *lines), 431)


@pytest.mark.requirement("H-042")
@pytest.mark.parametrize(
    "lines",
    [
        [b"Host: a"],
        [b"Host: a", b"Content-Length: 5", b"Expect: 100-continue"],
        [b"Host: a", b"Connection: close"],
    ],
)
def test_nothing_happens_before_the_section_is_complete(server: Served, lines: list[bytes]) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(section(*lines, end=b""))
        assert client.is_silent(0.3)
        assert server.events(start) == []
        client.send(b"\r\n")
        if len(lines) == 3:
            assert client.interim() == 100
            client.send(b"hello")
        assert client.answer().status == 200


@pytest.mark.requirement("H-043")
@pytest.mark.parametrize(
    "lines",
    [
        ["Connection: close"],
        ["Connection: CLOSE"],
        ["Connection:close"],
        ["Connection: , ,Close ,"],
        ["Connection: close,"],
        ["Connection:\tfoo\t,\tclose\t"],
        ["Connection: foo, close"],
        ["Connection: foo", "Connection: close"],
        ["Connection: close", "Connection: foo"],
        ["Connection: keep-alive", "X-A: b", "connection: Close"],
        ["Connection:", "Connection: close"],
    ],
)
def test_close_is_understood_anywhere_in_the_list_of_connection(
    server: Served, lines: list[str]
) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(get("/x", *lines) + get("/never"))
        answer = client.answer()
        assert answer.body == b"root:/x"
        assert answer.closes
        assert client.at_end()
    assert server.events(start) == ["call GET /x"]


@pytest.mark.requirement("H-043")
@pytest.mark.parametrize(
    "value", ["", ",", " , ,", "foo", "closed", "not-close", '"close"', "Keep-Alive, , foo"]
)
def test_a_connection_list_without_close_keeps_the_connection(server: Served, value: str) -> None:
    assert server.accepted(get("/x", f"Connection: {value}")).body == b"root:/x"


@pytest.mark.requirement("H-043")
@pytest.mark.parametrize(
    "value", ["100-Continue", ", 100-continue", "100-continue ,", "\t100-CONTINUE"]
)
def test_expect_is_read_as_a_list_without_regard_to_case(server: Served, value: str) -> None:
    with server.connect() as client:
        head, body = post("/echo", b"hello", f"Expect: {value}").split(b"hello")
        client.send(head)
        assert client.interim() == 100
        client.send(b"hello" + body)
        assert client.answer().body == b"hello"
