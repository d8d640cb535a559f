"""Bodies of requests, written as a browser writes them: queries, forms, uploads, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import urlencode

from potstill.web.testing.streams import Readable

Fields: TypeAlias = Mapping[str, object] | Iterable[tuple[str, object]]
"""Names and values. Lists and tuples give a name several times, None leaves it out, a bool is
`true` or `false`, everything else is sent as its `str()`."""
Content: TypeAlias = bytes | str | Readable
"""Text is sent as UTF-8."""
FileSpec: TypeAlias = Content | tuple[str, Content] | tuple[str, Content, str]
"""The content of a file; with its name; with its media type."""
Files: TypeAlias = Mapping[str, FileSpec] | Iterable[tuple[str, FileSpec]]

BOUNDARY = "potstill-e7c1b1a64f1d4c5f"


def pairs(fields: Fields) -> list[tuple[str, str]]:
    """Each name with each of its values."""
    items = fields.items() if isinstance(fields, Mapping) else fields
    return [
        (name, _text(one))
        for name, value in items
        for one in (value if isinstance(value, (list, tuple)) else (value,))
        if one is not None
    ]


def urlencoded(fields: Fields) -> str:
    """As `application/x-www-form-urlencoded`, in UTF-8 (the URL standard, 5.2)."""
    return urlencode(pairs(fields))


def multipart(fields: Fields, files: Files) -> tuple[bytes, str]:
    """Fields, then files, as `multipart/form-data`, and its Content-Type (RFC 7578)."""
    parts = [(_disposition(name), "", value.encode()) for name, value in pairs(fields)]
    for name, spec in files.items() if isinstance(files, Mapping) else files:
        filename, content, media_type = _file(name, spec)
        parts.append((_disposition(name, filename), media_type, content))
    boundary = BOUNDARY
    while any(boundary.encode() in content for _, _, content in parts):
        boundary += "x"
    lines: list[bytes] = []
    for disposition, media_type, content in parts:
        lines += [b"--" + boundary.encode(), f"Content-Disposition: {disposition}".encode()]
        if media_type:
            lines.append(f"Content-Type: {media_type}".encode())
        lines += [b"", content]
    lines += [b"--" + boundary.encode() + b"--", b""]
    return b"\r\n".join(lines), f"multipart/form-data; boundary={boundary}"


def json_bytes(value: object) -> bytes:
    """As JSON: by msgspec where it is installed (structs, dates, ...), else by the library."""
    try:
        from msgspec.json import encode
    except ImportError:
        import json

        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return encode(value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _file(name: str, spec: FileSpec) -> tuple[str, bytes, str]:
    """Name, content and media type; the type goes by the name where it was not given."""
    if not isinstance(spec, tuple):
        spec = (name, spec)
    filename, content = spec[:2]
    if len(spec) == 3:
        return filename, _bytes(content), spec[2]
    from mimetypes import guess_type

    return filename, _bytes(content), guess_type(filename)[0] or "application/octet-stream"


def _bytes(content: Content) -> bytes:
    if isinstance(content, str):
        return content.encode()
    return content if isinstance(content, bytes) else content.read(-1)


def _disposition(name: str, filename: str | None = None) -> str:
    """Quotes and line ends are percent-encoded, as browsers do (the HTML standard, 4.10.21.8)."""
    quoted = f'form-data; name="{_quoted(name)}"'
    return quoted if filename is None else f'{quoted}; filename="{_quoted(filename)}"'


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
