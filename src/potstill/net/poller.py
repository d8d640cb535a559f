"""The kernel's word on which sockets are ready: epoll, or whatever `selectors` has elsewhere.

Level-triggered throughout: what one thread did not deal with, the next to ask is told again. That
is what lets the relay drop a half-handled batch when the baton moves.
"""

from __future__ import annotations

import select
import selectors
import socket
import threading
from contextlib import suppress
from typing import Final, Protocol

READ: Final = 1
WRITE: Final = 4
BATCH = 256
"""Events taken at a time."""


class Poller(Protocol):
    """Watches file descriptors. `watch` and `forget` may be called while another thread waits."""

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        """Descriptors with what they are ready for.

        Blocks up to `timeout` seconds, or for ever when it is negative.
        """

    def watch(self, fd: int, interest: int, *, known: bool) -> None:
        """Be told of READ or WRITE on `fd`; `known` when it is watched already."""

    def forget(self, fd: int) -> None:
        """Not be told of `fd` any more."""

    def close(self) -> None:
        """Give back what the poller itself holds."""


class EpollPoller:
    """epoll(7): changes from any thread take effect at once, also on a thread that waits."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self.forget = self._epoll.unregister
        self.close = self._epoll.close

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        return self._epoll.poll(timeout, BATCH)

    def watch(self, fd: int, interest: int, *, known: bool) -> None:
        # EPOLLIN is 1 and EPOLLOUT 4, as READ and WRITE are.
        if known:
            self._epoll.modify(fd, interest)
        else:
            self._epoll.register(fd, interest)


class SelectorPoller:
    """kqueue, poll or select behind `selectors`, which is not safe to change while it waits.

    So changes are made under a lock that the waiting thread gives up: a byte on a socket pair
    sends it back to begin again.
    """

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self._selector = selector or selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._waker = Waker()
        self._selector.register(self._waker.fd, selectors.EVENT_READ)

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        with self._lock:
            ready = self._selector.select(None if timeout < 0 else timeout)
        events = []
        for key, mask in ready:
            if key.fd == self._waker.fd:
                self._waker.clear()
                continue
            interest = READ if mask & selectors.EVENT_READ else 0
            events.append((key.fd, interest | (WRITE if mask & selectors.EVENT_WRITE else 0)))
        return events

    def watch(self, fd: int, interest: int, *, known: bool) -> None:
        events = selectors.EVENT_READ if interest == READ else selectors.EVENT_WRITE
        self._waker.wake()
        with self._lock:
            if known:
                self._selector.modify(fd, events)
            else:
                self._selector.register(fd, events)

    def forget(self, fd: int) -> None:
        self._waker.wake()
        with self._lock:
            self._selector.unregister(fd)

    def close(self) -> None:
        self._selector.close()
        self._waker.close()


class Waker:
    """Makes a waiting thread look up: its descriptor becomes readable."""

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)
        self.fd = self._ear.fileno()

    def wake(self) -> None:
        """From any thread, also from a signal handler; never blocks."""
        with suppress(BlockingIOError):  # it is awake enough
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
