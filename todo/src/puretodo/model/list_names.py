"""Lists by what somebody calls them: the title, or the beginning of it, in any case."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from puretodo.model.text import folded


class ListNames:
    """The titles of the lists there are; they are sorted when one is first asked for."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = titles
        self._sorted: list[tuple[str, str]] = []

    def title(self, name: str) -> str | None:
        """The title that is meant: the same, or the only one that begins so."""
        begun = folded(name)
        if not begun:
            return None
        if not self._sorted:
            self._sorted = sorted((folded(title), title) for title in self._titles)
        first = bisect_left(self._sorted, (begun,))
        candidates = [pair for pair in self._sorted[first : first + 2] if pair[0].startswith(begun)]
        if candidates and (len(candidates) == 1 or candidates[0][0] == begun):
            return candidates[0][1]
        return None
