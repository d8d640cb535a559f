"""Text that may be looked at: without what looks like a secret.

A secret is known by its name only: that of a variable, a key, an attribute, a header field. What is
called something else is shown; so this is a curtain for screens and bug reports, no safe.
"""

from __future__ import annotations

import re

HIDDEN = "(hidden)"
"""Stands where a secret was."""

# Names are bounded, so that no text is slow to mask.
_SPELT = (
    "passw|passphrase|secret|token|apikey|api_key|api-key|cookie|session|credential|authoriz|"
    "authentic|csrf|xsrf|signature|private"
)
_WORDS = "key|keys|auth|pwd|pin|jwt|otp|dsn|nonce|salt|sid"
_NAMED = (
    rf"[\w.-]{{0,60}}(?:{_SPELT})[\w.-]{{0,60}}"
    rf"|(?:[\w.-]{{0,60}}[_.-])?(?:{_WORDS})(?:[_.-][\w.-]{{0,60}})?"
    r"|\w{0,60}[a-z](?-i:Key|Auth|Pin|Salt)"
)
_SECRET = re.compile(
    rf"{_SPELT}|(?:^|[_.-])(?:{_WORDS})(?:$|[_.-])|[a-z](?-i:Key|Auth|Pin|Salt)$", re.IGNORECASE
).search
_ASSIGNED = re.compile(
    rf"""(?:(?<![\w.-])\\{{0,7}}['"]?(?:{_NAMED})\\{{0,7}}['"]?(?:=|\s*:\s*|\s=\s)"""
    rf"""|[(\[]b?\\{{0,7}}['"](?:{_NAMED})\\{{0,7}}['"],\s*)(?!(?:None|True|False)\b)""",
    re.IGNORECASE,
).search
_SCHEMED = re.compile(r"(?P<before>\b(?:Bearer|Basic|Digest)\s+)[\w.+/=~-]{6,}")
_COOKIES = re.compile(r"(?P<before>\bCookie:\s*)[^\r\n'\"]+", re.IGNORECASE)
_USER = re.compile(r"(?P<before>://[^\s/:@'\"]*:)[^\s/'\"]+(?=@)")
_QUOTE = re.compile(r"""b?(\\{0,7})(['"])""").match


def is_secret(name: object) -> bool:
    """Does the name say that its value is nobody's business?"""
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    return isinstance(name, str) and _SECRET(name) is not None


def masked(text: str) -> str:
    """Text without the values that stand beside the name of a secret, or as one in an address."""
    for pattern in (_SCHEMED, _COOKIES, _USER):
        text = pattern.sub(rf"\g<before>{HIDDEN}", text)
    parts: list[str] = []
    at = 0
    while found := _ASSIGNED(text, at):
        end = _end_of_value(text, found.end())
        parts += (text[at : found.end()], HIDDEN if end > found.end() else "")
        at = end
    return "".join([*parts, text[at:]])


def _end_of_value(text: str, start: int) -> int:
    """Where a value ends: text in quotes, something with balanced brackets, or a word."""
    at, depth = start, 0
    while at < len(text):
        quote = _QUOTE(text, at)
        if quote:
            if not depth and at > start and text[at - 1] not in "=)":
                return at  # it ends the text that the value is in
            at = _end_of_quoted(text, quote)
            continue
        character = text[at]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if depth < 0 or (not depth and (character in "&;," or character.isspace())):
            return at
        at += 1
    return at


def _end_of_quoted(text: str, quote: re.Match[str]) -> int:
    """Behind the closing quote, which has as many backslashes as the opening one."""
    slashes, mark = quote.groups()
    inner = rf"(?:\\.|[^{mark}\\])*{mark}"
    if slashes:
        inner = rf".*?(?<!\\){re.escape(slashes + mark)}"
    closed = re.compile(inner, re.DOTALL).match(text, quote.end())
    return closed.end() if closed else len(text)


def cut(text: str, longest: int) -> str:
    """The beginning of a text."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
