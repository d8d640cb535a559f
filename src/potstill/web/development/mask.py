"""Values as text that may be looked at: bounded, never raising, without what looks like a secret.

A secret is known by its name only: that of a variable, a key, an attribute, a header field. What is
called something else is shown; so this is a curtain for screens and bug reports, no safe.
"""

from __future__ import annotations

import re
from reprlib import Repr
from typing import Any

HIDDEN = "(hidden)"
"""Stands where a secret was."""
LONGEST = 400
"""Characters of a value that are shown. Names are bounded too, so that no text is slow to mask."""

_SPELT = (
    "passw|passphrase|secret|token|apikey|api_key|api-key|cookie|session|credential|authoriz|"
    "authentic|csrf|xsrf|signature|private"
)
_WORDS = "key|keys|auth|pwd|pin|jwt|otp|dsn|nonce|salt"
_NAMED = (
    rf"[\w.-]{{0,60}}(?:{_SPELT})[\w.-]{{0,60}}"
    rf"|(?:[\w.-]{{0,60}}[_.-])?(?:{_WORDS})(?:[_.-][\w.-]{{0,60}})?"
    r"|\w{0,60}[a-z](?-i:Key|Auth|Pin|Salt)"
)
_SECRET = re.compile(
    rf"{_SPELT}|(?:^|[_.-])(?:{_WORDS})(?:$|[_.-])|[a-z](?-i:Key|Auth|Pin|Salt)$", re.IGNORECASE
).search
_QUOTED = r"""b?(?:'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?)"""
_ASSIGNED = re.compile(
    rf"""(?<![\w.-])(?P<before>['"]?(?:{_NAMED})['"]?(?:=|\s*:\s*|\s=\s))(?!(?:None|True|False)\b)"""
    rf"(?P<value>{_QUOTED}|[^\s&;,()\[\]{{}}'\"]+)",
    re.IGNORECASE,
)
_PAIRED = re.compile(
    rf"""(?P<before>\(['"](?:{_NAMED})['"],\s*)(?P<value>{_QUOTED}|[^\s,()]+)""", re.IGNORECASE
)
_SCHEMED = re.compile(r"(?P<before>\b(?:Bearer|Basic|Digest)\s+)(?P<value>[\w.+/=~-]{6,})")
_USER = re.compile(r"(?P<before>://[^\s/:@'\"]*:)(?P<value>[^\s/@'\"]+)(?=@)")


def is_secret(name: object) -> bool:
    """Does the name say that its value is nobody's business?"""
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    return isinstance(name, str) and _SECRET(name) is not None


def masked(text: str) -> str:
    """Text without the values that stand beside the name of a secret, or as one in an address."""
    for pattern in (_SCHEMED, _ASSIGNED, _PAIRED, _USER):
        text = pattern.sub(rf"\g<before>{HIDDEN}", text)
    return text


def shown(name: object, value: object) -> str:
    """A variable's value as text of at most `LONGEST` characters; never raises an Exception."""
    return HIDDEN if _hides(name, value) else outline(value)


def _hides(name: object, value: object) -> bool:
    """Is it a secret? None and False are none: that there is no password is worth knowing."""
    return is_secret(name) and value is not None and not isinstance(value, bool)


def outline(value: object) -> str:
    """`repr(value)`, cut and masked; its type when it has none that works."""
    try:
        text = _outlines.repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"
    return cut(masked(cut(text, 5 * LONGEST)), LONGEST)


def cut(text: str, longest: int) -> str:
    """The beginning of a text."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


class _Outlines(Repr):
    """The usual bounded repr, but secrets in dicts are hidden, and failures are told."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxdict = 25
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 12
        self.maxlong = LONGEST

    def repr1(self, x: Any, level: int) -> str:
        kind = type(x)
        if kind.__module__ == "builtins":
            return super().repr1(x, level)
        return self.repr_instance(x, level)

    def repr_str(self, x: str, level: int) -> str:
        return repr(x[: 5 * LONGEST])  # the base leaves out the middle, where names may stand

    def repr_bytes(self, x: bytes, level: int) -> str:
        return repr(x[: 5 * LONGEST])

    def repr_bytearray(self, x: bytearray, level: int) -> str:
        return repr(x[: 5 * LONGEST])

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        if "wsgi.version" in x:
            return "<the environ of a WSGI call>"  # servers put their own environment into it
        if level <= 0 and x:
            return "{…}"
        pairs = [
            f"{self.repr1(key, level - 1)}: "
            + (HIDDEN if _hides(key, value) else self.repr1(value, level - 1))
            for key, value in list(x.items())[: self.maxdict]
        ]
        return "{" + ", ".join([*pairs, "…"] if len(x) > self.maxdict else pairs) + "}"

    def repr_instance(self, x: Any, level: int) -> str:
        try:
            text = repr(x)
        except Exception as error:
            return f"<{type(x).__name__}, whose repr raises {type(error).__name__}>"
        return cut(masked(cut(text, 5 * LONGEST)), LONGEST)


_outlines = _Outlines()
