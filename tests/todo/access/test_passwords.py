from __future__ import annotations

import hashlib

import pytest

from puretodo.access import passwords
from puretodo.access.passwords import Busy, Costs, PasswordRefused, Passwords
from tests.todo.access.site import CHEAP, PASSWORD

cheap = Passwords(CHEAP)


def test_a_password_is_right_where_it_was_kept() -> None:
    kept = cheap.keep(PASSWORD)
    assert cheap.is_right(PASSWORD, kept)
    assert not cheap.is_right(PASSWORD + "!", kept)
    assert not cheap.is_right(PASSWORD + "\0", kept)
    assert not cheap.is_right("", kept)


def test_what_is_kept_says_how_it_was_made_and_not_what_of() -> None:
    kept = Passwords().keep(PASSWORD)
    assert kept.startswith("$scrypt$ln=15,r=8,p=3$")
    assert PASSWORD not in kept
    assert Passwords().is_right(PASSWORD, kept)


def test_one_password_is_kept_in_another_way_each_time() -> None:
    assert cheap.keep(PASSWORD) != cheap.keep(PASSWORD)


def test_nobody_has_no_password_at_the_same_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def watched(*args: bytes, **costs: int) -> bytes:
        asked.append((costs["n"], costs["r"], costs["p"]))
        return hashlib.scrypt(*args, **costs)  # type: ignore[arg-type]  # as they came

    kept = cheap.keep(PASSWORD)
    monkeypatch.setattr(passwords, "scrypt", watched)
    assert not cheap.is_right(PASSWORD, None)
    assert cheap.is_right(PASSWORD, kept)
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_letters_that_look_the_same_are_the_same() -> None:
    assert cheap.is_right("cafe\u0301 ﬁne", cheap.keep("café fine"))


@pytest.mark.parametrize("password", ["", "seven77", "x" * 201, "eight888\0"])
def test_a_short_or_endless_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused, match="8 to 200 characters"):
        cheap.keep(password)


@pytest.mark.parametrize("password", ["eight888", "x" * 200, "\u0301" * 8, "senha não óbvia 🫖"])
def test_any_other_is_taken(password: str) -> None:
    assert cheap.is_right(password, cheap.keep(password))


def test_an_endless_attempt_is_only_wrong() -> None:
    assert not cheap.is_right("x" * 1_000_000, cheap.keep("x" * 200))


def test_other_costs_make_a_kept_password_outdated_and_still_right() -> None:
    kept = cheap.keep(PASSWORD)
    dearer = Passwords(Costs(ln=5, r=1, p=1))
    assert dearer.is_right(PASSWORD, kept)
    assert dearer.is_outdated(kept)
    assert not cheap.is_outdated(kept)


def test_no_more_than_two_are_computed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_PATIENCE", 0.0)
    turns = passwords._turns
    assert turns.acquire(timeout=0)
    assert turns.acquire(timeout=0)
    try:
        with pytest.raises(Busy):
            cheap.keep(PASSWORD)
    finally:
        turns.release(2)
    assert cheap.keep(PASSWORD)
