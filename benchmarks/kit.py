"""What the servers need before they can start: the peers, the floor, a certificate, a file.

Everything is made once and kept in .cache. It never touches the environment that Potstill itself
is developed in; Potstill is measured from its source, in the same interpreter as the peers.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.apps.plain import FILE, MEGABYTE

ROOT = Path(__file__).resolve().parents[1]
WORKSHOP = ROOT / ".cache" / "bench"
PEERS_DIRECTORY = ROOT / ".cache" / "peers"
PEERS = (
    "gunicorn==27.0.1",
    "uwsgi==2.0.31",
    "waitress==3.0.2",
    "cheroot==11.1.2",
    "granian==2.8.7",
    "bjoern==3.2.2",
    "flask==3.1.3",
    "django==5.2.19",
)
WEB_PEERS = ("falcon==4.4.0", "bottle==0.13.4", "flask==3.1.3", "whitenoise==6.12.0")
WEB_NEEDS = ("msgspec==0.22.0", "multipart==2.0.1", "itsdangerous==2.2.0", "jinja2==3.1.6")
"""What `potstill.web` is measured with."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Where the prepared things lie."""

    python: Path  # of the environment with the peers
    floor: Path
    certificate: Path
    key: Path


def prepare(peers: Path) -> Kit:
    """Make what is not there yet: minutes at the first time, nothing later.

    uWSGI and bjoern are compiled, which takes a C compiler, libev's and OpenSSL's headers.
    CalledProcessError when a tool fails, which has then said why.
    """
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    if not FILE.exists():
        FILE.write_bytes(MEGABYTE)
    certificate, key = WORKSHOP / "certificate.pem", WORKSHOP / "key.pem"
    if not key.exists():
        _certify(certificate, key)
    return Kit(
        installed(peers, PEERS, "peers.txt"),
        _compiled(Path(__file__).with_name("floor.c")),
        certificate,
        key,
    )


def installed(directory: Path, packages: Sequence[str], stamp: str) -> Path:
    """The interpreter of the environment in `directory`, which has these packages.

    The file `stamp` there says what was installed the last time. CalledProcessError as above.
    """
    python, stamped = directory / "bin" / "python", directory / stamp
    wanted = "\n".join(packages)
    if not stamped.exists() or stamped.read_text() != wanted:
        print("Installing the peers (some are compiled: a minute or two) ...", file=sys.stderr)
        if not python.exists():
            venv.create(directory, symlinks=True, with_pip=True)
        subprocess.run([*pip(python), *packages], check=True)
        stamped.write_text(wanted)
    return python


def pip(python: Path) -> list[str]:
    """The command that installs something for an interpreter."""
    return [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]


def _compiled(source: Path) -> Path:
    """The program for this very source."""
    program = WORKSHOP / f"floor-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, source], check=True)
    return program


def _certify(certificate: Path, key: Path) -> None:
    """A key of P-256 and a certificate of its own, as most sites have them today."""
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    name = ["-nodes", "-days", "3650", "-subj", "/CN=localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request, *name, *files], check=True, capture_output=True)
