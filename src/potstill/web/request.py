"""A request, as its handler sees it: `environ` read lazily, decoded strictly as UTF-8.

Nothing is parsed before it is asked for, and nothing twice. What a client got wrong is raised as
`HTTPError` at the place that asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from potstill.web import body as bodies
from potstill.web.errors import HTTPError
from potstill.web.headers import Headers, RequestHeaders
from potstill.web.multidict import MultiDict

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from potstill.web.forms.form import Form
    from potstill.web.response import Response
    from potstill.web.routing.urls import Target, Urls
    from potstill.web.sessions.sessions import Session

Decoded = TypeVar("Decoded")

UNESCAPED = "/;=,:@!$&'()*+~"
"""What may stand in a path as it is (RFC 3986, 3.3), beside letters, digits and `-._`."""
DEFAULT_MAX_BODY = 16 << 20
"""Bytes of a body that are taken where nobody said otherwise."""


class Reply:
    """What a handler wants said beside the value it returns."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status: int | None = None
        """The status, when it is not the one that the value has by itself."""
        self.headers: Headers = Headers()
        """Sent beside those of the value."""


class Request:
    """One request (RFC 9110, 6), for one call of one handler."""

    # Nothing was read yet: defaults of the class, so that a request pays for what it asks only.
    _body: bytes | None = None
    _closers: list[Callable[[], object]] | None = None
    _cookies: Mapping[str, str] | None = None
    _form: Form | None = None
    _latest: Response | None = None  # what the nearest layer was given
    _made: object = None  # the body that a handler made, when it is one that may have to be closed
    _nonce: str | None = None
    _path: str | None = None
    _query: MultiDict[str] | None = None
    _reply: Reply | None = None
    _session: Session | None = None
    _state: dict[Any, Any] | None = None
    path_params: Mapping[str, Any] = MappingProxyType({})
    """What the variables of the route's pattern matched, converted."""

    def __init__(
        self,
        environ: WSGIEnvironment,
        urls: Urls | None = None,
        max_body: int = DEFAULT_MAX_BODY,
    ) -> None:
        self.environ = environ
        """The WSGI environment: everything the server knows."""
        self.method: str = environ["REQUEST_METHOD"]
        self.urls = urls
        """The addresses of the application's routes, for `url_for`."""
        self.max_body = max_body
        """Bytes of the body that are taken; a longer one is answered with 413."""

    # -- the head --------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The path below the application's root, decoded: `/café`, not `/caf%C3%A9`.

        HTTPError 400 when it is not UTF-8.
        """
        if self._path is None:
            path: str = self.environ.get("PATH_INFO", "")
            if not path and not self.environ.get("SCRIPT_NAME"):
                path = "/"  # a server may leave out what is empty
            self._path = path if path.isascii() else decoded(path, "path")
        return self._path

    @property
    def headers(self) -> Mapping[str, str]:
        """Its header fields, by name in any case."""
        return RequestHeaders(self.environ)

    @property
    def query(self) -> MultiDict[str]:
        """The query's names and values; HTTPError 400 when it is not UTF-8."""
        if self._query is None:
            from potstill.web.urlencoded import parse_urlencoded

            self._query = MultiDict(parse_urlencoded(self.environ.get("QUERY_STRING", ""), "query"))
        return self._query

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies that came (RFC 6265, 5.4); of several with one name, the first."""
        if self._cookies is None:
            from potstill.web.cookies import parse_cookies

            self._cookies = parse_cookies(self.environ.get("HTTP_COOKIE", ""))
        return self._cookies

    @property
    def scheme(self) -> str:
        """`http` or `https`, as far as the server knows."""
        scheme: str = self.environ["wsgi.url_scheme"]
        return scheme

    @property
    def host(self) -> str:
        """Host and, if it is not the scheme's, port: `example.com:8000`."""
        environ = self.environ
        host: str | None = environ.get("HTTP_HOST")
        if host:
            return host
        port = environ["SERVER_PORT"]
        usual = "443" if self.scheme == "https" else "80"
        return str(environ["SERVER_NAME"]) + (f":{port}" if port != usual else "")

    @property
    def client(self) -> str:
        """The address of the client, as far as the server knows; `` when it does not."""
        address: str = self.environ.get("REMOTE_ADDR", "")
        return address

    @property
    def url(self) -> str:
        """The address of this request, percent-encoded (PEP 3333, "URL Reconstruction")."""
        from urllib.parse import quote

        environ = self.environ
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        query = environ.get("QUERY_STRING", "")
        where = quote(path, safe=UNESCAPED, encoding="latin-1")
        return f"{self.scheme}://{self.host}{where}" + (f"?{query}" if query else "")

    @property
    def content_type(self) -> str:
        """The media type of the body, in lower case and without parameters; `` when none came."""
        value: str = self.environ.get("CONTENT_TYPE") or ""
        return value.partition(";")[0].strip().lower()

    @property
    def content_length(self) -> int | None:
        """Bytes of the body; None when only its end will tell; HTTPError 400 if malformed."""
        return bodies.length_of(self.environ)

    def prefers(self, *offers: str) -> str | None:
        """Which of these media types the client likes best (RFC 9110, 12.5.1); None if none.

        Of several it likes as much, the first. A client that says nothing takes the first.
        """
        from potstill.web.negotiation import best

        return best(self.environ.get("HTTP_ACCEPT", ""), offers)

    @property
    def wants_page(self) -> bool:
        """Does the client, as a browser does, like HTML better than JSON?"""
        from potstill.web.error_pages import wants_page

        return wants_page(self)

    def check(self, *, etag: str | None = None, last_modified: float | None = None) -> None:
        """Go on only if the client's conditions hold for this state (RFC 9110, 13.2.2).

        `etag` and `last_modified` describe the resource as it is now; both None: it does not exist.
        Raises what is answered otherwise: 412, or 304 to a GET or HEAD.
        """
        from potstill.web.conditional import check

        check(self.environ, etag, last_modified)

    # -- the body --------------------------------------------------------------------------------

    @property
    def body(self) -> bytes:
        """All of the body, kept, so it can be read again; HTTPError 413 beyond `max_body`."""
        if self._body is None:
            self._body = bodies.read(self.environ, self.max_body)
        return self._body

    @property
    def text(self) -> str:
        """The body as text in UTF-8; HTTPError 400 if it is not."""
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            raise HTTPError(400, "The body is not UTF-8.") from None

    def blocks(self) -> Iterator[bytes]:
        """The body block by block, unkept; errors as those of `body`."""
        if self._body is not None:
            return iter((self._body,) if self._body else ())
        return bodies.blocks(self.environ, self.max_body)

    @overload
    def json(self) -> Any: ...
    @overload
    def json(self, type: type[Decoded]) -> Decoded: ...

    def json(self, type: Any = Any) -> Any:
        """The body as JSON, made into `type` and validated; HTTPError 400, 415 or 422."""
        from potstill.web.binding.content import decode_json

        return decode_json(self, type)

    def form(self) -> Form:
        """The body as a form (urlencoded or multipart), its uploads on disk until the response is
        closed; HTTPError 400, 413 or 415.
        """  # noqa: D205
        if self._form is None:
            from potstill.web.forms.form import read_form

            self._form = read_form(self)
            self.on_close(self._form.close)
        return self._form

    # -- what goes with it -----------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """What is remembered of this client; RuntimeError without `app.use(Sessions(...))`."""
        if self._session is None:
            raise RuntimeError("no sessions here: app.use(Sessions([key])) brings them")
        return self._session

    @property
    def state(self) -> dict[Any, Any]:
        """Whatever middleware wants to hand on to handlers."""
        if self._state is None:
            self._state = {}
        return self._state

    @property
    def nonce(self) -> str:
        """A value for `<script nonce=...>` that the policy of this answer (CSP) allows."""
        if self._nonce is None:
            import secrets

            self._nonce = secrets.token_urlsafe(16)
        return self._nonce

    @property
    def reply(self) -> Reply:
        """What to send beside the value: a status, and header fields, also with an error."""
        if self._reply is None:
            self._reply = Reply()
        return self._reply

    def url_for(self, target: Target, /, **params: Any) -> str:
        """The path of a route, below this application's root, percent-encoded.

        `target` is the route's name, its function or its class; parameters that the pattern does
        not name become the query. RouteError when there is no such route, or a parameter is
        missing.
        """
        if self.urls is None:
            raise RuntimeError("this request belongs to no application that has routes")
        return self.root + self.urls.url_for(target, **params)

    @property
    def root(self) -> str:
        """Where the application is, percent-encoded, without a slash at its end: `` or `/sub`."""
        script: str = self.environ.get("SCRIPT_NAME", "")
        if not script:
            return ""
        from urllib.parse import quote

        return quote(script, safe=UNESCAPED, encoding="latin-1")

    def at_path(self, path: str) -> str:
        """The address of another path of this application, percent-encoded, with this query."""
        from urllib.parse import quote

        query = quote(
            self.environ.get("QUERY_STRING", ""), safe=UNESCAPED + "?%[]|", encoding="latin-1"
        )
        return self.root + quote(path, safe=UNESCAPED) + (f"?{query}" if query else "")

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call this when the response is closed, on this thread, also when the client leaves.

        The last one named is called first.
        """
        if self._closers is None:
            self._closers = []
        self._closers.append(callback)

    def is_gone(self) -> bool:
        """Has the client left? False where the server cannot tell (`potstill.client_gone`)."""
        ask = self.environ.get("potstill.client_gone")
        return bool(ask()) if ask is not None else False

    def early_hints(self, *links: str) -> None:
        """Tell a browser what it will need (RFC 8297): `</app.css>; rel=preload; as=style`.

        Only where the server can (`wsgi.early_hints`), and only to a browser that opens a page.
        """
        hint = self.environ.get("wsgi.early_hints")
        if hint is not None and self.environ.get("HTTP_SEC_FETCH_MODE") == "navigate":
            hint([("Link", link) for link in links])

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.environ.get('PATH_INFO', '')!r}>"


def decoded(text: str, what: str) -> str:
    """Text of `environ` as UTF-8 (PEP 3333, "Unicode Issues"); HTTPError 400 when it is not."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        raise HTTPError(400, f"The {what} is not UTF-8.") from None
