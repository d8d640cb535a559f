"""The request line and its target: REQUIREMENTS.md 2.1, on real sockets."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

import pytest

from tests.conformance.http_server import NEXT, Served, serving
from tests.support.wire import chunked, get, post

TOKEN = (string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~").encode()
CONTROLS = bytes([*range(0x20), 0x7F])
HIGH = bytes(range(0x80, 0x100))
FREE_IN_TARGETS = b'"<>\\^`{|}%'  # outside the grammar, harmless to framing: either verdict


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


def line(request_line: bytes) -> bytes:
    """A request with this first line and nothing else remarkable."""
    return request_line + b"\r\nHost: a\r\n\r\n"


def accepted_bytes(server: Served, template: bytes) -> set[int]:
    """The byte values that may stand at the @ of a request without its being refused."""
    data = {value: template.replace(b"@", bytes([value])) for value in range(256)}
    return {value for value in data if server.verdict(data[value]) == 200}


@pytest.mark.requirement("H-001", "H-005")
def test_of_all_bytes_a_method_takes_those_of_a_token(server: Served) -> None:
    assert accepted_bytes(server, line(b"G@T /x HTTP/1.1")) == set(TOKEN)


@pytest.mark.requirement("H-001", "H-011")
def test_of_all_bytes_a_target_takes_visible_ascii_without_a_fragment(server: Served) -> None:
    accepted = accepted_bytes(server, line(b"GET /x@y HTTP/1.1"))
    assert accepted | set(FREE_IN_TARGETS) == set(range(0x21, 0x7F)) - set(b"#")


@pytest.mark.requirement("H-001", "H-036")
def test_of_all_bytes_a_field_name_takes_those_of_a_token(server: Served) -> None:
    accepted = accepted_bytes(server, get("/x", "X@Y: b"))
    assert accepted == set(TOKEN) | set(b":")  # `X:Y: b` is a field X


@pytest.mark.requirement("H-001", "H-037")
def test_of_all_bytes_a_field_value_takes_all_but_controls(server: Served) -> None:
    accepted = accepted_bytes(server, get("/x", "X-A: b@c"))
    assert accepted == set(range(256)) - set(CONTROLS) | set(b"\t")


SEGMENTED = {
    "bare": get("/x"),
    "with fields": get("/x?q=1", "X-A: b", "Cookie: c=d"),
    "after an empty line": b"\r\n" + get("/x"),
    "with a body": post("/echo", b"hello\r\n\r\n"),
    "chunked": chunked("/echo", b"5;a=b\r\nhello\r\n00\r\nX-T: 1\r\n\r\n"),
    "pipelined": get("/a") + post("/echo", b"b") + get("/c"),
}


@pytest.mark.requirement("H-002")
@pytest.mark.parametrize("data", SEGMENTED.values(), ids=SEGMENTED)
def test_a_request_means_the_same_at_every_cut(server: Served, data: bytes) -> None:
    whole = conversation(server, [data + NEXT])
    for cut in range(1, len(data)):
        assert conversation(server, [data[:cut], data[cut:] + NEXT]) == whole


@pytest.mark.requirement("H-002")
@pytest.mark.parametrize("data", SEGMENTED.values(), ids=SEGMENTED)
def test_a_request_means_the_same_byte_by_byte(server: Served, data: bytes) -> None:
    sent = data + NEXT
    assert conversation(server, [sent[at : at + 1] for at in range(len(sent))]) == (
        conversation(server, [sent])
    )


def conversation(server: Served, pieces: list[bytes]) -> list[tuple[int, bytes]]:
    """The answers up to that of NEXT.

    Between two pieces another client is served, so that the first is read before the next comes.
    """
    answers: list[tuple[int, bytes]] = []
    with server.connect() as client, server.connect() as other:
        for piece in pieces:
            client.send(piece)
            if piece is not pieces[-1]:
                other.send(get("/between"))
                other.answer()
        while not answers or answers[-1][1] != b"root:/next":
            answer = client.answer()
            answers.append((answer.status, answer.body))
    return answers


@pytest.mark.requirement("H-003")
def test_an_empty_line_before_a_request_is_skipped(server: Served) -> None:
    assert server.accepted(b"\r\n" + get("/x")).body == b"root:/x"


@pytest.mark.requirement("H-003")
def test_an_empty_line_between_two_requests_is_skipped(server: Served) -> None:
    assert server.accepted(post("/echo", b"hello") + b"\r\n").body == b"hello"


@pytest.mark.requirement("H-003")
@pytest.mark.parametrize("count", [5, 6, 100, 10_000])
def test_more_empty_lines_than_four_end_the_connection(server: Served, count: int) -> None:
    server.accepted(b"\r\n" * 4 + get("/x"))
    server.refused(b"\r\n" * count, follow=b"")
    server.refused(b"\r\n" * count)


@pytest.mark.requirement("H-004")
@pytest.mark.parametrize(
    "request_line",
    [
        b"GET  /x HTTP/1.1",
        b"GET /x  HTTP/1.1",
        b"GET\t/x HTTP/1.1",
        b"GET /x\tHTTP/1.1",
        b"GET\t/x\tHTTP/1.1",
        b"GET\v/x HTTP/1.1",
        b"GET /x\vHTTP/1.1",
        b"GET\f/x HTTP/1.1",
        b"GET /x\fHTTP/1.1",
        b"GET\xa0/x HTTP/1.1",
        b" GET /x HTTP/1.1",
        b"\tGET /x HTTP/1.1",
        b"GET /x HTTP/1.1 ",
        b"GET /x HTTP/1.1\t",
        b"GET /x HTTP/1.1 y",
        b"GET /x y HTTP/1.1",
        b"GET /x\ty HTTP/1.1",
        b"GET /xHTTP/1.1",
        b"GET/x HTTP/1.1",
    ],
)
def test_anything_but_single_spaces_between_the_parts_is_refused(
    server: Served, request_line: bytes
) -> None:
    server.refused(line(request_line))


@pytest.mark.requirement("H-005")
@pytest.mark.parametrize(
    "method", [b"G(T", b"GE\0T", b"G\xc9T", "GÉT".encode(), b"", b"GET,", b'"GET"', b"G\x7fT"]
)
def test_a_method_that_is_no_token_is_refused(server: Served, method: bytes) -> None:
    server.refused(line(method + b" /x HTTP/1.1"))


@pytest.mark.requirement("H-005")
@pytest.mark.parametrize(
    "method", ["M-SEARCH", "FOO", "get", "PROPFIND", "QUERY", "!#$%&'*+-.^_`|~"]
)
def test_a_method_that_is_a_token_goes_to_the_application(server: Served, method: str) -> None:
    assert server.environ(get("/env", method=method))["REQUEST_METHOD"] == method


@pytest.mark.requirement("H-006")
@pytest.mark.parametrize(
    "version",
    [
        b"http/1.1",
        b"Http/1.1",
        b"HTTP/1",
        b"HTTP/1.",
        b"HTTP/.1",
        b"HTTP/01.1",
        b"HTTP/1.01",
        b"HTTP/1.10",
        b"HTTP/11.1",
        b"HTTP/1.1.1",
        b"HTTP/+1.1",
        b"HTTP/1,1",
        b"HTTP/1.x",
        b"HTTP /1.1",
        b"HTTP/ 1.1",
        b"HTTP/1 .1",
        b"HTTP/1. 1",
        "HTTP/1.\N{ARABIC-INDIC DIGIT ONE}".encode(),
        "HTTP/\N{FULLWIDTH DIGIT ONE}.1".encode(),
        b"HTTP/1.\xb9",
        b"HTTP/1.1\0",
        b"HTTQ/1.1",
        b"HTTP-1.1",
        b"HTTPS/1.1",
        b"1.1",
        b"",
    ],
)
def test_a_malformed_version_is_refused(server: Served, version: bytes) -> None:
    server.refused(line(b"GET /x " + version))


@pytest.mark.requirement("H-007")
@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/3.1", b"HTTP/0.9", b"HTTP/9.9"])
def test_a_major_version_other_than_1_gets_505(server: Served, version: bytes) -> None:
    server.refused(line(b"GET /x " + version), 505)


@pytest.mark.requirement("H-007")
def test_the_preface_of_http2_gets_one_answer(server: Served) -> None:
    server.refused(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)


@pytest.mark.requirement("H-008")
@pytest.mark.parametrize("minor", range(2, 10))
def test_a_higher_minor_version_is_served_as_http_1_1(server: Served, minor: int) -> None:
    assert server.accepted(get("/x", version=f"1.{minor}")).body == b"root:/x"
    streamed = server.accepted(get("/stream", version=f"1.{minor}"))
    assert streamed.framing == "chunked"


@pytest.mark.requirement("H-009")
@pytest.mark.parametrize(
    "data", [b"GET /x\r\n", b"GET /x\r\n\r\n", b"GET /x\r\nHost: a\r\n\r\n", b"GET /x \r\n\r\n"]
)
def test_a_request_without_a_version_is_refused_with_a_whole_answer(
    server: Served, data: bytes
) -> None:
    server.refused(data, follow=b"")
    server.refused(data)


@pytest.mark.requirement("H-010")
@pytest.mark.parametrize("path", ["/len1", "/stream", "/write", "/status/304", "/fail"])
def test_an_answer_to_http_1_0_says_1_1_and_is_never_chunked(server: Served, path: str) -> None:
    with server.connect() as client:
        client.send(get(path, version="1.0"))
        answer = client.answer()
        assert answer.head.startswith(b"HTTP/1.1 ")
        assert answer.get("transfer-encoding") is None
        assert client.at_end()


@pytest.mark.requirement("H-011")
@pytest.mark.parametrize("value", [*CONTROLS, *HIGH], ids=hex)
def test_a_control_or_8_bit_byte_in_path_or_query_is_refused(server: Served, value: int) -> None:
    server.refused(line(b"GET /x%cy HTTP/1.1" % value))
    server.refused(line(b"GET /x?a=%c HTTP/1.1" % value))


@pytest.mark.requirement("H-012")
@pytest.mark.parametrize(
    "target",
    [b"x", b"?a", b"../x", b"./x", b"x/y", b"\\x", b"%2Fx", b"", b"/env#frag", b"/env?a#b", b"#"],
)
def test_a_relative_target_or_a_fragment_is_refused(server: Served, target: bytes) -> None:
    server.refused(line(b"GET " + target + b" HTTP/1.1"))


@pytest.mark.requirement("H-012")
@pytest.mark.parametrize("path", ["//x", "//evil.example/x", "/../x", "/x//y", "/x/./y"])
def test_a_path_reaches_the_application_as_it_was_sent(server: Served, path: str) -> None:
    assert server.accepted(get(path)).body == f"root:{path}".encode()


@pytest.mark.requirement("H-020")
@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("http://b.example", b"root:/"),
        ("http://b.example/", b"root:/"),
        ("http://b.example?q=1", b"root:/?q=1"),
        ("http://b.example:81/x/y", b"root:/x/y"),
        ("http://b.example/x?q=http://c/", b"root:/x?q=http://c/"),
        ("HTTP://b.example/x", b"root:/x"),
    ],
)
def test_an_absolute_target_names_path_and_query(server: Served, target: str, shown: bytes) -> None:
    assert server.accepted(get(target)).body == shown


@pytest.mark.requirement("H-021")
def test_the_authority_of_an_absolute_target_replaces_host(server: Served) -> None:
    environ = server.environ(get("http://b.example:81/env/p?q=1"))
    assert environ["HTTP_HOST"] == "b.example:81"
    assert environ["SCRIPT_NAME"] + environ["PATH_INFO"] == "/env/p"
    assert environ["QUERY_STRING"] == "q=1"


@pytest.mark.requirement("H-021")
@pytest.mark.parametrize("lines", [[], ["Host: a", "Host: a"], ["Host: u@a"], ["Host: a b"]])
def test_an_absolute_target_excuses_no_missing_or_wrong_host(
    server: Served, lines: list[str]
) -> None:
    head = ["GET http://b.example/x HTTP/1.1", *lines, "", ""]
    server.refused("\r\n".join(head).encode())


@pytest.mark.requirement("H-022")
@pytest.mark.parametrize(
    "target",
    [
        "ftp://b/x",
        "file:///x",
        "javascript:alert(1)",
        "http:/x",
        "http:x",
        "http://",
        "http:///x",
        "http://:80/x",
        "http://u:p@b/x",
        "http://u@b/x",
        "http://@b/x",
        "http://b:x/x",
        "http://b:99999/x",
        "http://[::1/x",
        "http://b,c/x",
        "http://b/x#y",
        "http://b\\@c/x",
    ],
)
def test_an_absolute_target_of_another_kind_is_refused(server: Served, target: str) -> None:
    server.refused(get(target))


@pytest.mark.requirement("H-022")
def test_an_https_target_is_misdirected_to_a_plain_listener(server: Served) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(get("https://b/never") + NEXT)
        answer = client.answer()
        assert (answer.status, answer.closes) == (421, False)
        assert client.answer().body == b"root:/next"
    assert server.events(start) == ["call GET /next"]


@pytest.mark.requirement("H-023")
def test_options_of_the_server_itself_is_answered_by_the_server(server: Served) -> None:
    start = server.mark()
    answer = server.accepted(get("*", method="OPTIONS"))
    assert answer.body == b""
    assert server.events(start) == ["call GET /next"]


@pytest.mark.requirement("H-023")
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "options"])
def test_an_asterisk_with_another_method_is_refused(server: Served, method: str) -> None:
    server.refused(get("*", method=method))


@pytest.mark.requirement("H-023")
@pytest.mark.parametrize("target", ["*x", "**", "*?a"])
def test_an_asterisk_with_more_behind_it_is_refused(server: Served, target: str) -> None:
    server.refused(get(target, method="OPTIONS"))


@pytest.mark.requirement("H-024")
def test_connect_is_not_implemented(server: Served) -> None:
    server.refused(get("b:443", method="CONNECT"), 501)


@pytest.mark.requirement("H-024")
@pytest.mark.parametrize("target", ["b", "b:", "b:x", ":443", "/x", "http://b/x", "*", "u@b:443"])
def test_connect_to_no_authority_is_refused_too(server: Served, target: str) -> None:
    server.refused(get(target, method="CONNECT"), 400, 501)


@pytest.mark.requirement("H-024")
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "connect"])
def test_an_authority_as_target_of_another_method_is_refused(server: Served, method: str) -> None:
    server.refused(get("b:443", method=method))


@pytest.mark.requirement("H-025")
def test_a_path_of_7980_bytes_is_accepted(server: Served) -> None:
    path = "/" + "x" * 7979
    assert server.accepted(get(path)).body == f"root:{path}".encode()


@pytest.mark.requirement("H-026")
@pytest.mark.parametrize("size", [8_300, 100_000, 1_000_000])
def test_a_target_above_the_limit_gets_414(server: Served, size: int) -> None:
    server.refused(get("/" + "x" * size), 414)


@pytest.mark.requirement("H-026")
@pytest.mark.parametrize("size", [8_300, 70_000])
def test_a_method_without_end_is_refused(server: Served, size: int) -> None:
    server.refused(line(b"M" * size + b" /x HTTP/1.1"), 400, 501)


@pytest.mark.requirement("H-026")
@pytest.mark.parametrize(
    ("data", "statuses"),
    [(b"GET /" + b"x" * 8_300, [414]), (b"M" * 8_300, [400, 501])],
    ids=["target", "method"],
)
def test_a_line_without_end_is_refused_at_the_limit(
    server: Served, data: bytes, statuses: list[int]
) -> None:
    server.refused(data, *statuses, follow=b"")


@pytest.mark.requirement("H-026")
def test_the_limit_of_the_line_is_a_setting() -> None:
    with serving("--limit-request-line", "100") as small:
        small.accepted(get("/" + "x" * 50))
        small.refused(get("/" + "x" * 100), 414)


HELLO = bytes.fromhex("16030100800100007c0303") + random.Random(1).randbytes(122)


@pytest.mark.requirement("H-027")
@pytest.mark.parametrize(
    "data",
    [b"", HELLO, random.Random(2).randbytes(1024), b"\0" * 1024, b"SSH-2.0-x\r\n", b"\r\n"],
    ids=["nothing", "TLS hello", "random", "zeros", "SSH", "an empty line"],
)
def test_what_is_not_http_gets_a_400_or_a_quiet_close(data: bytes, server: Served) -> None:
    name = f"{id(data):x}"
    server.healthy(f"/before/{name}")
    start = server.mark()
    with server.connect() as client:
        client.send(data)
        client.half_close()
        assert client.rest()[:12] in (b"", b"HTTP/1.1 400")
    server.healthy(f"/after/{name}")
    assert server.events(start) == [f"call GET /after/{name}"]
    logged = server.process.wait_for(rf"/before/{name} .*\n(?P<between>(?s:.*))^.*/after/{name} ")
    assert "Traceback" not in logged["between"]
    assert len(logged["between"].splitlines()) <= 1
