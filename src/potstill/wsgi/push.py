"""`potstill.push`: an answer that outlives its call (server-sent events, long polls).

The application asks for a push, keeps it where others find it, and returns it. Its thread is free
from then on; whoever has something to say calls `send`, from any thread, until somebody calls
`close` or the client leaves. `exchange` sends the head and frames what is sent.

Middleware that wraps the answer gets an ordinary iterable: it works, and holds a thread.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from potstill.http11.errors import ApplicationError, Disconnected
from potstill.http11.response import shown

EARLY = 1 << 20
"""Bytes kept while the application has not returned yet, or while somebody iterates slowly."""
LOOK_AGAIN = 1.0
"""Seconds after which a thread that iterates looks whether the client is still there."""


class Carrier(Protocol):
    """The answer that a push is part of."""

    is_over: bool

    @property
    def is_complete(self) -> bool:
        """Has all been sent that was announced?"""

    def begin(self) -> None:
        """Send the head, if that was not done yet."""

    def send(self, block: bytes, /) -> None:
        """Send a block; Disconnected when nobody receives it."""

    def end_push(self) -> None:
        """No more will be sent: have a thread come and end the answer."""

    def finish(self) -> None:
        """Send what ends the answer."""

    def is_gone(self) -> bool:
        """Has the client hung up?"""


class Push:
    """The body of one answer, sent piece by piece from any thread."""

    def __init__(
        self, carrier: Carrier, on_close: Callable[[], object] | None, began: float = 0.0
    ) -> None:
        self.carrier = carrier
        self.began = began
        """When its request was understood; of the monotonic clock."""
        self.is_detached = False
        """True once it is sent without a thread."""
        self._on_close = on_close
        self._is_open = True
        self._has_overflown = False
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._turn = threading.Condition(threading.Lock())

    # -- for applications ------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """False once nothing more can be sent."""
        return self._is_open and not self.carrier.is_over

    def send(self, data: bytes) -> bool:
        """Send a block; never blocks. Blocks of several threads stay whole, in some order.

        False when nobody receives it: the client has left, it lags more than `--output-memory`
        behind (then it is cut off), or the answer was closed.
        """
        if not isinstance(data, bytes):
            raise ApplicationError(
                f"push.send() got {shown(data)}, not bytes",
                'PEP 3333, "Unicode Issues"',
                'Encode text first, as in push.send(text.encode("utf-8")).',
            )
        was_open = self.is_open
        try:
            with self._turn:
                return self._send(data) if self.is_detached else self._keep(data)
        finally:
            if was_open and self.is_detached and not self.is_open:
                self.carrier.end_push()

    def close(self) -> None:
        """End the answer, from any thread; what was sent still arrives."""
        with self._turn:
            if not self._is_open:
                return
            self._is_open = False
            self._turn.notify_all()
        if self.is_detached:
            self.carrier.end_push()

    # -- for middleware --------------------------------------------------------------------------

    def __iter__(self) -> Push:
        return self

    def __next__(self) -> bytes:
        with self._turn:
            while not self._waiting:
                self._check_overflow()
                if not self._is_open or self.carrier.is_gone():
                    raise StopIteration
                self._turn.wait(LOOK_AGAIN)
            data = self._waiting.popleft()
            self._size -= len(data)
            return data

    # -- for the server --------------------------------------------------------------------------

    def detach(self) -> None:
        """Send head and what was kept, and from now on at once; ApplicationError if too much."""
        with self._turn:
            self.carrier.begin()
            while self._waiting:
                self.carrier.send(self._waiting.popleft())
            self._check_overflow()
            self.is_detached = True

    def carries(self, carrier: Carrier) -> bool:
        """Is it this answer that goes on without a thread?"""
        return self.is_detached and self.carrier is carrier

    def end(self) -> None:
        """Let no more be sent; from any thread, whatever locks it holds."""
        self._is_open = False

    def finish(self) -> None:
        """Send the end of the answer, behind what is being sent at this moment."""
        with self._turn:
            if not self.carrier.is_over:
                self.carrier.finish()

    def release(self) -> None:
        """The answer is over: tell whoever wanted to know, once. Raises what that raises."""
        self._is_open = False
        on_close, self._on_close = self._on_close, None
        self._waiting.clear()
        if on_close is not None:
            on_close()

    def _send(self, data: bytes) -> bool:
        if data and self.is_open:
            try:
                self.carrier.send(data)
            except Disconnected:
                self._is_open = False
                return False
            except ApplicationError:
                self._is_open = False
                raise
            self._is_open = not self.carrier.is_complete
            return True
        return self.is_open

    def _keep(self, data: bytes) -> bool:
        """Keep a block until the application has returned, or somebody iterates."""
        if not self.is_open:
            return False
        if self._size + len(data) > EARLY:
            self._is_open, self._has_overflown = False, True
        elif data:
            self._size += len(data)
            self._waiting.append(data)
        self._turn.notify()
        return self._is_open

    def _check_overflow(self) -> None:
        if self._has_overflown:
            raise ApplicationError(
                f"more than {EARLY} bytes were pushed before they could be sent",
                "docs/extensions.md",
                "Return the push before sending much, and leave it unwrapped by middleware.",
            )
