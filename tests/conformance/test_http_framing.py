"""Which body follows a head: REQUIREMENTS.md 2.3, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.http_server import Served, serving
from tests.support.wire import chunked, get, post

SWEPT = [*range(0x01, 0x09), *range(0x0A, 0x20), *range(0x7F, 0x100)]  # all but the tab
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def small() -> Iterator[Served]:
    """A server that takes bodies up to 1 MiB."""
    with serving("--limit-request-body", "1MiB") as served:
        yield served


def framed(*lines: bytes, version: bytes = b"1.1", body: bytes = b"") -> bytes:
    """A POST with these framing fields, as bytes."""
    head = b"POST /echo HTTP/" + version + b"\r\nHost: a\r\n"
    return head + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


@pytest.mark.requirement("H-050")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS", "FOO"])
def test_without_framing_fields_the_body_is_empty(server: Served, method: str) -> None:
    assert server.accepted(get("/echo", method=method)).body == b""


@pytest.mark.requirement("H-051")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE", "TRACE", "FOO"])
def test_a_body_is_consumed_whatever_the_method(server: Served, method: str) -> None:
    body = b"" if method == "HEAD" else b"hello"
    sized = get("/echo", "Content-Length: 5", method=method) + b"hello"
    assert server.accepted(sized, method).body == body
    in_chunks = get("/echo", "Transfer-Encoding: chunked", method=method) + CHUNKS
    assert server.accepted(in_chunks, method).body == body


@pytest.mark.requirement("H-051")
@pytest.mark.parametrize("path", ["/x", "/echo"])
def test_a_body_that_looks_like_a_request_is_a_body(server: Served, path: str) -> None:
    body = get("/never")
    for method in ("GET", "HEAD", "POST"):
        sized = get(path, f"Content-Length: {len(body)}", method=method) + body
        server.accepted(sized, method)


@pytest.mark.requirement("H-051", "H-023")
def test_a_body_of_a_question_about_the_server_is_consumed_or_refused(server: Served) -> None:
    body = get("/never")
    asked = get("*", f"Content-Length: {len(body)}", method="OPTIONS") + body
    assert server.verdict(asked) in (200, 400, 413)


@pytest.mark.requirement("H-052")
@pytest.mark.parametrize(
    "value",
    [
        b"+5",
        b"-5",
        b"-0",
        b"+0",
        b"0x5",
        b"0o5",
        b"0b1",
        b"0_5",
        b"1_0",
        b"0 5",
        b"5 5",
        b"5.0",
        b"5.",
        b"5e0",
        b"5a",
        b"a",
        b"",
        b" ",
        b"\t",
        "\N{ARABIC-INDIC DIGIT FIVE}".encode(),
        "\N{FULLWIDTH DIGIT FIVE}".encode(),
        b"\xb2",
        b"5;a",
        b"\v5",
        b"5\v",
        b"\f5",
        b"\xa05",
        b"5\xa0",
        b"\x855",
        b"5\x1c",
        b"5\0",
        b'"5"',
        b"5,",
        b",5",
        b"5\r",
        b"5\n",
    ],
)
def test_a_length_that_is_not_digits_alone_is_refused(server: Served, value: bytes) -> None:
    server.refused(framed(b"Content-Length: " + value, body=b"hello"))


@pytest.mark.requirement("H-052")
@pytest.mark.parametrize("value", [b"5", b"05", b"005", b"0" * 30 + b"5", b"  5 ", b"\t5\t"])
def test_a_length_of_digits_is_decimal(server: Served, value: bytes) -> None:
    assert server.accepted(framed(b"Content-Length: " + value, body=b"hello")).body == b"hello"


@pytest.mark.requirement("H-052")
@pytest.mark.parametrize("value", [b"010", b"0010"])
def test_a_leading_zero_means_no_octal(server: Served, value: bytes) -> None:
    sized = framed(b"Content-Length: " + value, body=b"0123456789")
    assert server.accepted(sized).body == b"0123456789"


@pytest.mark.requirement("H-052")
@pytest.mark.parametrize("line", [b"content-length:5", b"CONTENT-LENGTH: 5", b"cOnTeNt-LeNgTh: 5"])
def test_the_name_of_the_length_has_no_case(server: Served, line: bytes) -> None:
    assert server.accepted(framed(line, body=b"hello")).body == b"hello"


@pytest.mark.requirement("H-054")
@pytest.mark.parametrize(
    "lines",
    [
        [b"Content-Length: 5", b"Content-Length: 6"],
        [b"Content-Length: 6", b"Content-Length: 5"],
        [b"Content-Length: 5", b"Content-Length: 5"],
        [b"Content-Length: 0", b"Content-Length: 5"],
        [b"Content-Length: 5", b"X-A: b", b"content-length: 5"],
        [b"Content-Length: 5", b"Content-Length: 05"],
        [b"Content-Length: 5", b"Content-Length:"],
        [b"Content-Length: 5, 6"],
        [b"Content-Length: 5, 5"],
        [b"Content-Length: 5,5"],
        [b"Content-Length: 5, 5", b"Content-Length: 5"],
    ],
)
def test_more_than_one_length_is_refused(server: Served, lines: list[bytes]) -> None:
    server.refused(framed(*lines, body=b"hello"))


@pytest.mark.requirement("H-055")
@pytest.mark.parametrize(
    ("digits", "statuses"),
    [
        ("9" * 18, [413]),
        ("9" * 19, [413]),
        (str(1 << 64), [413]),
        ("9" * 30, [413]),
        ("9" * 5000, [400, 413]),
        (str((1 << 30) + 1), [413]),
    ],
    ids=["18 digits", "19 digits", "2**64", "30 digits", "5000 digits", "the limit and one"],
)
def test_a_huge_length_is_refused_before_its_body(
    server: Served, digits: str, statuses: list[int]
) -> None:
    server.refused(framed(b"Content-Length: " + digits.encode()), *statuses, follow=b"")
    server.healthy()


@pytest.mark.requirement("H-055")
def test_a_claimed_length_takes_no_memory(server: Served) -> None:
    server.healthy()
    before = server.process.resident()
    start = server.mark()
    clients = [server.connect() for _ in range(10)]
    for client in clients:
        client.send(framed(b"Content-Length: %d" % (1 << 30), body=b"x"))
    server.healthy()
    assert server.process.resident() - before < 50 * MEGABYTE
    for client in clients:
        client.close()
    assert server.events(start) == ["call GET /health"]


@pytest.mark.requirement("H-056")
@pytest.mark.parametrize(
    "body", [CHUNKS, b"hello", b"0\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n"]
)
@pytest.mark.parametrize(
    "lines",
    [
        [b"Transfer-Encoding: chunked", b"Content-Length: 5"],
        [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
        [b"Content-Length: 5", b"X-A: b", b"transfer-encoding: CHUNKED"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 15"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 0"],
        [b"Transfer-Encoding: chunked", b"Content-Length: junk"],
        [b"Transfer-Encoding: chunked", b"Content-Length:"],
        [b"Transfer-Encoding: identity", b"Content-Length: 5"],
        [b"Transfer-Encoding:", b"Content-Length: 5"],
        [b"Content-Length: 5", b"Transfer-Encoding: xchunked"],
    ],
)
def test_a_length_beside_a_transfer_coding_is_refused(
    server: Served, lines: list[bytes], body: bytes
) -> None:
    server.refused(framed(*lines, body=body), 400, 501)


@pytest.mark.requirement("H-057")
@pytest.mark.parametrize(
    "value",
    [b"gzip", b"identity", b"chunked, gzip", b"chunked, identity", b"deflate", b"chunked, x", b"x"],
)
def test_a_last_coding_other_than_chunked_is_refused(server: Served, value: bytes) -> None:
    server.refused(framed(b"Transfer-Encoding: " + value, body=CHUNKS))


@pytest.mark.requirement("H-057")
def test_a_last_coding_on_a_line_of_its_own_is_the_last(server: Served) -> None:
    lines = [b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip"]
    server.refused(framed(*lines, body=CHUNKS))


@pytest.mark.requirement("H-058")
@pytest.mark.parametrize(
    "lines",
    [
        [b"Transfer-Encoding: gzip, chunked"],
        [b"Transfer-Encoding: identity, chunked"],
        [b"Transfer-Encoding: cow, chunked"],
        [b"Transfer-Encoding: x,chunked"],
        [b"Transfer-Encoding: deflate;q=1, chunked"],
        [b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked"],
    ],
)
def test_an_unknown_coding_before_chunked_gets_501(server: Served, lines: list[bytes]) -> None:
    server.refused(framed(*lines, body=CHUNKS), 501)


@pytest.mark.requirement("H-059")
@pytest.mark.parametrize(
    "value", [b"chunked", b"ChUnKeD", b"CHUNKED", b" chunked ", b"\tchunked\t"]
)
def test_chunked_is_understood_without_regard_to_case(server: Served, value: bytes) -> None:
    request = framed(b"Transfer-Encoding:" + value, body=CHUNKS)
    assert server.accepted(request).body == b"hello"


@pytest.mark.requirement("H-059")
@pytest.mark.parametrize(
    "lines",
    [
        [b"Transfer-Encoding: chunked, chunked"],
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked, gzip, chunked"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: chunkedx"],
        [b"Transfer-Encoding: x-chunked"],
        [b"Transfer-Encoding: chunked;a=b"],
        [b"Transfer-Encoding: chunked;"],
        [b"Transfer-Encoding: chunked; a"],
        [b'Transfer-Encoding: "chunked"'],
        [b"Transfer-Encoding: 'chunked'"],
        [b"Transfer-Encoding: chunked cow"],
        [b"Transfer-Encoding: cow chunked"],
        [b"Transfer-Encoding: chunk ed"],
        [b"Transfer-Encoding: chunke"],
        [b"Transfer-Encoding: true"],
        [b"Transfer-Encoding: ch%75nked"],
        [b"Transfer-Encoding: =?utf-8?q?chunked?="],
        ["Transfer-Encoding: chun\N{KELVIN SIGN}ed".encode()],
    ],
)
def test_anything_but_one_whole_token_chunked_is_refused(
    server: Served, lines: list[bytes]
) -> None:
    server.refused(framed(*lines, body=CHUNKS), 400, 501)


@pytest.mark.requirement("H-060")
@pytest.mark.parametrize(
    "line",
    [
        b"Transfer-Encoding: \vchunked",
        b"Transfer-Encoding: \fchunked",
        b"Transfer-Encoding: chunked\0",
        b"Transfer-Encoding: \xa0chunked",
        b"Transfer-Encoding: chunked\xa0",
        b"Transfer-Encoding:",
        b"Transfer-Encoding: ",
        b"Transfer-Encoding: ,",
        b"Transfer-Encoding: , chunked",
        b"Transfer-Encoding: ,chunked",
        b"Transfer-Encoding: chunked,",
        b"Transfer-Encoding: chunked, ",
        b"Transfer-Encoding: ,,chunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding\t: chunked",
        b" Transfer-Encoding: chunked",
        b"Transfer-Encoding\r\n : chunked",
        b"Transfer-Encoding:\r\n chunked",
        b"Transfer-Encoding: chun\r\n ked",
        b"Transfer\xadEncoding: chunked",
        b"X: X\nTransfer-Encoding: chunked",
        b"X: X\rTransfer-Encoding: chunked",
        b"X: X\n\rTransfer-Encoding: chunked",
        b"Transfer-Encoding: x\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: \nchunked",
        b"Transfer-Encoding: \rchunked",
        b"Transfer-Encoding: {chunked}",
        b"Transfer-Encoding: chunked\\",
        b"Transfer Encoding: chunked",
        b'"Transfer-Encoding": chunked',
    ],
)
def test_an_obfuscated_transfer_coding_is_refused(server: Served, line: bytes) -> None:
    server.refused(framed(line, body=CHUNKS), 400, 501)
    server.refused(framed(b"Content-Length: 5", line, body=b"hello"), 400, 501)


@pytest.mark.requirement("H-060", "H-121")
@pytest.mark.parametrize(
    "place",
    [
        b"Transfer-Encoding: @chunked",
        b"Transfer-Encoding:@chunked",
        b"Transfer-Encoding: chunked@",
        b"Transfer-Encoding: @ chunked",
        b"Transfer-Encoding: chunked @",
        b"Transfer-Encoding: chu@nked",
        b"@Transfer-Encoding: chunked",
        b"Transfer-Encoding@: chunked",
        b"Transfer@Encoding: chunked",
        b"X: X@Transfer-Encoding: chunked",
    ],
)
def test_no_byte_around_or_within_a_transfer_coding_goes_unseen(
    server: Served, place: bytes
) -> None:
    for value in SWEPT:
        line = place.replace(b"@", bytes([value]))
        if line.startswith(b"X: X") and value >= 0x80:  # obs-text: this is the value of X
            assert server.accepted(framed(b"Content-Length: 5", line, body=b"hello")).body
            continue
        server.refused(framed(line, body=CHUNKS), 400, 501)


@pytest.mark.requirement("H-060")
@pytest.mark.parametrize("name", [b"Transfer_Encoding", b"transfer_encoding", b"TRANSFER_ENCODING"])
def test_a_transfer_coding_with_an_underscore_is_refused(server: Served, name: bytes) -> None:
    server.refused(framed(name + b": chunked", body=CHUNKS))
    server.refused(framed(b"Content-Length: 5", name + b": chunked", body=b"hello"))


@pytest.mark.requirement("H-060")
def test_a_length_with_an_underscore_is_no_length(server: Served) -> None:
    environ = server.environ(post("/env", b"hello", "Content_Length: 0"))
    assert environ["CONTENT_LENGTH"] == "5"
    assert "HTTP_CONTENT_LENGTH" not in environ


@pytest.mark.requirement("H-060")
def test_every_underscore_is_refused_where_the_operator_wants_it() -> None:
    with serving("--header-map", "refuse") as strict:
        strict.refused(get("/x", "Content_Length: 5"))
        strict.refused(get("/x", "X_A: b"))
        strict.accepted(get("/x", "X-A: b_c"))


@pytest.mark.requirement("H-061")
@pytest.mark.parametrize(
    "lines",
    [
        [b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Connection: keep-alive"],
        [b"Transfer-Encoding: chunked", b"Connection: keep-alive", b"Content-Length: 15"],
        [b"Content-Length: 15", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: identity", b"Connection: keep-alive"],
    ],
)
def test_a_transfer_coding_in_http_1_0_is_refused(server: Served, lines: list[bytes]) -> None:
    server.refused(framed(*lines, version=b"1.0", body=CHUNKS))


@pytest.mark.requirement("H-062")
def test_an_announced_length_above_the_limit_gets_413_at_once(small: Served) -> None:
    small.refused(framed(b"Content-Length: 2000000"), 413, follow=b"")
    small.refused(framed(b"Content-Length: 1048577"), 413, follow=b"")
    small.refused(framed(b"Content-Length: 2000000", body=b"x" * 2_000_000), 413)


@pytest.mark.requirement("H-062")
@pytest.mark.parametrize("size", [1000, 65536])
def test_a_chunked_body_is_counted_as_it_arrives(small: Served, size: int) -> None:
    chunk = b"%x\r\n%b\r\n" % (size, b"x" * size)
    chunks = MEGABYTE // size
    within = chunk * chunks + b"0\r\n\r\n"
    assert int(small.accepted(chunked("/count", within)).body) == chunks * size
    small.refused(chunked("/count", chunk * (chunks + 1)), 413)


@pytest.mark.requirement("H-062")
def test_an_announced_chunk_above_the_limit_gets_413_at_once(small: Served) -> None:
    small.refused(chunked("/count", b"FFFFFFFF\r\n"), 413, follow=b"")
    small.refused(chunked("/count", b"100001\r\n"), 413, follow=b"")
    small.refused(
        chunked("/count", b"100000\r\n" + b"x" * MEGABYTE + b"\r\n1\r\n"), 413, follow=b""
    )


@pytest.mark.requirement("H-062")
def test_a_body_of_exactly_the_limit_is_accepted(small: Served) -> None:
    assert small.accepted(post("/count", b"x" * MEGABYTE)).body == b"1048576"
