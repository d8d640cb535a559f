"""The way out of a channel: bytes go to the kernel at once, and what it does not take is queued.

One thread at a time sends: the one that serves the request or, when the answer is pushed, whoever
holds the push's lock. Beside it only the holder of the baton flushes what is queued.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from potstill.http11.errors import Disconnected
from potstill.net.outbox import Outbox
from potstill.net.wire import Wire


class Pushed(Protocol):
    """An answer that goes on after its call, fed by whoever has something to say."""

    @property
    def is_open(self) -> bool:
        """False once no more of it will come."""

    @property
    def is_detached(self) -> bool:
        """True once it is sent without a thread."""

    def end(self) -> None:
        """Let no more of it come."""


class Outlet(ABC):
    """Sends through a wire, with an outbox once that is needed."""

    __slots__ = (
        "_lingers", "_outbox", "_output_memory", "_output_spill", "_resets", "_send", "persists",
        "pushed", "wire",
    )  # fmt: skip

    def __init__(self, wire: Wire, output_memory: int, output_spill: int) -> None:
        self.wire = wire
        self._send = wire.send
        self._output_memory = output_memory
        self._output_spill = output_spill
        self._outbox: Outbox | None = None
        self._lingers = False
        self._resets = False
        self.persists = True
        self.pushed: Pushed | None = None
        """The answer under way when it is pushed."""

    @abstractmethod
    def want_output(self) -> None:
        """There is something in the outbox now: have somebody watch for room."""

    @abstractmethod
    def before_waiting(self) -> None:
        """The calling thread is about to wait for the client."""

    @property
    def taken(self) -> int:
        """Bytes that were queued and have been taken since."""
        return self._outbox.taken if self._outbox is not None else 0

    @property
    def has_output(self) -> bool:
        """Does anything wait for the client?"""
        return self._outbox is not None and not self._outbox.is_empty

    @property
    def is_given_up(self) -> bool:
        """True once nobody will take anything any more."""
        return self._outbox is not None and self._outbox.is_broken

    def send(self, data: bytes | memoryview) -> None:
        """Hand bytes to the kernel, or queue them; waits while the client lags too far behind.

        Disconnected when nobody is there any more, or when a pushed answer, which cannot wait,
        has more queued than memory is meant for.
        """
        outbox = self._outbox
        if outbox is None or outbox.is_idle:
            try:
                sent = self._send(data)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                raise Disconnected from error
            if sent == len(data):
                return
            data = memoryview(data)[sent:]
        outbox = self._open_outbox()
        with outbox.lock, self._without_gaps():
            if self._cannot_wait and not outbox.has_memory_for(data):
                self.give_up()
                raise Disconnected
            was_empty = outbox.is_empty
            outbox.add(data)
            if was_empty:
                self.want_output()
        if outbox.is_full:
            self.before_waiting()
            if not outbox.wait_for_room():
                raise Disconnected

    def send_file(self, descriptor: int, offset: int, count: int) -> None:
        """Begin to send a part of a regular file, and queue the rest.

        The descriptor is duplicated: the caller may close it.
        """
        outbox = self._open_outbox()
        with outbox.lock, self._without_gaps():
            was_empty = outbox.is_empty
            outbox.add_file(descriptor, offset, count)
            if was_empty and not self.flush():
                self.want_output()

    def begin_push(self, pushed: Pushed) -> None:
        """From now on the answer may be sent by any thread, one at a time."""
        self._open_outbox()
        self.pushed = pushed

    def break_off(self, *, visibly: bool) -> None:
        """End the connection after what was sent; `visibly` by a reset."""
        self.persists = False
        self._lingers = True
        self._resets = visibly

    def flush(self, emptied: Callable[[Any], None] = lambda outlet: None) -> bool:
        """Send what the kernel takes of the outbox; True when nothing is left of it.

        `emptied` is called with the outlet in that case, before anything more can be queued.
        """
        outbox = self._outbox
        if outbox is None:
            return True
        with outbox.lock:
            try:
                is_empty = outbox.flush(self.wire)
            except OSError:
                self.give_up()
                is_empty = True
            if is_empty:
                emptied(self)
        return is_empty

    def give_up(self) -> None:
        """Nobody takes the answer any more: forget it, and tell whoever produces it."""
        self.persists = False
        self._resets = True
        if self.pushed is not None:
            self.pushed.end()
        if self._outbox is not None:
            self._outbox.give_up()

    def is_gone(self) -> bool:
        """Has the client hung up? From any thread; never blocks."""
        return self.is_given_up or self.wire.is_hung_up()

    def cut_off(self) -> None:
        """Let nothing in or out any more; whoever serves the request is told when it sends."""
        self.give_up()
        with suppress(OSError):  # it may be closed already
            self.wire.cut()

    @property
    def _cannot_wait(self) -> bool:
        return self.pushed is not None and self.pushed.is_detached

    @contextmanager
    def _without_gaps(self) -> Iterator[None]:
        """What could not be kept is missing for good: nothing may be sent behind it."""
        try:
            yield
        except OSError:
            self.give_up()
            raise

    def _open_outbox(self) -> Outbox:
        if self._outbox is None:
            self._outbox = Outbox(self._output_memory, self._output_spill)
        if self._outbox.is_broken:
            raise Disconnected
        return self._outbox
