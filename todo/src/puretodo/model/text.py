"""Text of people, made fit to be kept: no control characters, one spelling of each letter.

NUL and lone surrogates are no text for a database; the others would show up in no page, or change
the direction of what stands behind them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\u200b\u200e\u200f\ud800-\udfff]")
_CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_MARKS = re.compile("[\u0300-\u036f]")


def one_line(text: str) -> str:
    """One line, without blanks around it; blanks and controls within are one blank."""
    return " ".join(_CONTROLS.sub(" ", unicodedata.normalize("NFC", text)).split())


def plain_lines(text: str) -> str:
    """Lines that end with LF, without blanks behind the last."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS_BUT_LINES.sub("", unicodedata.normalize("NFC", text)).rstrip()


def tag_names(tags: Iterable[str]) -> list[str]:
    """Each tag once, in lower case, in the order given."""
    names = (unicodedata.normalize("NFC", tag.strip().lower()) for tag in tags)
    return list(dict.fromkeys(name for name in names if name))


def folded(*texts: str) -> str:
    """What a search compares: without case and accents, words apart by one blank.

    The same on every database, as none of them is asked what a letter is.
    """
    joined = unicodedata.normalize("NFKD", " ".join(texts).casefold())
    return " ".join(_MARKS.sub("", joined).split())
