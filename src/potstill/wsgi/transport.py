"""What the gateway needs of the connection that a request came on."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from potstill.http11.fields import Fields
from potstill.http11.request_line import RequestLine


class Transport(Protocol):
    """A whole request, and the way back to who sent it. `net.channel` has this shape."""

    line: RequestLine
    fields: Fields
    body: BinaryIO | None
    """The whole body, at its beginning; None when there is none."""
    body_size: int
    persists: bool
    """May the connection live on after this answer? Whoever knows better sets it to False."""

    @property
    def peer(self) -> tuple[str, str]:
        """Address and port of the client."""

    @property
    def server(self) -> tuple[str, str]:
        """Name and port under which the client reached us."""

    def send(self, data: bytes) -> None:
        """Hand bytes to the kernel, or queue them; blocks while the client lags too far behind.

        Disconnected when nobody is there any more.
        """

    def send_file(self, descriptor: int, offset: int, count: int) -> None:
        """Queue a part of a regular file; the caller may close the descriptor at once."""

    def break_off(self, *, visibly: bool) -> None:
        """End the connection after what was sent: the answer is not complete.

        `visibly` asks for a reset, because the framing would not show that something is missing.
        """
