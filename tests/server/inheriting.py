"""A Potstill started by a parent that has opened its sockets, as systemd does.

`python -m tests.server.inheriting DESCRIPTOR... -- COMMAND...` is what stands between: it moves the
descriptors to 3 and on, says so in the environment, and becomes the command.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.server import ROOT, RunningServer


@contextmanager
def inheriting(
    *sockets: socket.socket, arguments: tuple[str, ...], activated: bool = False
) -> Iterator[RunningServer]:
    """`potstill ARGUMENTS` with these sockets, ready when this yields and gone afterwards.

    They have the same numbers there as here, unless it is `activated`.
    """
    descriptors = [sock.fileno() for sock in sockets]
    command = [sys.executable, "-m", "potstill", *arguments]
    if activated:
        launcher = [sys.executable, "-m", "tests.server.inheriting"]
        command = [*launcher, *map(str, descriptors), "--", *command]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = RunningServer(process)
    try:
        server.wait_until_listening()
        yield server
    finally:
        try:
            server.stop()
        finally:
            assert process.stdout is not None
            process.stdout.close()


def main() -> None:
    split = sys.argv.index("--")
    passed, command = [int(text) for text in sys.argv[1:split]], sys.argv[split + 1 :]
    # Out of the way first: one may have a number that another is to get.
    safe = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100) for descriptor in passed]
    for number, descriptor in enumerate(safe, 3):
        os.dup2(descriptor, number)
    told = {"LISTEN_FDS": str(len(passed)), "LISTEN_PID": str(os.getpid()), "LISTEN_FDNAMES": "a"}
    os.execve(command[0], command, os.environ | told)


if __name__ == "__main__":
    main()
