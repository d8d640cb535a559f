"""Forms (HTML, 4.10.21; RFC 7578): their fields, and the files that came with them.

A form is read block by block: what a client sends is in memory only as far as the limits below say,
files beyond that on disk, until the form is closed. Text is UTF-8 or refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from potstill.web import body as bodies
from potstill.web.errors import HTTPError
from potstill.web.headers import Headers
from potstill.web.multidict import MultiDict
from potstill.web.urlencoded import MAX_FIELDS, parse_urlencoded

if TYPE_CHECKING:
    from os import PathLike

    from potstill.web.request import Request

__all__ = ["MAX_FIELDS", "MAX_FILES", "MAX_TEXT", "Form", "Upload", "parse_urlencoded", "read_form"]

MAX_FILES = 128
"""Files in one form."""
MAX_TEXT = 1 << 20
"""Bytes of all fields of a form that are no files."""

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_COPIED = 256 * 1024


class Upload:
    """A file that came with a form. It is closed, and deleted, with its form."""

    __slots__ = ("content_type", "file", "filename", "headers", "name", "size")

    def __init__(  # noqa: PLR0913, PLR0917 - a part of a form has so many properties
        self,
        name: str,
        filename: str,
        file: BinaryIO,
        size: int,
        content_type: str = "application/octet-stream",
        headers: Headers | None = None,
    ) -> None:
        self.name: str = name
        """Of the form's field."""
        self.filename: str = filename
        """What the client calls it, without folders and control characters; may be empty. For
        showing: as a name on the server's disk, anybody could choose it."""
        self.content_type: str = content_type
        """The media type that the client claims, in lower case and without parameters."""
        self.size: int = size
        """In bytes."""
        self.file: BinaryIO = file
        """To read from, at its beginning."""
        self.headers: Headers = Headers() if headers is None else headers
        """The header fields of its part, as the client sent them."""

    def read(self) -> bytes:
        """All of it; the file is at its beginning afterwards."""
        self.file.seek(0)
        content = self.file.read()
        self.file.seek(0)
        return content

    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write it to a path of your choice; FileExistsError when that is taken.

        With `overwrite`, what is there is replaced. A copy that fails midway is deleted.
        """
        from pathlib import Path

        target = Path(path)
        with target.open("wb" if overwrite else "xb") as copy:
            try:
                self.file.seek(0)
                while block := self.file.read(_COPIED):
                    copy.write(block)
                copy.flush()
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        self.file.seek(0)

    def close(self) -> None:
        """Give back its memory, or its place on disk."""
        self.file.close()

    def __repr__(self) -> str:
        return f"<Upload {self.name!r}: {self.filename!r}, {self.size} bytes>"


class Form(MultiDict[str]):
    """The fields of a form, as text; its files are in `files`."""

    __slots__ = ("files",)

    def __init__(
        self, fields: Iterable[tuple[str, str]] = (), files: Iterable[tuple[str, Upload]] = ()
    ) -> None:
        super().__init__(fields)
        self.files: MultiDict[Upload] = MultiDict(files)
        """By the names of their fields; a file input left empty is not among them."""

    def close(self) -> None:
        """Close all its files; any number of times."""
        for _, upload in self.files.pairs():
            upload.close()


def read_form(
    request: Request,
    *,
    max_fields: int = MAX_FIELDS,
    max_files: int = MAX_FILES,
    max_text: int = MAX_TEXT,
) -> Form:
    """The body as a form, urlencoded or multipart; whoever asks closes it.

    HTTPError 400 when it is malformed, 413 beyond `request.max_body` or a limit, 415 for another
    media type or charset. What was not read yet is drained then, and every file closed.
    """
    if request.content_type == URLENCODED:
        return Form(_urlencoded(request, max_fields, max_text))
    if request.content_type != MULTIPART:
        raise HTTPError(
            415, "A form was expected.", headers=[("Accept", f"{URLENCODED}, {MULTIPART}")]
        )
    from potstill.web.forms.multipart import read_multipart

    blocks = request.blocks()
    header: str = request.environ["CONTENT_TYPE"]
    try:
        return Form(*read_multipart(header, blocks, max_fields, max_files, max_text))
    except HTTPError:
        _drain(blocks)
        raise


def _urlencoded(request: Request, max_fields: int, max_text: int) -> list[tuple[str, str]]:
    _check_charset(request.environ["CONTENT_TYPE"])
    length = request.content_length
    if length is not None and length <= max_text:
        body = request.body  # kept: who checks a signature wants the bytes themselves, too
    else:
        body = _gathered(request.blocks(), max_text)
    if body.count(b"&") >= max_fields:
        raise too_many("fields", max_fields)
    return parse_urlencoded(body.decode("latin-1"), "form")


def _check_charset(header: str) -> None:
    """The standard knows no charset but UTF-8; HTTPError 415 for a form that names another."""
    for parameter in header.lower().split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' \t"') not in ("utf-8", "utf8"):
            raise HTTPError(415, "A form has to be UTF-8.")


def _gathered(blocks: Iterator[bytes], limit: int) -> bytes:
    gathered: list[bytes] = []
    size = 0
    for block in blocks:
        gathered.append(block)
        size += len(block)
        if size > limit:
            _drain(blocks)
            raise bodies.too_large(limit)
    return b"".join(gathered)


def _drain(blocks: Iterator[bytes]) -> None:
    """Read on for a while, so that the client has sent its request when it gets the refusal."""
    left = bodies.DRAINED
    with suppress(HTTPError):
        for block in blocks:
            left -= len(block)
            if left < 0:
                return


def too_many(what: str, limit: int) -> HTTPError:
    """The refusal of a form with more fields or files than are taken."""
    return HTTPError(413, f"The form has more than {limit} {what}, which is all that is taken.")
