"""What becomes of settings: the parts that a worker is put together from."""

from __future__ import annotations

from pathlib import Path

import pytest

from potstill.net.wiring import Phase
from potstill.server.assembly import durations_of, environ_of, limits_of, manners_of
from potstill.settings import Settings
from potstill.wsgi.errors import ErrorStream
from tests.support.authority import Authority
from tests.support.wire import get
from tests.wsgi.fake import FakeTransport

PEER = "192.0.2.1"


def test_each_phase_has_the_time_that_its_setting_gives() -> None:
    settings = Settings(
        handshake_timeout=1, keep_alive=2, head_timeout=3, body_timeout=4, write_timeout=5
    )
    durations = durations_of(settings)
    phases = (Phase.GREETING, Phase.IDLE, Phase.HEAD, Phase.BODY, Phase.WRITING)
    assert [durations[phase] for phase in phases] == [1, 2, 3, 4, 5]
    assert durations.keys() == {*phases, Phase.LINGERING}, "a push may be silent for ever"


def test_each_limit_is_its_setting_s() -> None:
    settings = Settings(
        limit_request_line=1000,
        limit_request_fields=20,
        limit_request_field_size=3000,
        limit_request_head=4000,
        limit_request_body=5000,
        limit_chunk_line=600,
        limit_trailers=7000,
    )
    limits = limits_of(settings)
    assert (limits.line, limits.fields, limits.field) == (1000, 20, 3000)
    assert (limits.section, limits.body) == (4000, 5000)
    assert (limits.chunk_line, limits.trailers) == (600, 7000)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(threads=1), (False, False)),
        (Settings(threads=2), (True, False)),
        (Settings(threads=1, reuse_port=True), (False, True)),
    ],
)
def test_an_application_is_told_who_else_may_call_it(
    settings: Settings, expected: tuple[bool, bool]
) -> None:
    maker = environ_of(settings, ErrorStream(lambda text: None))
    transport = FakeTransport(get("/"))
    environ = maker.make(transport, Nothing())
    assert (environ["wsgi.multithread"], environ["wsgi.multiprocess"]) == expected


class Nothing:
    """No extension does anything here."""

    def push(self) -> None:
        """Nothing is pushed."""

    def early_hints(self, headers: list[tuple[str, str]]) -> None:
        """Nobody is told."""


def test_most_connections_begin_with_http() -> None:
    manners = manners_of(Settings(proxy_allow_from=(PEER,)))
    assert manners.greeting(is_secure=False, address=PEER) is None


def test_only_named_proxies_have_to_send_a_header() -> None:
    manners = manners_of(Settings(proxy_protocol=True, proxy_allow_from=(PEER,)))
    assert manners.greeting(is_secure=False, address=PEER) is not None
    assert manners.greeting(is_secure=False, address="192.0.2.2") is None


def test_certificates_make_a_secure_listener_speak_tls(tmp_path: Path) -> None:
    certfile, keyfile = Authority(tmp_path).issue("localhost").names
    manners = manners_of(Settings(certfile=certfile, keyfile=keyfile))
    greeting = manners.greeting(is_secure=True, address=PEER)
    assert greeting is not None
    assert greeting.is_secure
    assert manners.greeting(is_secure=False, address=PEER) is None


def test_a_certificate_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing\n")
    with pytest.raises(ValueError, match=r"certfile .*broken\.pem"):
        manners_of(Settings(certfile=str(broken)))
