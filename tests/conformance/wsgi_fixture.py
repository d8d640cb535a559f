"""The application the conformance tests call: PATH_INFO picks its behaviour, a file hears of it.

A test module makes its own `app = Fixture()`, adds behaviours beside the tests that need them, and
has `potstill MODULE:app` serve it; so each recipe stands on one page. What befalls the application
(calls, `next`, `close`, exceptions) is appended, one line each, to the file that the environment
variable EVENTS names: the only way to see laziness and `close` from outside. This side writes it,
`wsgi_recipes.Events` reads it.

Every answer gets a header list of its own, because a server may alter the list it is given.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

BLOCK = b"x" * 65536
RAISED = "start_response raised"

_numbers = itertools.count(1)
_current = threading.local()


def record(what: str) -> None:
    """Append one event of the call this thread is at: its number, the thread, and what happened."""
    line = json.dumps([getattr(_current, "number", 0), threading.get_ident(), what])
    log = os.open(os.environ["EVENTS"], os.O_WRONLY | os.O_APPEND)
    try:
        os.write(log, line.encode() + b"\n")
    finally:
        os.close(log)


class Fixture:
    """A WSGI application of many behaviours; each is an application itself, named by a segment."""

    def __init__(self) -> None:
        self._behaviours: dict[str, WSGIApplication] = dict(COMMON)

    def at(self, name: str) -> Callable[[WSGIApplication], WSGIApplication]:
        """Add the decorated application for the paths whose first segment is `name`."""

        def add(behaviour: WSGIApplication) -> WSGIApplication:
            self._behaviours[name] = behaviour
            return behaviour

        return add

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        _current.number = next(_numbers)
        path: str = environ["PATH_INFO"]
        record(f"call {path}")
        name = path.lstrip("/").partition("/")[0]
        return self._behaviours.get(name, says_its_path)(environ, start_response)


class Watched:
    """An iterable that records when a block is asked for, when there is none left, and `close`."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        record("next")
        return next(self._blocks)

    def close(self) -> None:
        record("close")


def text(start_response: StartResponse, body: str | bytes) -> list[bytes]:
    """Answer 200 with this text, as one block and without a Content-Length."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body.encode("latin-1") if isinstance(body, str) else body]


def json_text(start_response: StartResponse, value: object) -> list[bytes]:
    return text(start_response, json.dumps(value))


def wait_at(gate: str) -> None:
    """Block until the test opens the gate, a named pipe."""
    Path(gate).read_bytes()


def says_its_path(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """`root:/next`: which mount and path the server understood."""
    return text(start_response, f"{environ['SCRIPT_NAME'] or 'root'}:{environ['PATH_INFO']}")


def dumps_environ(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Every key with its value; what is not a `str` as its `repr`, without addresses."""
    dump = {key: value if type(value) is str else unplaced(value) for key, value in environ.items()}
    return json_text(start_response, dump)


def unplaced(value: object) -> str:
    """The `repr` of a value, which says nothing of where it lies."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def dumps_types(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Every key with the name of its value's type; the environ's own is under ''."""
    dump = {key: type(value).__name__ for key, value in environ.items()}
    return json_text(start_response, dump | {"": type(environ).__name__})


def echoes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    record(f"read {len(body)}")
    return text(start_response, body)


def reads_nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return text(start_response, "ok")


def operates(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """`/ops?read:4,readline,iter`: those operations on `wsgi.input`, and what each gave."""
    stream = environ["wsgi.input"]
    operations = environ["QUERY_STRING"].split(",")
    return json_text(start_response, [plain(operate(stream, each)) for each in operations])


def operate(stream: Any, operation: str) -> object:
    name, _, argument = operation.partition(":")
    arguments = [ast.literal_eval(argument)] if argument else []
    try:
        if name == "iter":
            return list(stream)
        if name == "next":
            return next(stream)
        return getattr(stream, name)(*arguments)
    except Exception as error:
        return error


def plain(result: object) -> object:
    """Bytes as text and lists as lists, but only when they are exactly that; else the `repr`."""
    if type(result) is bytes:
        return result.decode("latin-1")
    if type(result) is list:
        return [plain(each) for each in result]
    return repr(result)


def responds(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """`/respond?(STATUS, HEADERS, BLOCKS)`: a literal in the query, percent-encoded."""
    status, headers, blocks = ast.literal_eval(unquote(environ["QUERY_STRING"]))
    try:
        start_response(status, headers)
    except Exception as error:
        record(f"{RAISED} {type(error).__name__}")
        raise
    return Watched(blocks)


def waits_between_blocks(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """`/gated?GATE,...`: a block, and one more after each gate."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Watched(gated_blocks(environ["QUERY_STRING"].split(",")))


def gated_blocks(gates: list[str]) -> Iterator[bytes]:
    yield b"first"
    for gate in gates:
        wait_at(gate)
        yield b"passed"


def never_ends(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Watched(itertools.repeat(BLOCK))


COMMON: dict[str, WSGIApplication] = {
    "env": dumps_environ,
    "types": dumps_types,
    "echo": echoes,
    "noread": reads_nothing,
    "ops": operates,
    "respond": responds,
    "gated": waits_between_blocks,
    "forever": never_ends,
}
