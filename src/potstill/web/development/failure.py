"""An exception with all that led to it: causes, contexts, members of groups, notes, frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from traceback import format_exception

from potstill.web.development.frames import Frame, Gap, frames_of
from potstill.web.development.mask import cut, masked

LONGEST_CHAIN = 10
MOST_MEMBERS = 10
DEEPEST = 4
MOST_FAILURES = 50
"""Exceptions told in all: a group of groups may hold any number."""
LONGEST_MESSAGE = 4000
LONGEST_TRACEBACK = 200_000
MOST_NOTES = 20
MOST_MASKED = 200
"""Exceptions whose messages are masked in a traceback; it shows no more."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One exception of the story."""

    kind: str
    message: str
    notes: tuple[str, ...]
    frames: tuple[Frame | Gap, ...]
    members: tuple[tuple[Failure, ...], ...]
    """Of an ExceptionGroup: the story of each member."""
    was_cause: bool
    """Of the one before it in the story: `raise ... from this`; else that was raised meanwhile."""


def story(error: BaseException) -> tuple[Failure, ...]:
    """The exception first, then what led to it, one by one. Bounded; never raises an Exception."""
    return _Stories().told(error, 0)


class _Stories:
    """Tells exceptions until there are enough."""

    def __init__(self) -> None:
        self._left = MOST_FAILURES

    def told(self, error: BaseException, depth: int) -> tuple[Failure, ...]:
        told: list[Failure] = []
        was_cause = False
        for each in islice(_chain(error), LONGEST_CHAIN):
            if self._left <= 0:
                break
            self._left -= 1
            told.append(self._failure(each, was_cause, depth))
            was_cause = each.__cause__ is not None
        return tuple(told)

    def _failure(self, error: BaseException, was_cause: bool, depth: int) -> Failure:
        members: list[tuple[Failure, ...]] = []
        if isinstance(error, BaseExceptionGroup) and depth < DEEPEST:
            members = [self.told(each, depth + 1) for each in error.exceptions[:MOST_MEMBERS]]
        return Failure(
            kind=kind_of(error),
            message=message_of(error),
            notes=tuple(masked(cut(note, LONGEST_MESSAGE)) for note in _notes(error)),
            frames=frames_of(error.__traceback__),
            members=tuple(filter(None, members)),
            was_cause=was_cause,
        )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and what led to it, each once."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        hides = current.__suppress_context__
        current = current.__cause__ or (None if hides else current.__context__)


def _notes(error: BaseException) -> list[str]:
    notes = getattr(error, "__notes__", ())
    return [note for note in islice(notes, MOST_NOTES) if isinstance(note, str)]


def traceback_of(error: BaseException) -> str:
    """The traceback as text, cut, and without the secrets of messages. Source stays as it is."""
    text = cut("".join(format_exception(error)), LONGEST_TRACEBACK)
    waiting = [error]
    for _ in range(MOST_MASKED):
        if not waiting:
            break
        for each in islice(_chain(waiting.pop()), MOST_MASKED):
            text = _without_secrets(text, each)
            if isinstance(each, BaseExceptionGroup):
                waiting += each.exceptions
    return text


def _without_secrets(text: str, error: BaseException) -> str:
    for message in (_said(error), *_notes(error)):
        for line in cut(message, LONGEST_TRACEBACK).splitlines():
            if line in text and (hidden := masked(line)) != line:
                text = text.replace(line, hidden)
    return text


def kind_of(error: BaseException) -> str:
    """The name of its type, as tracebacks have it."""
    kind = type(error)
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def message_of(error: BaseException) -> str:
    """What it says, cut and masked; never raises an Exception."""
    return masked(cut(_said(error), LONGEST_MESSAGE))


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failure:
        return f"(its message cannot be shown: __str__ raises {type(failure).__name__})"
