"""What one writes with Bottle: each idiom of docs/web/migrating.md once."""
# mypy: disable-error-code="misc, untyped-decorator"

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bottle import (
    Bottle,
    HTTPResponse,
    abort,
    redirect,
    request,
    response,
    static_file,
    template,
)

KEY = "a key of at least 32 characters, at random"
app = Bottle()


@app.route("/")
def home() -> str:
    return "<h1>Tea</h1>"


@app.route("/both", method=["GET", "POST"])
def both() -> str:
    return str(request.method)


@app.get("/teas/<id:int>", name="tea")
def tea(id: int) -> dict[str, int]:
    return {"id": id}


@app.get("/hello/<name>")
def hello(name: str) -> str:
    return f"Hello, {name}."


@app.get("/files/<name:path>")
def download(name: str) -> Any:
    return static_file(name, root="files")


@app.get("/save/<name>")
def save(name: str) -> Any:
    return static_file(name, root="files", download="note.csv")


@app.get("/price/<price:float>")
def price(price: float) -> str:
    return str(price * 2)


@app.get("/code/<code:re:[a-z]+>")
def code(code: str) -> str:
    return code


@app.get("/search")
def search() -> dict[str, Any]:
    page = int(request.query.page or 1)
    return {"page": page, "tags": request.query.getall("tag")}


@app.post("/form")
def form() -> str:
    return str(request.forms.title) + ", ".join(request.forms.getall("extra"))


@app.post("/json")
def from_json() -> dict[str, Any]:
    new = request.json
    return {"name": new["name"]}


@app.post("/upload")
def upload() -> str:
    picture = request.files["picture"]
    return f"{picture.raw_filename}: {len(picture.file.read())}"


@app.post("/raw")
def raw() -> str:
    return str(len(request.body.read()))


@app.get("/who")
def who() -> str:
    theme = request.get_cookie("theme")
    return f"{request.get_header('X-Token')} {theme} {request.remote_addr} {request.path}"


@app.get("/environ")
def environ() -> str:
    return str(request.environ["SERVER_PROTOCOL"])


@app.get("/lines")
def lines() -> list[str]:
    return ["one\n", "two\n"]


@app.post("/teas")
def add() -> dict[str, int]:
    response.status = 201
    response.set_header("Location", app.get_url("tea", id=7))
    return {"id": 7}


@app.delete("/teas/<id:int>")
def delete(id: int) -> HTTPResponse:
    return HTTPResponse(status=204)


@app.get("/plain")
def plain() -> str:
    response.content_type = "text/plain; charset=utf-8"
    return "plain"


@app.get("/dark")
def dark() -> str:
    response.set_cookie("theme", "dark", max_age=60, path="/")
    response.delete_cookie("old")
    return "dark"


@app.post("/order")
def order() -> None:
    redirect("/")


@app.get("/gone")
def gone() -> None:
    abort(410)


@app.get("/conflict")
def conflict() -> HTTPResponse:
    return HTTPResponse(status=409, body="Sold out.", headers={"Retry-After": "60"})


@app.error(404)
def nothing_here(error: Any) -> str:
    return "Nothing here."


@app.hook("before_request")
def find_user() -> None:
    request.user = request.get_header("X-User", "nobody")


@app.hook("after_request")
def stamp() -> None:
    response.set_header("X-Stamp", "1")


@app.get("/me")
def me() -> str:
    return str(request.user)


def shouted(callback: Callable[..., str]) -> Callable[..., str]:
    """A plugin: it wraps handlers."""

    def wrapper(*args: Any, **kwargs: Any) -> str:
        return callback(*args, **kwargs).upper()

    return wrapper


@app.get("/shout", apply=[shouted])
def shout() -> str:
    return "tea"


@app.post("/login")
def login() -> str:
    response.set_cookie("user", "Ada", secret=KEY)
    return "in"


@app.get("/whoami")
def whoami() -> dict[str, Any]:
    return {"user": request.get_cookie("user", secret=KEY)}


@app.get("/page")
def page() -> str:
    return str(
        template("bottle.tpl", title="Tea & more", teas=["Assam"], template_lookup=["templates"])
    )


@app.get("/numbers")
def numbers() -> Iterator[str]:
    response.content_type = "text/plain; charset=utf-8"
    for number in range(3):
        yield f"{number}\n"


def ping() -> str:
    return "pong"


app.route("/ping", callback=ping)

inner = Bottle()


@inner.get("/teas")
def overview() -> str:
    return "inside"


app.mount("/inner/", inner)

module = Bottle()


@module.get("/module")
def of_module() -> str:
    return "of a module"


app.merge(module.routes)


@app.get("/static/<name:path>")
def assets(name: str) -> Any:
    return static_file(name, root="static")


@app.get("/full")
def full() -> str:
    return str(request.url)
