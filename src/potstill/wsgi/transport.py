"""What the gateway needs of the connection that a request came on."""

from __future__ import annotations

from typing import Any, BinaryIO, Protocol

from potstill.http11.fields import Fields
from potstill.http11.request_line import RequestLine


class Transport(Protocol):
    """A whole request, and the way back to who sent it. `net.channel` has this shape."""

    line: RequestLine
    fields: Fields
    body: BinaryIO | None
    """The whole body, at its beginning; None when there is none."""
    body_size: int | None
    """None when it is still arriving and has not said."""
    persists: bool
    """May the connection live on after this answer? Whoever knows better sets it to False."""
    began: float
    """When the request was understood; of the monotonic clock."""
    derived: dict[str, Any] | None
    """What `environ` made of the connection, kept as long as the connection is."""
    pushed: Any
    """The body of an answer that outlives its call, if the application asked for one."""

    @property
    def peer(self) -> tuple[str, str]:
        """Address and port of the client."""

    @property
    def server(self) -> tuple[str, str]:
        """Name and port under which the client reached us."""

    @property
    def is_secure(self) -> bool:
        """Does the client speak TLS?"""

    @property
    def security(self) -> dict[str, str]:
        """What is known of the TLS connection, as CGI variables; empty without TLS."""

    def is_gone(self) -> bool:
        """Has the client hung up? From any thread; never blocks."""

    def announce_end(self) -> None:
        """The client is being told that no answer follows this one."""

    def begin_push(self, pushed: Any) -> None:
        """From now on the answer may be sent by any thread, one at a time."""

    def end_push(self) -> None:
        """No more of a pushed answer will come: have a thread serve the request's end."""

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
