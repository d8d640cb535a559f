"""The files of a directory that may be shown to the world.

What a name in it leads to is decided here alone: hidden names, names that no address should have,
and links that lead out of the directory, or to a hidden file in it, are not there. Places that are
handed out are real ones: no link is left in them.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from potstill.web.files.opening import open_inside

_UNADDRESSABLE = re.compile("[\0-\x1f\x7f\\\\\ud800-\udfff]").search
"""Control characters, what some take for a slash, and bytes of a name that is not UTF-8."""
_WELL_KNOWN = ".well-known"
"""The one hidden name that is for everybody (RFC 8615)."""


class Shape(NamedTuple):
    """What changes when a file does."""

    size: int
    modified: int
    """Nanoseconds since the epoch, as the next one."""
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Shape:
        """That of a file, by what `stat` says."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Found(NamedTuple):
    """A regular file: its name in the tree, as `css/app.css`, its real place, and its shape."""

    name: str
    place: str
    shape: Shape
    top: str
    """The directory above it below which it is opened through no link."""

    def open(self) -> FileIO | None:
        """Open it; None if it is gone, or a link is on the way by now."""
        return open_inside(self.top, self.place)


class StaticTree:
    """A directory; `root` is its real path."""

    def __init__(self, root: str, *, hidden: bool, follow_symlinks: bool) -> None:
        self.root: str = os.path.realpath(root)
        self._inside = self.root.rstrip("/") + "/"
        self._hidden = hidden
        self._follows = follow_symlinks

    def files(self) -> Iterator[Found]:
        """Every file, in no order."""
        yield from self._below("", self.root, frozenset())

    def find(self, name: str) -> Found | None:
        """The file of this name, looked for on the disk now."""
        place = self._place(name)
        status = _status(place) if place is not None else None
        if place is None or status is None or not stat.S_ISREG(status.st_mode):
            return None
        return self._found(name, place, status)

    def beside(self, found: Found, suffix: str) -> Found | None:
        """The file whose name has a suffix more, in the same directory; no link."""
        place = found.place + suffix
        status = _status(place)
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        return self._found(found.name + suffix, place, status)

    def _below(self, prefix: str, place: str, above: frozenset[str]) -> Iterator[Found]:
        above |= {place}
        with os.scandir(place) as entries:
            listed = list(entries)
        for entry in listed:
            if not self._is_servable(entry.name):
                continue
            real = self._target(entry.path) if entry.is_symlink() else entry.path
            status = _status(real) if real is not None else None
            if real is None or status is None:
                continue
            if stat.S_ISREG(status.st_mode):
                yield self._found(f"{prefix}{entry.name}", real, status)
            elif stat.S_ISDIR(status.st_mode) and real not in above:  # a link may lead upwards
                yield from self._below(f"{prefix}{entry.name}/", real, above)

    def _found(self, name: str, place: str, status: os.stat_result) -> Found:
        top = self.root if place.startswith(self._inside) else "/"
        return Found(name, place, Shape.of(status), top)

    def _place(self, name: str) -> str | None:
        """Where a name leads, if it may be shown."""
        if not all(map(self._is_servable, name.split("/"))):
            return None
        return self._target(f"{self.root}/{name}")

    def _target(self, place: str) -> str | None:
        """The real place of what may be a link; None where it leads to what is not shown."""
        try:
            real = os.path.realpath(place)
        except (OSError, ValueError):
            return None
        if self._follows:
            return real
        inside = self._inside
        if not real.startswith(inside):
            return None
        return real if all(map(self._is_servable, real[len(inside) :].split("/"))) else None

    def _is_servable(self, segment: str) -> bool:
        """Can this be a part of an address? A name that is not UTF-8, or hidden, cannot."""
        if segment in ("", ".", "..") or _UNADDRESSABLE(segment):
            return False
        return self._hidden or segment[0] != "." or segment == _WELL_KNOWN


def _status(place: str) -> os.stat_result | None:
    try:
        return Path(place).lstat()
    except OSError:
        return None
