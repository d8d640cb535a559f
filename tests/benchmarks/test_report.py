"""benchmarks.report: a record as Markdown."""

from __future__ import annotations

import pytest

from benchmarks.record import Outcome
from benchmarks.report import overview, report, section, table, times_of
from benchmarks.scenarios import SCENARIOS, Scenario
from tests.benchmarks.samples import record, small, window, windows


def scenario(name: str) -> Scenario:
    return next(each for each in SCENARIOS if each.name == name)


def row(lines: list[str], name: str) -> str:
    return next(line for line in lines if line.startswith(f"| {name} |"))


def test_a_table_has_its_names_to_the_left_and_its_figures_to_the_right() -> None:
    assert table(["server", "p99"], [["bjoern", "1.00"]]) == [
        "| server | p99 |",
        "| --- | ---: |",
        "| bjoern | 1.00 |",
    ]


def test_every_figure_stands_beside_its_ratio_to_potstill() -> None:
    lines = section(scenario("hello"), small().outcomes["hello"])
    assert row(lines, "Waitress") == (
        "| Waitress | 88.0 (8.00) | 50,000 (1.00) | 0.40 (1.00) | 1.50 (1.00) | 20 (1.00) | 0 |"
    )


def test_without_potstill_there_are_figures_and_no_ratios() -> None:
    lines = section(scenario("hello"), Outcome({"waitress": windows(88)}))
    assert row(lines, "Waitress") == "| Waitress | 88.0 | 50,000 | 0.40 | 1.50 | 20 | 0 |"


def test_what_a_server_cannot_do_is_told_below_the_table() -> None:
    lines = section(scenario("tls"), small().outcomes["tls"])
    assert row(lines, "bjoern") == "| bjoern | n/a | n/a | n/a | n/a | n/a | n/a |"
    assert lines[-1] == (
        "n/a: Waitress: speaks no TLS; bjoern: speaks no TLS; floor (C): speaks no TLS."
    )


def test_failures_of_all_windows_are_shown() -> None:
    failing = Outcome({"potstill": [window(failed=1200), window(failed=34)]})
    assert row(section(scenario("hello"), failing), "Potstill").endswith("| 1,234 |")


def test_servers_that_took_no_part_have_no_row() -> None:
    assert "Granian" not in report(small(), "plot.svg")


def test_the_overview_has_a_row_for_each_scenario_and_a_column_for_each_server() -> None:
    assert overview(small()) == [
        "|  | Potstill | Waitress | bjoern | floor (C) |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| [hello](#hello) | 1.00 | 8.00 | 0.50 | 0.25 |",
        "| [tls](#tls) | 1.00 | n/a | n/a | n/a |",
    ]


def test_scenarios_keep_the_order_of_their_table_whatever_was_measured_first() -> None:
    mixed = record(idle_5000=Outcome(), hello=Outcome(), flask=Outcome())
    shown = [line for line in report(mixed, "plot.svg").splitlines() if line.startswith("### A ")]
    assert [line.rpartition("`")[0].rpartition("`")[2] for line in shown] == [
        "hello",
        "flask",
        "idle-5000",
    ]


def test_the_report_says_where_and_how_it_was_measured() -> None:
    told = report(small(), "plot.svg").splitlines()[0]
    assert "22 November 2026: Pot, 2 cores, 24 GiB, Linux 6; Python 3.11.7, uWSGI 2.0.31." in told
    assert "windows of 3 s (2 for each server), 32 connections" in told
    assert "lie 0% apart" in told


@pytest.mark.parametrize(
    ("times", "text"),
    [(0.0625, "0.06"), (1.0, "1.00"), (9.994, "9.99"), (11.42, "11.4"), (1234.5, "1,234")],
)
def test_a_ratio_has_as_many_digits_as_say_something(times: float, text: str) -> None:
    assert times_of(times) == text
