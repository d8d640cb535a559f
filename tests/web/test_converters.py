"""Converters accept one spelling of each value."""

from __future__ import annotations

import math
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.web.converters import LARGEST, standard_converters

SOME = UUID("0b9ef05a-0a6c-4d6b-9a34-0b0a0b6c5c5d")
CONVERTERS = standard_converters()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "0", 0),
        ("int", "7", 7),
        ("int", "-7", -7),
        ("int", str(LARGEST), LARGEST),
        ("float", "1.50", 1.5),
        ("float", "-2", -2.0),
        (
            "uuid",
            "0B9EF05A-0A6C-4D6B-9A34-0B0A0B6C5C5D",
            UUID("0b9ef05a-0a6c-4d6b-9a34-0b0a0b6c5c5d"),
        ),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("str", "é", "é"),
        ("path", "a/b", "a/b"),
    ],
)
def test_a_value_is_made_of_its_spelling(kind: str, text: str, value: object) -> None:
    assert CONVERTERS[kind].convert(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("int", text) for text in ("", "-", "+1", "01", "-0", " 1", "1_000", "1.0", "٣", "1e3")),
        ("int", str(LARGEST + 1)),
        ("int", "9" * 5000),
        *(("float", text) for text in ("", "nan", "inf", "1e3", ".5", "5.", "+1.0", "1_0")),
        *(("uuid", text) for text in ("", SOME.hex, f"{{{SOME}}}", "x" * 36)),
        *(("date", text) for text in ("", "2026-02-29", "20260228", "2026-W01-1", "2026-2-28")),
    ],
)
def test_another_spelling_is_no_match(kind: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - that it is one is the point
        CONVERTERS[kind].convert(text)


@given(some.integers(-LARGEST, LARGEST))
def test_each_integer_comes_back(value: int) -> None:
    converter = CONVERTERS["int"]
    assert converter.convert(converter.to_url(value)) == value


@given(some.dates())
def test_each_date_comes_back(value: date) -> None:
    converter = CONVERTERS["date"]
    assert converter.convert(converter.to_url(value)) == value


@given(some.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_or_is_refused(value: float) -> None:
    converter = CONVERTERS["float"]
    try:
        text = converter.to_url(value)
    except ValueError:
        return
    assert math.isclose(converter.convert(text), value, rel_tol=0, abs_tol=0)
