"""`Client`: calls a WSGI application as a server would, in memory, and watches its manners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Unpack
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from potstill.web.headers import Headers
from potstill.web.testing.answers import Answer, StreamedAnswer
from potstill.web.testing.breaches import ConformanceError
from potstill.web.testing.cookies import Cookies
from potstill.web.testing.exchange import Exchange
from potstill.web.testing.requests import Asked, HeaderLines, Options, ask

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 20


class Client:
    """A client of any WSGI application, without a socket, for tests.

    Each request is one call of the application, on the thread of the caller, and each answer is
    checked against PEP 3333: ConformanceError says what broke it. Cookies are kept from answer to
    request. An application's exception is raised here, and `x-wsgiorg.throw_errors` asks frameworks
    not to hide theirs; with `raise_errors=False` it becomes the 500 that a server makes of it.

    `base_url` gives scheme, host, port, and by its path the mount point (SCRIPT_NAME). `headers` go
    with every request. As a context manager it enters what the application's `wsgi_lifespan()`
    returns, if it has one, which is how start and stop hooks run.

        client = Client(app)
        assert client.get("/todos", query={"done": True}).json() == []
    """

    def __init__(
        self,
        app: WSGIApplication,
        base_url: str = "http://localhost",
        headers: HeaderLines = (),
        *,
        raise_errors: bool = True,
        follow_redirects: bool = False,
    ) -> None:
        base = urlsplit(base_url)
        if base.scheme not in ("http", "https") or not base.hostname:
            raise ValueError(f"base_url is {base_url!r}, unlike http://localhost")
        self.app = app
        self.headers: dict[str, str] = dict(headers)
        """Sent with every request, unless that has its own of the name."""
        self._base = base._replace(path=base.path.rstrip("/"), query="", fragment="")
        self.cookies: Cookies = Cookies(self._base)
        """What applications set, and what is sent back; a dict by name."""
        self.raise_errors = raise_errors
        self.follow_redirects = follow_redirects
        self._lifespan: AbstractContextManager[object] | None = None

    def get(self, path: str, **options: Unpack[Options]) -> Answer:
        """GET; see `request`."""
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Unpack[Options]) -> Answer:
        """HEAD; see `request`."""
        return self.request("HEAD", path, **options)

    def options(self, path: str, **options: Unpack[Options]) -> Answer:
        """OPTIONS; see `request`."""
        return self.request("OPTIONS", path, **options)

    def post(self, path: str, **options: Unpack[Options]) -> Answer:
        """POST; see `request`."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Unpack[Options]) -> Answer:
        """PUT; see `request`."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Unpack[Options]) -> Answer:
        """PATCH; see `request`."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Unpack[Options]) -> Answer:
        """DELETE; see `request`."""
        return self.request("DELETE", path, **options)

    def request(self, method: str, path: str, **options: Unpack[Options]) -> Answer:
        """Ask, and wait for the whole answer.

        `path` is below the base, perhaps with a query, or a whole URL. One body at most: `json`,
        `form` perhaps with `files`, or `body` (bytes, text, or an iterable of bytes, which is sent
        without a length). `environ` is put over the one that is made; None takes a key away.

        Redirects are followed if wanted, as browsers do: by GET after 303, and after 301 and 302
        to a POST, else by the same method and body. RuntimeError when they lead out of the
        application, or round in circles.
        """
        asked = ask(self._base, method, path, self.headers, options)
        answer = self._answer(asked)
        if not options.get("follow_redirects", self.follow_redirects):
            return answer
        history: list[Answer] = []
        while answer.status in REDIRECTS and (location := answer.headers.get("Location")):
            if len(history) == MAX_REDIRECTS:
                raise RuntimeError(f"{MAX_REDIRECTS} redirects, and the next is to {location!r}")
            history.append(answer)
            asked = asked.redirected(answer.status, location)
            answer = self._answer(asked)
        return replace(answer, history=tuple(history))

    @contextmanager
    def stream(
        self, method: str, path: str, **options: Unpack[Options]
    ) -> Iterator[StreamedAnswer]:
        """Ask, and take the answer block by block; leaving the block is the client going away.

            with client.stream("GET", "/events") as answer:
                first = next(answer)

        Arguments as those of `request`; redirects are not followed.
        """
        asked = ask(self._base, method, path, self.headers, options)
        exchange = self._begin(asked)
        try:
            yield StreamedAnswer(exchange, asked.url.geturl(), self._blocks(asked, exchange))
        finally:
            exchange.close()

    def __enter__(self) -> Client:
        lifespan = getattr(self.app, "wsgi_lifespan", None)
        if lifespan is not None:
            self._lifespan = lifespan()
            self._lifespan.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        lifespan, self._lifespan = self._lifespan, None
        if lifespan is not None:
            lifespan.__exit__(kind, error, trace)

    def _begin(self, asked: Asked) -> Exchange:
        environ = asked.environ(self.cookies.header_for(asked.url))
        if self.raise_errors:
            environ.setdefault("x-wsgiorg.throw_errors", True)
        body = (asked.body,) if isinstance(asked.body, bytes) else asked.body
        return Exchange(self.app, environ, body)

    def _answer(self, asked: Asked) -> Answer:
        exchange = self._begin(asked)
        try:
            body = _whole(exchange)
        except Exception as error:
            body = self._failed(exchange, error)
        self._keep_cookies(asked, exchange)
        status = exchange.status or ""
        return Answer(
            int(status[:3]),
            status[4:],
            Headers.over(exchange.lines),
            body,
            asked.url.geturl(),
            exchange.errors.text,
        )

    def _blocks(self, asked: Asked, exchange: Exchange) -> Iterator[bytes]:
        """The blocks, when the head has come."""
        try:
            exchange.start()
        except Exception as error:
            return iter((self._failed(exchange, error),))
        self._keep_cookies(asked, exchange)
        return exchange.blocks()

    def _failed(self, exchange: Exchange, error: Exception) -> bytes:
        """What a server would answer; raises the error where that is wanted, or is too late."""
        if self.raise_errors or exchange.is_open or isinstance(error, ConformanceError):
            raise error
        return exchange.fail(error)

    def _keep_cookies(self, asked: Asked, exchange: Exchange) -> None:
        for name, value in exchange.lines:
            if name.lower() == "set-cookie":
                self.cookies.receive(value, asked.url)


def _whole(exchange: Exchange) -> bytes:
    """The whole body; what was returned is closed in any case."""
    try:
        exchange.start()
        return b"".join(exchange.blocks())
    finally:
        exchange.close()
