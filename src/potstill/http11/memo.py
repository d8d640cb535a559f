"""A bounded memory of what the strict parsers have already accepted.

Clients repeat themselves: a kept-alive connection sends the same field block with every request,
a site has a few hundred request lines and answers with a few dozen heads. What was understood
once need not be understood again - but only what the full parser accepted is ever remembered, so
the memory is as strict as the parser.
"""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """A dict that stays below `entries` items; look-ups are the dict's own.

    When it is full it forgets everything: choosing what to keep would cost each request
    something, relearning costs each repeated line one parse. Safe for several threads: the
    worst that a race does is to forget twice, or to hold a few items more.
    """

    __slots__ = ("_entries", "_seen")

    def __init__(self, entries: int) -> None:
        super().__init__()
        self._entries = entries
        self._seen: set[int] = set()
        """Hashes of what was asked for once."""

    def remember(self, key: K, value: V) -> V:
        """Keep `value` under `key`, and return it."""
        if len(self) >= self._entries:
            self.clear()
        self[key] = value
        return value

    def remember_second(self, key: K, value: V) -> V:
        """Keep `value` if this key has come before, as far as that is known; and return it.

        For keys of which many never come again: those cost no memory, and drive nothing out.
        """
        mark = hash(key)
        if mark in self._seen:
            return self.remember(key, value)
        if len(self._seen) >= self._entries:
            self._seen.clear()
        self._seen.add(mark)
        return value
