"""What the error log says when an application fails: help where we know it, else a traceback."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

import potstill
from potstill.http11.errors import ApplicationError
from potstill.http11.request_line import RequestLine
from potstill.observe import log

_OURS = str(Path(potstill.__file__).parent)


class Reporter:
    """Tells the operator about failures of one application, named as he named it."""

    def __init__(self, application: str) -> None:
        self._application = application

    def __call__(self, error: BaseException, line: RequestLine) -> None:
        """Log one failure; `line` is that of the request it happened in."""
        where = f"{self._application}, {line.method} {line.target}"
        if isinstance(error, ApplicationError):
            log.error("%s", _help(where, error))
        else:
            log.error("%s failed:\n%s", where, _traceback(error))


def _help(where: str, error: ApplicationError) -> str:
    frame = _last_foreign(error.__traceback__)
    place = f"\nIt happened at {frame.filename}, line {frame.lineno}." if frame else ""
    return f"{where}: {error.seen}.\n{error.fix}\nSee {error.section}.{place}"


def _traceback(error: BaseException) -> str:
    """The traceback from the application's own first frame on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and _is_ours(trace):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace))


def _last_foreign(trace: TracebackType | None) -> traceback.FrameSummary | None:
    foreign = [f for f in traceback.extract_tb(trace) if not f.filename.startswith(_OURS)]
    return foreign[-1] if foreign else None


def _is_ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(_OURS)
