"""benchmarks.options: what a run may be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.contenders import CONTENDERS
from benchmarks.options import plan
from benchmarks.scenarios import SCENARIOS


def test_told_nothing_it_measures_everything() -> None:
    asked = plan([])
    assert (asked.scenarios, asked.contenders) == (SCENARIOS, CONTENDERS)
    assert not asked.publish


def test_a_quick_run_is_one_short_round() -> None:
    pace = plan(["--quick"]).pace
    assert (pace.rounds, pace.seconds) == (1, 1)


def test_what_is_told_comes_before_what_is_usual() -> None:
    pace = plan(["--quick", "--rounds", "3", "--connections", "8"]).pace
    assert (pace.rounds, pace.seconds, pace.connections) == (3, 1, 8)


def test_scenarios_and_servers_can_be_chosen_in_any_order() -> None:
    asked = plan(["--scenario", "tls", "--scenario", "hello", "--only", "bjoern", "potstill"])
    assert [scenario.name for scenario in asked.scenarios] == ["hello", "tls"]
    assert [contender.key for contender in asked.contenders] == ["potstill", "bjoern"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--scenario", "goodbye"],
        ["--only", "nginx"],
        ["--rounds", "0"],
        ["--publish", "--scenario", "hello"],
        ["--publish", "--only", "potstill"],
    ],
)
def test_what_cannot_be_meant_ends_with_exit_code_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        plan(wrong)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_results_can_be_shown_and_published_again() -> None:
    asked = plan(["--again", "results.json", "--publish"])
    assert (asked.again, asked.publish) == (Path("results.json"), True)
