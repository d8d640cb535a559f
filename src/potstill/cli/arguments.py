"""The command line, taken apart by the table of the settings.

Written out rather than left to argparse: every flag takes one value or none, and what we owe the
operator is the error - the nearest name for a typo, a reason for a flag of Gunicorn's that is not
here - which argparse leaves no room for.

A value follows its flag or an equals sign: `--bind :80`, `--bind=:80`, `-b :80`, `-b:80`. Flags
are never abbreviated. A flag given twice counts as it was given last, unless it is one that adds.
After `--` nothing is a flag any more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from potstill.settings.errors import ConfigError
from potstill.settings.gunicorn import SHORT, unknown_name
from potstill.settings.row import Row
from potstill.settings.sources import Given, given
from potstill.settings.table import ROWS


class Action(Enum):
    """What is asked of the command; each but the first by a flag of its own."""

    SERVE = "serve"
    CHECK = "--check-config"
    PRINT = "--print-config"
    HELP = "--help"
    VERSION = "--version"


ACTIONS = {action.value: action for action in Action if action is not Action.SERVE} | {
    "-h": Action.HELP
}
CONFIG = ("-c", "--config")
SETTINGS = {flag: row for row in ROWS.values() for flag in row.flags if flag.startswith("-")}
KNOWN = (*SETTINGS, *ACTIONS, *CONFIG)
SPELLED = {flag.lstrip("-").replace("-", "_"): flag for flag in KNOWN}


@dataclass(slots=True)
class Arguments:
    """What was typed; the values of `given` are read and checked."""

    action: Action = Action.SERVE
    config: str | None = None
    given: dict[str, Given] = field(default_factory=dict)


def parse(words: Sequence[str]) -> Arguments:
    """Take the command line apart; ConfigError for the first mistake in it."""
    return _Reading(words).result()


class _Reading:
    """One reading of the words, from the first to the last."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = deque(words)
        self._arguments = Arguments()
        self._values: dict[str, list[object]] = {}
        self._flags = {"app": "the command line"}

    def result(self) -> Arguments:
        while self._words and self._arguments.action not in (Action.HELP, Action.VERSION):
            word = self._words.popleft()
            if word == "--":
                self._take_applications()
            elif word.startswith("-"):
                self._take_flag(*_split(word))
            else:
                self._take_application(word)
        for name, values in self._values.items():
            value = values[0] if len(values) == 1 else values
            self._arguments.given[name] = given(name, value, self._flags[name])
        return self._arguments

    def _take_applications(self) -> None:
        while self._words:
            self._take_application(self._words.popleft())

    def _take_application(self, word: str) -> None:
        if stated := self._values.get("app"):
            raise ConfigError(f"one application is served, not two: {stated[0]!r} and {word!r}")
        self._values["app"] = [word]

    def _take_flag(self, flag: str, attached: str | None) -> None:
        if action := ACTIONS.get(flag):
            self._take_action(flag, action, attached)
        elif flag in CONFIG:
            self._arguments.config = self._value(flag, attached)
        elif row := SETTINGS.get(flag):
            self._take_setting(flag, row, attached)
        else:
            name = SHORT.get(flag, flag.removeprefix("--").replace("-", "_"))
            raise unknown_name(flag, name, SPELLED)

    def _take_action(self, flag: str, action: Action, attached: str | None) -> None:
        _refuse_value(flag, attached)
        asked = {self._arguments.action, action}
        if asked == {Action.CHECK, Action.PRINT}:
            raise ConfigError(f"{Action.CHECK.value} and {Action.PRINT.value}: only one at a time")
        self._arguments.action = action

    def _take_setting(self, flag: str, row: Row, attached: str | None) -> None:
        value: object
        if row.kind.metavar:
            value = self._value(flag, attached)
        else:
            _refuse_value(flag, attached)
            value = not flag.startswith("--no-")
        self._flags[row.name] = flag
        earlier = self._values.get(row.name, []) if row.kind.repeats else []
        self._values[row.name] = [*earlier, value]

    def _value(self, flag: str, attached: str | None) -> str:
        if attached is not None:
            return attached
        if not self._words or self._words[0] in KNOWN or self._words[0].startswith("--"):
            raise ConfigError(f"{flag} needs a value")
        return self._words.popleft()


def _split(word: str) -> tuple[str, str | None]:
    """A word into the flag and what is attached to it."""
    if word.startswith("--"):
        flag, equals, attached = word.partition("=")
        return flag, attached if equals else None
    if len(word) > 2 and f"-{word}" in KNOWN:
        raise ConfigError(f"{word}: there is no such setting; did you mean -{word}?")
    return word[:2], word[2:].removeprefix("=") or None


def _refuse_value(flag: str, attached: str | None) -> None:
    if attached is not None:
        raise ConfigError(f"{flag} takes no value")
