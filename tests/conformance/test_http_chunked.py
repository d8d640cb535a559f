"""Bodies in chunks, in both directions: REQUIREMENTS.md 2.4, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.http_fixture import STREAMED
from tests.conformance.http_server import Served, serving
from tests.support.wire import chunked, get


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


def echoed(server: Served, encoded: bytes) -> bytes:
    """What the application reads of a chunked body that is accepted."""
    return server.accepted(chunked("/echo", encoded)).body


def refused(server: Served, encoded: bytes, *statuses: int) -> None:
    server.refused(chunked("/echo", encoded), *statuses)


@pytest.mark.requirement("H-070")
@pytest.mark.parametrize(
    ("encoded", "body"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        (b"a\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        (b"0005\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"00000000000000000000005\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n000\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n0000000000000000000000\r\n\r\n", b"hello"),
        (b"1\r\nh\r\n4\r\nello\r\n0\r\n\r\n", b"hello"),
        (b"10\r\n0123456789abcdef\r\n0\r\n\r\n", b"0123456789abcdef"),
        (b"0\r\n\r\n", b""),
        (b"4\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n"),
        (b"5\r\n0\r\n\r\n\r\n0\r\n\r\n", b"0\r\n\r\n"),
    ],
)
def test_sizes_are_hexadecimal_in_either_case(server: Served, encoded: bytes, body: bytes) -> None:
    assert echoed(server, encoded) == body


@pytest.mark.requirement("H-071")
@pytest.mark.parametrize(
    "size",
    [
        b"+5",
        b"-5",
        b"-0",
        b"0x5",
        b"0X5",
        b"x5",
        b"0_5",
        b"5_",
        b" 5",
        b"\t5",
        b"\v5",
        b"\xa05",
        b"",
        b"g",
        b"5g",
        b"5h",
        b"0o5",
        b"5.0",
        b"5,5",
        b"5 5",
        b'"5"',
        b"\0005",
        b"5\0",
        b"%35",
        "\N{ARABIC-INDIC DIGIT FIVE}".encode(),
        "\N{FULLWIDTH DIGIT FIVE}".encode(),
    ],
)
def test_a_size_that_is_not_hexadecimal_is_refused(server: Served, size: bytes) -> None:
    refused(server, size + b"\r\nhello\r\n0\r\n\r\n")
    refused(server, b"5\r\nhello\r\n" + size + b"\r\n\r\n")


@pytest.mark.requirement("H-072")
@pytest.mark.parametrize(
    ("size", "statuses"),
    [
        (b"F" * 8, [413]),
        (b"F" * 16, [400, 413]),
        (b"F" * 17, [400, 413]),
        (b"1" + b"0" * 16, [400, 413]),
        (b"1" + b"0" * 16 + b"5", [400, 413]),
        (b"f" * 4000, [400, 413]),
        (b"0" * 5000 + b"5", [400]),
        (b"0" * 100_000, [400]),
    ],
    ids=["32 bits", "64 bits", "68 bits", "2**64", "2**64+5", "16000 bits", "zeros", "only zeros"],
)
def test_a_size_beyond_measure_is_refused_at_once(
    server: Served, size: bytes, statuses: list[int]
) -> None:
    data = chunked("/echo", size + b"\r\nhello\r\n0\r\n\r\n")
    server.refused(data, *statuses, follow=b"")
    server.refused(data, *statuses)


@pytest.mark.requirement("H-073")
@pytest.mark.parametrize(
    "extension",
    [
        b";a",
        b";a=b",
        b";a=b;c=d;e",
        b';a="b"',
        b';a=""',
        b';a="q;\\"x"',
        b';a="\\\\"',
        b';a="0\\r\\n"',
        b';a="\xe9"',
        b" ;a",
        b"; a",
        b" ; a = b",
        b"\t;\ta\t=\tb",
        b' ; a = "b c" ; d',
    ],
)
def test_a_well_formed_extension_is_ignored(server: Served, extension: bytes) -> None:
    encoded = b"5" + extension + b"\r\nhello\r\n0" + extension + b"\r\n\r\n"
    assert echoed(server, encoded) == b"hello"


@pytest.mark.requirement("H-074")
@pytest.mark.parametrize(
    "extension",
    [
        b";",
        b"; ",
        b";a;",
        b";;a",
        b";a=",
        b";=b",
        b";a=b=c",
        b";a[=x",
        b";a b",
        b";a=b c",
        b';a="b',
        b';a="b"c',
        b';a="b\\"',
        b';"a"=b',
        b";\xe9",
        b";\0",
        b";a=\0",
        b';a="\0"',
        b";a\rX",
        b";a\r",
        b';a="\r"',
        b";a\n",
        b";a\nX",
        b';a="\n"',
        b";\n",
        b"\n;a",
        b" ",
        b"\t",
        b";a ",
        b",a",
        b" a",
        b"\v;a",
        b"\xa0;a",
    ],
)
def test_a_malformed_extension_is_refused(server: Served, extension: bytes) -> None:
    refused(server, b"5" + extension + b"\r\nhello\r\n0\r\n\r\n")
    refused(server, b"5\r\nhello\r\n0" + extension + b"\r\n\r\n")


@pytest.mark.requirement("H-075")
@pytest.mark.parametrize("size", [5_000, 65_536])
def test_a_long_extension_is_refused(server: Served, size: int) -> None:
    refused(server, b"5;" + b"a" * size + b"\r\nhello\r\n0\r\n\r\n")


@pytest.mark.requirement("H-075")
def test_an_extension_without_end_is_refused_at_the_limit(server: Served) -> None:
    server.refused(chunked("/echo", b"5;" + b"a" * 5_000), follow=b"")


@pytest.mark.requirement("H-075")
def test_the_extensions_of_a_body_are_limited_together(server: Served) -> None:
    refused(server, (b"1;" + b"a" * 1024 + b"\r\nx\r\n") * 1000 + b"0\r\n\r\n")


@pytest.mark.requirement("H-076")
@pytest.mark.parametrize(
    "encoded",
    [
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello\r\n0\n\r\n",
        b"5\r\nhello\r\n0\r\n\n",
        b"5\nhello\n0\n\n",
        b"5\rhello\r\n0\r\n\r\n",
        b"5\r\nhello\r0\r\n\r\n",
        b"5\r\nhello\r\n0\r\r\n",
        b"5\r\nhello\r\n0\r\n\r",
        b"5\r\r\nhello\r\n0\r\n\r\n",
        b"5\n\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\r\n0\r\n\r\n",
        b"5\r\nhello\n\r0\r\n\r\n",
        b"5\r\nhello\r\n0\r\nX-T: 1\n\r\n",
        b"5\r\nhello\r\n0\r\nX-T: 1\r\n\n",
        b"5\r\nhello\r\n0\r\nX-T: 1\r\r\n",
    ],
)
def test_every_line_of_a_chunked_body_ends_in_crlf_alone(server: Served, encoded: bytes) -> None:
    refused(server, encoded)


@pytest.mark.requirement("H-077")
@pytest.mark.parametrize(
    "encoded",
    [
        b"5\r\nhelloXX0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhello!!\r\n0\r\n\r\n",
        b"5\r\nhello\rX0\r\n\r\n",
        b"5\r\nhelloX\n0\r\n\r\n",
        b"4\r\nhello\r\n0\r\n\r\n",
        b"0\r\nX",
        b"1\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello5\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\n\n0\r\n\r\n",
    ],
)
def test_what_stands_behind_the_data_of_a_chunk_is_checked(server: Served, encoded: bytes) -> None:
    refused(server, encoded)


@pytest.mark.requirement("H-077")
def test_a_chunk_shorter_than_its_size_swallows_no_request(server: Served) -> None:
    size = len(b"hello\r\n0\r\n\r\n") + 10
    refused(server, b"%x\r\nhello\r\n0\r\n\r\n" % size)


@pytest.mark.requirement("H-078")
@pytest.mark.parametrize(
    "trailers",
    [
        b"X:\x01 junk",
        b"XX",
        b"X-T : 1",
        b"X-T\t: 1",
        b" X-T: 1",
        b"X-T: 1\r\n 2",
        b": 1",
        b"X T: 1",
        b"X-T: \0",
        b"X-T: a\rb",
        b"X\xe9: 1",
        b"GET /evil HTTP/1.1",
        b"GET /evil HTTP/1.1\r\nHost: a",
        b"X-T: 1\r\nGET /evil HTTP/1.1\r\nHost: a",
        b"0",
        b"5\r\nhello\r\n0",
    ],
)
def test_a_malformed_trailer_is_refused(server: Served, trailers: bytes) -> None:
    refused(server, b"5\r\nhello\r\n0\r\n" + trailers + b"\r\n\r\n")


@pytest.mark.requirement("H-078")
@pytest.mark.parametrize(
    "trailers",
    [b"X-T: " + b"x" * 9_000, b"X-T: " + b"x" * 200_000, b"\r\n".join([b"X-T: 1"] * 20_000)],
    ids=["9 kB", "200 kB", "20000 fields"],
)
def test_a_trailer_section_above_the_limit_gets_431(server: Served, trailers: bytes) -> None:
    refused(server, b"5\r\nhello\r\n0\r\n" + trailers + b"\r\n\r\n", 431)
    server.refused(chunked("/echo", b"0\r\n" + trailers), 431, follow=b"")


@pytest.mark.requirement("H-078")
def test_nothing_is_done_before_the_empty_line_after_the_trailers(server: Served) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(chunked("/echo", b"5\r\nhello\r\n0\r\nX-T: 1\r\n"))
        assert client.is_silent(0.3)
        assert server.events(start) == []
        client.send(b"\r\n")
        assert client.answer().body == b"hello"


@pytest.mark.requirement("H-079")
@pytest.mark.parametrize(
    "trailer",
    [
        "X-T: 1",
        "X-T:",
        "Content-Length: 50",
        "Host: evil",
        "Transfer-Encoding: chunked",
        "Authorization: Basic YTpi",
        "Connection: close",
        "Cookie: a=b",
        "X-T: 1\r\nX-U: 2",
    ],
)
def test_a_trailer_is_consumed_and_changes_nothing(server: Served, trailer: str) -> None:
    environ = server.environ(chunked("/env", f"5\r\nhello\r\n0\r\n{trailer}\r\n\r\n".encode()))
    assert environ["HTTP_HOST"] == "a"
    assert environ.get("CONTENT_LENGTH", "5") == "5"  # the length of what was decoded, if any
    assert not environ.keys() & {
        "HTTP_AUTHORIZATION", "HTTP_CONNECTION", "HTTP_COOKIE", "HTTP_X_T",
    }  # fmt: skip


@pytest.mark.requirement("H-080")
@pytest.mark.parametrize("path", ["/stream", "/write"])
def test_own_chunks_are_plain_sizes_data_and_one_end(server: Served, path: str) -> None:
    answer = server.accepted(get(path))
    assert answer.framing == "chunked"
    assert answer.body == b"".join(STREAMED)
    assert answer.get("trailer") is None


@pytest.mark.requirement("H-080")
@pytest.mark.parametrize("path", ["/stream", "/write"])
def test_an_answer_in_chunks_to_head_is_its_head(server: Served, path: str) -> None:
    assert server.accepted(get(path, method="HEAD"), "HEAD").body == b""


@pytest.mark.requirement("H-080")
def test_a_willingness_to_take_trailers_brings_none(server: Served) -> None:
    answer = server.accepted(get("/stream", "TE: trailers", "Connection: TE"))
    assert answer.body == b"".join(STREAMED)
