"""Names and values as queries and plain forms write them (WHATWG URL, 5.1), strictly as UTF-8.

`&` separates, `+` is a space, `%41` is a byte. A `;` separates nothing: where one program took it
for a separator and the next did not, caches were poisoned. A `%` without two hex digits behind it
stands for itself, as WHATWG has it, because people type `?discount=5%` by hand.
"""

from __future__ import annotations

import re

from potstill.web.errors import HTTPError

MAX_FIELDS = 1000
"""Fields in one query or form."""

_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def parse_urlencoded(text: str, what: str) -> list[tuple[str, str]]:
    """Names with their values, in order; a name without `=` has the value ``.

    `text` is as WSGI has it: one character for each byte. HTTPError 400, which names `what` it is,
    when it is not UTF-8 or has more than 1000 fields.
    """
    if text.count("&") >= MAX_FIELDS:
        raise HTTPError(400, f"The {what} has more than {MAX_FIELDS} fields.")
    pairs = []
    try:
        for field in text.split("&"):
            if not field:
                continue
            name, _, value = field.partition("=")
            if "%" in field or "+" in field or not field.isascii():
                name, value = _decoded(name), _decoded(value)
            pairs.append((name, value))
    except UnicodeError:
        raise HTTPError(400, f"The {what} is not UTF-8.") from None
    return pairs


def _decoded(text: str) -> str:
    """What an encoded name or value stands for; UnicodeError when it is not UTF-8."""
    text = text.replace("+", " ")
    if "%" not in text:
        return text if text.isascii() else text.encode("latin-1").decode()
    from binascii import a2b_qp

    text = _LONE_PERCENT.sub("%25", text)
    # quoted-printable (RFC 2045, 6.7) is the same with `=`; where every `=` has its two digits, the
    # decoder in C has nothing else to interpret, and takes 1/20 of the time of a loop
    return a2b_qp(text.encode("latin-1").replace(b"=", b"=3D").replace(b"%", b"=")).decode()
