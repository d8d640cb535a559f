"""One server-sent event, as it goes over the wire (WHATWG HTML, 9.2.5 and 9.2.6)."""

from __future__ import annotations

HEARTBEAT = b":\n\n"
"""A comment that nobody sees: who has left is noticed by it, and proxies keep the line open."""


class Event:
    """An event for `EventSource`. It never changes."""

    __slots__ = ("_wire", "data", "id", "name", "retry")

    def __init__(
        self,
        data: object,
        *,
        name: str | None = None,
        id: str | int | None = None,
        retry: int | None = None,
    ) -> None:
        """Text is sent as it is, everything else as JSON, by msgspec.

        `name` is the type that listeners ask for, else `message`; `id` comes back as Last-Event-ID;
        `retry`: milliseconds after which a client that lost us shall come back. ValueError for a
        name or an id with a line break; TypeError for what is no JSON.
        """
        self.data: str = data if isinstance(data, str) else _json(data)
        """The data as text."""
        self.name: str | None = name
        self.id: str | None = None if id is None else str(id)
        self.retry: int | None = retry
        lines = []
        if name is not None:
            lines.append(f"event: {_one_line('name', name)}\n")
        if self.id is not None:
            lines.append(f"id: {_one_line('id', self.id)}\n")
        if retry is not None:
            lines.append(f"retry: {milliseconds(retry)}\n")
        text = self.data.replace("\r\n", "\n").replace("\r", "\n")  # each of them ends a line
        lines.append("data: " + text.replace("\n", "\ndata: ") + "\n\n")
        self._wire = "".join(lines).encode()

    def encode(self) -> bytes:
        """The bytes to send."""
        return self._wire

    def with_id(self, id: str) -> Event:
        """The same event under another id."""
        return Event(self.data, name=self.name, id=id, retry=self.retry)

    def __repr__(self) -> str:
        return f"<Event {self.name or 'message'}, id {self.id}>"


def opening(retry: int | None) -> bytes:
    """What a stream of events begins with, so that it begins at once."""
    return HEARTBEAT if retry is None else f"retry: {milliseconds(retry)}\n\n".encode()


def milliseconds(retry: int) -> int:
    """A time to wait; ValueError when it is none."""
    if retry < 0:
        raise ValueError(f"retry is a number of milliseconds, not {retry}")
    return int(retry)


def _one_line(what: str, text: str) -> str:
    """A field's value; ValueError if a client would take it for more, or for nothing (9.2.6)."""
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError(f"the {what} of an event is one line without NUL, not {text!r}")
    return text


def _json(data: object) -> str:
    if isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError("the data of an event is text or something for JSON; decode bytes first")
    import msgspec

    return msgspec.json.encode(data).decode()
