"""Where the lines of a log go: standard output, standard error, a file, a FIFO.

The thread that serves writes here, so nothing here waits for a reader or raises because of one.
What is not taken at once (a full pipe, a full disk, a reader gone) is kept for the next call, up to
a bound; past it whole lines are dropped, counted, and the operator is told.

A pipe, a terminal or a socket is shared with other processes. The kernel's facts we rely on:

* O_NONBLOCK belongs to the open description, which a shell or a sibling shares; to set it on ours
  would break their `print`. /proc/self/fd/N opens the same pipe or terminal by a description of
  our own. Where there is none (sockets, systems without /proc) we ask poll() before each write.
* A write to a pipe of at most PIPE_BUF bytes is taken whole or not at all, and is never mixed with
  another process's. So lines go there in pieces of whole lines below that size.
* A regular file opened with O_APPEND takes each write whole at its end; but the standard output of
  `command > file 2>&1` shares an offset with standard error, so there we keep the description.
"""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

MOST_KEPT: Final = 1 << 20
SLOW: Final = "its reader does not keep up"


class LogFile:
    """A place lines are appended to; used by one thread at a time: its owner holds a lock.

    `target` is a path, or "-" for the standard stream whose descriptor is `standard`. OSError with
    a sentence for the operator when it cannot be opened. `complain` is told when writing first
    fails, when lines are first lost, and again each time the losses have grown tenfold.
    """

    def __init__(
        self, title: str, target: str, *, standard: int, complain: Callable[[str], None]
    ) -> None:
        self.dropped = 0
        self._title = title
        self._path = None if target == "-" else Path(target).absolute()
        self._standard = standard
        self._complain = complain
        self._complain_at = 0
        self._kept = bytearray()
        self._obstacle = ""
        self._is_torn = False
        self._descriptor = -1
        self._poll = select.poll()
        self._open()

    @property
    def is_behind(self) -> bool:
        """True when lines are kept that nobody has taken yet."""
        return bool(self._kept)

    def write(self, lines: bytes) -> None:
        """Hand over `lines`, all of them whole, after those still kept. Never waits or raises."""
        if len(self._kept) >= MOST_KEPT:
            self._hand_over()
        if len(self._kept) >= MOST_KEPT:
            self._lose(lines)
            return
        self._kept += lines
        self._hand_over()

    def reopen(self) -> None:
        """Open the path again after a rotation; a standard stream stays as it is.

        When that fails the old file stays in use and the operator is told.
        """
        if self._path is None:
            return
        self._hand_over()
        old = self._descriptor
        try:
            self._open()
        except OSError as error:
            self._complain(str(error))
            return
        os.close(old)
        self._skip_torn_line()
        self._complain_at = 0

    def close(self, patience: float = 1.0) -> None:
        """Leave a slow reader `patience` seconds to take what is kept; then close. Repeatable."""
        if self._descriptor < 0:
            return
        deadline = time.monotonic() + patience
        self._hand_over()
        while self._kept and self._obstacle == SLOW and (left := deadline - time.monotonic()) > 0:
            self._poll.poll(left * 1000)
            self._hand_over()
        self._lose(self._kept)
        self._kept.clear()
        os.close(self._descriptor)
        self._descriptor = -1

    def _hand_over(self) -> None:
        """Write what is taken at once."""
        try:
            while self._kept:
                piece = self._next_piece()
                taken = self._put(piece)
                self._is_torn = piece[taken - 1] != _LINE_FEED
                del self._kept[:taken]
        except BlockingIOError:
            self._obstacle = SLOW
        except OSError as error:
            self._obstacle = error.strerror or type(error).__name__
            self._tell()

    def _next_piece(self) -> bytearray:
        """All that is kept, or for a stream as many whole lines as are taken in one piece."""
        if self._is_regular or len(self._kept) <= select.PIPE_BUF:
            return self._kept
        end = self._kept.rfind(b"\n", 0, select.PIPE_BUF) + 1
        return self._kept[: end or self._kept.find(b"\n") + 1 or None]

    def _put(self, piece: bytearray) -> int:
        if self._asks_first and not self._poll.poll(0):
            raise BlockingIOError
        return os.write(self._descriptor, piece)

    def _lose(self, lines: bytes | bytearray) -> None:
        if lost := lines.count(b"\n"):
            self.dropped += lost
            self._tell()

    def _tell(self) -> None:
        if self.dropped >= self._complain_at:
            self._complain_at = max(1, self.dropped * 10)
            self._complain(
                f"cannot write the {self._title} to {self._path or 'its standard stream'}:"
                f" {self._obstacle}; {self.dropped} lines lost so far"
            )

    def _skip_torn_line(self) -> None:
        """The first half of a line went to the old file: its second half means nothing here."""
        if self._is_torn:
            end = self._kept.find(b"\n") + 1
            self._lose(self._kept[:end])
            del self._kept[:end]
            self._is_torn = False

    def _open(self) -> None:
        if self._path is None:
            descriptor, is_ours = _open_standard(self._title, self._standard)
        else:
            descriptor, is_ours = _open_path(self._title, self._path), True
        self._descriptor = descriptor
        self._is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        self._asks_first = not is_ours and not self._is_regular
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)


_LINE_FEED: Final = 0x0A
_OWN: Final = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def _open_path(title: str, path: Path) -> int:
    try:
        return os.open(path, _OWN | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError as error:
        raise type(error)(f"cannot open the {title} {path}: {_why(error, path)}") from error


def _why(error: OSError, path: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return f"the directory {path.parent} does not exist"
    if error.errno == errno.ENXIO:
        return "a FIFO that nobody reads, or a socket"
    return error.strerror or str(error)


def _open_standard(title: str, descriptor: int) -> tuple[int, bool]:
    """A descriptor for the same stream; True when it has a description of its own."""
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            with suppress(OSError):
                return os.open(f"/proc/self/fd/{descriptor}", _OWN), True
        return os.dup(descriptor), False
    except OSError as error:
        raise type(error)(f"cannot open the {title}: descriptor {descriptor} is closed") from error
