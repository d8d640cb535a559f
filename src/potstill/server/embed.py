"""`potstill.Server`: serve from inside a program or a test, as with `socketserver`."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any
from wsgiref.types import WSGIApplication

from potstill.observe import AccessLog
from potstill.server.lifespan import Lifespan
from potstill.server.sockets import listen_on
from potstill.server.worker import Worker
from potstill.settings import TCP, Settings
from potstill.settings.address import parse

_turn = threading.Lock()


class Server:
    """Serves an application at `address`, from the thread that calls `serve_forever`.

    `address` is a host and a port (0: any free one), or a text as `--bind` takes it.

    It listens from the start, so `server_address` can be used at once. Further keyword arguments
    are settings by their names, as `threads=2`; there is no access log unless `access_logfile`
    asks for one. OSError when the address cannot be had, `ConfigError` for a wrong setting.

        with potstill.Server(("localhost", 8000), app) as server:
            server.serve_forever()
    """

    def __init__(
        self, address: tuple[str, int] | str, application: WSGIApplication, **settings: Any
    ) -> None:
        bind = parse(address) if isinstance(address, str) else TCP(*address)
        settings = {"access_logfile": None, "graceful_timeout": 5.0} | settings
        chosen = Settings(bind=(bind,), **settings)
        self._access_log = (
            AccessLog(chosen.access_logfile, chosen.access_logformat, mask=chosen.access_log_mask)
            if chosen.access_logfile is not None
            else None
        )
        listeners = listen_on(chosen, chosen.bind)
        self.server_address = listeners[0].server_address
        """Host and port it listens at, or the path of its Unix socket."""
        try:
            self._worker = Worker(chosen, application, listeners, self._access_log, _to_stderr)
        except BaseException:
            for listener in listeners:
                listener.close()
            raise
        self._lifespan = Lifespan(application)
        self._is_done = threading.Event()
        self._turn = threading.Lock()
        self._is_running = False
        self._is_stopped = False

    def serve_forever(self) -> None:
        """Serve until `shutdown`; blocks. Returns at once when that came first.

        An application's `wsgi_lifespan` is entered before the first request and left after the
        last, on this thread; what it raises is let through.
        """
        with self._turn:
            if self._is_stopped:
                return
            self._is_running = True
        try:
            self._live()
        finally:
            self._is_done.set()

    def _live(self) -> None:
        try:
            self._lifespan.begin()
        except BaseException:
            self._worker.close()
            raise
        try:
            self._worker.run()
        finally:
            self._lifespan.end()

    def shutdown(self) -> None:
        """End `serve_forever` from another thread, and wait until what was begun has ended."""
        with self._turn:
            self._is_stopped = True
        self._worker.stop()
        if self._is_running:
            self._is_done.wait()

    def close(self) -> None:
        """Give back the sockets; a server that never ran is closed by this alone."""
        if not self._is_running:
            self._worker.close()
        if self._access_log is not None:
            self._access_log.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _to_stderr(text: str) -> None:
    """What the application writes to `wsgi.errors`; text streams are not safe for threads."""
    if sys.stderr is not None:
        with _turn:
            sys.stderr.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
            sys.stderr.flush()
