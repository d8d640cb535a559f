"""Servers as processes, each told to serve `site`, and a client that asks them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import ROOT, RunningServer, running
from tests.web.servers.cases import Case

SITE = "tests.web.servers.site"
PYTHON = [sys.executable, "-m"]
COMMANDS = {
    "potstill": [
        *PYTHON,
        "potstill",
        "-b",
        "127.0.0.1:0",
        "--access-logfile",
        "none",
        f"{SITE}:app",
    ],
    "gunicorn": [
        *PYTHON,
        "gunicorn",
        "-k",
        "gthread",
        "--threads",
        "4",
        "-b",
        "127.0.0.1:0",
        f"{SITE}:app",
    ],
    "waitress": [*PYTHON, "waitress", "--listen=127.0.0.1:0", f"{SITE}:app"],
    "uwsgi": [
        str(Path(sys.executable).with_name("uwsgi")),
        *("--http-socket", "127.0.0.1:0", "--enable-threads", "--threads", "4"),
        *("--die-on-term", "--disable-logging", "--buffer-size", "16384"),
        *("--virtualenv", sys.prefix, "--pythonpath", str(ROOT), "--module", f"{SITE}:app"),
    ],
    "wsgiref": [*PYTHON, "tests.web.servers.reference"],
}
THREADED = COMMANDS | {"wsgiref": [*PYTHON, "tests.web.servers.threaded", f"{SITE}:app"]}
"""The same, with threads everywhere and without a validator between: for any site."""
_PORT = re.compile(
    r"(?:Listening at:? http://|Serving on http://|bound to TCP address )127\.0\.0\.1:(\d+)"
)
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}
_NONCE = re.compile(r"'nonce-([^']+)'")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, without what is the server's own."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]


def _heed_interrupts() -> None:
    """SIGINT is ignored in what a shell has put into the background, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def serving(name: str, files: Path, site: str = SITE) -> Iterator[RunningServer]:
    """One of `COMMANDS`, ready to be asked; its warnings are shown.

    Another `site` is served by what is in `THREADED`.
    """
    command = COMMANDS[name] if site == SITE else THREADED[name]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "default",
        "SITE_FILES": str(files),
    }
    command = [word.replace(SITE, site) for word in command]
    with running(command, env=environment, before=_heed_interrupts) as server:
        server.port = int(server.wait_for(_PORT.pattern)[1])
        yield server


def ask(port: int, case: Case, more: Mapping[str, str] | None = None) -> Answer:
    """Send one request on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.putrequest(case.method, case.path, skip_host=True, skip_accept_encoding=True)
        fields = {"Host": "site.example", "Connection": "close"} | case.fields | dict(more or {})
        if case.body is not None:
            fields["Content-Length"] = str(len(case.body))
        for name, value in fields.items():
            connection.putheader(name, value)
        connection.endheaders()
        with suppress(ConnectionError):  # answered before it has read all
            connection.send(case.body or b"")
        response = connection.getresponse()
        body = response.read()
    got = response.getheaders()
    if case.method == "HEAD" and ("Content-Length", "0") in got:
        got.remove(("Content-Length", "0"))  # wsgiref says so of each body it does not see
    return _shown(response.status, got, body)


def _shown(status: int, fields: list[tuple[str, str]], body: bytes) -> Answer:
    """Without the server's own fields, and with nonces that are always the same."""
    kept = [(name.lower(), value) for name, value in fields if name.lower() not in _HOP_BY_HOP]
    for nonce in set(_NONCE.findall(str(kept))):
        kept = [(name, value.replace(nonce, "NONCE")) for name, value in kept]
        body = body.replace(nonce.encode(), b"NONCE")
    return Answer(status, tuple(sorted(kept)), body)
