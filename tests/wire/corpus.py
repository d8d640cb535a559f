r"""Reads the wire corpus: requests as exact bytes, with what a server must make of them.

README.md beside this file describes the format. The reader is as strict as the server it helps
to test: a key it does not know, a blank at the end of a line or a byte that should have been
written as an escape is a `CorpusError`, so that no file says less than it seems to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

HERE = Path(__file__).parent
DIVIDER = "---"

ESCAPE = r"\\(?:[rnt\\]|x[0-9a-f]{2})"
REPETITION = rf"\\\(((?:[ -'*-\[\]-~]|{ESCAPE})+)\*([0-9]+)\)"
LINE = re.compile(rf"(?:[ -\[\]-~]|{ESCAPE}|{REPETITION})*")
NAMED = {"\\r": "\r", "\\n": "\n", "\\t": "\t", "\\\\": "\\"}


class CorpusError(ValueError):
    """A file of the corpus does not say what it must."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One request: its bytes, in the lines in which its file shows them."""

    name: str
    title: str
    requirements: tuple[str, ...]
    lines: tuple[bytes, ...]

    @property
    def data(self) -> bytes:
        return b"".join(self.lines)

    @property
    def is_head(self) -> bool:
        """Whether even a refusal must come without a body."""
        return self.data.startswith(b"HEAD ")


@dataclass(frozen=True, slots=True)
class Accepted(Recipe):
    """A request that is understood, what the application sees of it, and how it is answered."""

    status: int
    method: str
    path: str
    query: str
    environ: dict[str, str]
    absent: tuple[str, ...]
    body: bytes
    interim: bool
    called: bool
    stays_open: bool


@dataclass(frozen=True, slots=True)
class Refused(Recipe):
    """A request that is answered with an error, and is the last of its connection."""

    status: int


def accepted() -> list[Accepted]:
    """All requests that must be understood, in the order of their names."""
    return [read_accepted(path) for path in sorted((HERE / "accepted").glob("*.http"))]


def refused() -> list[Refused]:
    """All requests that must be refused, in the order of their names."""
    return [read_refused(path) for path in sorted((HERE / "refused").glob("*.http"))]


def read_accepted(path: Path) -> Accepted:
    """One file of `accepted/`; CorpusError when it is malformed."""
    facts = _Facts(path)
    recipe = Accepted(
        name=path.stem,
        title=facts.title,
        requirements=facts.words("requirement"),
        lines=facts.lines,
        status=facts.choice("status", {"": 200, "421": 421}),
        method=facts.value("method"),
        path=facts.value("path", ""),
        query=facts.value("query", ""),
        environ=dict(facts.pairs("environ")),
        absent=tuple(facts.values("absent")),
        body=facts.value("body", "").encode("latin-1"),
        interim=facts.choice("interim", {"": False, "100": True}),
        called=facts.choice("called", {"": True, "no": False}),
        stays_open=facts.choice("connection", {"open": True, "closed": False}),
    )
    facts.expect_nothing_else()
    return recipe


def read_refused(path: Path) -> Refused:
    """One file of `refused/`; CorpusError when it is malformed."""
    facts = _Facts(path)
    recipe = Refused(
        name=path.stem,
        title=facts.title,
        requirements=facts.words("requirement"),
        lines=facts.lines,
        status=facts.choice("status", {str(status): status for status in range(400, 600)}),
    )
    facts.expect_nothing_else()
    return recipe


def unescape(text: str) -> str:
    """What a line of the corpus stands for, one character for each byte."""
    if not LINE.fullmatch(text):
        raise CorpusError(f"{text!r} holds a byte that is not written as an escape")
    return re.sub(f"{REPETITION}|{ESCAPE}", _meaning, text)


def _meaning(escape: re.Match[str]) -> str:
    if escape[1]:
        return unescape(escape[1]) * int(escape[2])
    return NAMED.get(escape[0]) or chr(int(escape[0][2:], 16))


class _Facts:
    """One file taken apart; every fact is taken once, and none may be left over."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        head, wire = self._divide(path.read_text(encoding="ascii"))
        self.title = head[0].removeprefix("# ")
        self.lines = tuple(unescape(line).encode("latin-1") for line in wire)
        self._facts: dict[str, list[str]] = {}
        for line in head[1:]:
            key, colon, value = line.partition(":")
            if not colon:
                raise CorpusError(f"{self._name}: {line!r} is no fact")
            self._facts.setdefault(key, []).append(unescape(value.removeprefix(" ")))

    def _divide(self, text: str) -> tuple[list[str], list[str]]:
        lines = text.removesuffix("\n").split("\n")
        if DIVIDER not in lines or not lines[0].startswith("# "):
            raise CorpusError(f"{self._name}: no title, or no line {DIVIDER!r}")
        if any(line != line.rstrip() for line in lines):
            raise CorpusError(f"{self._name}: a line ends in a blank; write it as \\x20")
        divider = lines.index(DIVIDER)
        return lines[:divider], lines[divider + 1 :]

    def values(self, key: str) -> list[str]:
        return self._facts.pop(key, [])

    def value(self, key: str, default: str | None = None) -> str:
        values = self.values(key) or ([] if default is None else [default])
        if len(values) != 1:
            raise CorpusError(f"{self._name}: {key!r} stands {len(values)} times")
        return values[0]

    def words(self, key: str) -> tuple[str, ...]:
        return tuple(self.value(key, "").split())

    def pairs(self, key: str) -> list[tuple[str, str]]:
        """`NAME=VALUE`; a name may hold no equals sign, a value may."""
        pairs = [value.partition("=") for value in self.values(key)]
        if not all(equals for _, equals, _ in pairs):
            raise CorpusError(f"{self._name}: {key!r} is NAME=VALUE")
        return [(name, value) for name, _, value in pairs]

    def choice(self, key: str, choices: dict[str, T]) -> T:
        value = self.value(key, "" if "" in choices else None)
        if value not in choices:
            raise CorpusError(f"{self._name}: {key!r} is {value!r}, not one of {list(choices)}")
        return choices[value]

    def expect_nothing_else(self) -> None:
        if self._facts:
            raise CorpusError(f"{self._name}: unknown facts {sorted(self._facts)}")
