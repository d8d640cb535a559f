"""An application that uses a bit of everything; `app` is served from a directory made for it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec

from potstill.web import (
    App,
    Event,
    HTTPError,
    Request,
    Response,
    Session,
    Sessions,
    Upload,
    created,
    events,
    file,
    html,
    redirect,
    stream,
)

STYLE = b"body { color: navy }\n" * 200
LARGE = bytes(range(256)) * 4096
MTIME = 1_763_850_000

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class NewTodo(msgspec.Struct):
    """What is sent."""

    title: Title
    priority: int = 0


class Todo(NewTodo, kw_only=True):
    """What is answered."""

    id: int


def prepared() -> Path:
    """Files with times that are known, so that their tags are the same under each server."""
    directory = Path(mkdtemp() if "SITE_FILES" not in os.environ else os.environ["SITE_FILES"])
    contents = {
        "style.css": STYLE,
        "style.css.gz": gzip.compress(STYLE, mtime=0),
        "large.bin": LARGE,
        "grüße.txt": "Grüße\n".encode(),
    }
    for name, content in contents.items():
        (directory / name).write_bytes(content)
        os.utime(directory / name, (MTIME, MTIME))
    return directory


FILES = prepared()

app = App(title="Site", max_body=2_000_000)
app.use(Sessions(["a key for tests that is long enough, and known to all"], secure=False))
app.static("/assets", FILES)


@app.get("/text")
def plain() -> str:
    """Text, not only of ASCII."""
    return "Grüße, 世界!\n"


@app.get("/bytes")
def octets() -> bytes:
    """What is no text."""
    return bytes(range(256))


@app.get("/page")
def page() -> Response:
    """Markup."""
    return html("<!doctype html><title>Page</title><p>Page")


@app.get("/json")
def data(verbose: bool = False, tag: list[str] | None = None) -> dict[str, object]:
    """What the query says."""
    return {"verbose": verbose, "tags": tag}


@app.get("/hello/{name}")
def hello(name: str) -> str:
    """A segment of the path."""
    return f"Hello, {name}!"


@app.get("/files/{rest:path}")
def rest(rest: str) -> str:
    """Several segments of the path."""
    return rest


@app.resource("/todos")
class Todos:
    """A collection."""

    def get(self, limit: int = 2) -> list[Todo]:
        """Some of it."""
        return [Todo(id=number, title=f"todo {number}") for number in range(limit)]

    def post(self, request: Request, body: NewTodo) -> Todo:
        """One more."""
        todo = Todo(id=7, title=body.title, priority=body.priority)
        return created(request, todo, "/todos/7")


@app.resource("/todos/{id:int}")
class OneTodo:
    """A member."""

    def get(self, id: int) -> Todo:
        """Itself."""
        if id > 100:
            raise HTTPError(404, f"There is no todo {id}.")
        return Todo(id=id, title="a todo")

    def delete(self, id: int) -> None:
        """Nothing is left."""


@app.post("/form")
def form(request: Request) -> list[tuple[str, str]]:
    """All fields of a form, in their order."""
    return list(request.form().items())


@app.post("/upload")
def upload(file: Upload, note: Annotated[str, "of the form"] = "") -> dict[str, object]:
    """What arrived."""
    content = file.read()
    return {"name": file.filename, "size": len(content), "sum": sum(content)}


@app.post("/raw", max_body=1_500_000)
def raw(request: Request) -> dict[str, object]:
    """The size of the body, block by block."""
    return {"size": sum(map(len, request.blocks())), "type": request.content_type}


@app.post("/unread")
def unread() -> str:
    """Does not look at the body."""
    return "unread"


@app.get("/old")
def old() -> Response:
    """Has moved."""
    return redirect("/text", 308)


@app.get("/cookies")
def cookies(request: Request) -> Response:
    """Two cookies set, those that came told."""
    response = Response("; ".join(f"{key}={value}" for key, value in request.cookies.items()))
    response.set_cookie("first", "1")
    response.set_cookie("second", "2", max_age=60, secure=False)
    return response


@app.post("/visits")
def visit(session: Session) -> int:
    """Counts in the session."""
    session["visits"] = session.get("visits", 0) + 1
    visits: int = session["visits"]
    return visits


@app.get("/stream")
def streamed() -> Response:
    """Blocks of no announced length."""

    def blocks() -> Iterator[bytes]:
        for number in range(50):
            yield b"block %d\n" % number * 20

    return stream(blocks(), "text/plain")


@app.get("/stream-sized")
def streamed_sized() -> Response:
    """Blocks whose length is announced."""
    return stream(iter([b"abc", b"", b"def"]), "text/plain", headers=[("Content-Length", "6")])


@app.get("/events")
def happened() -> Response:
    """Three events, and the end."""
    return events(Event(f"number {number}\nof three", id=str(number)) for number in range(3))


@app.get("/large")
def large() -> bytes:
    """A mebibyte in one block."""
    return LARGE


@app.get("/file")
def one_file() -> Response:
    """A file to be saved."""
    return file(FILES / "large.bin", download_as="größe.bin")


@app.get("/broken")
def broken() -> str:
    """Fails."""
    raise RuntimeError("broken on purpose")


@app.get("/cut")
def cut() -> Response:
    """An answer with its own tag."""
    return Response("tagged", etag="v1", last_modified=MTIME)


@app.get("/nothing")
def nothing() -> None:
    """No content."""


def classic(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """An application of PEP 3333 and nothing else."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Classic", "yes")])
    yield environ["SCRIPT_NAME"].encode("latin-1") + b"|"
    yield environ["PATH_INFO"].encode("latin-1") + b"|"
    yield environ["QUERY_STRING"].encode("latin-1") + b"|"
    yield environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


app.mount("/classic", classic)


@app.on_start
def started() -> None:
    """Tell, once."""
    print("site has started", flush=True)
