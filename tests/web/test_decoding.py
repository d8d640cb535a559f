"""Numbers that JSON can say, and that a program would fall over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from potstill.web import App
from potstill.web.testing import Client
from tests.web.test_complaints import complaints


class Price(msgspec.Struct):
    amount: Decimal
    cents: int = 0
    before: list[Price] = []
    by_code: dict[str, Decimal] = {}


DECIMAL = "must be a decimal number, as in 12.50"
LARGE = "must be a whole number of at most 64 bits"

REFUSED: list[tuple[Any, str, list[tuple[str, str]]]] = [
    (Price, '{"amount": "NaN"}', [("amount", DECIMAL)]),
    (Price, '{"amount": "-Infinity"}', [("amount", DECIMAL)]),
    (Price, '{"amount": "1e999999999"}', [("amount", DECIMAL)]),
    (Price, '{"amount": "1e-999999"}', [("amount", DECIMAL)]),
    (Price, '{"amount": 1e400}', [("amount", DECIMAL)]),
    (Price, '{"amount": "%s"}' % ("1" * 301), [("amount", DECIMAL)]),
    (
        Price,
        '{"amount": 1, "before": [{"amount": 1}, {"amount": "nan"}], "by_code": {"a": "inf"}}',
        [("before[1].amount", DECIMAL), ("by_code.a", DECIMAL)],
    ),
    (Price, '{"amount": 1, "cents": 9223372036854775808}', [("cents", LARGE)]),
    (int, "9223372036854775808", [("", LARGE)]),
    (int, "-9223372036854775809", [("", LARGE)]),
    (Any, '{"a": [1, 99999999999999999999]}', [("a[1]", LARGE)]),
    (dict[int, int], '{"99999999999999999999": 1}', [("", LARGE)]),
    (dict[Decimal, int], '{"NaN": 1}', [("", DECIMAL)]),
]


@pytest.mark.parametrize(("kind", "body", "told"), REFUSED)
def test_a_number_that_is_too_large_is_refused(
    kind: Any, body: str, told: list[tuple[str, str]]
) -> None:
    assert complaints(kind, body) == told


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (int, "9223372036854775807"),
        (int, "-9223372036854775808"),
        (str, '"99999999999999999999"'),
        (float, "99999999999999999999"),
        (Any, '["99999999999999999999", 1e300, 123456789012345678]'),
        (Decimal, '"1e5"'),
        (Decimal, "12.50"),
        (Price, '{"amount": "-0.001", "before": [{"amount": 0}]}'),
    ],
)
def test_a_number_of_usual_size_is_taken(kind: Any, body: str) -> None:
    assert complaints(kind, body) == []


def test_not_all_are_told_when_there_are_thousands() -> None:
    assert len(complaints(list[Decimal], '["nan"' + ',"nan"' * 9999 + "]")) == 20


def test_what_is_as_deep_as_can_be_read_is_searched_as_well() -> None:
    app = App()

    @app.post("/")
    def take(body: Any) -> None: ...

    client = Client(app)
    statuses = {
        client.post(
            "/",
            body=b"[" * depth + b"99999999999999999999" + b"]" * depth,
            headers={"Content-Type": "application/json"},
        ).status
        for depth in range(0, 1200, 7)
    }
    assert statuses == {400, 422}
