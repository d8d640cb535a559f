from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puretodo.model.positions import DIGITS, between, spread

PLACES = st.lists(st.floats(0, 1, exclude_max=True), max_size=150)


def inserted(places: list[float]) -> list[str]:
    """An order into which positions were put at these places, each a share of its length."""
    order: list[str] = []
    for place in places:
        index = int(place * (len(order) + 1))
        before = order[index - 1] if index else None
        after = order[index] if index < len(order) else None
        order.insert(index, between(before, after))
    return order


@settings(deadline=None)
@given(PLACES)
def test_whatever_is_put_wherever_the_order_is_kept(places: list[float]) -> None:
    order = inserted(places)
    assert order == sorted(set(order))


@settings(deadline=None)
@given(PLACES)
def test_no_position_ends_in_zero(places: list[float]) -> None:
    assert not [position for position in inserted(places) if position.endswith("0")]


@settings(deadline=None)
@given(st.sampled_from([0.0, 0.3, 0.5, 0.999]), st.integers(1, 400))
def test_many_at_the_same_place_keep_their_order(place: float, count: int) -> None:
    order = inserted([0.1, 0.9, *[place] * count])
    assert order == sorted(set(order))


def test_ten_thousand_behind_the_last_stay_short() -> None:
    order = spread(10_000)
    assert order == sorted(set(order))
    assert max(map(len, order)) == 4


def test_ten_thousand_in_front_of_the_first_stay_short() -> None:
    order = [between(None, None)]
    for _ in range(10_000):
        order.append(between(None, order[-1]))
    assert order == sorted(set(order), reverse=True)
    assert max(map(len, order)) == 4


def test_a_hundred_to_and_fro_between_two_neighbours_stay_short() -> None:
    low, high = spread(2)
    for _ in range(100):
        low = between(low, high)
        high = between(low, high)
    assert low < high
    assert len(high) < 80


@pytest.mark.parametrize("edge", ["z" * 27, "z" * 27 + "z", "z" * 27 + "zzx"])
def test_there_is_room_behind_the_greatest_whole_part(edge: str) -> None:
    behind = between(edge, None)
    assert edge < behind
    assert between(edge, behind) < behind


@pytest.mark.parametrize(
    "edge", ["A" + "0" * 25 + "1", "A" + "0" * 26 + "V", "A" + "0" * 26 + "01"]
)
def test_there_is_room_in_front_of_the_least_whole_part(edge: str) -> None:
    in_front = between(None, edge)
    assert in_front < edge
    assert in_front < between(in_front, edge) < edge


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, None, "a1"),
        ("a1", None, "a2"),
        ("az", None, "b01"),
        ("b0z", None, "b11"),
        ("bzz", None, "c001"),
        ("Zz", None, "a1"),
        (None, "a1", "Zz"),
        (None, "b01", "az"),
        (None, "b11", "b0z"),
        (None, "c001", "bzz"),
        (None, "Z1", "Yzz"),
        (None, "a1V", "a1"),
        ("a1", "a2", "a1V"),
        ("a1", "a3", "a2"),
        ("a1", "a1V", "a1G"),
        ("a1", "a101", "a100V"),
        ("a1z", "a2", "a1zV"),
        ("a1V", "a1VV", "a1VG"),
        ("a1A", "a1B", "a1AV"),
        ("a1A", "a1BV", "a1B"),
    ],
)
def test_a_position_is_the_shortest_near_the_middle(
    before: str | None, after: str | None, expected: str
) -> None:
    assert between(before, after) == expected


def test_a_spread_goes_on_behind_what_is_there() -> None:
    assert spread(3) == ["a1", "a2", "a3"]
    assert spread(2, after="a3") == ["a4", "a5"]
    assert spread(0) == []


def test_digits_are_in_the_order_of_their_bytes() -> None:
    assert "".join(sorted(DIGITS)) == DIGITS


@pytest.mark.parametrize(("before", "after"), [("a2", "a1"), ("a1", "a1"), ("a1V", "a1")])
def test_neighbours_in_the_wrong_order_are_refused(before: str, after: str) -> None:
    with pytest.raises(ValueError, match="does not stand before"):
        between(before, after)


@pytest.mark.parametrize(
    "text", ["", "a", "a0", "b10", "b1", "a1V0", "a-", "é1", "5", "a1é", "b10V"]
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="position"):
        between(text, None)
    with pytest.raises(ValueError, match="position"):
        between(None, text)
