"""The access log: one line for each request, whoever is reading it or not.

It must cost the thread that serves next to nothing: `record` is the `append` of a list. Once per
poll round, and after a slow request, somebody calls `flush`, which formats all that is pending and
writes it in one go. `flush` never waits for another thread: if one is writing, that one also takes
what comes meanwhile. Made in the process that serves: a lock and a descriptor outlive no fork.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from potstill.observe.entry import Entry
from potstill.observe.errors import log
from potstill.observe.formats import compile_format
from potstill.observe.logfile import LogFile

MOST_PENDING: Final = 50_000  # a second's worth; more means that the file itself stands still


class AccessLog:
    """Any thread may call any of its methods."""

    def __init__(
        self,
        target: str = "-",
        form: str = "combined",
        *,
        mask: Sequence[str] = (),
        standard: int = 1,
    ) -> None:
        """Open `target`, a path or "-" for standard output, for lines of the format `form`.

        `mask` as in `compile_format`. OSError or ValueError, each with a sentence for the operator.
        """
        self._format = compile_format(form, mask)
        self._turn = threading.Lock()
        self._pending: list[Entry] = []
        self.record: Callable[[Entry], None] = self._pending.append
        self._file = LogFile("access log", target, standard=standard, complain=log.error)

    @property
    def dropped(self) -> int:
        """How many lines nobody has taken."""
        return self._file.dropped

    def flush(self) -> None:
        """Write what is recorded; waits for nobody unless `MOST_PENDING` entries are pending."""
        due = bool(self._pending) or self._file.is_behind
        while due and self._turn.acquire(blocking=len(self._pending) > MOST_PENDING):
            try:
                self._write_pending()
            finally:
                self._turn.release()
            # Whoever recorded meanwhile and found the turn taken relies on this second look.
            due = bool(self._pending)

    def reopen(self) -> None:
        """Open the path again: a rotation has renamed the file."""
        with self._turn:
            self._file.reopen()
        self.flush()  # for those who found the turn taken

    def close(self) -> None:
        """Write what is recorded and close; a slow reader is given a second."""
        with self._turn:
            self._write_pending()
            self._file.close()

    def _write_pending(self) -> None:
        # `record` goes on meanwhile: it only appends behind the first `count`.
        count = len(self._pending)
        entries = self._pending[:count]
        del self._pending[:count]
        lines = "".join(map(self._format, entries))
        self._file.write(lines.encode("utf-8", "surrogateescape"))
