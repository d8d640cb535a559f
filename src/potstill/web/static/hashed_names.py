"""Names that tell the content: `app.css` with the hash of what is in it.

The hash goes before the last suffix, so that the name still says what type it is of.
"""

from __future__ import annotations

from collections.abc import Iterator

DIGEST = 12
"""Hexadecimal digits of the content's hash: 48 bits tell the versions of a file apart."""


def with_digest(name: str, digest: str) -> str:
    """The name with the first digits of a hash: `jquery.min.js`, `jquery.min.0123456789ab.js`."""
    digest = digest[:DIGEST]
    parent, slash, last = name.rpartition("/")
    stem, dot, suffix = last.rpartition(".")
    if not stem:
        return f"{name}.{digest}"
    return f"{parent}{slash}{stem}.{digest}{dot}{suffix}"


def names_in(address: str) -> Iterator[str]:
    """The names that a hashed address may have been made from."""
    parent, slash, last = address.rpartition("/")
    parts = last.split(".")
    for place in (-2, -1):
        if len(parts) > -place and _is_digest(parts[place]):
            rest = [part for number, part in enumerate(parts) if number != len(parts) + place]
            yield parent + slash + ".".join(rest)


def _is_digest(text: str) -> bool:
    return len(text) == DIGEST and not text.strip("0123456789abcdef")
