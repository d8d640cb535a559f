r"""Text from outside as a log may show it: printable ASCII on one line, quotes never closed.

Whoever sends a request writes into our logs. A line feed would let him add a line of his own, a
quote would let him end a column, an escape character would let him paint the operator's terminal.
So everything that is not printable ASCII, `"` and `\` is shown as `\xhh`, byte by byte.

The same texts come again and again (one client, one browser, the same paths), hence the `Memo`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

ABSENT: Final = "-"
MOST_REMEMBERED: Final = 1024
LONGEST_REMEMBERED: Final = 512  # with the line above: 3 MB a memo at the worst


def escape(text: str) -> str:
    r"""`text` with `"`, `\` and everything but printable ASCII as `\xhh`; spaces stay."""
    return _UNSAFE.sub(_as_hexadecimal, text)


def escape_word(text: str) -> str:
    r"""As `escape`, and spaces too as `\x20`: for a column that stands without quotes."""
    return escape(text).replace(" ", r"\x20")


class Memo(dict[str | None, str]):
    """`memo[text]` is the text as `show` gives it: one look-up when it was asked for before.

    `memo[None]` is what stands for no text at all. Bounded: forgets everything when it is full,
    remembers no long text. Threads may share one: the worst they do is to show a text twice.
    """

    def __init__(self, show: Callable[[str], str], absent: str) -> None:
        super().__init__()
        self._show = show
        self._absent = absent

    def __missing__(self, text: str | None) -> str:
        shown = self._absent if text is None else self._show(text)
        if text is None or len(text) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[text] = shown
        return shown


_UNSAFE: Final = re.compile(r"[^ !#-\[\]-~]")


def _as_hexadecimal(match: re.Match[str]) -> str:
    character = match[0]
    # Text of the wire has one character per byte; what lies beyond came from elsewhere.
    encoding = "latin-1" if character <= "\xff" else "utf-8"
    return "".join(rf"\x{byte:02x}" for byte in character.encode(encoding, "surrogatepass"))


escaped: Final = Memo(escape, ABSENT)
escaped_word: Final = Memo(escape_word, ABSENT)
quoted: Final = Memo(json.JSONEncoder(ensure_ascii=True).encode, "null")
