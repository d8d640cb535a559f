"""The hub: notices commits, here and elsewhere, and has the rooms told, on a thread of its own.

Bursts become one message: after each round the thread rests for a moment, and what was committed
meanwhile is told together. Once a day it sweeps.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from potstill.web import HTTPError, Request, Response
from puretodo.live.rooms import Room
from puretodo.live.watching import watcher_for
from puretodo.store.database import Database
from puretodo.store.scope import Scope
from puretodo.store.sweeping import Sweeper

PAUSE = 0.05
"""Seconds between two rounds: twenty messages a second are more than anybody reads."""
PATIENCE = 1.0
"""Seconds before another try when the database did not answer."""
MAX_THREADS = 4
"""Listeners in all, where the server knows no push and each holds a thread."""

log = logging.getLogger("puretodo.live")


class Hub:
    """Rooms for the accounts that somebody listens to; any thread may call any method."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sweeper = Sweeper(database)
        self._watcher = watcher_for(database, self)
        self._rooms: dict[int, Room] = {}
        self._noticed: set[int] = set()
        self._news = threading.Condition()
        self._is_running = self._has_failed = False
        self._thread: threading.Thread | None = None
        self.listened = threading.Event()
        """Set while there are rooms; and at the end, for whoever waits for it."""

    def start(self) -> None:
        """Begin to tell: `app.on_start`."""
        self._is_running = True
        self.listened.clear()
        self._database.listeners.append(self.notice)
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)
        self._thread.start()
        self._watcher.start()

    def stop(self) -> None:
        """End all answers and the threads: `app.on_stop`; harmless if it was not started."""
        with self._news:
            self._is_running = False
            rooms = list(self._rooms.values())
            self._rooms.clear()
            self.listened.set()
            self._news.notify_all()
        for room in rooms:
            room.close()
        self._watcher.stop()
        if self._thread is not None:
            self._database.listeners.remove(self.notice)
            self._thread.join()
            self._thread = None

    def subscribe(self, request: Request, scope: Scope, after: str | None = None) -> Response:
        """What changes within the scope, from event `after` on; Last-Event-ID says it otherwise.

        HTTPError 503 when there is no thread left to wait, or the hub was stopped.
        """
        after = request.headers.get("Last-Event-ID") or after
        if "potstill.push" not in request.environ and self._listeners() >= MAX_THREADS:
            raise HTTPError(503, "Too many pages listen already.", headers=[("Retry-After", "10")])
        while True:
            response = self._room(scope.account_id).enter(request, scope.list_id, after)
            if response is not None:
                return response

    def notice(self, account_id: int) -> None:
        """Something was committed in an account; never blocks for long."""
        with self._news:
            if account_id in self._rooms or self._sweeper.is_due():
                self._noticed.add(account_id)
                self._news.notify_all()

    def notice_all(self) -> None:
        """Something may have been committed in any account."""
        with self._news:
            self._noticed.update(self._rooms)
            self._news.notify_all()

    def let_go(self) -> bool:
        """Forget the rooms that are empty; whether somebody still listens."""
        with self._news:
            for account_id, room in list(self._rooms.items()):
                if room.let_go_if_empty():
                    del self._rooms[account_id]
            if not self._rooms and self._is_running:
                self.listened.clear()
            return bool(self._rooms)

    def _room(self, account_id: int) -> Room:
        with self._news:
            if not self._is_running:
                raise HTTPError(503, "The server stops.", headers=[("Retry-After", "1")])
            room = self._rooms.get(account_id)
            if room is None:
                room = self._rooms[account_id] = Room(self._database, account_id)
                self.listened.set()
            return room

    def _listeners(self) -> int:
        with self._news:
            return sum(room.listeners() for room in self._rooms.values())

    # -- on its thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        self._attempt(self._sweeper.sweep)
        while self._is_running:
            for account_id in self._await_news():
                room = self._rooms.get(account_id)
                if room is not None and not self._attempt(room.tell):
                    self.notice(account_id)
                    self._rest(PATIENCE)
            if self._sweeper.is_due():
                self._attempt(self._sweeper.sweep)
            self.let_go()
            self._rest(PAUSE)

    def _await_news(self) -> set[int]:
        """The accounts in which something was committed; none when it is time to stop."""
        with self._news:
            self._news.wait_for(lambda: self._noticed or not self._is_running)
            noticed, self._noticed = self._noticed, set()
            return noticed

    def _attempt(self, work: Callable[[], object]) -> bool:
        """Do it; False when that failed: the thread outlives a database that does not answer."""
        try:
            work()
        except Exception:
            if not self._has_failed:
                log.exception("Live updates fail; trying again")
            self._has_failed = True
            return False
        if self._has_failed:
            log.warning("Live updates work again")
        self._has_failed = False
        return True

    def _rest(self, seconds: float) -> None:
        with self._news:
            self._news.wait_for(lambda: not self._is_running, seconds)
