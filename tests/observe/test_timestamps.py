"""observe.timestamps: local time with its offset, as logs write it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.observe.timestamps import common_time, iso_time
from tests.observe.samples import NOON, time_zone


@pytest.mark.parametrize(
    ("zone", "common", "iso"),
    [
        ("UTC0", "[22/Nov/2026:12:00:00 +0000]", "2026-11-22T12:00:00.250+00:00"),
        ("XXX-5:45", "[22/Nov/2026:17:45:00 +0545]", "2026-11-22T17:45:00.250+05:45"),
        ("XXX+12", "[22/Nov/2026:00:00:00 -1200]", "2026-11-22T00:00:00.250-12:00"),
        (
            "CET-1CEST,M3.5.0,M10.5.0/3",
            "[22/Nov/2026:13:00:00 +0100]",
            "2026-11-22T13:00:00.250+01:00",
        ),
    ],
)
def test_a_moment_is_written_in_local_time_with_its_offset(
    zone: str, common: str, iso: str
) -> None:
    with time_zone(zone):
        assert common_time(int(NOON)) == common
        assert iso_time(NOON) == iso


def test_the_offset_follows_summer_time() -> None:
    with time_zone("CET-1CEST,M3.5.0,M10.5.0/3"):
        before, after = common_time(1792889999), common_time(1792890000)
    assert (before, after) == ("[25/Oct/2026:02:59:59 +0200]", "[25/Oct/2026:02:00:00 +0100]")


def test_months_have_english_names() -> None:
    months = [
        common_time(int(datetime(2026, month, 15).timestamp()))[4:7] for month in range(1, 13)
    ]
    assert " ".join(months) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


@given(st.floats(0, 4e9))
def test_an_iso_time_reads_back_as_its_moment_cut_to_milliseconds(moment: float) -> None:
    read = datetime.fromisoformat(iso_time(moment))
    assert read.utcoffset() is not None
    late = datetime.fromtimestamp(moment, tz=read.tzinfo) - read
    assert timedelta(microseconds=-1) <= late < timedelta(milliseconds=1, microseconds=1)
