"""One server, started on one core for one scenario, checked, and stopped.

It never measures. What a server writes to standard error goes to a file beside the results, what it
writes to standard output nowhere: Potstill's access log costs what writing costs and fills no disk.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands import HOST, Assignment
from benchmarks.contenders import Contender
from benchmarks.figures import NotMeasuredError
from benchmarks.kit import ROOT
from benchmarks.scenarios import Scenario

BOOT_SECONDS = 20
STOP_SECONDS = 10
QUOTED = 160  # characters of a server's last words


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, given by its first process."""

    contender: Contender
    scenario: Scenario
    pid: int
    port: int


@contextmanager
def running(contender: Contender, work: Assignment, core: int, log: Path) -> Iterator[Served]:
    """Start the server, yield it once it has given the right answer, and stop it afterwards.

    NotMeasuredError, with the reason, when it cannot do this work or does not get that far.
    """
    if reason := contender.cannot.get(work.scenario.name):
        raise NotMeasuredError(reason)
    process = _start(["taskset", "-c", str(core), *contender.command(work)], log)
    try:
        try:
            _await_listener(process, work.port)
            _check(work, contender)
        except (OSError, http.client.HTTPException) as error:
            words = _last_words(log) if process.poll() is not None else ""
            raise NotMeasuredError(words or f"gave no answer: {error!r}") from error
        yield Served(contender, work.scenario, process.pid, work.port)
    finally:
        _stop(process)


def free_port() -> int:
    """Find a port for servers that cannot pick one and say which."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """A process with a group of its own, so that all it starts can be ended with it."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with log.open("wb") as errors:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _await_listener(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise ConnectionError(f"does not serve (exit code {process.returncode})")


def _check(work: Assignment, contender: Contender) -> None:
    """Ask once as wrk will; ConnectionError when the answer is another than it should be."""
    scenario = work.scenario
    with _connection(scenario, work.port) as connection:
        method, body = ("POST", bytes(scenario.upload)) if scenario.upload else ("GET", None)
        lasting = {} if scenario.keep_alive else {"Connection": "close"}
        connection.request(method, "/", body, lasting)
        answer = connection.getresponse()
        received = answer.read()
        right = contender.right(received, scenario.answer)
        if answer.status != 200 or not right:
            raise ConnectionError(f"answered {answer.status} with {len(received)} bytes")
        if connection.sock and not scenario.keep_alive and connection.sock.recv(1):
            raise ConnectionError("said more after its answer")


@contextmanager
def _connection(scenario: Scenario, port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(HOST, port, timeout=BOOT_SECONDS)
    if scenario.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(HOST, port, timeout=BOOT_SECONDS, context=context)
    try:
        yield connection
    finally:
        connection.close()


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip()[:QUOTED] for line in reversed(lines) if line.strip()), "")
