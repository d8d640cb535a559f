"""The place where a request becomes a call: `application(environ, start_response)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import WSGIApplication

from potstill.http11.errors import ApplicationError, BodyError, Disconnected, ProtocolError
from potstill.http11.request_line import RequestLine
from potstill.http11.response import ResponseHeads, Stamp
from potstill.wsgi.environ import EnvironMaker
from potstill.wsgi.exchange import Exchange
from potstill.wsgi.push import Push
from potstill.wsgi.transport import Transport

Report = Callable[[BaseException, RequestLine], None]


class Gateway:
    """Calls one application for all requests of a worker, from any thread.

    `report` hears of every failure of the application, with the line of its request.
    """

    def __init__(
        self,
        application: WSGIApplication,
        environ: EnvironMaker,
        stamp: Stamp,
        report: Report,
        root_path: str = "",
    ) -> None:
        self._application: Callable[..., Iterable[bytes]] = application
        self._environ = environ
        self._make_environ = environ.make
        self._root_path = root_path
        self._heads = ResponseHeads()
        self._stamp = stamp
        self._report = report

    def serve(self, transport: Transport) -> Exchange:
        """Call the application and send its answer; never raises.

        Runs on the calling thread from the call to `close()`, as iterables, cursors and thread
        locals need it (PEP 3333 knows nothing of threads, applications do).
        """
        if transport.pushed is not None:
            return self._end_push(transport)
        exchange = Exchange(self._heads, self._stamp, transport)
        result: Any = None
        try:
            if (self._root_path or not transport.line.is_plain) and self._answers_itself(
                transport, exchange
            ):
                return exchange
            result = self._application(
                self._make_environ(transport, exchange), exchange.start_response
            )
            exchange.send_all(result)
        except Disconnected:
            transport.persists = False
        except (BodyError, ProtocolError) as error:
            self._refuse(exchange, transport, error)
        except BaseException as error:  # SystemExit and its like end the request, not the server
            self._fail(exchange, transport, error)
        if type(result) is Push:
            exchange.is_over |= not result.carries(exchange)
            return exchange
        exchange.is_over = True
        if type(result) is not list:
            self._close(result, transport)
        return exchange

    def _end_push(self, transport: Transport) -> Exchange:
        """No more of a pushed answer will come: end it, and tell the application so."""
        push: Push = transport.pushed
        exchange = push.carrier
        assert isinstance(exchange, Exchange)
        transport.began = push.began
        try:
            push.finish()
        except Disconnected:
            transport.persists = False
        except ApplicationError as error:
            self._report(error, transport.line)
        exchange.is_over = True
        transport.pushed = None
        try:
            push.release()
        except BaseException as error:
            self._report(error, transport.line)
        return exchange

    def _refuse(
        self, exchange: Exchange, transport: Transport, error: BodyError | ProtocolError
    ) -> None:
        """The request turned out to be none, or will never be whole."""
        transport.announce_end()
        cause = error.error if isinstance(error, BodyError) else error
        try:
            if exchange.is_open:
                exchange.fail()
            else:
                exchange.answer(cause.status, cause.message)
        except Disconnected:
            transport.persists = False

    def _answers_itself(self, transport: Transport, exchange: Exchange) -> bool:
        """Requests that no application has to do with."""
        line = transport.line
        if line.scheme not in (None, self._environ.scheme(transport)):
            exchange.answer(421, f"This server does not speak for {line.scheme} here.")
            return True
        if line.is_asterisk:
            exchange.answer(200, "")
            return True
        if self._root_path and not f"{line.path}/".startswith(f"{self._root_path}/"):
            exchange.answer(404, "Nothing is mounted here.")
            return True
        return False

    def _fail(self, exchange: Exchange, transport: Transport, error: BaseException) -> None:
        self._report(error, transport.line)
        try:
            exchange.fail()
        except Disconnected:
            transport.persists = False

    def _close(self, result: Any, transport: Transport) -> None:
        """PEP 3333: `close()` is called once, however the iteration ended."""
        try:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        except BaseException as error:
            self._report(error, transport.line)
