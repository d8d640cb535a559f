"""Step 8: the list is for those who have signed in. `potstill shopping.step8_login:app`."""

import os
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated

from msgspec import Meta

from potstill.web import (
    App,
    FormField,
    HTTPError,
    Provide,
    Request,
    Respond,
    Response,
    Sessions,
    redirect,
)

from .accounts import User, add_user, check_password, create_users, find_user
from .step5_storage import NewItem, add, create_tables, database, everything, remove, set_done

HERE = Path(__file__).parent

app = App(title="Shopping")
app.use(Sessions([os.environ["SESSION_KEY"]]))
app.provide(Connection, database)
app.on_start(create_tables)
app.on_start(create_users)
app.static("/static", HERE / "static")
templates = app.templates(HERE / "templates")


def current_user(request: Request, db: Connection) -> User:
    """Who asks; a stranger's browser is sent to sign in, a stranger's program is refused."""
    user = find_user(db, request.session.get("user"))
    if user is not None:
        return user
    if request.prefers("application/json", "text/html") == "text/html":
        raise Respond(redirect(request.url_for(login_page)))
    raise HTTPError(401, "Sign in first.", headers=[("WWW-Authenticate", "Session")])


CurrentUser = Annotated[User, Provide(current_user)]
Name = Annotated[str, FormField(), Meta(min_length=1, max_length=40)]
Password = Annotated[str, FormField(), Meta(min_length=8, max_length=200)]


@app.get("/login")
def login_page(request: Request) -> Response:
    """Where one signs in."""
    return templates.render(request, "login.html", flashes=request.session.pop_flashes())


@app.post("/login")
def login(request: Request, db: Connection, name: Name, password: Password) -> Response:
    """Sign in."""
    return let_in(request, check_password(db, name, password), "Name or password is wrong.")


@app.post("/join")
def join(request: Request, db: Connection, name: Name, password: Password) -> Response:
    """Make an account, and sign in."""
    return let_in(request, add_user(db, name, password), "That name is taken.")


def let_in(request: Request, user: User | None, otherwise: str) -> Response:
    """The session of somebody who has shown who he is; else back to the form, with a reason."""
    if user is None:
        request.session.flash(otherwise)
        return redirect(request.url_for(login_page))
    request.session.clear()  # nothing of what came before is trusted after it
    request.session["user"] = user.id
    return redirect(request.url_for(show))


@app.post("/logout")
def logout(request: Request) -> Response:
    """Sign out."""
    request.session.clear()
    return redirect(request.url_for(login_page))


@app.get("/")
def show(request: Request, db: Connection, user: CurrentUser) -> Response:
    """The list."""
    return templates.render(request, "members.html", items=everything(db), user=user)


@app.post("/items")
def add_item(request: Request, db: Connection, user: CurrentUser, body: NewItem) -> Response:
    """Put something on the list."""
    add(db, body)
    return redirect(request.url_for(show))


@app.post("/items/{id:int}/done")
def tick(
    request: Request,
    db: Connection,
    user: CurrentUser,
    id: int,
    done: Annotated[bool, FormField()],
) -> Response:
    """Tick an entry off, or bring it back."""
    set_done(db, id, done=done)
    return redirect(request.url_for(show))


@app.post("/items/{id:int}/drop")
def drop(request: Request, db: Connection, user: CurrentUser, id: int) -> Response:
    """Take an entry off the list."""
    remove(db, id)
    return redirect(request.url_for(show))
