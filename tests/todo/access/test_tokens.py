from __future__ import annotations

import string
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puretodo.access.tokens import Tokens
from puretodo.store.passes import Kind

SECRET, OTHER = "a" * 43, "b" * 43
KINDS: tuple[Kind, ...] = ("session", "api", "feed", "share")
tokens = Tokens([SECRET])


@given(st.sampled_from(KINDS), st.integers(1, 2**52))
def test_a_token_is_read_as_the_number_it_was_made_of(kind: Kind, number: int) -> None:
    token = tokens.text(kind, number)
    assert len(token) == 33
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.")
    assert tokens.read(kind, token) == number


@pytest.mark.parametrize(
    ("made", "read"), [each for each in product(KINDS, KINDS) if len({*each}) > 1]
)
def test_a_token_of_one_kind_is_none_of_another(made: Kind, read: Kind) -> None:
    assert tokens.read(read, tokens.text(made, 7)) is None


def test_each_letter_of_a_token_counts() -> None:
    token = tokens.text("share", 123456789)
    for at, letter in enumerate(token):
        for other in ("A", "B", "_", "g", "."):
            changed = token[:at] + other + token[at + 1 :]
            assert other == letter or tokens.read("share", changed) is None


@given(st.text(max_size=50))
def test_anything_else_is_no_token(text: str) -> None:
    assert tokens.read("share", text) is None


@pytest.mark.parametrize("around", ["{} ", " {}", "{}\n", "{}=", "{}.x", "{}\0"])
def test_a_token_has_one_spelling(around: str) -> None:
    assert tokens.read("api", around.format(tokens.text("api", 7))) is None


def test_another_secret_reads_nothing() -> None:
    assert Tokens([OTHER]).read("api", tokens.text("api", 7)) is None


def test_a_new_secret_in_front_signs_and_the_old_one_is_still_believed() -> None:
    rotated = Tokens([OTHER, SECRET])
    assert rotated.read("api", tokens.text("api", 7)) == 7
    assert Tokens([OTHER]).read("api", rotated.text("api", 7)) == 7
    assert tokens.read("api", rotated.text("api", 7)) is None


def test_no_secret_is_shown() -> None:
    assert SECRET not in repr(tokens)
