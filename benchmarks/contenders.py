"""The servers side by side: how each is started with one worker, and where the peers come from."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ("gunicorn==27.0.1", "granian==2.8.7", "bjoern==3.2.2", "flask==3.1.3")
HOST = "127.0.0.1"
BOOT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Contender:
    """A server and the arguments after `python` that start it; 8 threads where it has threads."""

    name: str
    arguments: Callable[[str, int], list[str]]


RUN_BJOERN = """
import bjoern, importlib, sys
module, _, name = sys.argv[1].partition(":")
target = getattr(importlib.import_module(module), name.removesuffix("()"))
bjoern.run(target() if name.endswith("()") else target, sys.argv[2], int(sys.argv[3]))
"""


def _potstill(app: str, port: int) -> list[str]:
    """As it comes: eight threads, and its access log written."""
    return ["-m", "potstill", "--bind", f"{HOST}:{port}", app]


def _potstill_unlogged(app: str, port: int) -> list[str]:
    """Without an access log, as the peers run by default."""
    return [*_potstill(app, port), "--access-logfile", "none"]


def _gunicorn(app: str, port: int) -> list[str]:
    threads = ["-k", "gthread", "--workers", "1", "--threads", "8", "--keep-alive", "75"]
    quiet = ["--log-level", "warning", "--no-control-socket"]
    return ["-m", "gunicorn", *threads, *quiet, "--bind", f"{HOST}:{port}", app]


def _granian(app: str, port: int) -> list[str]:
    target, factory = app.removesuffix("()"), ["--factory"] if app.endswith("()") else []
    threads = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "8", "--no-ws"]
    where = ["--host", HOST, "--port", str(port), "--log-level", "warning"]
    return ["-m", "granian", *threads, *where, *factory, target]


def _bjoern(app: str, port: int) -> list[str]:
    return ["-c", RUN_BJOERN, app, HOST, str(port)]


CONTENDERS = (
    Contender("Potstill", _potstill),
    Contender("Potstill, no access log", _potstill_unlogged),
    Contender("Gunicorn gthread", _gunicorn),
    Contender("Granian", _granian),
    Contender("bjoern", _bjoern),
)


def peers_python(directory: Path) -> Path:
    """Return the interpreter of an environment with the peers, installed there when it has none.

    bjoern is compiled, which takes a C compiler and libev's headers (Debian: libev-dev).
    """
    python = directory / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


@contextmanager
def running(contender: Contender, python: Path, app: str, core: int) -> Iterator[tuple[int, int]]:
    """Start the server on one core; yield its process id and its port; stop it afterwards."""
    port = _free_port()
    command = ["taskset", "-c", str(core), str(python), *contender.arguments(app, port)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _await_listener(contender.name, process, port)
        yield process.pid, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    """Find a port for servers that cannot pick one and say which."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _await_listener(name: str, process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{name} does not serve on port {port} (exit code {process.poll()})")
