"""An exception with all that led to it: causes, contexts, members of groups, notes, frames."""

from __future__ import annotations

from dataclasses import dataclass

from potstill.web.development.frames import Frame, Gap, frames_of
from potstill.web.development.mask import cut

LONGEST_CHAIN = 10
MOST_MEMBERS = 10
DEEPEST = 4
LONGEST_MESSAGE = 4000


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


def story(error: BaseException, depth: int = 0) -> tuple[Failure, ...]:
    """The exception first, then what led to it, one by one. Bounded; never raises an Exception."""
    told: list[Failure] = []
    seen: set[int] = set()
    current: BaseException | None = error
    was_cause = False
    while current is not None and id(current) not in seen and len(told) < LONGEST_CHAIN:
        seen.add(id(current))
        told.append(_failure(current, was_cause, depth))
        was_cause = current.__cause__ is not None
        hides = current.__suppress_context__
        current = current.__cause__ or (None if hides else current.__context__)
    return tuple(told)


def _failure(error: BaseException, was_cause: bool, depth: int) -> Failure:
    members: tuple[tuple[Failure, ...], ...] = ()
    if isinstance(error, BaseExceptionGroup) and depth < DEEPEST:
        members = tuple(story(each, depth + 1) for each in error.exceptions[:MOST_MEMBERS])
    return Failure(
        kind=kind_of(error),
        message=message_of(error),
        notes=tuple(str(note) for note in getattr(error, "__notes__", ()) if isinstance(note, str)),
        frames=frames_of(error.__traceback__),
        members=members,
        was_cause=was_cause,
    )


def kind_of(error: BaseException) -> str:
    """The name of its type, as tracebacks have it."""
    kind = type(error)
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def message_of(error: BaseException) -> str:
    """What it says, cut; never raises an Exception."""
    try:
        return cut(str(error), LONGEST_MESSAGE)
    except Exception as failure:
        return f"(its message cannot be shown: __str__ raises {type(failure).__name__})"
