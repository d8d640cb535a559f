"""A Potstill started as its users start it: a process of its own, where the kernel has room."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTENING = re.compile(
    r"Listening at (?:(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^:\s]+):(?P<port>\d+)"
    r"|unix:(?P<path>\S+))"
)


class RunningServer:
    """One `potstill` process; what it prints is collected while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.scheme = "http"
        self.port = 0
        self.path = ""
        self._lines: list[str] = []
        self._printed = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        """Of the first TCP address it listens at."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """All it has printed so far, standard output and standard error together."""
        return "".join(self._lines)

    def wait_for(self, pattern: str, timeout: float = 60) -> re.Match[str]:
        """The first place where the output matches; AssertionError when it never does."""
        deadline = time.monotonic() + timeout
        with self._printed:
            while not (match := re.search(pattern, self.output, re.MULTILINE)):
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(f"no {pattern!r} in the output:\n{self.output}")
                self._printed.wait(left)
        return match

    def wait_until_listening(self) -> None:
        """Learn the first address it listens at: scheme and port, or the path of a Unix socket."""
        found = self.wait_for(LISTENING.pattern)
        if found["path"]:
            self.path = found["path"]
        else:
            self.scheme, self.port = found["scheme"], int(found["port"])

    def stop(self, signum: int = signal.SIGTERM, timeout: float = 20) -> int:
        """Send a signal and return the exit code; AssertionError when it does not end in time."""
        if self.process.poll() is None:
            self.process.send_signal(signum)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"did not stop within {timeout} s:\n{self.output}") from None
        self._reader.join(5)
        return code

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def resident(self) -> int:
        """Resident memory in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self) -> float:
        """User and system time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _collect(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._printed:
                self._lines.append(line)
                self._printed.notify_all()
        with self._printed:
            self._ended = True
            self._printed.notify_all()


@contextmanager
def potstill(
    *arguments: str,
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
    bind: str | None = "127.0.0.1:0",
    ready: bool = True,
) -> Iterator[RunningServer]:
    """`potstill ARGUMENTS` as a process; it is ready when this yields, and gone afterwards.

    `bind=None` leaves the address to the arguments, `ready=False` does not wait for it.
    """
    command = [sys.executable, "-m", "potstill", *arguments]
    if bind is not None:
        command += ["--bind", bind]
    environment = {key: value for key, value in os.environ.items() if key not in _SETTINGS}
    environment |= {"PYTHONPATH": str(ROOT)} | (env or {})
    with running(command, cwd=cwd, env=environment) as server:
        if ready:
            server.wait_until_listening()
        yield server


@contextmanager
def running(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path = ROOT,
    before: Callable[[], object] | None = None,
) -> Iterator[RunningServer]:
    """Any server as a process, which is gone afterwards; `before` is called in it at first."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**env, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="backslashreplace",
        preexec_fn=before,
    )
    server = RunningServer(process)
    try:
        yield server
    finally:
        try:
            server.stop()
        finally:
            assert process.stdout is not None
            process.stdout.close()


_SETTINGS = {"PORT", "WEB_CONCURRENCY"} | {key for key in os.environ if key.startswith("POTSTILL_")}
