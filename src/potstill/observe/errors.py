r"""The error log: what the operator should know, through the standard library's `logging`.

The logger is `log`; the root logger and everybody else's are left alone. A record is one
write, `[2026-11-22 18:15:28 +0000] [4711] [INFO] message`. A message may quote what a client or an
application said, so control characters are shown as `\xhh`, and further lines of a message (a
traceback) are indented: only a record begins with `[` in the first column.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Final

from potstill.observe.logfile import LogFile

_registry = logging.Manager(logging.RootLogger(logging.WARNING))
log: Final = _registry.getLogger("potstill.error")
"""The logger of the server, in a registry of its own: an application that configures logging
(Django always does) disables and closes what it finds in the common one."""
LEVELS: Final = ("debug", "info", "warning", "error", "critical")


class ErrorLog:
    """Writes the logger's records to a file; may be used by any thread."""

    def __init__(self, target: str = "-", level: str = "info", *, standard: int = 2) -> None:
        """Open `target`, a path or "-" for standard error, for records from `level` up.

        It takes the place of an earlier one. OSError or ValueError, each with a sentence for the
        operator.
        """
        if level.lower() not in LEVELS:
            raise ValueError(f"log level {level!r} is none of {', '.join(LEVELS)}")
        self._file = LogFile("error log", target, standard=standard, complain=_say_nothing)
        self._handler = _Handler(self._file)
        for handler in [*log.handlers]:
            if isinstance(handler, _Handler):
                handler.end()
        log.addHandler(self._handler)
        log.setLevel(level.upper())

    @property
    def dropped(self) -> int:
        """How many lines nobody has taken: the one thing this log cannot complain about."""
        return self._file.dropped

    def write(self, text: str) -> None:
        """Write what an application says, as it is; whole lines stay whole."""
        with self._handler.turn():
            self._file.write(text.encode("utf-8", "backslashreplace"))

    def reopen(self) -> None:
        """Open the path again: a rotation has renamed the file."""
        with self._handler.turn():
            self._file.reopen()

    def close(self) -> None:
        """Close the file and leave the logger as it was found."""
        self._handler.end()


class _Handler(logging.Handler):
    """Writes records to a file that it does not close.

    `logging` closes every handler it knows of when an application configures it, and that must
    not end our log.
    """

    def __init__(self, file: LogFile) -> None:
        super().__init__()
        self._file = file
        self.setFormatter(_RecordFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; `logging` holds the handler's lock meanwhile."""
        try:
            text = self.format(record) + "\n"
            self._file.write(text.encode("utf-8", "backslashreplace"))
        except Exception:  # a message that cannot be formatted is its caller's, not the server's
            self.handleError(record)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Alone with the file."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def end(self) -> None:
        """Let go of the logger and close the file."""
        if self in log.handlers:
            log.removeHandler(self)
            log.setLevel(logging.NOTSET)
        with self.turn():
            self._file.close()


class Once:
    """Tells the first of many: `if once(name): logger.warning(...)`. Any thread may ask.

    Keys come from clients, so only `most` of them are ever told; whoever invents more names does
    not fill the log.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._seen: dict[Hashable, object] = {}

    def __call__(self, key: Hashable) -> bool:
        """True when `key` is asked about for the first time and is to be told."""
        if key in self._seen or len(self._seen) >= self._most:
            return False
        mine = object()
        return self._seen.setdefault(key, mine) is mine  # of two threads one is the first


class _RecordFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__(
            "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s", "%Y-%m-%d %H:%M:%S %z"
        )

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).rstrip("\n").translate(_SHOWN)


_CONTROLS: Final = (*range(0x20), *range(0x7F, 0xA0))
_SHOWN: Final[dict[int, str]] = {code: f"\\x{code:02x}" for code in _CONTROLS} | {
    0x09: "\t",
    0x0A: "\n  ",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def _say_nothing(_text: str) -> None:
    """Where should an error log complain about itself?"""
