"""benchmarks.record: kept and read again."""

from __future__ import annotations

import json

import pytest

from benchmarks.record import Record
from tests.benchmarks.samples import small


def test_a_record_reads_back_as_it_was() -> None:
    assert Record.from_json(small().to_json()) == small()


def test_every_window_is_kept() -> None:
    kept = json.loads(small().to_json())
    assert [window["cpu"] for window in kept["outcomes"]["hello"]["windows"]["potstill"]] == [
        10,
        12,
    ]


def test_results_of_another_format_are_refused() -> None:
    with pytest.raises(ValueError, match="expected results of format 1"):
        Record.from_json('{"format": 2}')
