"""What one writes with Flask: each idiom of docs/web/migrating.md once."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    g,
    get_flashed_messages,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask.views import MethodView

app = Flask(__name__, root_path=".")
app.secret_key = "a key of at least 32 characters, at random"
app.config["MAX_CONTENT_LENGTH"] = 1000


@app.route("/")
def home() -> str:
    return "<h1>Tea</h1>"


@app.route("/both", methods=["GET", "POST"])
def both() -> str:
    return request.method


@app.get("/teas/<int:id>")
def tea(id: int) -> dict[str, int]:
    return {"id": id}


@app.get("/hello/<name>")
def hello(name: str) -> str:
    return f"Hello, {name}."


@app.get("/files/<path:name>")
def download(name: str) -> Response:
    return send_from_directory("files", name)


@app.get("/key/<uuid:key>")
def by_key(key: object) -> str:
    return str(key)


@app.get("/price/<float:price>")
def price(price: float) -> str:
    return str(price * 2)


@app.get("/kind/<any(tea, coffee):kind>")
def kind(kind: str) -> str:
    return kind


@app.get("/search")
def search() -> dict[str, Any]:
    page = request.args.get("page", 1, type=int)
    return {"page": page, "tags": request.args.getlist("tag")}


@app.post("/form")
def form() -> str:
    return request.form["title"] + ", ".join(request.form.getlist("extra"))


@app.post("/json")
def from_json() -> dict[str, Any]:
    new = request.get_json()
    return {"name": new["name"]}


@app.post("/upload")
def upload() -> str:
    picture = request.files["picture"]
    return f"{picture.filename}: {len(picture.read())}"


@app.post("/raw")
def raw() -> str:
    return str(len(request.get_data()))


@app.get("/who")
def who() -> str:
    return f"{request.headers.get('X-Token')} {request.cookies.get('theme')} {request.remote_addr}"


@app.get("/sizes")
def sizes() -> Response:
    return jsonify([1, 2])


@app.post("/teas")
def add() -> Any:
    return {"id": 7}, 201, {"Location": url_for("tea", id=7)}


@app.delete("/teas/<int:id>")
def delete(id: int) -> Any:
    return "", 204


@app.get("/dark")
def dark() -> Response:
    response = make_response("dark")
    response.set_cookie("theme", "dark", max_age=60)
    response.delete_cookie("old")
    return response


@app.post("/order")
def order() -> Any:
    return redirect(url_for("home"))


@app.get("/gone")
def gone() -> str:
    abort(410)


@app.get("/conflict")
def conflict() -> str:
    abort(409, "Sold out.")


class SoldOut(Exception):  # noqa: N818 - a fact of the shop
    """There is no more."""


@app.errorhandler(404)
def nothing_here(error: Exception) -> Any:
    return "Nothing here.", 404


@app.errorhandler(SoldOut)
def sold_out(error: SoldOut) -> Any:
    return f"No {error} today.", 409


@app.get("/mate")
def mate() -> str:
    raise SoldOut("mate")


@app.before_request
def find_user() -> None:
    g.user = request.headers.get("X-User", "nobody")


@app.after_request
def stamp(response: Response) -> Response:
    response.headers["X-Stamp"] = "1"
    return response


@app.get("/me")
def me() -> str:
    return str(g.user)


def get_db() -> sqlite3.Connection:
    if "db" not in g:
        g.db = sqlite3.connect(":memory:")
    db: sqlite3.Connection = g.db
    return db


@app.teardown_appcontext
def close_db(error: BaseException | None) -> None:
    db = g.pop("db", None)
    if db is not None:
        db.close()


@app.get("/sum")
def total() -> str:
    return str(get_db().execute("select 1 + 2").fetchone()[0])


admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.get("/teas")
def overview() -> str:
    return url_for("admin.overview")


app.register_blueprint(admin)


@app.post("/login")
def login() -> str:
    session["user"] = "Ada"
    flash("Welcome.")
    return "in"


@app.get("/whoami")
def whoami() -> dict[str, Any]:
    return {"user": session.get("user"), "said": get_flashed_messages()}


@app.post("/logout")
def logout() -> str:
    session.clear()
    return "out"


@app.get("/page")
def page() -> str:
    return render_template("flask.html", title="Tea & more")


@app.get("/numbers")
def numbers() -> Response:
    return Response((f"{number}\n" for number in range(3)), mimetype="text/plain")


class Cup(MethodView):
    """One cup."""

    def get(self, id: int) -> str:
        return f"cup {id}"

    def delete(self, id: int) -> Any:
        return "", 204


app.add_url_rule("/cups/<int:id>", view_func=Cup.as_view("cup"))


def ping() -> str:
    return "pong"


app.add_url_rule("/ping", view_func=ping)


@app.get("/address")
def address() -> str:
    return url_for("search", tag=["a", "b"])


@app.get("/absolute")
def absolute() -> str:
    return url_for("home", _external=True)


class Loud:
    """WSGI middleware that adds a field."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("X-Loud", "1")], *rest)

        return self._application(environ, start)


app.wsgi_app = Loud(app.wsgi_app)  # type: ignore[method-assign]
client = app.test_client()
