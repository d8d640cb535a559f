"""How the visitor likes it: the theme; language and time zone are known to `access`."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from potstill.web import Request, Response

Theme: TypeAlias = Literal["auto", "light", "dark"]

COOKIE = "theme"
A_YEAR = 365 * 86400


def theme_of(request: Request) -> Theme:
    """The theme by its cookie; `auto` follows the device."""
    chosen = request.cookies.get(COOKIE)
    themes: tuple[Theme, ...] = get_args(Theme)
    return next((each for each in themes if each == chosen), "auto")


def remember(request: Request, response: Response, name: str, value: str) -> None:
    """Keep a preference in this browser for a year; scripts may read it."""
    response.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        path=request.root or "/",
        secure=request.scheme == "https",
        http_only=False,
    )
