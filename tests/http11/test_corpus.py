"""The wire corpus against the parsers alone: the same outcome at every cut."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.support.wire import get
from tests.wire import corpus
from tests.wire.corpus import Accepted, Refused

from .reading import Outcome, Reading, byte_by_byte, cut, every_cut, outcome

NEXT = get("/next")
LONG = 1500

accepted = pytest.mark.parametrize("recipe", corpus.accepted(), ids=lambda recipe: recipe.name)
refused = pytest.mark.parametrize("recipe", corpus.refused(), ids=lambda recipe: recipe.name)


@accepted
def test_an_accepted_request_is_understood_as_the_application_sees_it(recipe: Accepted) -> None:
    reading = outcome([recipe.data + NEXT])
    assert isinstance(reading, Reading)
    assert reading.method == recipe.method
    if recipe.called:
        assert (reading.path, reading.query) == (recipe.path, recipe.query)
        assert reading.body == recipe.body
    assert reading.persists is recipe.stays_open
    assert reading.rest == NEXT
    assert not reading.variables.keys() & set(recipe.absent)


@accepted
def test_an_accepted_request_is_the_same_at_every_cut(recipe: Accepted) -> None:
    assert outcomes(recipe.data + NEXT) == [outcome([recipe.data + NEXT])]


@refused
def test_a_refused_request_is_refused_alike_at_every_cut(recipe: Refused) -> None:
    assert outcomes(recipe.data + NEXT) == [recipe.status]


@accepted
def test_an_accepted_request_is_awaited_until_its_last_byte(recipe: Accepted) -> None:
    data = recipe.data[:-1]
    assert outcome([data]) is None
    assert outcome(byte_by_byte(data)) is None


def outcomes(data: bytes) -> list[Outcome]:
    """What becomes of the data at every cut; of long data, at the cuts around its line ends."""
    ways = every_cut(data) if len(data) < LONG else chain(_cuts_at_ends(data), [byte_by_byte(data)])
    seen: list[Outcome] = []
    for pieces in ways:
        one = outcome(pieces)
        if one not in seen:
            seen.append(one)
    return seen


def _cuts_at_ends(data: bytes) -> list[list[bytes]]:
    ends = [place for place in range(len(data)) if data.startswith(b"\r", place)]
    near = {end + offset for end in ends[:20] + ends[-20:] for offset in (0, 1, 2)}
    return [cut(data, [place]) for place in {0, 1, 4096, 8190, 8191, 8192, 65536} | near]
