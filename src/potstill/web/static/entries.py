"""Files as a `Static` sends them: where they are, how they looked, and what is said with them.

A file that is not kept in memory is compared with how it looked whenever it is opened, so that no
ETag is ever that of other content.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from potstill.web.static.codings import IDENTITY, best_coding
from potstill.web.static.tree import Found, Shape

SMALL = 64 * 1024
"""Bytes of the largest file that is kept in memory."""


class Source:
    """One file: the content itself, or coded, as it was found."""

    __slots__ = ("_digest", "_found", "coding", "data", "shape")

    def __init__(self, found: Found, coding: str, *, keep: bool) -> None:
        self._found = found
        self.coding: str = coding
        self.shape: Shape = found.shape
        self.data: bytes | None = None
        """All of it, when it is kept."""
        self._digest: str | None = None
        if keep:
            self._read()

    @property
    def kept(self) -> int:
        """Bytes in memory."""
        return 0 if self.data is None else len(self.data)

    @property
    def last_modified(self) -> float:
        """Seconds since the epoch."""
        return self.shape.modified / 1e9

    def etag(self) -> str:
        """A strong tag (RFC 9110, 8.8.3), its own for each coding; by content, if that is kept."""
        own = f"{self.shape.modified:x}-{self.shape.size:x}"
        if self.data is not None:
            own = self.digest() or own
        return f'"{own}-{self.coding}"' if self.coding else f'"{own}"'

    def is_current(self) -> bool:
        """Is the file on the disk still the one that was found?"""
        try:
            return Shape.of(Path(self._found.place).lstat()) == self.shape
        except OSError:
            return False

    def open(self, *, even_if_changed: bool = False) -> FileIO | None:
        """Open it, if it is still the file that was found."""
        opened = self._found.open()
        if opened is None or even_if_changed or shape_of(opened.fileno()) == self.shape:
            return opened
        opened.close()
        return None

    def digest(self) -> str | None:
        """A hash of the content, hexadecimal, made once; None when the file has changed."""
        if self._digest is None:
            from hashlib import file_digest, sha256

            if self.data is not None:
                self._digest = sha256(self.data).hexdigest()[:24]
            elif (opened := self.open()) is not None:
                with opened:
                    digest = file_digest(opened, "sha256").hexdigest()[:24]
                    if self.shape == shape_of(opened.fileno()):
                        self._digest = digest
        return self._digest

    def _read(self) -> None:
        opened = self._found.open()
        if opened is None:
            return
        with opened:
            self.shape = shape_of(opened.fileno())
            data = opened.read(SMALL + 1) if self.shape.size <= SMALL else b""
        if len(data) == self.shape.size:
            self.data = data


class Choice:
    """A source as it is sent: with its field lines."""

    __slots__ = ("data", "etag", "lines", "source")

    def __init__(self, source: Source, etag: str, lines: list[tuple[str, str]]) -> None:
        self.source: Source = source
        self.data: bytes | None = source.data
        self.etag: str = etag
        self.lines: list[tuple[str, str]] = lines


class Entry:
    """What an address stands for: a choice for each coding, and one that is not coded."""

    __slots__ = ("choices", "hashed", "name", "offers", "plain")

    def __init__(self, name: str, choices: Mapping[str, Choice]) -> None:
        self.name: str = name
        self.choices: Mapping[str, Choice] = choices
        self.plain: Choice = choices[IDENTITY]
        self.offers: tuple[str, ...] = tuple(sorted(filter(None, choices), key=self._size))
        """The codings there are, the one with the smallest result first."""
        self.hashed: str = ""
        """Its other address, which tells its content; once it is known."""

    def chosen(self, environ: Mapping[str, Any]) -> Choice:
        """In the coding that the client likes best."""
        if not self.offers:
            return self.plain
        return self.choices[best_coding(environ.get("HTTP_ACCEPT_ENCODING"), self.offers)]

    def _size(self, coding: str) -> int:
        return self.choices[coding].source.shape.size


def with_vary(choices: Mapping[str, Choice]) -> Mapping[str, Choice]:
    """Where the client's Accept-Encoding chooses, caches have to know (RFC 9110, 12.5.5)."""
    if len(choices) > 1:
        for choice in choices.values():
            choice.lines.append(("Vary", "Accept-Encoding"))
    return choices


def shape_of(descriptor: int) -> Shape:
    """That of an open file."""
    return Shape.of(os.fstat(descriptor))
