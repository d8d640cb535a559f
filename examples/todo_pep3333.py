"""A to-do list on bare PEP 3333: a function, an environ, an iterable of bytes, and no framework.

    potstill examples.todo_pep3333:app

The page works with forms alone; its script, and the JSON that the same addresses speak, only save
the reloads. The list is kept in the file that TODO_DB names, else in the user's data folder
(~/.local/share/potstill/todo.sqlite3): a list should be found again wherever it is served from.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from html import escape
from http import HTTPStatus as Status
from pathlib import Path
from string import Template
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

HERE = Path(__file__).with_name("todo")
DATA_HOME = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
DATABASE = Path(os.environ.get("TODO_DB") or DATA_HOME / "potstill/todo.sqlite3")
BODY_LIMIT = 65_536  # bytes
TITLE_LIMIT = 200  # characters
LIST = "SELECT * FROM todo ORDER BY done, id"
FORM = "application/x-www-form-urlencoded"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)


class Answer(NamedTuple):
    """What goes to `start_response`, and the body."""

    status: Status
    headers: list[tuple[str, str]]
    body: bytes = b""


class RequestError(Exception):
    """A request that is not carried out: the status that says so, and a sentence for its sender."""

    def __init__(self, status: Status, sentence: str, *headers: tuple[str, str]) -> None:
        super().__init__(sentence)
        self.status, self.headers = status, headers


class Todo(NamedTuple):
    """One line of the list."""

    id: int
    title: str
    done: bool


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """The application: all that a server knows of it."""
    try:
        status, headers, body = respond(environ)
    except RequestError as error:
        status, headers, body = explain(environ, error)
    headers += [("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff")]
    if body:
        headers += [("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def respond(environ: WSGIEnvironment) -> Answer:
    """Call the function that stands in ROUTES for this path and method."""
    method, origin = environ["REQUEST_METHOD"], environ.get("HTTP_ORIGIN")
    if method != "GET" and origin and urlsplit(origin).netloc != environ.get("HTTP_HOST"):
        raise RequestError(Status.FORBIDDEN, "A page of another site may not change the list.")
    for pattern, verbs in ROUTES.items():
        if path := re.fullmatch(pattern, environ["PATH_INFO"]):
            if handler := verbs.get("GET" if method == "HEAD" else method):
                return handler(environ, *path.groups())
            allow = ", ".join(["HEAD", *verbs] if "GET" in verbs else verbs)
            sentence = f"{method} is not possible here; {allow} would be."
            raise RequestError(Status.METHOD_NOT_ALLOWED, sentence, ("Allow", allow))
    raise RequestError(Status.NOT_FOUND, "There is nothing at this address.")


def explain(environ: WSGIEnvironment, error: RequestError) -> Answer:
    """The sentence: on the page for a person, as JSON for a program."""
    if "text/html" in environ.get("HTTP_ACCEPT", ""):
        answer = show_page(environ, error.status, str(error))
    else:
        answer = as_json(error.status, {"error": str(error)})
    answer.headers.extend(error.headers)
    return answer


def show_page(environ: WSGIEnvironment, status: Status = Status.OK, notice: str = "") -> Answer:
    todos = query(LIST)
    page = PAGE.substitute(
        base=escape(home(environ)),
        notice=escape(notice),
        rows="".join(map(as_row, todos)),
        done=sum(todo.done for todo in todos),
        total=len(todos),
    )
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    return Answer(status, headers, page.encode())


def as_row(todo: Todo) -> str:
    pressed, opposite = ("true", 0) if todo.done else ("false", 1)
    return ROW.substitute(id=todo.id, title=escape(todo.title), pressed=pressed, opposite=opposite)


def home(environ: WSGIEnvironment) -> str:
    """The address of the page, wherever this application is mounted."""
    return quote(environ.get("SCRIPT_NAME", "").encode("latin-1")) + "/"


def show_list(_: WSGIEnvironment) -> Answer:
    return as_json(Status.OK, {"todos": [todo._asdict() for todo in query(LIST)]})


def add(environ: WSGIEnvironment) -> Answer:
    title = checked_title(read_fields(environ).get("title"))
    added = query("INSERT INTO todo (title) VALUES (?) RETURNING *", title)
    return reply(environ, Status.CREATED, added)


def change(environ: WSGIEnvironment, number: str) -> Answer:
    """Cross an item off, or put it back."""
    done = read_fields(environ).get("done")
    if done not in (False, True, "0", "1"):
        raise RequestError(Status.BAD_REQUEST, "Say whether it is `done`: true or false.")
    sql = "UPDATE todo SET done = ? WHERE id = ? RETURNING *"
    return reply(environ, Status.OK, query(sql, done in (True, "1"), number))


def delete(environ: WSGIEnvironment, number: str) -> Answer:
    return reply(environ, Status.OK, query("DELETE FROM todo WHERE id = ? RETURNING *", number))


def reply(environ: WSGIEnvironment, status: Status, changed: list[Todo]) -> Answer:
    """To a form the page, by a redirect, so that a reload sends nothing twice; else the item."""
    if not changed:
        raise RequestError(Status.NOT_FOUND, "This item is not on the list any more.")
    if is_form(environ):
        return Answer(Status.SEE_OTHER, [("Location", home(environ))])
    return as_json(status, changed[0]._asdict())


def as_json(status: Status, value: object) -> Answer:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return Answer(status, headers, json.dumps(value).encode() + b"\n")


def read_fields(environ: WSGIEnvironment) -> dict[str, object]:
    """The fields of a form, or of a JSON object."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("wsgi.input_terminated"):  # then a body of unknown size has its end, too
        size = BODY_LIMIT + 1
    body: bytes = environ["wsgi.input"].read(min(size, BODY_LIMIT + 1))
    if len(body) > BODY_LIMIT:
        raise RequestError(Status.REQUEST_ENTITY_TOO_LARGE, f"At most {BODY_LIMIT:,} bytes.")
    try:
        if is_form(environ):
            return dict(parse_qsl(body.decode(), errors="strict", max_num_fields=10))
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(Status.BAD_REQUEST, "This is neither JSON nor a form.") from error
    if not isinstance(fields, dict):
        raise RequestError(Status.BAD_REQUEST, 'Send an object, {"title": "Buy milk"}.')
    return fields


