"""A typed web framework for any WSGI server: handlers are HTTP verbs, and nothing is global.

    from potstill.web import App

    app = App(title="Hello")

    @app.get("/hello/{name}")
    def hello(name: str) -> str:
        return f"Hello, {name}!"

This package imports nothing else of Potstill. What costs time to import is imported when it is
asked for. `potstill.web.testing` and `potstill.web.templates` are asked for by their own names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from potstill.web.answers import Accepted, Created, Status, created
from potstill.web.app import App
from potstill.web.binding.providers import Provide
from potstill.web.binding.sources import Body, Cookie, FormField, Header, Path, Query
from potstill.web.converters import Converter
from potstill.web.errors import HandlerError, HTTPError, Respond, RouteError, SetupError
from potstill.web.headers import Headers
from potstill.web.multidict import MultiDict
from potstill.web.openapi.raises import Raises
from potstill.web.pipeline import Middleware, Next
from potstill.web.request import Request
from potstill.web.response import Response, html, json, redirect, stream, text
from potstill.web.routing.groups import Group
from potstill.web.routing.verbs import verb
from potstill.web.security.csp import Csp
from potstill.web.security.csrf import Csrf, csrf_token
from potstill.web.security.policy import Security

if TYPE_CHECKING:
    from potstill.web.files.file import file
    from potstill.web.forms.form import Form, Upload
    from potstill.web.handlers.handler import handler
    from potstill.web.security.cors import Cors
    from potstill.web.security.hosts import TrustedHosts
    from potstill.web.sessions.session import Session
    from potstill.web.sessions.sessions import Sessions
    from potstill.web.sse.stream import Channel, Event, events
    from potstill.web.static.static import Static

__all__ = [
    "Accepted",
    "App",
    "Body",
    "Channel",
    "Converter",
    "Cookie",
    "Cors",
    "Created",
    "Csp",
    "Csrf",
    "Event",
    "Form",
    "FormField",
    "Group",
    "HTTPError",
    "HandlerError",
    "Header",
    "Headers",
    "Middleware",
    "MultiDict",
    "Next",
    "Path",
    "Provide",
    "Query",
    "Raises",
    "Request",
    "Respond",
    "Response",
    "RouteError",
    "Security",
    "Session",
    "Sessions",
    "SetupError",
    "Static",
    "Status",
    "TrustedHosts",
    "Upload",
    "created",
    "csrf_token",
    "events",
    "file",
    "handler",
    "html",
    "json",
    "redirect",
    "stream",
    "text",
    "verb",
]

_WHEN_ASKED_FOR = {
    "Cors": "security.cors",
    "TrustedHosts": "security.hosts",
    "Channel": "sse.stream",
    "Event": "sse.stream",
    "events": "sse.stream",
    "file": "files.file",
    "Form": "forms.form",
    "handler": "handlers.handler",
    "Session": "sessions.session",
    "Sessions": "sessions.sessions",
    "Static": "static.static",
    "Upload": "forms.form",
}
"""Names whose modules take long to import, or bring much with them."""


def __getattr__(name: str) -> object:
    module = _WHEN_ASKED_FOR.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value  # asked for again, it is there
    return value
