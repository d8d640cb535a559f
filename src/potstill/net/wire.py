"""What a channel reads from and sends to: the socket itself here, or through TLS in `tls`."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from contextlib import suppress

_RESET = b"\1\0\0\0\0\0\0\0"  # struct linger: on, 0 seconds
_HUNG_UP = getattr(select, "POLLRDHUP", 0)  # Linux alone tells it from input that waits


class Wire:
    """A connected socket that does not block.

    `recv` and `send` are the socket's own. What `send` did not take has to be offered again, from
    the first byte it left.
    """

    __slots__ = ("recv", "send", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.recv: Callable[[int], bytes] = sock.recv
        self.send: Callable[[bytes | memoryview], int] = sock.send

    def send_file(self, descriptor: int, offset: int, count: int) -> int:
        """Send a piece of a regular file; how much of it, and 0 when the file ends before it."""
        return os.sendfile(self.sock.fileno(), descriptor, offset, count)

    def end(self) -> None:
        """Tell the peer that nothing more will come; what it sends can still be read."""
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Have `close` show the peer that something is missing."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def cut(self) -> None:
        """Let nothing in or out any more; from any thread."""
        self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()

    def facts(self) -> dict[str, str]:
        """What is known of the connection, as variables for applications."""
        return {}

    def is_hung_up(self) -> bool:
        """Has the peer closed its side? From any thread; never blocks.

        Input that nobody has read yet does not hide it, except where the kernel tells no better.
        """
        poll = select.poll()
        try:
            poll.register(self.sock, _HUNG_UP or select.POLLIN)
            if not poll.poll(0):
                return False
            return bool(_HUNG_UP) or not self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except (OSError, ValueError):  # it is closed on our side too
            return True

    def wait_for_input(self, seconds: float) -> bool:
        """Block until there is something to read, at most so long; False when there is not."""
        poll = select.poll()
        with suppress(OSError, ValueError):  # `recv` will say it
            poll.register(self.sock, select.POLLIN)
            return bool(poll.poll(seconds * 1000))
        return True
