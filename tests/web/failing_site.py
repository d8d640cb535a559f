"""An application whose every page goes wrong, and one that works by templates; for browsers."""

from __future__ import annotations

from pathlib import Path

from potstill.web import App, HTTPError, Request, Response

app = App(debug=True)
templates = app.templates(Path(__file__).with_name("failing_templates"))

EVIL = "\"'></script><script>document.body.dataset.evil = 'ran'</script>"


@app.get("/")
def note(request: Request) -> Response:
    return templates.render(request, "note.html", title=EVIL)


@app.post("/")
def sent(request: Request) -> str:
    return "Sent."


@app.get("/typo")
def typo(request: Request) -> Response:
    return templates.render(request, "typo.html", title="x")


@app.get("/crash")
def crash(request: Request) -> str:
    password, wanted = "hunter2", "<img src=x onerror=alert(1)>"
    try:
        return {"milk": password}[wanted]
    except KeyError as error:
        error.add_note("There is milk only.")
        raise RuntimeError(f"no {wanted}") from error


@app.get("/refused")
def refused(request: Request) -> str:
    errors = [
        {"in": "query", "field": "limit", "detail": "must be at least 1"},
        {"in": "query", "field": "a-very-long-name-" * 8, "detail": "is not known"},
    ]
    raise HTTPError(422, "Two of the fields <cannot> be taken.", errors=errors)
