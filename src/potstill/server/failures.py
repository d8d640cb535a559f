"""What an application's own code raises before it serves, told for its author.

The traceback begins at the first frame that is his: those of the server, of the import system and
of `contextlib` say nothing about the mistake.
"""

from __future__ import annotations

import contextlib
import importlib
from pathlib import Path
from types import TracebackType

from potstill.server.target import LoadError

_ROOM = str(Path(__file__).parent)
_BETWEEN = (importlib.__file__, contextlib.__file__)


def broken(what: str, error: BaseException) -> LoadError:
    """What the operator is told: `what`, why, and the author's part of the traceback."""
    from traceback import format_exception  # not needed where all goes well

    lines = str(error).splitlines() or [""]
    sentence = f"{what}: {type(error).__name__}: {lines[0]}".removesuffix(": ")
    frames = own_frames(error)
    if not frames and not isinstance(error, SyntaxError):
        return LoadError(sentence)
    return LoadError(sentence, "".join(format_exception(type(error), error, frames)))


def own_frames(error: BaseException) -> TracebackType | None:
    """The traceback from the first frame that is the application's."""
    trace = error.__traceback__
    while trace and _is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_ours(filename: str) -> bool:
    return filename.startswith((_ROOM, "<frozen importlib")) or filename in _BETWEEN
