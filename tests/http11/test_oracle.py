"""The second opinion is one: it agrees with us on the corpus, and would notice if it did not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.wire import get, post
from tests.wire import corpus
from tests.wire.corpus import Accepted

from .oracle import KNOWN, difference
from .reading import Reading, outcome

DATA = post("/x", b"hello", "X-A: b") + get("/next")


def read(data: bytes) -> Reading:
    reading = outcome([data])
    assert isinstance(reading, Reading)
    return reading


@pytest.mark.parametrize("recipe", corpus.accepted(), ids=lambda recipe: recipe.name)
def test_h11_understands_what_we_accept_as_we_do(recipe: Accepted) -> None:
    assert not difference(read(recipe.data), recipe.data)


def test_every_known_difference_is_one_that_the_corpus_shows() -> None:
    for known in KNOWN:
        shown = [
            recipe.name
            for recipe in corpus.accepted()
            if known.applies(read(recipe.data).head, recipe.data)
        ]
        assert shown, known.reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "PUT"},
        {"target": "/y"},
        {"protocol": "HTTP/1.0"},
        {"body": b"hell"},
        {"rest": b""},
        {"variables": {"HTTP_HOST": "a"}},
    ],
    ids=str,
)
def test_a_wrong_reading_would_be_noticed(wrong: dict[str, object]) -> None:
    assert not difference(read(DATA), DATA)
    assert difference(replace(read(DATA), **wrong), DATA)  # type: ignore[arg-type] # any field


def test_a_request_h11_refuses_would_be_noticed() -> None:
    data = DATA.replace(b"X-A:", b"X-A :")
    head = read(DATA).head.replace(b"X-A:", b"X-A :")
    assert "refuses" in difference(replace(read(DATA), head=head), data)
