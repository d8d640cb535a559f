"""The documentation page: the OpenAPI document, readable, with a form to try each operation.

It is rendered here and reads without JavaScript. Style and script are the application's own files;
nothing comes from another host, and its Content-Security-Policy allows nothing else. A request that
is tried is sent by the reader's browser to this application, with whatever rights the reader has.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from potstill.web.errors import HTTPError
from potstill.web.request import Request
from potstill.web.response import Response

if TYPE_CHECKING:
    from potstill.web.openapi.document import Document

ASSETS = Path(__file__).parent / "assets"
FILES = {"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?").fullmatch
_KEPT = 8
"""Addresses whose page is kept: a client may send any Host."""


class DocsPage:
    """Answers at the page's path, and at `<that path>/{file}` for its files.

    `openapi` is the path of the document in the application.
    """

    def __init__(self, document: Document, openapi: str = "/openapi.json") -> None:
        self._document = document
        self._openapi = openapi
        self._pages: dict[tuple[str, str], tuple[bytes, str]] = {}

    def respond(self, request: Request) -> Response:
        """The page; where the route has a variable `file`, that file of the page."""
        name = request.path_params.get("file")
        if name is not None:
            return asset(name)
        body, etag = self._page(request)
        headers = [("Content-Security-Policy", POLICY), ("Cache-Control", "no-cache")]
        return Response(body, 200, headers, content_type="text/html; charset=utf-8", etag=etag)

    def _page(self, request: Request) -> tuple[bytes, str]:
        root: str = request.environ.get("SCRIPT_NAME", "")
        host = request.host if _HOST(request.host) else "localhost"
        origin, here = f"{request.scheme}://{host}", request.path.rpartition("/")[2]
        known = self._pages.get((origin, root))
        if known is None:
            body = self._render(origin, root, here).encode()
            known = body, hashlib.sha256(body).hexdigest()[:24]
            if len(self._pages) < _KEPT:
                self._pages[origin, root] = known
        return known

    def _render(self, origin: str, root: str, here: str) -> str:
        from urllib.parse import quote

        import jinja2

        from potstill.web.openapi.view import chapters, named

        environment = jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        template = environment.from_string((ASSETS / "docs.html").read_text("utf-8"))
        document = self._document.content(root)
        prefix = quote(root, encoding="latin-1")
        return template.render(
            info=document["info"],
            chapters=chapters(document, origin + prefix),
            schemas=named(document),
            files=here,
            openapi=prefix + self._openapi,
            root=prefix,
            versions={name: _version(name) for name in FILES},
        )


def asset(name: str) -> Response:
    """A file of the page; HTTPError 404 when it has none of that name."""
    if name not in FILES:
        raise HTTPError(404)
    body = (ASSETS / name).read_bytes()
    headers = [("Cache-Control", "no-cache")]
    return Response(body, 200, headers, content_type=FILES[name], etag=_version(name))


def _version(name: str) -> str:
    return hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:16]
