"""A multipart form (RFC 7578), taken apart while it comes in.

Marcel Hellkamp's parser finds the parts; here is decided where they go, and what is refused: what
two programs could read in two ways (a header field that comes twice, a transfer encoding, a file
name in the form that RFC 7578, 4.2, rules out), and what has no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    ParserLimitReached,
    PushMultipartParser,
    parse_content_disposition,
    parse_options_header,
)

from potstill.web.errors import HTTPError
from potstill.web.forms.form import Upload, too_many
from potstill.web.forms.uploads import Spool, base_name
from potstill.web.headers import Headers

if TYPE_CHECKING:
    from collections.abc import Callable

Fields = list[tuple[str, str]]
Files = list[tuple[str, Upload]]

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]").fullmatch
"""RFC 2046, 5.1.1."""
_BOUNDARY_NAME = re.compile(r";\s*boundary\s*=", re.IGNORECASE)
_EXTENDED = re.compile(r";\s*filename\*\s*=", re.IGNORECASE).search
_UTF8 = ("", "utf-8", "utf8", "us-ascii", "ascii")
_AS_IT_IS = ("7bit", "8bit", "binary")


class Segment(Protocol):
    """A part as the parser tells of it."""

    name: str
    filename: str | None
    content_type: str | None
    charset: str | None
    headerlist: list[tuple[str, str]]


def read_multipart(
    header: str, blocks: Iterator[bytes], max_fields: int, max_files: int, max_text: int
) -> tuple[Fields, Files]:
    """Fields and files of a body whose Content-Type is `header`; the caller closes the files.

    HTTPError 400, 413 or 415, as of `read_form`; no file is open then.
    """
    parser = PushMultipartParser(boundary_of(header), max_segment_count=max_fields + max_files)
    parts = Parts(max_fields, max_files, max_text)
    try:
        for block in blocks:
            for event in parser.parse(block):
                if event.__class__ is bytes:
                    parts.write(event)
                elif event is None:
                    parts.end()
                else:
                    parts.begin(event)
        _end(parser)
    except BaseException as error:
        parts.close()
        if isinstance(error, MultipartError):
            raise _refusal(error) from None
        raise
    return parts.fields, parts.files


def boundary_of(header: str) -> str:
    """What stands between the parts; HTTPError 400 if the Content-Type does not say it clearly."""
    boundary = parse_options_header(header)[1].get("boundary", "")
    if len(_BOUNDARY_NAME.findall(header)) != 1 or not _BOUNDARY(boundary):
        raise HTTPError(400, "The Content-Type has no valid boundary (RFC 2046, 5.1.1).")
    return str(boundary)


class Parts:
    """What has come in so far."""

    def __init__(self, max_fields: int, max_files: int, max_text: int) -> None:
        self.fields: Fields = []
        self.files: Files = []
        self.write: Callable[[bytes], object] = self._write_text
        """Takes a block of the part that was begun."""
        self._max_fields = max_fields
        self._max_files = max_files
        self._max_text = max_text
        self._text_left = max_text
        self._text: list[bytes] = []
        self._spool: Spool | None = None
        self._segment: Segment

    def begin(self, segment: Segment) -> None:
        """A part begins: these are its header fields."""
        self._segment = segment
        _check(segment)
        if segment.filename is None:
            if len(self.fields) >= self._max_fields:
                raise too_many("fields", self._max_fields)
            self._text = []
            self.write = self._write_text
            return
        if len(self.files) >= self._max_files:
            raise too_many("files", self._max_files)
        self._spool = Spool()
        self.write = self._spool.write

    def end(self) -> None:
        """The part has ended."""
        if self._spool is None:
            self.fields.append((self._segment.name, self._value()))
        elif self._spool.size or self._segment.filename:
            upload = _upload(self._segment, self._spool)
            self.files.append((upload.name, upload))
            self._spool = None
        else:
            self._spool = None  # a file input that was left empty (HTML, 4.10.21.4)

    def close(self) -> None:
        """Close every file, also the one that is not complete."""
        if self._spool is not None:
            self._spool.close()
        for _, upload in self.files:
            upload.close()

    def _write_text(self, block: bytes) -> None:
        self._text_left -= len(block)
        if self._text_left < 0:
            raise HTTPError(413, f"The fields are longer than {self._max_text} bytes in all.")
        self._text.append(block)

    def _value(self) -> str:
        """The text of a field; HTTPError if it is not UTF-8, or claims to be something else."""
        try:
            value = b"".join(self._text).decode()
        except UnicodeDecodeError:
            raise HTTPError(400, "A field of the form is not UTF-8.") from None
        claims = value if self._segment.name == "_charset_" else self._segment.charset
        if (claims or "").lower() not in _UTF8:  # RFC 7578, 4.6
            raise HTTPError(415, "A form has to be UTF-8.")
        return value


def _upload(segment: Segment, spool: Spool) -> Upload:
    return Upload(
        segment.name,
        base_name(segment.filename or ""),
        spool.finish(),
        spool.size,
        segment.content_type or "application/octet-stream",
        Headers.over(segment.headerlist),
    )


def _check(segment: Segment) -> None:
    """HTTPError 400 for a part that could be understood in two ways."""
    names = [name for name, _ in segment.headerlist]
    if len(set(names)) < len(names):
        raise _malformed("a part has a header field twice")
    for name, value in segment.headerlist:
        if name == "Content-Disposition":
            if not segment.name and parse_content_disposition(value)[1] is None:
                raise _malformed("a part has no name")
            if segment.filename is None and _EXTENDED(value):
                raise _malformed("a file is named by filename*, where filename is due")
        elif name == "Content-Transfer-Encoding" and value.strip().lower() not in _AS_IT_IS:
            raise _malformed("a part has a transfer encoding")  # RFC 7578, 4.7


def _end(parser: PushMultipartParser) -> None:
    try:
        parser.close()
    except MultipartError:
        raise _malformed("it ends before its last boundary") from None


def _refusal(error: MultipartError) -> HTTPError:
    reason = str(error.args[0])
    if isinstance(error, ParserLimitReached):
        return HTTPError(413, f"The form is too large: {reason}.")
    return _malformed(reason[:1].lower() + reason[1:])


def _malformed(reason: str) -> HTTPError:
    return HTTPError(400, f"The form is malformed (RFC 7578): {reason}.")
