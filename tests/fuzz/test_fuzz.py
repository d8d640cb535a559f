"""The fuzzer runs, finds nothing in a moment, and would stop at what it found."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import pytest

from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from tests.fuzz.invariants import InvariantError, check
from tests.fuzz.mutation import mutated
from tests.support.server import ROOT
from tests.support.wire import get


def test_a_second_of_fuzzing_finds_nothing() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "1"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout
    assert "seed" in run.stdout
    assert "accepted" in run.stdout


def test_a_seed_makes_the_same_requests_again() -> None:
    one, other = Random(1), Random(1)
    assert [mutated(one) for _ in range(100)] == [mutated(other) for _ in range(100)]


def test_a_parser_that_disagrees_is_found_out() -> None:
    with pytest.raises(InvariantError):
        check(get("/x"), [3], HeadParser(Limits(fields=0)))
