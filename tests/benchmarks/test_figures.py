"""benchmarks.figures: medians, ratios, spreads."""

from __future__ import annotations

import pytest

from benchmarks.figures import ratio, spread, typical
from tests.benchmarks.samples import window, windows


def test_a_noisy_window_does_not_move_the_typical_one() -> None:
    assert typical(windows(10, 11, 90)).cpu == 11


def test_memory_is_the_highest_and_failures_and_requests_add_up() -> None:
    shown = typical([window(memory=20, failed=1), window(memory=30), window(memory=25, failed=2)])
    assert (shown.memory, shown.failed, shown.requests) == (30, 3, 3000)


@pytest.mark.parametrize(("figure", "base", "times"), [(3.0, 2.0, 1.5), (3.0, None, None)])
def test_a_ratio_needs_something_to_compare_with(
    figure: float, base: float | None, times: float | None
) -> None:
    assert ratio(figure, base) == times


def test_nothing_is_compared_with_zero() -> None:
    assert ratio(3.0, 0.0) is None


def test_spread_is_a_share_of_the_median() -> None:
    assert spread([9, 10, 11]) == pytest.approx(0.2)
    assert spread([10]) == 0
    assert spread([0, 0]) == 0
