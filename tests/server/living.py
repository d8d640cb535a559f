"""Applications that tell on standard error when they begin and end, and some that cannot."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from wsgiref.types import StartResponse, WSGIEnvironment


def tell(word: str) -> None:
    print(f"<{word}>", file=sys.stderr, flush=True)


class Living:
    """Begins, serves, ends; by the name given it fails or lasts somewhere."""

    def __init__(self, way: str = "") -> None:
        self.way = way
        self.begun_on = ""

    @contextmanager
    def wsgi_lifespan(self) -> Iterator[None]:
        """Tell of the beginning and of the end."""
        self.begun_on = threading.current_thread().name
        try:
            self._begin()
            yield
            tell("ending")
            if self.way == "bad end":
                raise RuntimeError("the last page is lost")
            if self.way == "long end":
                _wait_for_a_signal()
        finally:
            tell("cleaned up")

    def _begin(self) -> None:
        tell("beginning")
        if self.way == "bad start":
            raise ValueError("no database")
        if self.way == "exit":
            sys.exit("enough")
        if self.way == "long start":
            _wait_for_a_signal()
        if self.way == "stubborn start":
            try:
                _wait_for_a_signal()
            except KeyboardInterrupt:
                tell("unimpressed")
        if self.way == "own handler":
            signal.signal(signal.SIGTERM, _ignore)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        tell("call")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.begun_on.encode()]


def _wait_for_a_signal() -> None:
    threading.Event().wait(60)


def _ignore(signum: int, frame: FrameType | None) -> None:
    """What a library might do."""


app = Living()


def plain(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """A function; attributes can be given to it."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"plain"]


def generating(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Whose author forgot the decorator."""
    return plain(environ, start_response)


def _generator() -> Iterator[None]:
    yield


plain.wsgi_lifespan = app.wsgi_lifespan  # type: ignore[attr-defined]
generating.wsgi_lifespan = _generator  # type: ignore[attr-defined]


class Proxy:
    """Knows nothing of itself before it is set up, as those of frameworks."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("working outside of a context")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        return plain(environ, start_response)


proxy = Proxy()
