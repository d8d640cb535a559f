"""A to-do list in the standard library's second way: a class with one method per verb.

    python -m examples.todo_handler          # served by http.server, on port 8000
    potstill examples.todo_handler:app       # the same class, unchanged, on a production server

The list is in memory, so of one process: give Potstill threads, not workers.
"""

from __future__ import annotations

import json
import os
import threading
from http import HTTPStatus as Status
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_to_bytes

from potstill.web.handlers.handler import handler

HERE = Path(__file__).with_name("todo_plain")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
BODY_LIMIT = 65_536  # bytes
TITLE_LIMIT = 200  # characters
# Read at the start: no path in a request ever leads to another file.
FILES = {
    f"/{path.relative_to(HERE).as_posix()}": (path.read_bytes(), KINDS[path.suffix])
    for path in HERE.rglob("*.*")
}


class TodoList:
    """What is to be done; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._todos: list[str] = []

    def all(self) -> list[str]:
        """A copy, in the order in which they were added."""
        with self._lock:
            return list(self._todos)

    def add(self, todo: str) -> bool:
        """False when it is there already."""
        with self._lock:
            if todo in self._todos:
                return False
            self._todos.append(todo)
            return True

    def remove(self, todo: str) -> bool:
        """False when it is not there."""
        with self._lock:
            if todo not in self._todos:
                return False
            self._todos.remove(todo)
            return True


todos = TodoList()


class TodoHandler(BaseHTTPRequestHandler):
    """The page, its files, and the list."""

    protocol_version = "HTTP/1.1"
    server_version = "Todo/1.0"
    sys_version = ""

    def do_GET(self) -> None:
        """The page, its style and script, or the list as JSON."""
        path = self.path.partition("?")[0]
        if path == "/get-todos":
            self.answer(Status.OK, {"todos": todos.all()})
            return
        body, kind = FILES.get("/page.html" if path == "/" else path, (None, ""))
        if body is None:
            self.answer(Status.NOT_FOUND, {"error": "There is nothing at this address."})
        else:
            self.send(Status.OK, body, kind)

    do_HEAD = do_GET  # noqa: N815 - as above; `send` leaves the body out

    def do_POST(self) -> None:
        """Add what the body says: {"todo": "Buy milk"}."""
        body = self.body()
        if self.path != "/add-todo":
            self.answer(Status.NOT_FOUND, {"error": "There is nothing at this address."})
        elif body is None:
            self.answer(Status.REQUEST_ENTITY_TOO_LARGE, {"error": f"At most {BODY_LIMIT} bytes."})
        elif not (todo := title_of(body)):
            sentence = f'Send {{"todo": "Buy milk"}}, a text of 1 to {TITLE_LIMIT} characters.'
            self.answer(Status.BAD_REQUEST, {"error": sentence})
        elif todos.add(todo):
            self.answer(Status.CREATED, {"todo": todo})
        else:
            self.answer(Status.CONFLICT, {"error": "This is on the list already."})

    def do_DELETE(self) -> None:
        """Take one off the list: /remove-todo/Buy%20milk."""
        self.body()
        prefix, _, name = self.path.partition("?")[0].rpartition("/")
        todo = unquote_to_bytes(name).decode("utf-8", "replace")
        if prefix == "/remove-todo" and todos.remove(todo):
            self.answer(Status.ACCEPTED, {"removed": todo})
        else:
            self.answer(Status.NOT_FOUND, {"error": "This is not on the list."})

    def body(self) -> bytes | None:
        """What was sent along; None when it is too much, and left unread, or of unknown length."""
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def answer(self, status: Status, value: object) -> None:
        """Answer with JSON."""
        self.send(status, json.dumps(value).encode() + b"\n", "application/json")

    def send(self, status: Status, body: bytes, kind: str) -> None:
        """Answer; of a body that HEAD did not want, only the length."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def title_of(body: bytes) -> str:
    """The text to add; nothing when the body has none that is allowed."""
    try:
        fields = json.loads(body)
        todo = " ".join(fields["todo"].split())
        todo.encode()  # JSON can smuggle in surrogates, which are no text
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    return todo if len(todo) <= TITLE_LIMIT else ""


app = handler(TodoHandler)

if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8000"))
    with ThreadingHTTPServer(("127.0.0.1", port), TodoHandler) as server:
        print(f"Listening at http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
