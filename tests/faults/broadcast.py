"""An application with any number of open pushes, and accounts of who came and who left.

`/events` opens a push, `/say/A/B` sends the numbers from A to B to all that are open, one event
each, `/pushes` tells the accounts, `/hello` is a quick request.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable
from itertools import count
from wsgiref.types import StartResponse, WSGIEnvironment

from potstill.wsgi.push import Push

EVENT = b"data: %d\n\n"


class Audience:
    """The open pushes by number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count()
        self._open: dict[int, Push] = {}
        self._left: Counter[int] = Counter()

    def admit(self, environ: WSGIEnvironment) -> Push:
        number = next(self._numbers)
        push: Push = environ["potstill.push"](lambda: self._dismiss(number))
        with self._lock:
            self._open[number] = push
        return push

    def _dismiss(self, number: int) -> None:
        with self._lock:
            self._left[number] += 1
            self._open.pop(number, None)

    def say(self, first: int, last: int) -> None:
        """Each event to all before the next, as somebody who broadcasts does it."""
        with self._lock:
            pushes = list(self._open.values())
        for number in range(first, last + 1):
            event = EVENT % number
            for push in pushes:
                push.send(event)

    def report(self) -> dict[str, int]:
        """How many are open, have left, and have left more than once."""
        with self._lock:
            repeated = sum(times > 1 for times in self._left.values())
            return {"open": len(self._open), "left": len(self._left), "repeated": repeated}


AUDIENCE = Audience()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    _, route, *numbers = environ["PATH_INFO"].split("/")
    if route == "events":
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return AUDIENCE.admit(environ)
    body = b"hello"
    if route == "say":
        AUDIENCE.say(*map(int, numbers))
    elif route == "pushes":
        body = json.dumps(AUDIENCE.report()).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
