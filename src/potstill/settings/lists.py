"""Values of several parts: addresses, directories, variables. Their flags may be repeated.

`peers` and `server_names` have lists of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from potstill.settings import address
from potstill.settings.address import FORMS, Address
from potstill.settings.kinds import Kind
from potstill.settings.words import Choice, Text

_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=([^\x00\ud800-\udfff]*)", re.DOTALL)


class Addresses(Kind[tuple[Address, ...]]):
    """Where to listen; commas may separate several."""

    metavar = "ADDRESS"
    expected = FORMS.removeprefix("expected ")
    repeats = True

    def read(self, value: object) -> tuple[Address, ...]:
        addresses = tuple(self._address(part) for part in parts(value))
        if not addresses:
            raise self.refusal()
        return addresses

    def plain(self, value: tuple[Address, ...]) -> list[str]:
        return list(map(str, value))

    def _address(self, part: object) -> Address:
        if isinstance(part, Address):
            return part
        if isinstance(part, str):
            return address.parse(part)
        raise self.refusal()


class Paths(Kind[tuple[str, ...]]):
    """Directories or archives; commas may separate several."""

    metavar = "DIR"
    expected = "a path, or several with commas between"
    repeats = True
    _path = Text(expected, metavar)

    def read(self, value: object) -> tuple[str, ...]:
        return tuple(self._path.read(part) for part in parts(value))

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


class Prefixes(Paths):
    """How paths of URLs begin; commas may separate several."""

    metavar = "PATH"
    expected = "a path that begins and ends with a slash, or several with commas between"
    _path = Text(expected, metavar, r"/([!-~]*/)?")


class Words(Kind[tuple[str, ...]]):
    """Some words of a few, each once; commas may separate them."""

    metavar = "NAME"
    repeats = True

    def __init__(self, *words: str) -> None:
        self._word = Choice(*words)
        self.expected = self._word.expected

    def read(self, value: object) -> tuple[str, ...]:
        if words := tuple(dict.fromkeys(self._word.read(part) for part in parts(value))):
            return words
        raise self.refusal()

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


class Variables(Kind[tuple[tuple[str, str], ...]]):
    """Environment variables, as NAME=VALUE or as a table; of one name the last counts."""

    metavar = "NAME=VALUE"
    expected = "NAME=VALUE, the name of letters, digits and _"
    repeats = True

    def read(self, value: object) -> tuple[tuple[str, str], ...]:
        if isinstance(value, dict):
            value = list(value.items())
        if not isinstance(value, list | tuple):
            value = [value]
        return tuple(dict(self._pair(part) for part in value).items())

    def plain(self, value: tuple[tuple[str, str], ...]) -> dict[str, str]:
        return dict(value)

    def _pair(self, part: object) -> tuple[str, str]:
        match part:
            case (str(name), str(text)):
                part = f"{name}={text}"
        if isinstance(part, str) and (variable := _VARIABLE.fullmatch(part)):
            return variable[1], variable[2]
        raise self.refusal()


def parts(value: object) -> Iterator[object]:
    """The members of a list and the pieces between the commas of a text."""
    if isinstance(value, list | tuple):
        for member in value:
            yield from parts(member)
    elif isinstance(value, str):
        yield from (piece.strip() for piece in value.split(","))
    else:
        yield value
