"""What an application answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from potstill.web.headers import Headers
from potstill.web.testing.cookies import pair_of
from potstill.web.testing.exchange import Exchange


class Head:
    """Status and header fields, which an answer has in one piece or in blocks."""

    __slots__ = ()

    headers: Headers

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that this answer set, by name; `headers.all("Set-Cookie")` has the rest."""
        return dict(pair_of(line) for line in self.headers.all("Set-Cookie"))

    @property
    def content_type(self) -> str:
        """The media type, in lower case and without parameters; `` when there is none."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer(Head):
    """An answer that is complete."""

    status: int
    reason: str
    headers: Headers
    body: bytes = field(repr=False)
    url: str
    """Where it came from, after redirects."""
    errors: str = field(default="", repr=False)
    """What the application wrote to `wsgi.errors`."""
    history: tuple[Answer, ...] = field(default=(), repr=False)
    """The redirects that were followed, in order."""

    @property
    def text(self) -> str:
        """The body as text, in the charset that the Content-Type names, else UTF-8; strict."""
        _, _, charset = (self.headers.get("Content-Type") or "").lower().partition("charset=")
        return self.body.decode(charset.partition(";")[0].strip(' "') or "utf-8")

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        import json

        return json.loads(self.body)


class StreamedAnswer(Head):
    """An answer whose body is taken block by block, while the application makes it.

    Iterating it takes what comes, empty blocks left out. What an application passes to `write` in
    its call is there before the first block.
    """

    __slots__ = ("_blocks", "_exchange", "headers", "reason", "status", "url")

    def __init__(self, exchange: Exchange, url: str, blocks: Iterator[bytes]) -> None:
        status = exchange.status or ""
        self.status: int = int(status[:3])
        self.reason: str = status[4:]
        self.headers: Headers = Headers.over(exchange.lines)
        self.url: str = url
        self._exchange = exchange
        self._blocks = blocks

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def __next__(self) -> bytes:
        return next(self._blocks)

    @property
    def errors(self) -> str:
        """What the application has written to `wsgi.errors`."""
        return self._exchange.errors.text

    def close(self) -> None:
        """Go away: the application is told by `close()`, once."""
        self._exchange.close()
