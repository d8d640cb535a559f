"""One call of an application, watched: `ConformanceError` for what breaks the order of PEP 3333.

A breach is noted as well as raised: an application that catches it, as its own error pages may do,
is told again at the end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from functools import partial
from typing import Any
from wsgiref.types import WSGIApplication

from potstill.web.testing import breaches
from potstill.web.testing.breaches import NO_CONTENT, START, WRITE, ConformanceError
from potstill.web.testing.heads import check_headers, status_code
from potstill.web.testing.streams import Errors, FileWrapper, Input


class Exchange:
    """Calls `app` once with a fresh `environ`, which it completes, as a server does.

    `start`, then iterate `blocks`, then `close`, also after an error; all on one thread.
    """

    def __init__(
        self, app: WSGIApplication, environ: dict[str, Any], body: Iterable[bytes]
    ) -> None:
        self._app = app
        self._method: str = environ["REQUEST_METHOD"]
        self._input = Input(body, self.fault)
        self.errors: Errors = Errors(self.fault)
        self.breach: ConformanceError | None = None
        """The first one, whoever caught it."""
        self.environ: dict[str, Any] = {
            **environ,
            "wsgi.input": self._input,
            "wsgi.errors": self.errors,
            "wsgi.file_wrapper": FileWrapper,
        }
        self.status: str | None = None
        self.lines: list[tuple[str, str]] = []
        self.is_open: bool = False
        """Was the head sent, so that it cannot be replaced any more?"""
        self._code = 0
        self._length: int | None = None
        self._is_called = False
        self._is_over = False
        self._ready: deque[bytes] = deque()
        self._sent = 0
        self._result: Iterable[bytes] = ()
        self._iterator: Iterator[bytes] | None = None
        self._taken = 0

    def fault(self, breach: ConformanceError) -> ConformanceError:
        """Make a note of a breach; it is given back to be raised."""
        self.breach = self.breach or breach
        return breach

    def start(self) -> None:
        """Call the application, and go on until status and headers are known."""
        result: Any = self._app(self.environ, self._start_response)
        self._result = result
        self._check(lambda: breaches.check_result(result))
        self._iterator = iter(result)
        if not self._ready:
            block = self._next()
            if block is not None:
                self._ready.append(block)
        self._tell()

    def blocks(self) -> Iterator[bytes]:
        """The body as the application gives it, without empty blocks."""
        while self._ready:
            yield self._ready.popleft()
        while (block := self._next()) is not None:
            yield block

    def close(self) -> None:
        """Close what the application returned, once; what it did wrong unseen is raised now."""
        self._is_over = True
        result, self._result, self._iterator = self._result, (), None
        close: Callable[[], object] | None = getattr(result, "close", None)
        try:
            if close is not None:
                close()
        finally:
            self._input.is_over = True
        self._tell()

    def fail(self, error: Exception) -> bytes:
        """Have the head that a server sends when the application raised before; its body."""
        from traceback import format_exception

        self.errors.write("".join(format_exception(error)))
        body = b"Internal Server Error\n"
        self.status = "500 Internal Server Error"
        self.lines = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        return body

    def _next(self) -> bytes | None:
        """The next block that is not empty; None at the end, where the whole is judged."""
        if self._iterator is None:
            return None
        for block in self._iterator:
            self._taken += 1
            self._check(partial(breaches.check_block, block, "a block of the body is"))
            if block and (sent := self._send(block)):
                self._tell()
                return sent
            if self._is_over:
                break
        self._iterator = None
        self._end()
        self._tell()
        return None

    def _send(self, block: bytes) -> bytes:
        """Count a block, behind the head that has to be there; what of it goes to the client."""
        if self.status is None:
            raise self.fault(breaches.no_start())
        self.is_open = True
        if self._method == "HEAD":  # to drop it is the server's part
            self._is_over = self._iterator is not None  # so no more of it is asked for
            return b""
        if self._code in NO_CONTENT:
            raise self.fault(breaches.unwanted(len(block), self._method, self._code))
        if self._length is not None and self._sent + len(block) > self._length:
            if type(self._result) is FileWrapper:
                block = block[: self._length - self._sent]  # it ends there, as a range does
            else:
                raise self.fault(
                    breaches.wrong_length(self._length, self._sent + len(block), "or more")
                )
        self._sent += len(block)
        return block

    def _end(self) -> None:
        is_cut, self._is_over = self._is_over, True
        if self.status is None:
            raise self.fault(breaches.no_start())
        self.is_open = True
        if not is_cut and isinstance(self._result, Sized) and len(self._result) != self._taken:
            raise self.fault(breaches.wrong_count(len(self._result), self._taken))
        has_content = self._method != "HEAD" and self._code not in NO_CONTENT
        if has_content and self._length is not None and self._sent < self._length:
            raise self.fault(breaches.wrong_length(self._length, self._sent, "in all"))

    def _start_response(self, *arguments: Any, **named: Any) -> Callable[[bytes], None]:
        if named or not 2 <= len(arguments) <= 3:
            raise self.fault(breaches.unlike_call(len(arguments), named))
        exc_info = arguments[2] if len(arguments) == 3 else None
        try:
            self._check_turn(exc_info)
        finally:
            exc_info = None  # it would keep the frames of its traceback alive
        self._is_called = True
        self.status = None
        status, headers = arguments[:2]
        self._check(lambda: self._read_head(status, headers))
        return self._write

    def _check_turn(self, exc_info: Any) -> None:
        """May the head be set now?"""
        if self._is_over:
            raise self.fault(breaches.late("start_response", START))
        if exc_info is not None:
            self._check(lambda: breaches.check_exc_info(exc_info))
            if self.is_open:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self._is_called:
            raise self.fault(breaches.twice())

    def _read_head(self, status: Any, headers: Any) -> None:
        self._code = status_code(status)
        self._length = check_headers(headers, self._code)
        self.lines = list(headers)
        self.status = status

    def _write(self, data: bytes, /) -> None:
        if self._is_over:
            raise self.fault(breaches.late("write", WRITE))
        if self._iterator is not None:
            raise self.fault(breaches.inside())
        self._check(lambda: breaches.check_block(data, "write got"))
        if data and (sent := self._send(data)):
            self._ready.append(sent)

    def _check(self, check: Callable[[], object]) -> None:
        try:
            check()
        except ConformanceError as breach:
            raise self.fault(breach) from None

    def _tell(self) -> None:
        """Raise what an application caught that was meant for its author."""
        if self.breach is not None:
            raise self.breach
