"""A channel of server-sent events: whoever publishes tells all who listen.

A client that lost its connection names the event it saw last (Last-Event-ID) and is told what it
missed, as far as that is kept. It gets each event once: what is kept is sent, and the client
entered, under the lock that publishing takes.

On a server with `potstill.push` an open answer holds no thread. On others each holds one, which is
why only a few are let in. A channel lives in one process: where several serve, something between
them (a database, a broker) has to tell each what to publish, under ids that are the same in all.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, MutableSet
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakSet

from potstill.web.errors import HTTPError
from potstill.web.response import Response
from potstill.web.sse.event import HEARTBEAT, Event, opening
from potstill.web.sse.heart import HEART
from potstill.web.sse.history import History
from potstill.web.sse.subscribers import Inbox, PushBody, Subscriber

if TYPE_CHECKING:
    from potstill.web.request import Request

HEADERS = (
    ("Content-Type", "text/event-stream"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),  # nginx shall pass on each event at once
)
RETRY_AFTER = "10"
"""Seconds, for those who find no place."""


class Subscription(Response):
    """An answer that lasts for hours: it holds nothing of the call, and no server need wrap it."""

    __slots__ = ()

    is_independent: ClassVar[bool] = True


class Channel:
    """Events for many; every method may be called from any thread, and none waits for a client."""

    def __init__(
        self,
        *,
        keep: int = 256,
        missed: Event | None = None,
        heartbeat: float = 15.0,
        max_threads: int = 8,
        retry: int | None = None,
    ) -> None:
        """`keep`: the last events, for clients that come back (and at most 512 KiB of them).

        `missed` is sent to one who comes back and has missed more than that: the hint to load
        everything anew. `heartbeat`: seconds between comments. `max_threads`: listeners who hold a
        thread each, where the server knows no push; keep it below the threads there are. `retry`:
        milliseconds after which clients shall come back.
        """
        self._missed = missed
        self._heartbeat = heartbeat
        self._max_threads = max_threads
        self._opening = opening(retry)
        self._history = History(keep)
        self._is_closed = False
        self._have_nobody()
        _channels.add(self)

    def publish(self, event: Event | str) -> int:
        """Tell all who listen; how many those were. Text is an event's data.

        An event without an id is given one, by which clients come back to where they were.
        """
        if isinstance(event, str):
            event = Event(event)
        with self._turn:
            if self._is_closed:
                return 0
            data = self._history.add(event)
            self._send_to(self._pushes, data)
            self._send_to(self._inboxes, data)
            return self.subscribers

    def subscribe(
        self, request: Request, *, after: str | None = None, first: Iterable[Event] = ()
    ) -> Response:
        """All that is published from now on, to this client, as long as it stays.

        `after` is the id of the last event that the client knows, for one who has just been given a
        page; Last-Event-ID says it otherwise. `first` is told to this client alone, before anything
        else. HTTPError 503 when there is no thread left to wait, or the channel is closed; an
        `EventSource` does not come back by itself after that, so its `onerror` has to make a new
        one, later.
        """
        if request.method == "HEAD":
            return Response(b"", 200, HEADERS)
        said = request.environ.get("HTTP_LAST_EVENT_ID")
        if said is not None:
            after = said.encode("latin-1", "replace").decode("utf-8", "replace")
        push = request.environ.get("potstill.push")
        with self._turn:
            if self._is_closed:
                raise _no_place("The channel is closed.")
            if push is None and len(self._inboxes) >= self._max_threads:
                raise _no_place("Too many clients listen already.")
            told = [event.encode() for event in first] + self._missing(after)
            if push is None:
                inbox = Inbox(self._heartbeat, self._leave)
                self._enter(inbox, self._inboxes, told)
                return Subscription(inbox, 200, HEADERS)
            subscriber: PushBody = push(lambda: self._leave(subscriber))
            self._enter(subscriber, self._pushes, told)
            HEART.begin(self._beat, self._heartbeat)
            return Subscription(subscriber, 200, HEADERS)

    @property
    def subscribers(self) -> int:
        """How many listen."""
        return len(self._pushes) + len(self._inboxes)

    @property
    def last_id(self) -> str:
        """The id of the last event: a page made now is told it, and listens `after` it."""
        with self._turn:
            return self._history.last_id()

    def open(self) -> None:
        """Let clients in again after `close`: `app.on_start(channel.open)`."""
        with self._turn:
            self._is_closed = False

    def close(self) -> None:
        """End all answers, and let nobody in any more: `app.on_stop(channel.close)`."""
        with self._turn:
            self._is_closed = True
            leaving = [*self._pushes, *self._inboxes]
            self._pushes.clear()
            self._inboxes.clear()
            HEART.end(self._beat)
        for subscriber in leaving:
            subscriber.close()

    def _have_nobody(self) -> None:
        """Begin without listeners, as a forked process does: they are those of its parent."""
        self._turn = threading.Lock()  # that of the parent may have been held by another thread
        self._pushes: set[Subscriber] = set()
        self._inboxes: WeakSet[Subscriber] = WeakSet()  # a response may get lost unsent

    # -- with the lock held ----------------------------------------------------------------------

    def _send_to(self, subscribers: MutableSet[Subscriber], data: bytes) -> None:
        for gone in [each for each in subscribers if not each.send(data)]:
            subscribers.discard(gone)

    def _enter(
        self, subscriber: Subscriber, into: MutableSet[Subscriber], told: list[bytes]
    ) -> None:
        """Tell what was before, and from now on everything."""
        subscriber.send(self._opening + b"".join(told))
        into.add(subscriber)

    def _missing(self, after: str | None) -> list[bytes]:
        """What came behind an event; all that is kept, when that one is not known any more."""
        if not after:
            return []
        found = self._history.since(after)
        if found is not None:
            return found
        kept = self._history.all()
        return kept if self._missed is None else [self._missed.encode(), *kept]

    # -- without it ------------------------------------------------------------------------------

    def _leave(self, subscriber: Subscriber) -> None:
        with self._turn:
            self._pushes.discard(subscriber)
            self._inboxes.discard(subscriber)
            if not self._pushes:
                HEART.end(self._beat)

    def _beat(self) -> None:
        """Send a comment to all pushes; those with a thread each do so by themselves."""
        with self._turn:
            self._send_to(self._pushes, HEARTBEAT)


def _no_place(detail: str) -> HTTPError:
    return HTTPError(503, detail, headers=[("Retry-After", RETRY_AFTER)])


_channels: WeakSet[Channel] = WeakSet()


def _after_fork() -> None:
    HEART.start_anew()
    for channel in list(_channels):
        channel._have_nobody()
        channel._history.mark_anew()


if hasattr(os, "register_at_fork"):  # not where processes cannot fork
    os.register_at_fork(after_in_child=_after_fork)
