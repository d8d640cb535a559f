"""The process that calls one contender: `python -m benchmarks.web.measure KEY SECONDS ROW ...`.

It prints a JSON object: calls for each second of processor time, by row. Processor time does not
count what other processes do meanwhile, but it grows when they take the caches or the other half of
a core; so calls are made in batches, and the quickest batch counts. Each answer is looked at before
its row is measured.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from benchmarks.web.contenders import CONTENDERS
from benchmarks.web.rows import CONTENT, FILE_NAME, FILES, ROWS, Call, Row

WARM_UP = 0.1  # of the time that is measured, before it
BATCHES = 20


class WrongAnswerError(Exception):
    """A contender did not answer what the row wants; there is nothing to measure."""


def main(key: str, seconds: str, *rows: str) -> None:
    """Measure these rows, or those of them that the contender has."""
    (contender,) = [each for each in CONTENDERS if each.key == key]
    module = import_module(f"benchmarks.web.apps.{contender.module}")
    rates: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / FILE_NAME).write_bytes(CONTENT)
        for row in ROWS:
            make = getattr(module, row.maker, None)
            if row.key in rows and make is not None:
                arguments = [directory if each == FILES else each for each in row.arguments]
                rates[row.key] = rate(make(*arguments), row, float(seconds))
    print(json.dumps(rates))


def rate(app: WSGIApplication, row: Row, seconds: float) -> float:
    """Calls for each second of processor time; WrongAnswerError before anything is measured."""
    for call in row.calls:
        check(app, call)
    caller = _caller(app, row.calls)
    gc.collect()
    size, begin = 0, time.process_time()
    while time.process_time() - begin < seconds * WARM_UP:
        caller()
        size += 1
    size = max(1, int(size / WARM_UP / BATCHES))
    return size / min(_timed(caller, size) for _ in range(BATCHES))


def check(app: WSGIApplication, call: Call) -> None:
    """Call once and look at the answer; WrongAnswerError tells what came instead."""
    heads: list[str] = []

    def start_response(status: str, headers: object, exc_info: object = None) -> Any:
        heads.append(status)

    body = _joined(app({**call.environ(), "wsgi.input": BytesIO(call.body)}, start_response))
    if not (heads and call.is_answered_by(heads[-1], body)):
        raise WrongAnswerError(f"{call.method} {call.path}: {heads} {body[:500]!r}")


def _caller(app: WSGIApplication, calls: Iterable[Call]) -> Callable[[], None]:
    """What makes the next call: all that a server would do for a framework."""
    prepared = cycle([(call.environ(), call.body) for call in calls])

    def start_response(status: str, headers: object, exc_info: object = None) -> Any:
        return None

    def one() -> None:
        environ, content = next(prepared)
        environ = environ.copy()
        environ["wsgi.input"] = BytesIO(content)
        _joined(app(environ, start_response))

    return one


def _joined(blocks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(blocks)
    finally:
        close = getattr(blocks, "close", None)
        if close is not None:
            close()


def _timed(caller: Callable[[], None], count: int) -> float:
    """Seconds of processor time for so many calls."""
    begin = time.process_time()
    for _ in range(count):
        caller()
    return time.process_time() - begin


if __name__ == "__main__":
    main(*sys.argv[1:])
