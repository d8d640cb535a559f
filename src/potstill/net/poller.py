"""The kernel's word on which sockets are ready: epoll, or whatever `selectors` has elsewhere.

Level-triggered throughout: what one thread did not deal with, the next to ask is told again. That
is what lets the relay drop a half-handled batch when the baton moves.
"""

from __future__ import annotations

import select
import selectors
import socket
from collections import deque
from contextlib import suppress
from typing import Final, Protocol

READ: Final = 1
WRITE: Final = 4
GONE: Final = 0x2000
"""The peer has closed its side. Where the kernel cannot tell that from input, input is told."""
BATCH = 256
"""Events taken at a time."""


class Poller(Protocol):
    """Watches file descriptors. `watch` and `forget` may be called while another thread waits."""

    tells_gone: bool
    """Can it tell GONE from input?"""

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        """Descriptors with what they are ready for.

        Blocks up to `timeout` seconds, or for ever when it is negative.
        """

    def watch(self, fd: int, interest: int, *, known: bool) -> None:
        """Be told of READ, WRITE or GONE on `fd`; `known` when it is watched already."""

    def forget(self, fd: int) -> None:
        """Not be told of `fd` any more."""

    def close(self) -> None:
        """Give back what the poller itself holds."""


class EpollPoller:
    """epoll(7): changes from any thread take effect at once, also on a thread that waits."""

    tells_gone = True

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self.forget = self._epoll.unregister
        self.close = self._epoll.close

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        return self._epoll.poll(timeout, BATCH)

    def watch(self, fd: int, interest: int, *, known: bool) -> None:
        # EPOLLIN is 1, EPOLLOUT 4 and EPOLLRDHUP 0x2000, as READ, WRITE and GONE are.
        if known:
            self._epoll.modify(fd, interest)
        else:
            self._epoll.register(fd, interest)


class SelectorPoller:
    """kqueue, poll or select behind `selectors`, which must not be changed while it waits.

    So changes stand in line until the thread that waits makes them; it is woken for that.
    """

    tells_gone = False

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self._selector = selector or selectors.DefaultSelector()
        self._changes: deque[tuple[int, int]] = deque()
        self._is_waiting = False
        self._waker = Waker()
        self._selector.register(self._waker.fd, selectors.EVENT_READ)

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        self._is_waiting = True  # before the changes are made: later ones will wake us
        self._make_changes()
        ready = self._selector.select(None if timeout < 0 else timeout)
        self._is_waiting = False
        self._make_changes()
        watched = self._selector.get_map()
        events = []
        for key, mask in ready:
            if key.fd == self._waker.fd:
                self._waker.clear()
            elif key.fd in watched and (mask := mask & watched[key.fd].events):
                events.append((key.fd, READ if mask & selectors.EVENT_READ else WRITE))
        return events

    def watch(self, fd: int, interest: int, *, known: bool) -> None:
        self._change(fd, interest)

    def forget(self, fd: int) -> None:
        self._change(fd, 0)

    def close(self) -> None:
        self._selector.close()
        self._waker.close()

    def _change(self, fd: int, interest: int) -> None:
        self._changes.append((fd, interest))
        if self._is_waiting:
            self._waker.wake()

    def _make_changes(self) -> None:
        while self._changes:
            fd, interest = self._changes.popleft()
            if fd in self._selector.get_map():
                self._selector.unregister(fd)
            if interest:
                event = selectors.EVENT_WRITE if interest == WRITE else selectors.EVENT_READ
                self._selector.register(fd, event)


class Waker:
    """Makes a waiting thread look up: its descriptor becomes readable."""

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)
        self.fd = self._ear.fileno()

    def wake(self) -> None:
        """From any thread, also from a signal handler; never blocks."""
        with suppress(OSError):  # it is awake enough, or gone
            self._mouth.send(b"\0")

    def clear(self) -> None:
        """Be quiet until the next `wake`."""
        with suppress(BlockingIOError):
            self._ear.recv(4096)

    def close(self) -> None:
        self._ear.close()
        self._mouth.close()


def best_poller() -> Poller:
    """Epoll where there is one."""
    return EpollPoller() if hasattr(select, "epoll") else SelectorPoller()
