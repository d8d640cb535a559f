"""Those who listen to one account: to all of it, or by a link to one list of it."""

from __future__ import annotations

import threading

from potstill.web import Channel, Event, Request, Response
from puretodo.live.news import MOST_CHANGES, News, reload
from puretodo.store import events
from puretodo.store.database import Database
from puretodo.store.events import Change
from puretodo.store.scope import Scope, Transaction

RETRY = 1000
"""Milliseconds after which a browser that lost us comes back."""


class Room:
    """A channel for each scope that somebody listens to, all at the same event."""

    def __init__(self, database: Database, account_id: int) -> None:
        self._database = database
        self._scope = Scope(account_id)
        self._channels: dict[int | None, Channel] = {}
        self._is_let_go = False
        self._seq: int | None = None
        """All up to this one have been told."""
        # Held while the database is read: what is told to one who enters, and what is told to all,
        # are states of one moment after the other.
        self._turn = threading.Lock()

    def enter(self, request: Request, list_id: int | None, after: str | None) -> Response | None:
        """Tell what came after an event, and everything from now on; None if this is let go."""
        with self._turn:
            if self._is_let_go:
                return None
            with self._database.reading(self._scope) as tx:
                if self._seq is None:
                    self._seq = events.last_seq(tx)
                missed = self._missed(tx, list_id, after, self._seq) if after else []
            channel = self._channels.get(list_id)
            if channel is None:
                channel = self._channels[list_id] = Channel(keep=0, retry=RETRY)
            return channel.subscribe(request, first=missed)

    def tell(self) -> None:
        """Read what is new, and tell all of it."""
        with self._turn:
            if self._seq is None or self._is_let_go:
                return
            with self._database.reading(self._scope) as tx:
                changes = self._since(tx, self._seq)
                if changes == []:
                    return
                news = None if changes is None else News(tx, changes)
                seq = changes[-1].seq if changes else events.last_seq(tx)
            self._seq = seq
            self._publish(news, seq)

    def listeners(self) -> int:
        """How many are here."""
        return sum(channel.subscribers for channel in list(self._channels.values()))

    def let_go_if_empty(self) -> bool:
        """Whether nobody is here, and nobody will be let in any more."""
        if not self._turn.acquire(blocking=False):
            return False
        try:
            for list_id, channel in list(self._channels.items()):
                if not channel.subscribers:
                    del self._channels[list_id]
            self._is_let_go = not self._channels
            return self._is_let_go
        finally:
            self._turn.release()

    def close(self) -> None:
        """End all answers, and let nobody in any more."""
        with self._turn:
            self._is_let_go = True
            for channel in self._channels.values():
                channel.close()

    # -- with the lock held ----------------------------------------------------------------------

    def _missed(self, tx: Transaction, list_id: int | None, after: str, until: int) -> list[Event]:
        """One event with all that changed between two; it may tell of what comes behind them."""
        seq = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else -1
        changes = self._since(tx, seq)
        if changes is None:
            return [reload(until)]
        missed = [change for change in changes if change.seq <= until]
        event = News(tx, missed).event_for(list_id) if missed else None
        return [] if event is None else [event]

    def _since(self, tx: Transaction, seq: int) -> list[Change] | None:
        return events.since(tx.connection, self._scope.account_id, seq, MOST_CHANGES)

    def _publish(self, news: News | None, seq: int) -> None:
        for list_id, channel in list(self._channels.items()):
            event = reload(seq) if news is None else news.event_for(list_id)
            if event is not None:
                channel.publish(event)
            if news is None or news.closes(list_id):
                channel.close()
                del self._channels[list_id]
