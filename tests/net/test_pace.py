from __future__ import annotations

import pytest

from potstill.net.pace import Rate


@pytest.mark.parametrize(
    ("moved", "seconds", "is_kept"),
    [
        (0, 0.0, True),
        (0, 10.0, True),
        (0, 10.1, False),
        (99, 11.0, False),
        (100, 11.0, True),
        (999, 20.0, False),
        (1000, 20.0, True),
        (10**9, 20.0, True),
    ],
)
def test_a_rate_is_an_average_behind_its_grace(moved: int, seconds: float, is_kept: bool) -> None:
    assert Rate(least=100, grace=10.0).is_kept(moved, seconds) is is_kept


def test_what_was_moved_during_the_grace_counts() -> None:
    assert Rate(least=100, grace=10.0).is_kept(6000, 70.0)
    assert not Rate(least=100, grace=10.0).is_kept(6000, 71.0)


def test_without_a_grace_every_moment_counts() -> None:
    rate = Rate(least=100)
    assert rate.is_kept(0, 0.0)
    assert not rate.is_kept(0, 0.1)
    assert rate.is_kept(10, 0.1)


@pytest.mark.parametrize("rate", [Rate(), Rate(grace=10.0), Rate(least=0, grace=0.0)])
def test_a_rate_of_nothing_is_kept_by_everybody(rate: Rate) -> None:
    assert rate.is_kept(0, 1e9)
