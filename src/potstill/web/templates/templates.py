"""Pages from Jinja templates: escaped unless they are plain text, strict about unknown names.

A template sees what the handler gives it, and of the call: `request`, `url_for(...)`,
`asset("app.css")`, `nonce`, `csrf_token()` and `csrf_field()`. They belong to one request, so that
a file of macros sees them only when it is imported `with context`.

Escaping makes text safe between tags and inside *quoted* attributes. It cannot make safe: an
attribute without quotes, what is marked `|safe`, a script (write `{{ value|tojson }}` there), an
address of the client's own in `href` or `src` (`javascript:...`), and a `.txt` included in a page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from potstill.web.errors import SetupError
from potstill.web.response import Response, plain
from potstill.web.templates.errors import explained, problems
from potstill.web.templates.names import AssetUrl, names_of
from potstill.web.templates.stream import TemplateStream

if TYPE_CHECKING:
    from jinja2.ext import Extension

    from potstill.web.request import Request

Directory: TypeAlias = "str | os.PathLike[str]"

CONTENT_TYPES = {
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".xhtml": "application/xhtml+xml; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}
"""By the extension of a template's name; all others are HTML."""
_ENGINES = (".j2", ".jinja", ".jinja2")


class Templates:
    """The templates of one or several directories; the first that has a name is taken.

    `extensions` are Jinja's, `globals` and `filters` are seen by every template. With `refresh`,
    a changed file is read again; else each is read once. SetupError when a directory is not there.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own
        self,
        directory: Directory | Sequence[Directory],
        *,
        extensions: Sequence[str | type[Extension]] = (),
        globals: Mapping[str, object] | None = None,
        filters: Mapping[str, Callable[..., object]] | None = None,
        refresh: bool = False,
        asset_url: AssetUrl | None = None,
    ) -> None:
        given = [directory] if isinstance(directory, (str, os.PathLike)) else list(directory)
        self.directories: tuple[Path, ...] = tuple(_existing(Path(each)) for each in given)
        """Where templates are looked for, in order, absolute."""
        self.asset_url = asset_url
        """The path of a static file below the application's root, by its name; the App sets it."""
        self.environment: Environment = Environment(
            loader=FileSystemLoader(self.directories),
            autoescape=is_escaped,  # noqa: S701 - all but plain text is
            undefined=StrictUndefined,
            auto_reload=refresh,
            extensions=extensions,
        )
        """Jinja's own, for what is not offered here; to be changed before the first page only."""
        self.environment.globals.update(globals or {})
        self.environment.filters.update(filters or {})

    def render(self, request: Request, name: str, /, **context: object) -> Response:
        """The page; status and header fields may be changed afterwards.

        Its Content-Type goes by the extension of the name. What the handler gives is preferred to
        the names that are always there. UndefinedError names file and line of an unknown name.
        """
        names = names_of(request, self.asset_url) | context
        body = self._rendered(self.environment.get_template(name), names).encode()
        return plain(body, content_type(name))

    def render_text(self, name: str, /, **context: object) -> str:
        """The text alone, for a mail say; there is no request, so no `url_for` and its like."""
        return self._rendered(self.environment.get_template(name), context)

    def stream(self, request: Request, name: str, /, **context: object) -> Response:
        """The page block by block, for one too large to be kept whole.

        The first block, of 16 KiB at least, is made at once: a fault in it is answered with 500,
        and it is the place for `csrf_field()`, which may set a cookie. A later fault can only cut
        the page off. What it reads must stay open until the response is closed.
        """
        nonce = request.nonce  # the policy is sent before the template asks for it
        names = {**names_of(request, self.asset_url), "nonce": nonce, **context}
        blocks = TemplateStream(
            self.environment.get_template(name).generate(names),
            lambda error: explained(error, self.directories, names),
        )
        return Response(blocks, content_type=content_type(name))

    def check(self) -> None:
        """Compile every template; SetupError names file and line of whatever cannot work.

        That is: bad syntax, unknown filters and tests, templates that name one that is not there.
        Dotfiles and backups (`page.html~`) are passed over.
        """
        found = list(problems(self.environment))
        if found:
            raise SetupError("; ".join(found))

    def _rendered(self, template: Template, names: Mapping[str, object]) -> str:
        try:
            return template.render(names)
        except Exception as error:
            explained(error, self.directories, names)
            raise


def content_type(name: str) -> str:
    """The Content-Type of what a template makes, by its name."""
    return CONTENT_TYPES.get(_extension(name), "text/html; charset=utf-8")


def is_escaped(name: str | None) -> bool:
    """Is what a template puts in escaped? All but `.txt` is."""
    return name is None or _extension(name) != ".txt"


def _extension(name: str) -> str:
    """The extension in lower case; that of `page.txt.j2` is `.txt`."""
    stem, extension = os.path.splitext(name.lower())  # noqa: PTH122 - a template's name is no path
    return os.path.splitext(stem)[1] if extension in _ENGINES else extension  # noqa: PTH122


def _existing(directory: Path) -> Path:
    if not directory.is_dir():
        raise SetupError(f"there is no directory of templates at {directory.absolute()}: create it")
    return directory.absolute()
