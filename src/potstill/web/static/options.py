"""What a `Static` is told, as it is needed: checked when that is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from potstill.web.errors import SetupError
from potstill.web.headers import field_line

SUFFIXES = {"zstd": ".zst", "br": ".br", "gzip": ".gz"}
"""What the name of a coded file ends with (RFC 8878, 7932 and 1952)."""

_OURS = frozenset(
    {
        *("accept-ranges", "content-encoding", "content-length", "content-range", "content-type"),
        *("etag", "last-modified", "transfer-encoding"),
    }
)
"""Field lines that are each file's own."""


def suffixes_of(encodings: Sequence[str]) -> dict[str, str]:
    """The suffixes of codings, by their names."""
    unknown = [name for name in encodings if name not in SUFFIXES]
    if unknown:
        raise SetupError(f"encodings are of {', '.join(SUFFIXES)}, not {', '.join(unknown)}")
    return {name: SUFFIXES[name] for name in encodings}


def cache_control(max_age: int | None) -> str:
    """What Cache-Control says; empty for nothing."""
    if max_age is None:
        return ""
    return f"max-age={max_age}" if max_age > 0 else "no-cache"


def further(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Field lines that go with each file."""
    try:
        lines = [field_line(name, value) for name, value in headers]
    except ValueError as error:
        raise SetupError(str(error)) from None
    for name, _ in lines:
        if name.lower() == "cache-control":
            raise SetupError("say how long files are kept by max_age=, not by headers=")
        if name.lower() in _OURS:
            raise SetupError(f"{name} is each file's own, and cannot be said for all by headers=")
    return lines
