"""Hundreds of tabs that listen to live updates, in one thread, each keeping what it hears."""

from __future__ import annotations

import json
import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.wire import HEAD_END, get, parse_head
from tests.web.eventsource import Heard, understood

CHUNK = re.compile(rb"([0-9a-f]+)\r\n")


class Stream:
    """One connection on which events were asked for."""

    __slots__ = ("_received", "_text", "is_answered", "sock")

    def __init__(self, port: int, after: int | None = None) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        path = "/api/v1/events" + ("" if after is None else f"?after={after}")
        self.sock.sendall(get(path, "Accept: text/event-stream"))
        self.sock.setblocking(False)
        self._received = self._text = b""
        self.is_answered = False

    def heard(self) -> list[Heard]:
        """All events so far."""
        return understood(self._text)

    def changes(self) -> list[Any]:
        """Their data."""
        return [json.loads(event.data) for event in self.heard()]

    def last_seq(self) -> int:
        """The number of the last one; 0 before."""
        marks = self._text.rpartition(b"\nid: ")[2].partition(b"\n")[0]
        return int(marks) if marks.isdigit() else 0

    def listen(self) -> None:
        """Take what has come."""
        data = self.sock.recv(1 << 16)
        assert data, f"the stream ended behind {self.heard()}"
        self._received += data
        if not self.is_answered:
            head, end, rest = self._received.partition(HEAD_END)
            if not end:
                return
            status, _, fields = parse_head(head + end)
            assert status == 200, head
            assert ("content-type", "text/event-stream") in fields
            self.is_answered, self._received = True, rest
        while match := CHUNK.match(self._received):
            end_of_chunk = match.end() + int(match[1], 16)
            if len(self._received) < end_of_chunk + 2:
                break
            self._text += self._received[match.end() : end_of_chunk]
            self._received = self._received[end_of_chunk + 2 :]


class Streams:
    """All that one thread listens to."""

    def __init__(self, members: list[Stream]) -> None:
        self.members = members
        self._selector = selectors.DefaultSelector()
        for member in members:
            self._selector.register(member.sock, selectors.EVENT_READ, member)

    def await_answers(self) -> None:
        """Until all are connected."""
        self._listen_until(lambda stream: stream.is_answered)

    def await_event(self, seq: int, patience: float = 20) -> float:
        """Until all have heard of a change; the seconds that took."""
        start = time.monotonic()
        self._listen_until(lambda stream: stream.last_seq() >= seq, patience)
        return time.monotonic() - start

    def await_todo(self, number: int, patience: float = 20) -> None:
        """Until all have heard of this to-do."""
        self.await_change(lambda data: number in [each["id"] for each in data["todos"]], patience)

    def await_change(self, is_it: Callable[[Any], bool], patience: float = 20) -> None:
        """Until all have heard of such a change."""
        self._listen_until(lambda stream: any(is_it(each) for each in stream.changes()), patience)

    def leave(self) -> None:
        """Close all tabs."""
        self._selector.close()
        for member in self.members:
            member.sock.close()

    def _listen_until(self, is_content: Callable[[Stream], bool], patience: float = 20) -> None:
        waiting = {member for member in self.members if not is_content(member)}
        deadline = time.monotonic() + patience
        while waiting:
            left = deadline - time.monotonic()
            assert left > 0, f"{len(waiting)} of {len(self.members)} still wait"
            for key, _ in self._selector.select(left):
                key.data.listen()
                if is_content(key.data):
                    waiting.discard(key.data)


@contextmanager
def streams(*ports: int, number: int = 1, after: int | None = None) -> Iterator[Streams]:
    """So many at each of the ports, connected when this yields, and gone afterwards."""
    crowd = Streams([Stream(port, after) for port in ports for _ in range(number)])
    try:
        crowd.await_answers()
        yield crowd
    finally:
        crowd.leave()
