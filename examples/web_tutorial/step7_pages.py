"""Step 7: pages for people, without a script. `potstill shopping.step7_pages:app`."""

from pathlib import Path
from sqlite3 import Connection
from typing import Annotated

from potstill.web import App, FormField, Request, Response, redirect

from .step5_storage import NewItem, add, create_tables, database, everything, remove, set_done

HERE = Path(__file__).parent

app = App(title="Shopping")
app.provide(Connection, database)
app.on_start(create_tables)
app.static("/static", HERE / "static")
templates = app.templates(HERE / "templates")


@app.get("/")
def show(request: Request, db: Connection) -> Response:
    """The list."""
    return templates.render(request, "list.html", items=everything(db))


@app.post("/items")
def add_item(request: Request, db: Connection, body: NewItem) -> Response:
    """Put something on the list."""
    add(db, body)
    return redirect(request.url_for(show))


@app.post("/items/{id:int}/done")
def tick(request: Request, db: Connection, id: int, done: Annotated[bool, FormField()]) -> Response:
    """Tick an entry off, or bring it back."""
    set_done(db, id, done=done)
    return redirect(request.url_for(show))


@app.post("/items/{id:int}/drop")
def drop(request: Request, db: Connection, id: int) -> Response:
    """Take an entry off the list."""
    remove(db, id)
    return redirect(request.url_for(show))
