"""One call of the application: `start_response`, the iterable, and the answer on its way.

Nothing is sent before the first block that is not empty, so an error up to there still becomes
a whole answer. From then on each block goes out before the next is asked for, and an answer that
cannot be completed is broken off so that nobody takes it for whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any

from potstill.http11.errors import ApplicationError
from potstill.http11.response import (
    LAST_CHUNK,
    Headers,
    ResponseHead,
    ResponseHeads,
    Stamp,
    early_hints,
    server_answer,
    shown,
)
from potstill.wsgi.file_wrapper import FileWrapper
from potstill.wsgi.push import Push
from potstill.wsgi.transport import Transport

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

COPIED = 65536
"""A first block up to this size is copied behind its head, to travel in one piece."""


class Exchange:
    """The state of one answer. It ends with the call; nothing of it is used again."""

    __slots__ = (
        "_chunked", "_head", "_heads", "_is_started", "_left", "_stamp", "_transport", "is_open",
        "is_over", "sent", "status",
    )  # fmt: skip

    def __init__(self, heads: ResponseHeads, stamp: Stamp, transport: Transport) -> None:
        self._heads = heads
        self._stamp = stamp
        self._transport = transport
        self._head: ResponseHead | None = None
        self._is_started = False
        self._left: int | None = None
        """Bytes of body still to come; None when there is no telling."""
        self._chunked = False
        self.is_open = False
        """True once the head is on its way: it cannot be replaced any more."""
        self.is_over = False
        self.status = 0
        self.sent = 0
        """Bytes of body, without framing."""

    @property
    def fields(self) -> Headers:
        """What the application gave as headers."""
        return self._head.fields if self._head else ()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """Record status and headers (PEP 3333 on the callable of this name).

        ApplicationError when they are not what they have to be; the exception in `exc_info` when
        it is too late to replace what was sent.
        """
        if exc_info is not None:
            try:
                if self.is_open:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # a reference to the traceback would keep its frames alive
        elif self._is_started:
            raise ApplicationError(
                "start_response was called a second time without exc_info",
                'PEP 3333, "The start_response() Callable"',
                "Call it once, or pass sys.exc_info() to replace an answer by an error.",
            )
        self._is_started = True
        self._head = None
        self._head = self._heads.read(status, headers)
        return self.write

    def write(self, data: bytes) -> None:
        """Send a piece of the body before anything that is iterated (the old way to answer)."""
        if self.is_over:
            raise ApplicationError(
                "write() was called after the answer was complete",
                'PEP 3333, "The write() Callable"',
                "It belongs to one request and ends with it.",
            )
        data = data if type(data) is bytes else _as_bytes(data, "write() got")
        self.send(data)

    def early_hints(self, headers: list[tuple[str, str]]) -> None:
        """Send 103 with these fields, before the answer's own head (RFC 8297).

        `wsgi.early_hints` of the environ. An HTTP/1.0 client is not told (RFC 9110, 15.2).
        ApplicationError when they are not what headers have to be, or come too late.
        """
        if self.is_open or self.is_over:
            raise ApplicationError(
                "wsgi.early_hints was called after the answer had begun",
                "RFC 8297, 2",
                "Call it before the first block is sent.",
            )
        hints = early_hints(headers)
        if self._transport.line.is_1_1:
            self._transport.send(hints)

    def push(self, on_close: Callable[[], object] | None = None) -> Push:
        """Make the body of an answer that shall outlive its call.

        `potstill.push` of the environ. `on_close` is called once, from a thread of the server,
        when the answer has ended, whoever ended it.
        """
        if self.is_over or self._transport.pushed is not None:
            raise ApplicationError(
                "potstill.push was called twice for one request, or after its end",
                "docs/extensions.md",
                "One push is the body of one answer: make it once, and return it.",
            )
        push = Push(self, on_close, self._transport.began)
        self._transport.begin_push(push)
        return push

    def end_push(self) -> None:
        """No more will be pushed: have a thread come and end the answer."""
        self._transport.end_push()

    def is_gone(self) -> bool:
        """Has the client hung up? From any thread; never blocks."""
        return self._transport.is_gone()

    def send_all(self, result: Iterable[bytes]) -> None:
        """Send what the application returned, block by block, and end the answer."""
        if type(result) is list and len(result) == 1 and not self.is_open:
            # The usual answer, without an iterator.
            block = result[0]
            self._send_first(block if type(block) is bytes else _checked(block), result)
        elif type(result) is FileWrapper and self._send_file(result):
            return
        elif type(result) is Push:
            self._send_push(result)
            return
        else:
            for block in _blocks(result):
                data = _checked(block)
                if self.is_open:
                    self.send(data)
                elif data:
                    self._send_first(data, result)
                if self._left == 0:
                    break
        if self._left != 0:
            self.finish()

    def _send_first(self, block: bytes, result: Any) -> None:
        """Send the first block of `result`, behind the head; the whole answer, most of the time."""
        head, transport = self._head, self._transport
        if (
            head is not None
            and head.body_size == len(block) <= COPIED
            and transport.line.is_usual
            and transport.persists
        ):
            # What `_open` and `send` would come to, for a body of the length that was announced
            # and a client who speaks HTTP/1.1, wants the body, and stays.
            self.is_open = True
            self.status = head.status
            self._left = 0
            self.sent = len(block)
            transport.send(b"%b%b\r\n%b" % (head.start, self._stamp.lines[head.supplied], block))
        elif block:
            self.send(block, len(block) if _is_only(result) else None)

    def send(self, block: bytes, length: int | None = None) -> None:
        """Send one block, with the head before the first; `length` is the whole body's if known.

        ApplicationError when it is longer than what Content-Length left: the excess is not sent.
        """
        head = b"" if self.is_open else self._open(length)
        left = self._left
        excess = 0
        if left is not None:
            excess = len(block) - left
            if excess > 0:
                block = block[:left]
            self._left = left - len(block)
        self.sent += len(block)
        if self._chunked and block:
            block = b"%x\r\n%b\r\n" % (len(block), block)
        if len(block) <= COPIED:
            self._transport.send(head + block)
        else:
            if head:
                self._transport.send(head)
            self._transport.send(block)
        if excess > 0 and self._sends_content():
            self.is_over = True  # what was sent is whole
            raise ApplicationError(
                f"the answer is at least {excess} bytes longer than its Content-Length",
                'PEP 3333, "Handling the Content-Length Header"',
                "The excess was not sent. Announce the length of what is sent, or none at all.",
            )

    def finish(self) -> None:
        """The body has ended: see that its framing says so too."""
        end = b""
        if not self.is_open:
            end = self._open(0 if self._transport.line.wants_content else None)
        if self._chunked:
            end += LAST_CHUNK
        if end:
            self._transport.send(end)
        self.is_over = True
        if self._left:
            self._transport.break_off(visibly=False)
            raise ApplicationError(
                f"the answer ended {self._left} bytes before its Content-Length",
                'PEP 3333, "Handling the Content-Length Header"',
                "Announce the length of what is sent, or no length at all.",
            )

    def fail(self) -> None:
        """Answer 500 if nothing was sent yet; otherwise break off what was."""
        if self.is_over:
            return
        self.is_over = True
        transport = self._transport
        if self.is_open:
            transport.break_off(visibly=not self._chunked and self._left is None)
            return
        self.is_open = True
        self.answer(500, "The application failed to answer.")

    def answer(self, status: int, message: str) -> None:
        """An answer of the server's own instead of the application's."""
        transport = self._transport
        if not transport.line.is_1_1:
            transport.persists = False
        if not transport.persists:
            transport.announce_end()
        data = server_answer(status, message, self._stamp, persists=transport.persists)
        self.status = status
        if not transport.line.wants_content:
            data = data[: data.index(b"\r\n\r\n") + 4]
            message = ""
        self.is_over = True
        self.sent = len(message) + bool(message)  # its newline
        transport.send(data)

    def _open(self, length: int | None) -> bytes:
        """The head with its framing (RFC 9112, 6); what follows it is decided here."""
        head = self._head
        if head is None:
            raise _no_start_response()
        transport = self._transport
        is_1_1 = transport.line.is_1_1
        self.is_open = True
        self.status = head.status
        framing = b""
        if not head.has_content or not transport.line.wants_content:
            self._left = 0
            if head.status == 205:
                framing = b"Content-Length: 0\r\n"
            elif head.has_content and head.content_length is None and length:
                framing = b"Content-Length: %d\r\n" % length  # HEAD, and GET would have it
        elif head.content_length is not None:
            self._left = head.content_length
        elif length is not None:
            self._left = length
            framing = b"Content-Length: %d\r\n" % length
        elif is_1_1:
            self._chunked = True
            framing = b"Transfer-Encoding: chunked\r\n"
        else:
            transport.persists = False
        if not transport.persists:
            transport.announce_end()
            framing += b"Connection: close\r\n"
        elif not is_1_1:
            framing += b"Connection: keep-alive\r\n"
        return b"%b%b%b\r\n" % (head.start, self._stamp.lines[head.supplied], framing)

    def _sends_content(self) -> bool:
        head = self._head
        return head is not None and head.has_content and self._transport.line.wants_content

    def _send_push(self, push: Push) -> None:
        """Send the head, and leave the rest to whoever pushes it."""
        if push is not self._transport.pushed:
            raise ApplicationError(
                "the application returned a push that belongs to another request",
                "docs/extensions.md",
                'Each request has its own: make it by environ["potstill.push"]() and return it.',
            )
        push.detach()
        if self.is_complete:
            push.end()

    @property
    def is_complete(self) -> bool:
        """Has all been sent that was announced, or that the client wants?"""
        return self._left == 0

    def begin(self) -> None:
        """Send the head, if that was not done yet."""
        if not self.is_open:
            self._transport.send(self._open(None))

    def _send_file(self, wrapper: FileWrapper) -> bool:
        """Let the kernel copy the file, if it is one; False when it has to be read."""
        region = wrapper.region() if self._head and not self.is_open else None
        if region is None:
            return False
        descriptor, offset, size = region
        self._transport.send(self._open(size))
        count = min(size, self._left or 0)
        if count:
            self._transport.send_file(descriptor, offset, count)
            self.sent += count
            self._left = (self._left or 0) - count
        self.finish()
        return True


def _blocks(result: Any) -> Iterator[bytes]:
    """What to iterate, or ApplicationError for what only seems iterable."""
    if isinstance(result, (bytes, str)):
        raise ApplicationError(
            f"the application returned {shown(result)}",
            'PEP 3333, "Specification Details"',
            "Return an iterable of bytes: put it into a list, as [body].",
        )
    try:
        blocks: Iterator[bytes] = iter(result)
    except TypeError:
        raise ApplicationError(
            f"the application returned {shown(result)}, which cannot be iterated",
            'PEP 3333, "Specification Details"',
            "Return an iterable of bytes, as [body] or a generator.",
        ) from None
    return blocks


def _is_only(result: Any) -> bool:
    """Is the first block of what the application returned known to be the only one?"""
    if not hasattr(result, "__len__"):  # which is quicker than the exception would be
        return False
    try:
        return len(result) == 1
    except TypeError:
        return False


def _checked(block: object) -> bytes:
    return block if type(block) is bytes else _as_bytes(block, "a block of the answer is")


def _as_bytes(block: object, what: str) -> bytes:
    if isinstance(block, bytes):
        return bytes(block)
    fix = "Blocks of a body are bytes, always."
    if isinstance(block, str):
        fix = (
            f'Encode text, as {shown(block).rpartition(" (")[0]}.encode("utf-8"), or write b"...".'
        )
    raise ApplicationError(f"{what} {shown(block)}, not bytes", 'PEP 3333, "Unicode Issues"', fix)


def _no_start_response() -> ApplicationError:
    return ApplicationError(
        "the application answered without calling start_response",
        'PEP 3333, "Specification Details"',
        'Call start_response("200 OK", headers) before the first block leaves the iterable.',
    )
