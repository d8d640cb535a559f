"""A Potstill with certificates, and curl before it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.authority import Authority, Issued
from tests.support.server import RunningServer, potstill

APP = "tests.server.secured:app"
VERSIONS = {
    "TLSv1.2": ["--tlsv1.2", "--tls-max", "1.2"],
    "TLSv1.3": ["--tlsv1.3", "--tls-max", "1.3"],
}
"""The versions as environ names them, and as curl does."""


@contextmanager
def secure(issued: Issued, *arguments: str, **env: str) -> Iterator[RunningServer]:
    """A server that shows this certificate; it has never anything of its own to complain about."""
    files = ("--certfile", str(issued.certfile), "--keyfile", str(issued.keyfile))
    with potstill(APP, *files, *arguments, env=env) as server:
        yield server
        assert server.stop() == 0
    assert "Traceback" not in server.output


def curl(authority: Authority, *arguments: str) -> subprocess.CompletedProcess[str]:
    """curl, trusting this authority."""
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30"]
    trust = ["--cacert", str(authority.certfile)]
    return subprocess.run(
        [*command, *trust, *arguments], capture_output=True, text=True, check=False
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
