"""todo.txt: a line for each to-do (https://github.com/todotxt/todo.txt), for tools that keep it so.

    x 2026-11-29 2026-11-01 Water the plants +Home_work @garden due:2026-11-28 rec:+1w pri:A

The first `+project` is the list, every `@context` a tag, `(A)` to `(C)` the priorities (`pri:` when
done), `due:` the due date, `rec:` the repeat (`+`: counted from the due date; `b`: weekdays) and
`note:` the notes. What a word cannot hold is spelled otherwise in a list and in notes: a blank as
`_`, others as in addresses (`%5F`). A word of the title that would be taken for one of these, or
for the beginning of a line, has a backslash in front; `read` takes it away.

Lost are: hours and minutes, when it was changed, which lists are archived or empty, day anchors.
What other tools add (`t:`, `h:`, priorities below C, a second project) stays in the title, except
the low priorities: those are none.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Final
from urllib.parse import unquote

from puretodo.formats.intake import Found, Intake, decoded
from puretodo.model.bundle import Bundle, BundleTodo
from puretodo.model.values import Priority, Repeat, Unit

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DONE = re.compile("x")
_LETTER = re.compile(r"\([A-Z]\)")
_MARKER = re.compile(r"\\*(?:[+@]\S+|(?:due|rec|pri|note):\S+)")
_AT_FIRST = re.compile(rf"{_MARKER.pattern}|\\*(?:x|{_LETTER.pattern}|{_DAY.pattern})")
_NO_WORD = re.compile(r"[%_\s\x00-\x20\x7f]")
_REC = re.compile(r"(\+?)([1-9][0-9]{0,2})?([dbwmy])")
_UNITS: Final[dict[str, Unit]] = {
    "d": "day", "b": "weekday", "w": "week", "m": "month", "y": "year",
}  # fmt: skip
_LETTERS: Final[dict[str, Priority]] = {"A": 1, "B": 2, "C": 3}
_OF_UNITS = {unit: letter for letter, unit in _UNITS.items()}
_OF_PRIORITIES = {priority: letter for letter, priority in _LETTERS.items()}


def write(bundle: Bundle) -> bytes:
    """The file: the to-dos of one list after those of the other."""
    lines = [" ".join(_words(todo, each.title)) for each in bundle.lists for todo in each.todos]
    return "".join(f"{line}\n" for line in lines).encode()


def read(data: bytes, *, default_list: str, now: datetime) -> Bundle:
    """The bundle; a to-do without a project is put in the default list."""
    intake = Intake(default_list, now)
    for number, line in enumerate(re.split("\r\n|\r|\n", decoded(data)), 1):
        if line.strip():
            task = _Task(line.split(), now)
            intake.put(number, task.found(), title=task.list)
    return intake.bundle


class _Task:
    """A line, understood word by word; what is not understood is its title."""

    def __init__(self, words: list[str], now: datetime) -> None:
        self.list = ""
        self._words = deque(words)
        self._due: date | None = None
        self._repeat: Repeat | None = None
        self._notes = ""
        self._tags: list[str] = []
        is_done = bool(self._taken(_DONE))
        self._letter = self._taken(_LETTER).strip("()")
        completed = _moment(self._taken(_DAY)) if is_done else None
        self._created = _moment(self._taken(_DAY))
        self._done_at = completed or now if is_done else None
        self._title = self._read() or " ".join(words)

    def found(self) -> Found:
        """The to-do."""
        return Found(
            title=self._title,
            notes=self._notes,
            done_at=self._done_at,
            due=self._due,
            priority=_LETTERS.get(self._letter),
            tags=self._tags,
            repeat=self._repeat,
            created_at=self._created,
        )

    def _taken(self, pattern: re.Pattern[str]) -> str:
        """The next word, if it is such a one and others follow."""
        if len(self._words) > 1 and pattern.fullmatch(self._words[0]):
            return self._words.popleft()
        return ""

    def _read(self) -> str:
        kept = []
        for place, word in enumerate(self._words):
            if not self._understands(word):
                escaped = word.startswith("\\") and _special(place).fullmatch(word)
                kept.append(word[1:] if escaped else word)
        return " ".join(kept)

    def _understands(self, word: str) -> bool:
        key, _, value = word.partition(":")
        if word.startswith("+") and len(word) > 1 and not self.list:
            self.list = _from_word(word[1:])
        elif word.startswith("@") and len(word) > 1:
            self._tags.append(word[1:])
        elif key == "due" and _day(value):
            self._due = _day(value)
        elif key == "rec" and _REC.fullmatch(value):
            self._repeat = _repeat(value)
        elif key == "pri" and _LETTER.fullmatch(f"({value})"):
            self._letter = value
        elif key == "note" and value:
            self._notes = _from_word(value)
        else:
            return False
        return True


def _words(todo: BundleTodo, list_title: str) -> Iterator[str]:
    letter = _OF_PRIORITIES.get(todo.priority)
    if todo.done_at:
        yield f"x {todo.done_at.date()}"
    elif letter:
        yield f"({letter})"
    yield f"{todo.created_at.date()}"
    for place, word in enumerate(todo.title.split()):
        yield f"\\{word}" if _special(place).fullmatch(word) else word
    yield f"+{_as_word(list_title)}"
    yield from (f"@{tag}" for tag in todo.tags)
    if todo.due:
        yield f"due:{todo.due}"
    if todo.repeat:
        every = todo.repeat.every if todo.repeat.every > 1 else ""
        yield f"rec:{'+' * (todo.repeat.after == 'due')}{every}{_OF_UNITS[todo.repeat.unit]}"
    if todo.done_at and letter:
        yield f"pri:{letter}"
    if todo.notes:
        yield f"note:{_as_word(todo.notes)}"


def _special(place: int) -> re.Pattern[str]:
    """Which words of a title would be taken for something else at that place."""
    return _MARKER if place else _AT_FIRST


def _repeat(value: str) -> Repeat | None:
    rec = _REC.fullmatch(value)
    if rec is None:
        return None
    return Repeat(int(rec[2] or 1), _UNITS[rec[3]], "due" if rec[1] else "done")


def _moment(day: str) -> datetime | None:
    """Noon, so that it is the same day in most zones."""
    found = _day(day)
    return datetime.combine(found, time(12), UTC) if found else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _as_word(text: str) -> str:
    return _NO_WORD.sub(_as_part_of_word, text)


def _as_part_of_word(found: re.Match[str]) -> str:
    if found[0] == " ":
        return "_"
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _from_word(word: str) -> str:
    return unquote(word.replace("_", " "))
