"""What every template knows of the request it is rendered for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from potstill.web.errors import SetupError

if TYPE_CHECKING:
    from potstill.web.request import Request

AssetUrl = Callable[[str], str]


def names_of(request: Request, asset_url: AssetUrl | None) -> dict[str, object]:
    """The names with their values; none of them does anything before it is used."""
    return {
        "request": request,
        "url_for": request.url_for,
        "asset": partial(_asset, request, asset_url),
        "nonce": _Nonce(request),
        "csrf_token": partial(_csrf_token, request),
        "csrf_field": partial(_csrf_field, request),
    }


PER_REQUEST = frozenset({"request", "url_for", "asset", "nonce", "csrf_token", "csrf_field"})
"""The names."""


class _Nonce:
    """The request's nonce, made when it is written: one that nobody asks for costs nothing."""

    __slots__ = ("_request",)

    def __init__(self, request: Request) -> None:
        self._request = request

    def __str__(self) -> str:
        return self._request.nonce

    __html__ = __str__


def _asset(request: Request, asset_url: AssetUrl | None, path: str) -> str:
    """The address of a static file, below the application's root; LookupError when unknown."""
    if asset_url is None:
        raise SetupError(
            f"asset({path!r}) needs static files: app.static('/assets', 'assets') brings them"
        )
    return request.root + asset_url(path)


def _csrf_token(request: Request) -> str:
    from potstill.web.security.csrf import csrf_token

    return csrf_token(request)


def _csrf_field(request: Request) -> Markup:
    """A hidden field for a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(_csrf_token(request))
