"""`python -m tests.net.cramped DESCRIPTORS`: a relay in a process that may open no more than that.

It prints its port, serves until its standard input ends, then stops and exits with 0 if all that
was begun could be finished.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from potstill.net.relay import Relay
from tests.net.running import board_of
from tests.net.service import Service, wiring
from tests.support.server import ROOT


@contextmanager
def cramped(descriptors: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port of such a process, and the process."""
    command = [sys.executable, "-m", "tests.net.cramped", str(descriptors)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.kill()


def main() -> int:
    descriptors = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    service = Service()
    shared = wiring(service)
    board = board_of(shared)
    relay = Relay(board, service, threads=2, relay_after=0.01)
    shared.before_waiting = relay.before_waiting

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        relay.stop()

    threading.Thread(target=stop_at_end_of_input).start()
    print(board.listeners[0].sock.getsockname()[1], flush=True)
    return 0 if relay.run(graceful_timeout=5) else 1


if __name__ == "__main__":
    sys.exit(main())
