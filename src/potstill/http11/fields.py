"""The header section, and what its fields say about the message (RFC 9110, 5; RFC 9112, 5).

Fields are kept under the names that CGI gives them (RFC 3875, 4.1.18), the one spelling that the
layers above want; `Fields.get` takes HTTP's spelling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from potstill.http11.errors import ProtocolError
from potstill.http11.grammar import DIGITS

# Fields whose value is no list: two of them contradict each other (RFC 9110, 5.3).
SINGLETONS = frozenset(
    {
        "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_AUTHORIZATION", "HTTP_DATE", "HTTP_FROM",
        "HTTP_HOST", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_MAX_FORWARDS", "HTTP_ORIGIN", "HTTP_PROXY_AUTHORIZATION", "HTTP_RANGE",
        "HTTP_REFERER", "HTTP_USER_AGENT",
    }
)  # fmt: skip

# Fields that decide what the server does: no other spelling may ever stand for them.
DECISIVE = SINGLETONS | {"HTTP_CONNECTION", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING"}


# What a proxy tells of the client behind it; the X- ones are custom, the last is RFC 7239.
FORWARDED = frozenset(
    {
        "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED",
    }
)  # fmt: skip

SPECIAL = FORWARDED | {"CONTENT_LENGTH", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING"}


class Fields:
    """A header section (RFC 9112, 5). Shared by all requests with the same field block."""

    __slots__ = (
        "closes", "content_length", "derived", "expects_continue", "forwarded", "has_host",
        "is_forwarded", "is_plain", "is_usual", "keeps_alive", "transfer_encoding", "variables",
    )  # fmt: skip

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        """Values under their CGI names; nobody may change it."""
        self.derived: dict[str, Any] | None = None
        """What the layer above made of these fields, kept as long as they are remembered."""
        self.forwarded: dict[Any, Any] | None = None
        """As `derived`, for what depends on who sent them."""
        self.has_host = "HTTP_HOST" in variables
        self.closes, self.keeps_alive = _connection(variables.get("HTTP_CONNECTION"))
        self.content_length: int | None = None
        self.transfer_encoding: str | None = None
        self.expects_continue = self.is_forwarded = False
        self.is_plain = self.is_usual = self.has_host and not self.closes
        """`is_plain`: on HTTP/1.1 no body follows and the connection persists; `is_usual`: it is,
        and no proxy tells of somebody else."""
        if not SPECIAL.isdisjoint(variables):
            self._look_closer(variables)

    def _look_closer(self, variables: dict[str, str]) -> None:
        self.content_length = _content_length(variables)
        self.transfer_encoding = variables.get("HTTP_TRANSFER_ENCODING")
        self.expects_continue = _expects_continue(variables.get("HTTP_EXPECT", ""))
        self.is_forwarded = not FORWARDED.isdisjoint(variables)
        has_body = self.content_length or self.transfer_encoding is not None
        self.is_plain = self.is_plain and not has_body
        self.is_usual = self.is_plain and not self.is_forwarded

    def get(self, name: str) -> str | None:
        """The value of a field, repeated ones combined; None when it was not sent."""
        return self.variables.get(cgi_name(name))


@lru_cache(512)
def cgi_name(name: str) -> str:
    """The variable that holds a field: `Content-Type` is CONTENT_TYPE, `Accept` HTTP_ACCEPT."""
    variable = name.upper().replace("-", "_")
    if variable in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return variable
    return "HTTP_" + variable


def combined(name: str, first: str, second: str) -> str:
    """Two values of one field as one (RFC 9110, 5.3; RFC 6265, 5.4 for Cookie)."""
    if name in SINGLETONS:
        raise ProtocolError(400, "A field that may stand once stands twice.")
    return f"{first}; {second}" if name == "HTTP_COOKIE" else f"{first}, {second}"


@lru_cache(64)
def _connection(value: str | None) -> tuple[bool, bool]:
    """Does the client ask to close the connection, does it ask to keep it (RFC 9112, 9.3)?"""
    options = _options(value) if value else []
    return "close" in options, "keep-alive" in options


def _options(value: str) -> list[str]:
    """The elements of a list of tokens, in lower case; empty ones do not count."""
    return [option for part in value.split(",") if (option := part.strip(" \t").lower())]


def _expects_continue(value: str) -> bool:
    """True for `100-continue` (RFC 9110, 10.1.1); any other expectation is refused with 417."""
    expectations = _options(value)
    if any(expectation != "100-continue" for expectation in expectations):
        raise ProtocolError(417, "This server meets no expectation but 100-continue.")
    return bool(expectations)


def _content_length(variables: dict[str, str]) -> int | None:
    """The announced length of the body (RFC 9110, 8.6); it replaces the text it was read from."""
    text = variables.get("CONTENT_LENGTH")
    if text is None:
        return None
    if not DIGITS.fullmatch(text.encode("latin-1")):
        raise ProtocolError(400, "Content-Length is no decimal number.")
    digits = text.lstrip("0") or "0"
    if len(digits) > 18:
        raise ProtocolError(413, "The body is too large.")
    variables["CONTENT_LENGTH"] = digits
    return int(digits)
