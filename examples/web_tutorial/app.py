"""Steps 9 and 10: the whole application. `potstill shopping.app:app`."""

import os
from pathlib import Path
from sqlite3 import Connection
from time import perf_counter
from typing import Annotated

from msgspec import Meta

from potstill.web import (
    App,
    Channel,
    FormField,
    HTTPError,
    Next,
    Provide,
    Request,
    Respond,
    Response,
    Security,
    Sessions,
    redirect,
)

from .accounts import User, add_user, check_password, create_users, find_user
from .step5_storage import (
    NewItem,
    add,
    api,
    create_tables,
    database,
    everything,
    remove,
    set_done,
)

HERE = Path(__file__).parent

app = App(title="Shopping", version="1.0", security=Security(hsts=86400))
app.use(Sessions([os.environ["SESSION_KEY"]]))
app.provide(Connection, database)
app.on_start(create_tables)
app.on_start(create_users)
app.static("/static", HERE / "static")
templates = app.templates(HERE / "templates")
app.on_start(templates.check)  # a template that cannot work is found before the first page

channel = Channel()
app.on_stop(channel.close)


@app.use
def timed(request: Request, next: Next) -> Response:
    """A layer around everything: browsers show what it adds beside the other times."""
    began = perf_counter()
    response = next(request)
    response.headers["Server-Timing"] = f"app;dur={(perf_counter() - began) * 1000:.1f}"
    return response


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
    return templates.render(request, "live.html", items=everything(db), user=user)


@app.post("/items")
def add_item(request: Request, db: Connection, user: CurrentUser, body: NewItem) -> Response:
    """Put something on the list."""
    add(db, body)
    return changed(request)


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
    return changed(request)


@app.post("/items/{id:int}/drop")
def drop(request: Request, db: Connection, user: CurrentUser, id: int) -> Response:
    """Take an entry off the list."""
    remove(db, id)
    return changed(request)


def changed(request: Request) -> Response:
    """The answer to a form that has changed the list; everybody else hears of it."""
    channel.publish("changed")
    return redirect(request.url_for(show))


@app.get("/items", hidden=True)
def items(request: Request, db: Connection, user: CurrentUser) -> Response:
    """The part of the page that changes."""
    return templates.render(request, "items.html", items=everything(db))


@app.get("/events", hidden=True)
def listen(request: Request, user: CurrentUser) -> Response:
    """An event for each change, as long as the page is open."""
    return channel.subscribe(request)


def for_members(request: Request, next: Next) -> Response:
    """A layer around the API: strangers are refused, and changes are told like those of forms."""
    if "user" not in request.session:
        raise HTTPError(401, "Sign in first.", headers=[("WWW-Authenticate", "Session")])
    response = next(request)
    if request.method not in ("GET", "HEAD") and response.status < 400:
        channel.publish("changed")
    return response


app.group(middleware=[for_members]).include(api)


@app.catch(404)
def missing(request: Request, error: HTTPError) -> Response:
    """A page of ours for people; `raise error` is the answer there would be without this."""
    if request.prefers("application/json", "text/html") != "text/html":
        raise error
    page = templates.render(request, "missing.html", error=error)
    page.status = 404
    return page
