"""An application that answers with pushes and hands each to the test."""

from __future__ import annotations

from collections.abc import Iterable
from queue import SimpleQueue
from threading import get_ident
from wsgiref.types import StartResponse, WSGIEnvironment

from potstill.wsgi.push import Push
from tests.support.wire import until

SOON = 5.0


class Pushing:
    """`/quick` is answered at once, everything else with a push and these headers."""

    def __init__(self, *headers: tuple[str, str], status: str = "200 OK") -> None:
        self._status = status
        self._headers = headers
        self._opened: SimpleQueue[Push] = SimpleQueue()
        self.ended: list[int] = []
        """The thread of each call of `on_close`."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/quick":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"quick"]
        start_response(self._status, [("Content-Type", "text/event-stream"), *self._headers])
        push: Push = environ["potstill.push"](self.on_close)
        self.prepare(push)
        self._opened.put(push)
        return push

    def prepare(self, push: Push) -> None:
        """What happens to a push before it is returned."""

    def on_close(self) -> None:
        self.ended.append(get_ident())

    def push(self) -> Push:
        """The push of the next request that has come."""
        return self._opened.get(timeout=SOON)

    def detached_push(self) -> Push:
        """The same, once the call has returned it: from then on it may lag as far as it may."""
        push = self.push()
        until(lambda: push.is_detached)
        return push
