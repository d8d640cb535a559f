"""How numbers and truth are spelled in a query or a form; ValueError for what is none.

Digits are ASCII, and nothing but digits: Python's own would take `1_000`, ` 7` and `nan`.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from potstill.web.converters import LARGEST

LONGEST = 300
"""Characters of a number."""

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_BOOLEANS = dict.fromkeys(("true", "1", "on", "yes"), True) | dict.fromkeys(
    ("false", "0", "off", "no"), False
)


def integer_of(text: str) -> int:
    """A whole number of 64 bits; leading zeros are fine."""
    digits = text[1:] if text[:1] == "-" else text
    if not (digits.isdigit() and digits.isascii()) or len(digits) > LONGEST:
        raise ValueError
    number = int(text)
    if not -LARGEST <= number <= LARGEST:  # beyond it, databases fail rather than find nothing
        raise ValueError
    return number


def float_of(text: str) -> float:
    """A finite number."""
    if not _NUMBER(text):
        raise ValueError
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def decimal_of(text: str) -> Decimal:
    """A number in plain decimal digits."""
    # No exponents: int(Decimal("1e999999999")) takes all memory there is.
    if not _DECIMAL(text) or len(text) > LONGEST:
        raise ValueError
    return Decimal(text)


def is_moderate(number: Decimal) -> bool:
    """Is it finite, and of no more digits than a text may have when all are written?"""
    return number.is_finite() and _size(number) <= LONGEST


def _size(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # it is finite
    return max(len(number.as_tuple().digits), abs(number.adjusted()), abs(exponent))


def boolean_of(text: str) -> bool:
    """true, 1, on, yes, or false, 0, off, no, in any case."""
    value = _BOOLEANS.get(text) if text in _BOOLEANS else _BOOLEANS.get(text.lower())
    if value is None:
        raise ValueError
    return value
