"""Server-sent events (WHATWG HTML, 9.2): an answer that goes on, for `EventSource` in a browser.

`events(source)` sends what one generator yields, on the thread of its call. A `Channel` tells many
what anybody publishes; where the server has `potstill.push` that holds no thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from potstill.web.response import Response
from potstill.web.sse.channel import HEADERS, Channel
from potstill.web.sse.event import Event, opening

__all__ = ["Channel", "Event", "events"]


def events(
    source: Iterable[Event | str],
    *,
    retry: int | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """What `source` yields, event by event; text is an event's data.

    `source` is iterated and closed on the thread of the call, which it holds until it ends or the
    client has left: that is found out when something is sent. `retry`: milliseconds after which the
    client shall come back.
    """
    return Response(Encoded(source, retry), 200, [*HEADERS, *headers])


class Encoded:
    """Events as the blocks of a body; closes where they come from."""

    def __init__(self, source: Iterable[Event | str], retry: int | None = None) -> None:
        self._source = source
        self._first = opening(retry)

    def __iter__(self) -> Iterator[bytes]:
        yield self._first  # the client learns at once that it is connected
        for event in self._source:
            yield (Event(event) if isinstance(event, str) else event).encode()

    def close(self) -> None:
        """Close the source, if that can be closed."""
        close: Callable[[], object] | None = getattr(self._source, "close", None)
        if close is not None:
            close()
