"""The application: a WSGI callable made of routes, layers and a few policies, and nothing global.

Here it is put together. What it was told is compiled at start (`routing.compiling`), and from then
on `serving` answers requests with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from potstill.web.binding.providers import AppScope, Provide, Scope
from potstill.web.converters import Converter, standard_converters
from potstill.web.errors import SetupError
from potstill.web.failures import Catcher, Failures
from potstill.web.lifespan import Lifespan
from potstill.web.openapi.routes import document_routes
from potstill.web.pipeline import Middleware
from potstill.web.request import DEFAULT_MAX_BODY
from potstill.web.routing.compiling import Compiled, Terms, compile_routes
from potstill.web.routing.groups import Group
from potstill.web.routing.mounts import MountedFiles
from potstill.web.routing.router import Route
from potstill.web.routing.urls import Target
from potstill.web.security.csrf import DEFAULT_CSRF, Csrf
from potstill.web.security.policy import DEFAULT_SECURITY, Security
from potstill.web.serving import Serving

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from os import PathLike
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from potstill.web.static.static import Static
    from potstill.web.templates.templates import Templates

Hook = TypeVar("Hook", bound=Callable[[], object])
CatcherType = TypeVar("CatcherType", bound=Catcher)


class App(Group):
    """A WSGI application (PEP 3333).

    It may be called by any number of threads at a time. Routes and policies are set up before its
    first request; SetupError says, then or earlier, what of it cannot work.
    """

    def __init__(  # noqa: PLR0913 - each is a policy of its own, and has a default
        self,
        *,
        title: str = "",
        version: str = "",
        description: str = "",
        debug: bool = False,
        max_body: int = DEFAULT_MAX_BODY,
        hosts: Sequence[str] | None = None,
        security: Security | None = DEFAULT_SECURITY,
        csrf: Csrf | None = DEFAULT_CSRF,
        openapi: str | None = "/openapi.json",
        docs: str | None = "/docs",
    ) -> None:
        """Make an application without routes.

        `title`, `version` and `description` stand in the OpenAPI document, which is at `openapi`;
        its page is at `docs`. `debug` shows errors with their source, to loopback only, and sees
        changed files. `hosts` are the names it may be asked for; None: any. `security` adds header
        fields and `csrf` refuses what other sites make a browser send; None turns them off.
        """
        super().__init__()
        self.title: str = title
        self.version: str = version
        self.description: str = description
        self.debug = debug
        self.max_body = max_body
        self.security = security
        self.csrf = csrf
        self.statics: list[Static] = []
        self._docs = (openapi, docs)
        self._converters = standard_converters()
        self._providers: dict[Any, Provide] = {}
        self._failures = Failures(is_debugging=debug)
        self._scope = AppScope()
        self._lifespan = Lifespan()
        self._lifespan.stops.append(self._scope.close)
        self._layers: list[Middleware] = []
        self._wrappers: list[Callable[[WSGIApplication], WSGIApplication]] = []
        self._lock = threading.RLock()
        self._compiled: Compiled | None = None
        self._entry: WSGIApplication = self._answer_first
        if hosts is not None:
            from potstill.web.security.hosts import TrustedHosts

            self.use(TrustedHosts(hosts))

    # -- setting up ------------------------------------------------------------------------------

    def use(self, middleware: Middleware) -> Middleware:
        """Put a layer around everything that is answered, inside those that were used before."""
        self._check({})
        if isinstance(middleware, type) or not callable(middleware):
            raise SetupError(f"use() takes (request, next) -> Response, not {middleware!r}")
        self._layers.append(middleware)
        return middleware

    def wrap(self, factory: Callable[..., WSGIApplication], **options: Any) -> None:
        """Put plain WSGI middleware around the whole: `factory(application, **options)`.

        Outside of all layers, and inside of what was wrapped before.
        """
        self._check({})
        self._wrappers.append(lambda inner: factory(inner, **options))

    def catch(self, what: type[Exception] | int) -> Callable[[CatcherType], CatcherType]:
        """Let a function `(request, error)` answer an exception of a type, or an HTTPError."""
        self._check({})

        def register(catcher: CatcherType) -> CatcherType:
            self._failures.catch(what, catcher)
            return catcher

        return register

    def converter(self, converter: Converter) -> None:
        """Let patterns name a converter of one's own; before the patterns that do."""
        self._check({})
        self._converters[converter.name] = converter

    def provide(
        self, kind: type[Any], factory: Callable[..., Any], *, scope: Scope = "request"
    ) -> None:
        """Let handlers have what `factory` makes, by annotating an argument with `kind`.

        Once for each request, closed with the response; or, of scope `app`, once and for all.
        """
        self._check({})
        self._providers[kind] = Provide(factory, scope=scope)

    def static(self, prefix: str, directory: str | PathLike[str], **options: Any) -> Static:
        """Serve the files of a directory below a prefix; `options` are those of `Static`."""
        from potstill.web.static.static import Static

        options.setdefault("refresh", self.debug)
        static = Static(directory, prefix=prefix, **options)
        self._mount(prefix, MountedFiles(static, prefix))
        self.statics.append(static)
        return static

    def templates(self, directory: str | PathLike[str], **options: Any) -> Templates:
        """Templates that know this application's addresses; `options` are those of `Templates`."""
        from potstill.web.templates.templates import Templates

        options.setdefault("refresh", self.debug)
        return Templates(directory, asset_url=self.asset_url, **options)

    def on_start(self, hook: Hook) -> Hook:
        """Call this once before the first request, in each process that serves."""
        self._check({})
        self._lifespan.starts.append(hook)
        return hook

    def on_stop(self, hook: Hook) -> Hook:
        """Call this once after the last request; what started last is stopped first."""
        self._check({})
        self._lifespan.stops.append(hook)
        return hook

    # -- asking ----------------------------------------------------------------------------------

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes, in the order of registration."""
        return self.start().routes

    def url_for(self, target: Target, /, **params: Any) -> str:
        """The path of a route, below this application; `request.url_for` knows where that is."""
        return self.start().urls.url_for(target, **params)

    def asset_url(self, path: str) -> str:
        """The address of a static file, with the hash of its content; LookupError if unknown."""
        for static in self.statics:
            try:
                return static.url(path)
            except LookupError:
                continue
        raise LookupError(f"no static file is called {path!r}")

    def start(self) -> Compiled:
        """Compile the routes, unless that was done; SetupError says what cannot work."""
        with self._lock:
            if self._compiled is None:
                self._compiled = self._compile()
        return self._compiled

    def wsgi_lifespan(self) -> AbstractContextManager[None]:
        """For the server: enter it before the first request, leave it after the last.

        Starts the application, so that what cannot work is known before it is served.
        """
        self.start()
        return self._lifespan.running()

    # -- serving ---------------------------------------------------------------------------------

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._entry(environ, start_response)

    def _answer_first(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The entry until everything has started."""
        compiled = self.start()
        self._lifespan.begin_by_request()
        with self._lock:
            if self._entry == self._answer_first:
                self._entry = self._wrapped(compiled)
        return self._entry(environ, start_response)

    def _wrapped(self, compiled: Compiled) -> WSGIApplication:
        entry: WSGIApplication = Serving(
            compiled, self._layers, self._failures, self.security, self.max_body
        )
        for wrapper in reversed(self._wrappers):
            entry = wrapper(entry)
        return entry

    def _compile(self) -> Compiled:
        root = Group()
        root.groups.append(("", self))
        root.include(document_routes(self, *self._docs))
        terms = Terms(
            self._converters,
            self._providers,
            self._scope,
            self.csrf,
            self.max_body,
            self._failures.answer,
        )
        compiled = compile_routes(root, terms)
        self._lifespan.inner = compiled.inner
        return compiled
