"""How much of anything a peer may send; each limit has the status that answers its breach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, but for `fields`, which is a count. All of them are settings."""

    line: int = 8190
    """The request line: 414."""
    fields: int = 100
    """Field lines in the header section: 431."""
    field: int = 8190
    """One field line: 431."""
    section: int = 65536
    """The whole header section: 431."""
    body: int = 1 << 30
    """The body, announced or received: 413."""
    chunk_line: int = 4096
    """A chunk's size with its extensions, and all extensions of a body times 16: 400."""
    trailers: int = 8192
    """The trailer section: 431."""
