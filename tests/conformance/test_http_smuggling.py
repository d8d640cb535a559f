"""Request smuggling: REQUIREMENTS.md H-121, and the second table of PEERS.md 1b.

Each payload is one that some server has read differently from its neighbour. It is followed by a
request to /never; a second refusal would already be wrong, a call of the application all the more.
Each is sent whole, and again cut behind every carriage return and line feed, where a parser that
looks for ends of lines in what arrived last goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conformance.http_server import NEVER, Served, serving
from tests.support.wire import chunked, get, post

CL = "Content-Length: "
TE = "Transfer-Encoding: "
EVIL = get("/never")
IN_CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(EVIL), EVIL)


def posted(*lines: str, body: bytes = b"") -> bytes:
    return get("/echo", *lines, method="POST") + body


REFUSED = {
    # which of the two lengths?
    "CL.TE": posted(CL + "6", TE + "chunked", body=b"0\r\n\r\nG"),
    "TE.CL": posted(TE + "chunked", CL + "4", body=IN_CHUNK),
    "CL.TE with a request": posted(
        f"{CL}{len(EVIL) + 5}", TE + "chunked", body=b"0\r\n\r\n" + EVIL
    ),
    "TE.TE, the second unknown": posted(TE + "chunked", TE + "cow", body=IN_CHUNK),
    "TE.TE, the first unknown": posted(TE + "cow", TE + "chunked", body=IN_CHUNK),
    "TE.TE, the second obscured": posted(TE + "chunked", "Transfer-encoding : x", body=IN_CHUNK),
    "TE of identity with CL": posted(TE + "identity", CL + "5", body=b"hello"),
    "TE of xchunked with CL": posted(TE + "xchunked", CL + "5", body=b"hello"),
    "TE folded, with CL": posted("Transfer-Encoding:\r\n chunked", CL + "5", body=b"hello"),
    "TE in a value, by LF": posted("X-A: b\n" + TE + "chunked", CL + "5", body=IN_CHUNK),
    "TE in a value, by CR": posted("X-A: b\r" + TE + "chunked", CL + "5", body=IN_CHUNK),
    "TE with an underscore": posted("Transfer_Encoding: chunked", CL + "5", body=b"hello"),
    "TE in HTTP/1.0": get("/echo", TE + "chunked", method="POST", version="1.0") + IN_CHUNK,
    "CL twice": posted(CL + "5", CL + "0", body=b"hello"),
    "CL twice, a request in the second": posted(CL + "0", f"{CL}{len(EVIL)}", body=EVIL),
    "CL as a list": posted(f"{CL}0, {len(EVIL)}", body=EVIL),
    "CL with a plus": posted(f"{CL}+{len(EVIL)}", body=EVIL),
    "a coding by underscore": post("/echo", b"", "Transfer_Encoding: chunked"),
    "CL with an underscore": posted(CL + "1_0", body=b"0123456789"),
    "CL with a sign": posted(CL + "-1"),
    "CL with a space inside": posted(CL + "1 0", body=b"0123456789"),
    "CL in hexadecimal": posted(CL + "0xa", body=b"0123456789"),
    "CL that is empty": posted(CL, body=EVIL),
    "CL behind a space": posted(CL + "0", " " + CL + "5", body=b"hello"),
    "CL before a space": posted("Content-Length : 5", body=b"hello"),
    "CL with a NUL": posted("Content-Length\0: 5", body=b"hello"),
    "CL folded": posted("X-A: b\r\n " + CL + "5", body=b"hello"),
    "CL in the first line": b"GET /x HTTP/1.1\r\n " + CL.encode() + b"5\r\nHost: a\r\n\r\nhello",
    # where does a chunk end?
    "TERM.EXT": chunked("/echo", b"5;\nx\r\nhello\r\n0\r\n\r\n"),
    "TERM.EXT with a request": chunked("/echo", b"2;\nxx\r\n10\r\n\r\n" + EVIL),
    "EXT.TERM": chunked("/echo", b"5;a\n\r\nhello\r\n0\r\n\r\n"),
    "EXT.TERM by CR": chunked("/echo", b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
    "EXT quoted over a line": chunked("/echo", b'5;a="\r\nhello\r\n0\r\n\r\n' + EVIL + b'"\r\n'),
    "EXT with a NUL": chunked("/echo", b"5;\0\r\nhello\r\n0\r\n\r\n"),
    "TERM.SPILL": chunked("/echo", b"5\r\nhelloX\n0\r\n\r\n"),
    "SPILL.TERM": chunked("/echo", b"5\r\nhello world\r\n0\r\n\r\n"),
    "SPILL of two": chunked("/echo", b"5\r\nhello!!0\r\n\r\n"),
    "SPILL of none": chunked("/echo", b"5\r\nhello0\r\n\r\n"),
    "TERM.TRAIL": chunked("/echo", b"0\nX: y\r\n\r\n"),
    "TRAIL.TERM": chunked("/echo", b"0\r\nX: y\n\r\n"),
    "LF after a size": chunked("/echo", b"5\nhello\r\n0\r\n\r\n"),
    "LF after data": chunked("/echo", b"5\r\nhello\n0\r\n\r\n"),
    "LF for the end": chunked("/echo", b"5\r\nhello\r\n0\r\n\n"),
    "CR after a size": chunked("/echo", b"5\rhello\r\n0\r\n\r\n"),
    "size with 0x": chunked("/echo", b"0x5\r\nhello\r\n0\r\n\r\n"),
    "size with plus": chunked("/echo", b"+5\r\nhello\r\n0\r\n\r\n"),
    "size with minus": chunked("/echo", b"-5\r\nhello\r\n0\r\n\r\n"),
    "size with underscore": chunked("/echo", b"0_5\r\nhello\r\n0\r\n\r\n"),
    "size after a space": chunked("/echo", b" 5\r\nhello\r\n0\r\n\r\n"),
    "size before a space": chunked("/echo", b"5 \r\nhello\r\n0\r\n\r\n"),
    "size of 17 digits": chunked("/echo", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    "size that is empty": chunked("/echo", b"\r\n\r\n"),
    # what is a trailer?
    "a request for a trailer": chunked("/echo", b"0\r\n" + EVIL),
    "a request after a trailer": chunked("/echo", b"0\r\nX: y\r\n" + EVIL),
    "a chunk for a trailer": chunked("/echo", b"0\r\n5\r\nhello\r\n0\r\n\r\n"),
    "a folded trailer": chunked("/echo", b"0\r\nX: y\r\n z\r\n\r\n"),
    "a trailer before a space": chunked("/echo", b"0\r\nX : y\r\n\r\n"),
    "no empty line": chunked("/echo", b"0\r\nGET"),
    # where does a head end?
    "LF for every line": b"POST /echo HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
    "LF for the empty line": b"GET /x HTTP/1.1\r\nHost: a\r\n\n",
    "CR for the empty line": b"GET /x HTTP/1.1\r\nHost: a\r\n\r" + EVIL,
    "NUL in a value": get("/x", "X-A: b\0c"),
    "NUL before a line": b"\0" + get("/x"),
    "no host": b"GET /x HTTP/1.1\r\n\r\n",
    "two hosts": get("/x", "Host: b"),
    "a host behind a space": get("/x", " Host: b"),
    "a line without a colon": get("/x", "GET /never HTTP/1.1"),
    "a space in the target": get("/x HTTP/1.1\tx"),
    "a line in the target": get("/x\nHost: b"),
    "HTTP/0.9": b"GET /x\r\n",
    "an unknown version": get("/x", version="1.1x"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


@pytest.mark.requirement("H-121")
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_nothing_behind_an_ambiguous_message_is_a_request(server: Served, data: bytes) -> None:
    server.refused(data, *range(400, 506))


@pytest.mark.requirement("H-121", "H-002")
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_nothing_behind_an_ambiguous_message_in_pieces_is_a_request(
    server: Served, data: bytes
) -> None:
    start = server.mark()
    with server.connect() as client, server.connect() as pace:
        for piece in re.split(rb"(?<=[\r\n])", data + NEVER):
            client.send(piece)
            pace.send(get("*", method="OPTIONS"))
            pace.answer()
        answer = client.answer()
        assert 400 <= answer.status < 506
        assert answer.closes
        assert client.at_end()
    assert server.events(start) == []


ACCEPTED = {
    "a request for the body of a GET": get("/echo", f"{CL}{len(EVIL)}") + EVIL,
    "a request for a body": post("/echo", EVIL),
    "a request for a chunk": chunked("/echo", IN_CHUNK),
    "a request in an extension": chunked(
        "/echo", b'%x;a="GET /never HTTP/1.1"\r\n%b\r\n0\r\n\r\n' % (len(EVIL), EVIL)
    ),
    "a request in a trailer": chunked("/echo", IN_CHUNK[:-2] + b"X: GET /never HTTP/1.1\r\n\r\n"),
    "a length by underscore": post("/echo", EVIL, "Content_Length: 0"),
    "another length for proxies": post("/echo", EVIL, "X-Content-Length: 0"),
    "an upgrade": post("/echo", EVIL, "Connection: Upgrade", "Upgrade: h2c"),
    "framing named hop-by-hop": post("/echo", EVIL, "Connection: Content-Length"),
}


@pytest.mark.requirement("H-121")
@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED)
def test_a_body_that_looks_like_a_request_is_only_a_body(server: Served, data: bytes) -> None:
    assert server.accepted(data).body == EVIL


@pytest.mark.requirement("H-121")
def test_encoded_line_ends_in_a_target_end_no_line(server: Served) -> None:
    answer = server.accepted(get("/x%20HTTP/1.1%0d%0aHost:%20b%0d%0a%0d%0aGET%20/y"))
    assert answer.body.startswith(b"root:/x HTTP/1.1\r\nHost: b")


INCOMPLETE = {
    "a line": b"GET /never HT",
    "a head": get("/never")[:-2],
    "a body": post("/never", EVIL)[:-1],
    "a body of a request": post("/never", EVIL + b"x")[:-1],
    "a chunk": chunked("/never", IN_CHUNK[:-8]),
    "chunks without the last": chunked("/never", IN_CHUNK[:-5]),
    "a last chunk": chunked("/never", IN_CHUNK[:-2]),
    "a trailer": chunked("/never", IN_CHUNK[:-2] + b"X: y\r\n"),
}


@pytest.mark.requirement("H-121")
@pytest.mark.parametrize("data", INCOMPLETE.values(), ids=INCOMPLETE)
def test_an_incomplete_message_never_reaches_the_application(server: Served, data: bytes) -> None:
    start = server.mark()
    with server.connect() as client:
        client.send(data)
        client.half_close()
        assert client.rest()[:12] in (b"", b"HTTP/1.1 400")
    server.healthy()
    assert server.events(start) == ["call GET /health"]
