"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from potstill.web import FormField, Group, Request, Response, redirect
from puretodo.access.gate import Gate
from puretodo.access.login import Login
from puretodo.access.paths import own_path
from puretodo.pages.paper import Paper

group = Group()


@group.get("/login", name="login_page")
def login_page(paper: Paper, gate: Gate, login: Login, next: str = "/") -> Response:
    """The form; who need not, or has done it, is taken where they wanted to go."""
    back = own_path(next)
    if login.mode == "none" or gate.member_of(paper.request):
        return redirect(paper.request.root + back)
    return _form(paper, login, back)


@group.post("/login", name="log_in")
def log_in(
    paper: Paper,
    login: Login,
    password: Annotated[str, FormField()],
    name: Annotated[str, FormField()] = "",
    back: Annotated[str, FormField()] = "/",
) -> Response:
    """Let in who knows the password."""
    back = own_path(back)
    if login.mode == "none" or login.enter(paper.request, name, password):
        return redirect(paper.request.root + back)
    return _form(paper, login, back, status=403, problem=paper.words(f"wrong_{login.mode}"))


@group.post("/logout", name="log_out")
def log_out(request: Request, login: Login) -> Response:
    """End the session, and let the browser forget what it kept to be read offline."""
    login.leave(request)
    response = redirect(f"{request.root}/login")
    # Below a path of its own it is not ours alone to clear: scripts take away what is ours.
    response.headers["Clear-Site-Data"] = '"cache"' if request.root else '"cache", "storage"'
    return response


def _form(paper: Paper, login: Login, back: str, status: int = 200, problem: str = "") -> Response:
    response = paper.page("login.html", status=status, mode=login.mode, back=back, problem=problem)
    response.headers["Cache-Control"] = "no-store"
    return response
