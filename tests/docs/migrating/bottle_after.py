"""The site of `bottle_before`, as one writes it here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from potstill.web import (
    App,
    FormField,
    Group,
    HTTPError,
    Next,
    Provide,
    Request,
    Response,
    Sessions,
    Upload,
    file,
    html,
    redirect,
    stream,
    text,
)

KEY = "a key of at least 32 characters, at random"
app = App()
app.use(Sessions([KEY]))
app.static("/static", "static")
templates = app.templates("templates")


@app.get("/")
def home() -> Response:
    return html("<h1>Tea</h1>")


@app.route("/both", ["GET", "POST"])
def both(request: Request) -> str:
    return request.method


@app.get("/teas/{id:int}", name="tea")
def tea(id: int) -> dict[str, int]:
    return {"id": id}


@app.get("/hello/{name}")
def hello(name: str) -> str:
    return f"Hello, {name}."


@app.get("/files/{name:path}")
def download(name: str) -> Response:
    return file(name, root="files")


@app.get("/save/{name}")
def save(name: str) -> Response:
    return file(name, root="files", download_as="note.csv")


@app.get("/price/{price:float}")
def price(price: float) -> str:
    return str(price * 2)


@app.get("/code/{code}")
def code(code: Annotated[str, msgspec.Meta(pattern="^[a-z]+$")]) -> str:
    return code


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
    theme = request.cookies.get("theme")
    return f"{request.headers.get('X-Token')} {theme} {request.client} {request.path}"


@app.get("/environ")
def environ(request: Request) -> str:
    return str(request.environ["SERVER_PROTOCOL"])


@app.get("/lines")
def lines() -> str:
    return "".join(["one\n", "two\n"])


@app.post("/teas")
def add(request: Request) -> dict[str, int]:
    request.reply.status = 201
    request.reply.headers["Location"] = request.url_for("tea", id=7)
    return {"id": 7}


@app.delete("/teas/{id:int}")
def delete(id: int) -> Response:
    return Response(status=204)


@app.get("/plain")
def plain() -> Response:
    return text("plain")


@app.get("/dark")
def dark() -> Response:
    response = text("dark")
    response.set_cookie("theme", "dark", max_age=60)
    response.delete_cookie("old")
    return response


@app.post("/order")
def order() -> Response:
    return redirect("/")


@app.get("/gone")
def gone() -> None:
    raise HTTPError(410)


@app.get("/conflict")
def conflict() -> Response:
    return text("Sold out.", 409, [("Retry-After", "60")])


@app.catch(404)
def nothing_here(request: Request, error: HTTPError) -> Response:
    return text("Nothing here.", 404)


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


def shouted(request: Request, next: Next) -> Response:
    response = next(request)
    assert isinstance(response.body, bytes)
    response.body = response.body.upper()
    return response


@app.get("/shout", middleware=[shouted])
def shout() -> str:
    return "tea"


@app.post("/login")
def login(request: Request) -> str:
    request.session["user"] = "Ada"
    return "in"


@app.get("/whoami")
def whoami(request: Request) -> dict[str, Any]:
    return {"user": request.session.get("user")}


@app.get("/page")
def page(request: Request) -> Response:
    return templates.render(request, "list.html", title="Tea & more", teas=["Assam"])


def counted() -> Iterator[bytes]:
    for number in range(3):
        yield b"%d\n" % number


@app.get("/numbers")
def numbers() -> Response:
    return stream(counted(), "text/plain; charset=utf-8")


def ping() -> str:
    return "pong"


app.get("/ping")(ping)

inner = App()


@inner.get("/teas")
def overview() -> str:
    return "inside"


app.mount("/inner", inner)

module = Group()


@module.get("/module")
def of_module() -> str:
    return "of a module"


app.include(module)


@app.get("/full")
def full(request: Request) -> str:
    return request.url
