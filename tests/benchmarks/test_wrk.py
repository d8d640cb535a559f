"""benchmarks.wrk: what it reports, and what it says in its place."""

from __future__ import annotations

import pytest

from benchmarks.figures import NotMeasuredError
from benchmarks.wrk import SCRIPTS, Load, figures_of

OUTPUT = """Running 1s test @ http://127.0.0.1:8000/
  1 threads and 32 connections
  103155 requests in 2.10s, 7.77MB read
Requests/sec:  49119.39
FIGURES 103155 2100087 3 145 677
"""


def test_figures_are_read_from_their_line() -> None:
    assert figures_of(OUTPUT) == Load(103155, 2100087, failed=3, p50=145, p99=677)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("unable to connect to 127.0.0.1:8000 Connection refused\n", "unable to connect"),
        ("Running\nPANIC: unprotected error\n", "PANIC: unprotected error"),
        ("", "no figures"),
    ],
)
def test_a_wrk_without_figures_says_why(output: str, reason: str) -> None:
    with pytest.raises(NotMeasuredError, match=reason):
        figures_of(output)


def test_every_script_reports_figures() -> None:
    for script in SCRIPTS.glob("*.lua"):
        first = next(line for line in script.read_text().splitlines() if "(" in line)
        assert first.startswith(('dofile("', "function done(")), script
