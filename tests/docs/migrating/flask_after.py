"""The site of `flask_before`, as one writes it here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from potstill.web import (
    App,
    Created,
    FormField,
    Group,
    HTTPError,
    Next,
    Provide,
    Request,
    Response,
    Session,
    Sessions,
    Upload,
    created,
    file,
    html,
    redirect,
    stream,
    text,
)
from potstill.web.testing import Client

app = App(max_body=1000)
app.use(Sessions(["a key of at least 32 characters, at random"]))
app.static("/static", "static")
templates = app.templates("templates")


@app.get("/")
def home() -> Response:
    return html("<h1>Tea</h1>")


@app.route("/both", ["GET", "POST"])
def both(request: Request) -> str:
    return request.method


@app.get("/teas/{id:int}")
def tea(id: int) -> dict[str, int]:
    return {"id": id}


@app.get("/hello/{name}")
def hello(name: str) -> str:
    return f"Hello, {name}."


@app.get("/files/{name:path}")
def download(name: str) -> Response:
    return file(name, root="files")


@app.get("/key/{key:uuid}")
def by_key(key: UUID) -> str:
    return str(key)


@app.get("/price/{price:float}")
def price(price: float) -> str:
    return str(price * 2)


@app.get("/kind/{kind}")
def kind(kind: Literal["tea", "coffee"]) -> str:
    return kind


@app.get("/search")
def search(page: int = 1, tag: list[str] = []) -> dict[str, Any]:  # noqa: B006 - never changed
    return {"page": page, "tags": tag}


@app.post("/form")
def form(request: Request, title: Annotated[str, FormField()]) -> str:
    return title + ", ".join(request.form().all("extra"))


class New(msgspec.Struct):
    """What is sent to make a tea."""

    name: str


@app.post("/json")
def from_json(body: New) -> dict[str, Any]:
    return {"name": body.name}


@app.post("/upload")
def upload(picture: Upload) -> str:
    return f"{picture.filename}: {picture.size}"


@app.post("/raw")
def raw(request: Request) -> str:
    return str(len(request.body))


@app.get("/who")
def who(request: Request) -> str:
    return f"{request.headers.get('X-Token')} {request.cookies.get('theme')} {request.client}"


@app.get("/sizes")
def sizes() -> list[int]:
    return [1, 2]


@app.post("/teas")
def add(request: Request) -> Created[dict[str, int]]:
    return created(request, {"id": 7}, request.url_for(tea, id=7))


@app.delete("/teas/{id:int}")
def delete(id: int) -> None:
    return None


@app.get("/dark")
def dark() -> Response:
    response = text("dark")
    response.set_cookie("theme", "dark", max_age=60)
    response.delete_cookie("old")
    return response


@app.post("/order")
def order(request: Request) -> Response:
    return redirect(request.url_for(home))


@app.get("/gone")
def gone() -> str:
    raise HTTPError(410)


@app.get("/conflict")
def conflict() -> str:
    raise HTTPError(409, "Sold out.")


class SoldOut(Exception):  # noqa: N818 - a fact of the shop
    """There is no more."""


@app.catch(404)
def nothing_here(request: Request, error: HTTPError) -> Response:
    return text("Nothing here.", 404)


@app.catch(SoldOut)
def sold_out(request: Request, error: SoldOut) -> Response:
    return text(f"No {error} today.", 409)


@app.get("/mate")
def mate() -> str:
    raise SoldOut("mate")


class User(msgspec.Struct):
    """Who asks."""

    name: str


def find_user(request: Request) -> User:
    return User(request.headers.get("X-User", "nobody"))


@app.use
def stamp(request: Request, next: Next) -> Response:
    response = next(request)
    response.headers["X-Stamp"] = "1"
    return response


@app.get("/me")
def me(user: Annotated[User, Provide(find_user)]) -> str:
    return user.name


def connect() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:")
    try:
        yield db
    finally:
        db.close()


app.provide(sqlite3.Connection, connect)


@app.get("/sum")
def total(db: sqlite3.Connection) -> str:
    return str(db.execute("select 1 + 2").fetchone()[0])


admin = Group("/admin")


@admin.get("/teas")
def overview(request: Request) -> str:
    return request.url_for(overview)


app.include(admin)


@app.post("/login")
def login(session: Session) -> str:
    session["user"] = "Ada"
    session.flash("Welcome.")
    return "in"


@app.get("/whoami")
def whoami(session: Session) -> dict[str, Any]:
    said = [message for message, kind in session.pop_flashes()]
    return {"user": session.get("user"), "said": said}


@app.post("/logout")
def logout(session: Session) -> str:
    session.clear()
    return "out"


@app.get("/page")
def page(request: Request) -> Response:
    return templates.render(request, "page.html", title="Tea & more")


@app.get("/numbers")
def numbers() -> Response:
    return stream((b"%d\n" % number for number in range(3)), "text/plain; charset=utf-8")


@app.resource("/cups/{id:int}")
class Cup:
    """One cup."""

    def get(self, id: int) -> str:
        return f"cup {id}"

    def delete(self, id: int) -> None:
        return None


def ping() -> str:
    return "pong"


app.get("/ping")(ping)


@app.get("/address")
def address(request: Request) -> str:
    return request.url_for(search, tag=["a", "b"])


@app.get("/absolute")
def absolute(request: Request) -> str:
    return f"{request.scheme}://{request.host}{request.url_for(home)}"


class Loud:
    """WSGI middleware that adds a field."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("X-Loud", "1")], *rest)

        return self._application(environ, start)


app.wrap(Loud)
client = Client(app)