def is_form(environ: WSGIEnvironment) -> bool:
    return str(environ.get("CONTENT_TYPE")).lower().startswith(FORM)


def checked_title(value: object) -> str:
    """One line of text: controls, and surrogates that JSON can smuggle in, count as spaces."""
    text = re.sub(r"[\0-\x1f\x7f-\x9f\ud800-\udfff]", " ", value) if isinstance(value, str) else ""
    title = " ".join(text.split())
    if 0 < len(title) <= TITLE_LIMIT:
        return title
    sentence = f"A title has 1 to {TITLE_LIMIT} characters; this one has {len(title)}."
    raise RequestError(Status.BAD_REQUEST, sentence)


def show_asset(environ: WSGIEnvironment, name: str) -> Answer:
    """A file that was read at the start: no name in a request leads to any other."""
    if name not in ASSETS:
        raise RequestError(Status.NOT_FOUND, "There is no such file.")
    body, kind, tag = ASSETS[name]
    headers = [("ETag", tag), ("Cache-Control", "no-cache")]
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if known == "*" or tag in re.findall(r'"[^"]*"', known):
        return Answer(Status.NOT_MODIFIED, headers)
    return Answer(Status.OK, [*headers, ("Content-Type", kind)], body)


def read_asset(path: Path) -> tuple[bytes, str, str]:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    body = path.read_bytes()
    return body, f"{kinds[path.suffix]}; charset=utf-8", f'"{hashlib.sha256(body).hexdigest()}"'


def query(sql: str, *values: object) -> list[Todo]:
    """One statement, one transaction, on a connection of this thread's own: they are not shared."""
    if not hasattr(threads, "connection"):
        threads.connection = connect()
    rows = threads.connection.execute(sql, values).fetchall()
    return [Todo(number, title, bool(done)) for number, title, done in rows]


def connect() -> sqlite3.Connection:
    """Each statement commits by itself; a writer waits up to 10 s for its turn."""
    return sqlite3.connect(DATABASE, timeout=10, isolation_level=None)


def create_database() -> None:
    """Readers do not wait (WAL), and no number is used twice: an old page deletes no newer item."""
    columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, done BOOLEAN DEFAULT 0"
    DATABASE.parent.mkdir(parents=True, exist_ok=True)
    with closing(connect()) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"CREATE TABLE IF NOT EXISTS todo ({columns})")


PAGE, ROW = (Template((HERE / name).read_text("utf-8")) for name in ("page.html", "row.html"))
ASSETS = {path.name: read_asset(path) for path in (HERE / "assets").iterdir()}
NUMBER = "([1-9][0-9]{0,17})"
ROUTES: dict[str, dict[str, Callable[..., Answer]]] = {
    "/": {"GET": show_page},
    "/todos": {"GET": show_list, "POST": add},
    f"/todos/{NUMBER}": {"POST": change, "PATCH": change, "DELETE": delete},
    f"/todos/{NUMBER}/delete": {"POST": delete},  # an HTML form cannot say DELETE
    "/assets/([^/]+)": {"GET": show_asset},
}
threads = threading.local()
create_database()
