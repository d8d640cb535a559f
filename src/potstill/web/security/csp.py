"""The Content-Security-Policy (CSP level 3): what a page may load, run, and be framed by.

A policy is put together once; a request only puts its nonce in. What a browser would ignore without
a word, a misspelt directive or a keyword without its quotes, is refused when the policy is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from potstill.web.errors import SetupError

Sources: TypeAlias = "str | Sequence[str] | None"
"""As in `"'self' data:"` or `["'self'", "data:"]`; empty for a directive without a value."""

DEFAULT_DIRECTIVES: Mapping[str, Sources] = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
"""Everything from the site itself, nothing written into the page, no plug-ins."""

_FETCHED = "child connect fenced-frame font frame img manifest media object prefetch script"
_NAMES = frozenset(
    {f"{kind}-src" for kind in f"default {_FETCHED} style worker".split()}
    | {f"{kind}-src-{part}" for kind in ("script", "style") for part in ("elem", "attr")}
    | {"base-uri", "form-action", "frame-ancestors", "report-to", "report-uri", "sandbox"}
    | {"require-trusted-types-for", "trusted-types", "upgrade-insecure-requests", "webrtc"}
)
_WITHOUT_SOURCES = frozenset(
    {
        *("report-to", "report-uri", "sandbox", "webrtc"),
        *("trusted-types", "require-trusted-types-for"),
    }
)
_KEYWORDS = frozenset(
    {
        *("self", "none", "unsafe-inline", "unsafe-eval", "unsafe-hashes", "wasm-unsafe-eval"),
        *("strict-dynamic", "report-sample", "inline-speculation-rules"),
    }
)
_HASH = re.compile("(nonce|sha(256|384|512))-").match
_SENDABLE = re.compile(r"[\x21-\x2b\x2d-\x3a\x3c-\x7e]+").fullmatch
_WITH_NONCE = ("script-src", "style-src", "script-src-elem", "style-src-elem")


class Csp:
    """A policy: the default directives with these in their place; SetupError if one is malformed.

        Csp({"img-src": "'self' data:", "script-src": ["'self'", "https://cdn.example.com"]})

    None takes a default directive out; `defaults=False` begins with none at all. `report_only`
    lets browsers report what they would have refused, and refuse nothing.
    """

    def __init__(
        self,
        directives: Mapping[str, Sources] | None = None,
        *,
        defaults: bool = True,
        report_only: bool = False,
    ) -> None:
        chosen = {**(DEFAULT_DIRECTIVES if defaults else {}), **(directives or {})}
        self.is_report_only = report_only
        self.directives: dict[str, tuple[str, ...] | None] = {
            name: _checked(name, sources) for name, sources in chosen.items()
        }
        """Each with its sources; None where it was taken out."""

    def text(self, nonce: str | None = None, *, framed_by: str | None = None) -> str:
        """The value of its field; scripts and styles with this nonce are allowed.

        `framed_by` is what `frame-ancestors` says where this policy has not been told.
        """
        directives = dict(self.directives)
        if framed_by is not None:
            directives.setdefault("frame-ancestors", (framed_by,))
        if nonce is not None:
            directives.update(self._with_nonce(f"'nonce-{nonce}'"))
        return "; ".join(
            " ".join((name, *sources))
            for name, sources in directives.items()
            if sources is not None
        )

    def _with_nonce(self, source: str) -> dict[str, tuple[str, ...]]:
        """The directives for scripts and styles, which fall back to default-src, with a nonce."""
        allowed: dict[str, tuple[str, ...]] = {}
        for name in _WITH_NONCE:
            sources = self.directives.get(name)
            if sources is None and not name.endswith("-elem"):
                sources = self.directives.get("default-src")
            if sources is None or "'unsafe-inline'" in sources:
                continue  # all is allowed already, and a nonce would switch 'unsafe-inline' off
            allowed[name] = (*(known for known in sources if known != "'none'"), source)
        return allowed

    def __repr__(self) -> str:
        return f"Csp({self.text()!r})"


def _checked(name: str, sources: Sources) -> tuple[str, ...] | None:
    if name not in _NAMES:
        from difflib import get_close_matches

        near = get_close_matches(name.replace("_", "-").lower(), _NAMES, 1)
        hint = f"; is {near[0]!r} meant?" if near else ""
        raise SetupError(f"{name!r} is no directive of a Content-Security-Policy{hint}")
    if sources is None:
        return None
    listed = tuple(sources.split() if isinstance(sources, str) else sources)
    for source in listed:
        if not _SENDABLE(source):
            raise SetupError(f"{source!r} is no source for {name}: it has a blank, ';' or ','")
        if name not in _WITHOUT_SOURCES and (source.lower() in _KEYWORDS or _HASH(source)):
            raise SetupError(f"{name} needs {source} in single quotes: \"'{source}'\"")
    if "'none'" in listed and len(listed) > 1:
        raise SetupError(f"{name} says 'none' and more, and browsers would not heed the 'none'")
    return listed
