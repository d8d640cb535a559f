"""Values that stay text: a path, a word of a few, a switch. `lists` has several in one."""

from __future__ import annotations

import re

from potstill.settings.errors import ConfigError, did_you_mean
from potstill.settings.kinds import Kind

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_SWITCH = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "0"), False
)


class Text(Kind[str]):
    """A printable text that is not empty."""

    def __init__(self, expected: str, metavar: str, pattern: str = ".+") -> None:
        self.expected, self.metavar = expected, metavar
        self._pattern = re.compile(pattern)

    def read(self, value: object) -> str:
        if not isinstance(value, str) or _UNPRINTABLE.search(value):
            raise self.refusal()
        if not self._pattern.fullmatch(value):
            raise self.refusal()
        return value

    def plain(self, value: str) -> str | None:
        return value or None


class Mount(Text):
    """A path prefix as SCRIPT_NAME has it; slashes at its end are taken off."""

    def __init__(self) -> None:
        segment = r"/[A-Za-z0-9._~!$&'()*+,;=:@-]+"
        super().__init__("a path such as /app, or / for the root", "PATH", f"(?:{segment})*/?")

    def read(self, value: object) -> str:
        return super().read(value).removesuffix("/")

    def plain(self, value: str) -> str:
        return value


class AccessLog(Kind[str | None]):
    """A path, `-` for standard output, or none: then no log is written."""

    metavar = "FILE"
    expected = "a path, - for standard output, or none"
    _path = Text(expected, metavar)

    def read(self, value: object) -> str | None:
        return None if value in (None, "none") else self._path.read(value)

    def plain(self, value: str | None) -> str:
        return "none" if value is None else value


class Choice(Kind[str]):
    """One word of a few; `numbered` ones may be given by their number, from 0 on."""

    metavar = "WORD"

    def __init__(self, *words: str, numbered: bool = False) -> None:
        self._words = words
        self._numbers = {str(n): word for n, word in enumerate(words)} if numbered else {}
        self.expected = f"{', '.join(words[:-1])} or {words[-1]}"

    def read(self, value: object) -> str:
        word = str(value).lower()  # a word such as 1.2 is a number in TOML
        word = self._numbers.get(word, word)
        if isinstance(value, str | int | float) and word in self._words:
            return word
        raise ConfigError(f"expected {self.expected}{did_you_mean(str(value), self._words)}")

    def plain(self, value: str) -> str:
        return value


class Switch(Kind[bool]):
    """On or off: on the command line two flags, or one that takes a value if a metavar names it."""

    def __init__(self, metavar: str = "") -> None:
        self.metavar = metavar
        self.expected = "on or off" if metavar else "true or false"

    def read(self, value: object) -> bool:
        if isinstance(value, str):
            value = _SWITCH.get(value.lower())
        if isinstance(value, bool):
            return value
        raise self.refusal()

    def plain(self, value: bool) -> bool:
        return value
