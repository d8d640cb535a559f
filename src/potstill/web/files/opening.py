"""Regular files, opened without a trap: no pipe blocks, and no link leads out of a directory.

A path that was looked at may be another one when it is opened: somebody who can write there puts a
link in the place of a directory. So what has to stay inside is opened step by step, and each step
refuses links. A second name of the same file (a hard link) cannot be told from the first.
"""

from __future__ import annotations

import os
import stat
from errno import ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO
from io import FileIO
from pathlib import Path

_REGULAR = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
_STEP = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW
"""O_PATH: a directory that may be passed need not be one that may be listed."""
_NOT_THERE = frozenset({ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO})
"""ENXIO: a socket, or a missing device."""


def open_regular(place: str) -> FileIO | None:
    """Open a file for reading; None if it is not there, or no regular file.

    PermissionError, and whatever else the system says, is raised: the file is there.
    """
    return _opened(place, _REGULAR, None)


def open_inside(root: str, place: str) -> FileIO | None:
    """The same for a real path below the real path of a directory, through no link."""
    *parents, name = place[len(root) :].strip("/").split("/")
    try:
        directory = os.open(root, _STEP)
        try:
            for parent in parents:
                inner = os.open(parent, _STEP, dir_fd=directory)
                os.close(directory)
                directory = inner
            return _opened(name, _REGULAR | os.O_NOFOLLOW, directory, place)
        finally:
            os.close(directory)
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise


def within(root: str, name: str) -> tuple[str, str] | None:
    """The real paths of a directory and of `name` in it; None if that is outside of it."""
    try:
        base = os.path.realpath(root)
        place = os.path.realpath(Path(base, name))
    except (OSError, ValueError):  # too long, or with a NUL
        return None
    inside = base if base.endswith("/") else base + "/"
    return (base, place) if place.startswith(inside) else None


def _opened(name: str, flags: int, directory: int | None, place: str = "") -> FileIO | None:
    try:
        descriptor = os.open(name, flags, dir_fd=directory)
    except ValueError:  # a NUL
        return None
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return FileIO(place or name, opener=lambda _place, _flags: descriptor)
