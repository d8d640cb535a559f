"""Media types by file name (RFC 9110, 8.3), the same on every machine.

Types of the web come from a table of our own; for the rest the standard library's built-in table is
asked, never the operating system's, so that a deployment changes nothing. What neither knows is
`application/octet-stream`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimetypes import MimeTypes

UNKNOWN = "application/octet-stream"

_TABLE = {
    "text/html": "html htm",
    "text/css": "css",
    "text/javascript": "js mjs cjs",
    "text/plain": "txt text log",
    "text/markdown": "md markdown",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "text/vtt": "vtt",
    "text/yaml": "yaml yml",
    "application/json": "json map",
    "application/ld+json": "jsonld",
    "application/geo+json": "geojson",
    "application/manifest+json": "webmanifest",
    "application/xml": "xml xsl",
    "application/xhtml+xml": "xhtml",
    "application/atom+xml": "atom",
    "application/rss+xml": "rss",
    "application/wasm": "wasm",
    "application/pdf": "pdf",
    "application/gzip": "gz tgz",
    "application/zip": "zip",
    "application/zstd": "zst",
    "application/x-tar": "tar",
    "application/x-bzip2": "bz2",
    "application/x-xz": "xz",
    "application/x-7z-compressed": "7z",
    "application/vnd.sqlite3": "sqlite sqlite3",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "font/ttf": "ttf",
    "font/otf": "otf",
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg jpeg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/jxl": "jxl",
    "image/apng": "apng",
    "image/bmp": "bmp",
    "image/tiff": "tif tiff",
    "image/vnd.microsoft.icon": "ico",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg oga opus",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "video/mp4": "mp4 m4v",
    "video/webm": "webm",
    "video/ogg": "ogv",
    "video/quicktime": "mov",
    "video/matroska": "mkv",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TABLE |= {
    f"{_OFFICE}wordprocessingml.document": "docx",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}presentationml.presentation": "pptx",
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _TABLE.items() for suffix in suffixes.split()}

_COMPRESSIBLE = frozenset(
    {
        "application/vnd.ms-fontobject",
        "application/wasm",
        "font/otf",
        "font/ttf",
        "image/bmp",
        "image/svg+xml",
        "image/vnd.microsoft.icon",
    }
)


def media_type(name: str) -> str:
    """The type that a name's last suffix stands for, without parameters."""
    suffix = name.rpartition("/")[2].rpartition(".")[2].lower()
    return _BY_SUFFIX.get(suffix) or _less_usual(suffix)


def content_type(name: str) -> str:
    """The Content-Type for a name: text is said to be UTF-8."""
    kind = media_type(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def is_compressible(kind: str) -> bool:
    """Is content of this type, without parameters, likely to become smaller by a coding?"""
    return (
        kind.startswith("text/")
        or kind.endswith(("json", "+xml", "/xml", "javascript"))
        or kind in _COMPRESSIBLE
    )


def _less_usual(suffix: str) -> str:
    """What the standard library knows; a type that it takes for coded is not told."""
    kind, coding = _standard().guess_type(f"name.{suffix}")
    return kind if kind and not coding else UNKNOWN


@lru_cache(maxsize=1)
def _standard() -> MimeTypes:
    from mimetypes import MimeTypes

    return MimeTypes()
