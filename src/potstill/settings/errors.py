"""The operator's mistakes, and what he may have meant."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """A setting is wrong; the message is one line for the operator, and the exit code is 2."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`"; did you mean X?"` with the known word nearest to this one, or `""` when none is near."""
    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to this one; None when none is near."""
    from difflib import get_close_matches  # costs a start that goes well nothing

    near = get_close_matches(word, list(known), n=1)
    return near[0] if near else None
