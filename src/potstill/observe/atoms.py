"""The pieces a line of the access log is made of, under the names Apache and Gunicorn gave them.

=========  ==================================================================================
`h`        the peer's address; `-` on a Unix socket
`l`        always `-`
`u`        the user name of Basic authentication, as sent: nobody has checked it here
`t`        the end of the request, `[22/Nov/2026:18:15:28 +0000]`, local time
`r`        the request line
`m` `H`    its method; its protocol, `HTTP/1.1`
`U`        its path, percent-decoded
`q`        its query, raw; empty when it has none
`s`        the status
`B` `b`    bytes sent of the answer's body; `b` has `-` for 0
`f` `a`    Referer; User-Agent
`T` `M`    the duration in whole seconds; in whole milliseconds
`D` `L`    the duration in microseconds; in seconds with six decimals
`p`        the process id, `<4711>`
`{name}i`  a field of the request, by its name in any case
`{name}o`  a field of the answer as the application gave it; several are joined by `, `
`{name}e`  always `-`: the environ belongs to the application, which may have changed it
=========  ==================================================================================

What is missing is `-`: all of the request line when it was never understood, a field not sent.
Every text from outside leaves here escaped. Spaces are escaped too where none belong, so that a
column without quotes stays one column; only Referer, User-Agent and other fields keep theirs.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from potstill.observe.entry import Entry
from potstill.observe.escaping import ABSENT, Memo, escape_word, escaped, escaped_word
from potstill.observe.timestamps import common_time

Atom: TypeAlias = Callable[[Entry], str | int]


def request_field(name: str, shown: Memo = escaped) -> Atom:
    """The atom of a request field; `shown` decides how its value is written."""
    key = name.lower()

    def read(entry: Entry) -> str:
        fields = entry.fields
        return shown[None if fields is None else fields.get(key)]

    return read


def response_field(name: str) -> Atom:
    """The atom of a field among those the application gave."""
    key = name.lower()

    def read(entry: Entry) -> str:
        values = [value for field, value in entry.response_fields if field.lower() == key]
        return escaped[", ".join(values)] if values else ABSENT

    return read


def environ_variable(_name: str) -> Atom:
    """The atom of an environ variable: never known."""
    return _nothing


def request_line(entry: Entry) -> str:
    """`GET /path?query HTTP/1.1`, as sent."""
    line = entry.line
    if line is None:
        return ABSENT
    return f"{escaped_word[line.method]} {escaped_word[line.target]} {escaped_word[line.protocol]}"


def user(entry: Entry) -> str:
    """The user name of `Authorization: Basic` (RFC 7617); what does not decode is no name.

    Neither it nor the password beside it is remembered in a memo.
    """
    authorization = None if entry.fields is None else entry.fields.get("authorization")
    if authorization is None:
        return ABSENT
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ABSENT
    try:
        pair = base64.b64decode(credentials.strip(" ").encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return ABSENT
    return escape_word(pair.decode("latin-1").partition(":")[0]) or ABSENT


def _nothing(_entry: Entry) -> str:
    return ABSENT


ATOMS: Final[Mapping[str, Atom]] = {
    "h": lambda entry: escaped_word[entry.peer or None],
    "l": _nothing,
    "u": user,
    "t": lambda entry: common_time(int(entry.ended)),
    "r": request_line,
    "m": lambda entry: escaped_word[entry.line.method if entry.line else None],
    "U": lambda entry: escaped_word[entry.line.path if entry.line else None],
    "q": lambda entry: escaped_word[entry.line.query if entry.line else None],
    "H": lambda entry: escaped_word[entry.line.protocol if entry.line else None],
    "s": lambda entry: entry.status,
    "B": lambda entry: entry.sent,
    "b": lambda entry: entry.sent or ABSENT,
    "f": request_field("referer"),
    "a": request_field("user-agent"),
    "T": lambda entry: int(entry.seconds),
    "M": lambda entry: int(entry.seconds * 1e3),
    "D": lambda entry: int(entry.seconds * 1e6),
    "L": lambda entry: f"{entry.seconds:.6f}",
    "p": lambda _entry: f"<{os.getpid()}>",  # asked each time: a worker is forked
}

FAMILIES: Final[Mapping[str, Callable[[str], Atom]]] = {
    "i": request_field,
    "o": response_field,
    "e": environ_variable,
}
