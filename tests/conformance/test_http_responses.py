"""The server's side of the conversation: REQUIREMENTS.md 2.6, H-110 to H-119."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pytest

from tests.conformance.http_fixture import STREAMED
from tests.conformance.http_server import Served, serving
from tests.support.wire import Answer, chunked, get, post

IMF_FIXDATE = re.compile(
    "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2}"
    " (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}"
    " [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)

ERRORS = {
    "400 line": (b"GET /<script>\x01</script> HTTP/1.1\r\n\r\n", 400),
    "400 method": (b"<script> /x HTTP/1.1\r\n\r\n", 400),
    "400 field": (get("/<script>", "X <script>: b"), 400),
    "400 host": (b"GET /x HTTP/1.1\r\nHost: <script>\r\n\r\n", 400),
    "400 no host": (b"GET /<script> HTTP/1.1\r\n\r\n", 400),
    "400 length": (get("/x", "Content-Length: <script>"), 400),
    "400 chunk": (chunked("/<script>", b"<script>\r\n"), 400),
    "413": (get("/<script>", "Content-Length: 9999999999"), 413),
    "414": (get("/<script>" + "x" * 9_000), 414),
    "417": (get("/<script>", "Expect: <script>"), 417),
    "421": (get("https://b/<script>", "Connection: close"), 421),
    "431": (get("/<script>", "X-A: <script>" + "b" * 9_000), 431),
    "501 coding": (get("/<script>", "Transfer-Encoding: <script>, chunked"), 501),
    "501 tunnel": (get("b:443", method="CONNECT"), 501),
    "505": (get("/<script>", version="2.0"), 505),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """A server in a country that does not call the fourth day of the week Thu."""
    with serving(env={"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}) as served:
        yield served


def asked(server: Served, data: bytes, method: str = "GET") -> Answer:
    with server.connect() as client:
        client.send(data)
        return client.answer(method)


DATED = {path: get(path) for path in ("/x", "/status/304", "/status/404", "/stream", "/fail")}
DATED |= {"OPTIONS *": get("*", method="OPTIONS")} | {name: ERRORS[name][0] for name in ERRORS}


@pytest.mark.requirement("H-110")
@pytest.mark.parametrize("data", DATED.values(), ids=DATED)
def test_every_answer_has_the_date_of_now(server: Served, data: bytes) -> None:
    before = time.time()
    date = asked(server, data).get("date")
    assert date
    assert IMF_FIXDATE.fullmatch(date)
    assert before - 2 < parsedate_to_datetime(date).timestamp() < time.time() + 1


@pytest.mark.requirement("H-110")
def test_the_date_does_not_stand_still(server: Served) -> None:
    with server.connect() as client:
        dates: set[str | None] = set()
        while len(dates) < 2:
            client.send(get("/x"))
            dates.add(client.answer().get("date"))


@pytest.mark.requirement("H-110")
@pytest.mark.parametrize("data", DATED.values(), ids=DATED)
def test_every_answer_names_the_server_in_one_word(server: Served, data: bytes) -> None:
    assert asked(server, data).get("server") == "potstill"


@pytest.mark.requirement("H-110")
def test_the_name_of_the_server_can_be_left_out() -> None:
    with serving("--no-server-header") as nameless:
        for data in DATED.values():
            assert asked(nameless, data).get("server") is None


@pytest.mark.requirement("H-112")
@pytest.mark.parametrize(("data", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_of_the_server_is_a_sentence_and_echoes_nothing(
    server: Served, data: bytes, status: int
) -> None:
    answer = server.refused(data, status)
    assert answer.get("content-type") == "text/plain; charset=utf-8"
    assert answer.framing == "sized"
    assert answer.body.strip().endswith(b".")
    assert b"\n" not in answer.body.strip()
    assert b"script" not in answer.head + answer.body


@pytest.mark.requirement("H-112")
def test_an_error_of_the_application_is_answered_without_its_words(server: Served) -> None:
    answer = asked(server, get("/fail"))
    assert answer.status == 500
    assert answer.get("content-type") == "text/plain; charset=utf-8"
    assert b"secret" not in answer.head + answer.body
    assert b"Traceback" not in answer.body


@pytest.mark.requirement("H-112")
@pytest.mark.parametrize("path", ["/status/404", "/fail", "/x", "/stream", "/big/100000"])
def test_no_answer_to_head_has_a_body(server: Served, path: str) -> None:
    with server.connect() as client:
        client.send(get(path, method="HEAD") + get("/next"))
        client.answer("HEAD")
        assert client.answer().body == b"root:/next"


@pytest.mark.requirement("H-112")
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"HEAD /x HTTP/1.1\r\n\r\n", 400),
        (get("/x", "X A: b", method="HEAD"), 400),
        (get("/x", "Content-Length: x", method="HEAD"), 400),
        (get("/x", "Content-Length: 9999999999", method="HEAD"), 413),
        (get("/x", "Expect: foo", method="HEAD"), 417),
        (get("/x", "X-A: " + "b" * 9_000, method="HEAD"), 431),
        (get("/x", "Transfer-Encoding: x, chunked", method="HEAD"), 501),
        (get("/x", "Transfer-Encoding: chunked", method="HEAD") + b"x\r\n", 400),
    ],
    ids=lambda value: ascii(value[:60]) if isinstance(value, bytes) else None,
)
def test_no_refusal_of_head_has_a_body(server: Served, data: bytes, status: int) -> None:
    assert server.refused(data, status).get("content-type") == "text/plain; charset=utf-8"


PATHS = ["/x", "/len1", "/stream", "/write", "/fail", "/big/100000", "/env"]
STATUSES = [f"/status/{code}" for code in (200, 201, 204, 301, 304, 404, 500)]


@pytest.mark.requirement("H-113", "H-010")
@pytest.mark.parametrize("lines", [[], ["Connection: close"], ["Connection: keep-alive"]])
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.9"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_every_answer_is_delimited_in_one_way(
    server: Served, method: str, version: str, lines: list[str]
) -> None:
    for path in PATHS + STATUSES:
        with server.connect() as client:
            client.send(get(path, *lines, method=method, version=version))
            answer = client.answer(method)
            assert answer.head.startswith(b"HTTP/1.1 ")
            assert answer.framing != "close" or answer.closes
            if answer.status == 204:
                assert answer.get("content-length") is None
            assert client.at_end() if answer.closes else client.is_silent(0)


@pytest.mark.requirement("H-113")
def test_the_end_of_a_streamed_answer_is_visible_in_every_version(server: Served) -> None:
    framings = {"1.0": "close", "1.1": "chunked"}
    for version, framing in framings.items():
        answer = asked(server, get("/stream", version=version))
        assert (answer.framing, answer.body) == (framing, b"".join(STREAMED))


@pytest.mark.requirement("H-117")
@pytest.mark.parametrize(
    "value", ["foo", "100-continue, foo", "foo=bar", "200-ok", "100-continue=1"]
)
def test_an_unknown_expectation_gets_417(server: Served, value: str) -> None:
    server.refused(get("/x", f"Expect: {value}"), 417)
    server.refused(post("/x", get("/never"), f"Expect: {value}"), 417)


@pytest.mark.requirement("H-118")
@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize(
    "lines",
    [
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"],
        ["Connection: upgrade", "Upgrade: nothing/1.0, TLS/1.0"],
        ["Upgrade: h2c"],
        ["Connection: Upgrade", "Upgrade:"],
        ["Connection: Upgrade"],
    ],
)
def test_an_upgrade_is_ignored(server: Served, lines: list[str], version: str) -> None:
    keep = ["Connection: keep-alive"]
    for data in (
        get("/x", *lines, *keep, version=version),
        get("/x", *lines, *keep, "Content-Length: 5", version=version, method="POST") + b"hello",
    ):
        answer = server.accepted(data)
        assert answer.body == b"root:/x"
        assert answer.get("upgrade") is None


@pytest.mark.requirement("H-119")
def test_trace_reflects_nothing(server: Served) -> None:
    secrets = ["Authorization: Basic c2VjcmV0", "Cookie: s=c2VjcmV0", "Max-Forwards: 0"]
    answer = server.accepted(get("/x", *secrets, method="TRACE"))
    assert b"c2VjcmV0" not in answer.head + answer.body
