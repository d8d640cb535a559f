"""Which body follows a head, and whether the connection outlives it (RFC 9112, 6.3 and 9.3)."""

from __future__ import annotations

import pytest

from potstill.http11.errors import ProtocolError
from potstill.http11.fields import Fields
from potstill.http11.framing import CHUNKED, body_length, persists
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.http11.request_line import RequestLine
from tests.support.wire import get

SMALL = Limits(body=1000)


def head(*lines: str, version: str = "1.1", method: str = "POST") -> tuple[RequestLine, Fields]:
    read = HeadParser().read(get("/x", *lines, version=version, method=method))
    assert read is not None
    return read[0], read[1]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize(
    ("lines", "length"),
    [
        ((), 0),
        (("Content-Length: 0",), 0),
        (("Content-Length: 5",), 5),
        (("Content-Length: 1000",), 1000),
        (("Content-Length: 0000000000000000000000005",), 5),
        (("Transfer-Encoding: chunked",), CHUNKED),
        (("transfer-encoding: CHUNKED",), CHUNKED),
    ],
)
def test_the_fields_alone_say_which_body_follows(
    method: str, lines: tuple[str, ...], length: int
) -> None:
    assert body_length(*head(*lines, method=method), SMALL) == length


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("Content-Length: 1001",), 413),
        (("Content-Length: 5", "Transfer-Encoding: chunked"), 400),
        (("Transfer-Encoding: chunked", "Content-Length: 0"), 400),
        (("Transfer-Encoding: chunked", "Content-Length: 1001"), 400),
        (("Transfer-Encoding:",), 400),
        (("Transfer-Encoding: identity",), 400),
        (("Transfer-Encoding: gzip",), 400),
        (("Transfer-Encoding: chunked, gzip",), 400),
        (("Transfer-Encoding: chunked, chunked",), 400),
        (("Transfer-Encoding: gzip, chunked, chunked",), 400),
        (("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 400),
        (("Transfer-Encoding: chunked,",), 400),
        (("Transfer-Encoding: ,chunked",), 400),
        (("Transfer-Encoding: chunked; q=1",), 400),
        (("Transfer-Encoding: gzip, chunked",), 501),
        (("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), 501),
        (("Transfer-Encoding: identity, chunked",), 501),
    ],
)
def test_what_is_ambiguous_or_unknown_is_refused(lines: tuple[str, ...], status: int) -> None:
    with pytest.raises(ProtocolError) as refusal:
        body_length(*head(*lines), SMALL)
    assert refusal.value.status == status


def test_http_1_0_has_lengths_and_no_codings() -> None:
    assert body_length(*head("Content-Length: 5", version="1.0"), SMALL) == 5
    for lines in (["Transfer-Encoding: chunked"], ["Transfer-Encoding: gzip"]):
        with pytest.raises(ProtocolError) as refusal:
            body_length(*head(*lines, version="1.0"), SMALL)
        assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("options", "on_1_0", "on_1_1"),
    [
        ((), False, True),
        (("",), False, True),
        (("keep-alive",), True, True),
        (("Keep-Alive",), True, True),
        (("close",), False, False),
        (("CLOSE",), False, False),
        (("keep-alive, close",), False, False),
        (("close, keep-alive",), False, False),
        (("keep-alive", "close"), False, False),
        ((", ,\tClose\t,",), False, False),
        (("upgrade, keep-alive",), True, True),
        (("upgrade",), False, True),
        (("closed, keep alive, not-close",), False, True),
        (('"close"',), False, True),
    ],
)
def test_a_connection_persists_by_its_version_and_options(
    options: tuple[str, ...], on_1_0: bool, on_1_1: bool
) -> None:
    lines = [f"Connection: {option}" for option in options]
    assert persists(*head(*lines, version="1.0")) is on_1_0
    assert persists(*head(*lines, version="1.1")) is on_1_1
    assert persists(*head(*lines, version="1.2")) is on_1_1


@pytest.mark.parametrize(
    ("lines", "expects"),
    [
        ((), False),
        (("Expect:",), False),
        (("Expect: 100-continue",), True),
        (("Expect: 100-Continue",), True),
        (("Expect: ,100-continue, 100-continue",), True),
        (("Expect: 100-continue", "Expect: 100-continue"), True),
    ],
)
def test_an_expectation_is_a_list_of_one_known_word(lines: tuple[str, ...], expects: bool) -> None:
    assert head(*lines)[1].expects_continue is expects


@pytest.mark.parametrize("value", ["100", "100-continue-x", "200-ok", "100-continue, x", "x=y"])
def test_any_other_expectation_is_refused(value: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        head(f"Expect: {value}")
    assert refusal.value.status == 417
