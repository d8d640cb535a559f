"""Requests to log: small stand-ins of the shapes `observe.entry` asks for."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from potstill.observe import timestamps
from potstill.observe.entry import Entry

NOON = 1795348800.25  # 2026-11-22 12:00:00.250 UTC


@dataclass(frozen=True)
class SampleLine:
    method: str = "GET"
    target: str = "/todos%20old?done=1"
    path: str = "/todos old"
    query: str = "done=1"
    protocol: str = "HTTP/1.1"


@dataclass(frozen=True)
class SampleFields:
    values: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, /) -> str | None:
        assert name == name.lower()
        return self.values.get(name)


SAMPLE = Entry(
    peer="192.0.2.7",
    line=SampleLine(),
    fields=SampleFields({"referer": "http://a/", "user-agent": "curl/8.5", "x-id": "17"}),
    status=200,
    response_fields=[("Content-Type", "text/plain"), ("Vary", "Accept"), ("vary", "Cookie")],
    sent=13,
    ended=NOON,
    seconds=1.0025,
)
REFUSED = replace(SAMPLE, line=None, fields=None, status=400, response_fields=[], sent=0)


def numbered(number: int) -> Entry:
    """A request for `/NUMBER`."""
    return replace(SAMPLE, line=SampleLine(target=f"/{number}", path=f"/{number}", query=""))


def sent_by(user_and_password: str) -> Entry:
    """A request with Basic credentials."""
    credentials = base64.b64encode(user_and_password.encode("latin-1")).decode()
    return with_fields(authorization=f"Basic {credentials}")


def with_fields(**values: str) -> Entry:
    return replace(SAMPLE, fields=SampleFields(values))


@contextmanager
def time_zone(name: str) -> Iterator[None]:
    """The process lives in another time zone for a while."""

    def start_afresh() -> None:
        time.tzset()
        timestamps.common_time.cache_clear()
        timestamps._iso_second.cache_clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        start_afresh()
        try:
            yield
        finally:
            patch.undo()
            start_afresh()
