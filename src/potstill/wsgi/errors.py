"""`wsgi.errors`: where an application writes (PEP 3333, "Input and Error Streams")."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


class ErrorStream:
    """A text stream that passes on whole lines, so that those of several threads never mix.

    `write_out` gets one or more whole lines, or after `flush()` the beginning of one. Any text is
    accepted: encoding it is the business of `write_out`.
    """

    def __init__(self, write_out: Callable[[str], None]) -> None:
        self._write_out = write_out
        self._begun = threading.local()

    def write(self, text: str) -> int:
        """Take text; what follows the last newline waits for more, or for `flush`."""
        pending: str = getattr(self._begun, "line", "") + text
        end = pending.rfind("\n") + 1
        self._begun.line = pending[end:]
        if end:
            self._write_out(pending[:end])
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each in turn; no newline is added."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Pass on the line that this thread has begun."""
        pending: str = getattr(self._begun, "line", "")
        if pending:
            self._begun.line = ""
            self._write_out(pending)
