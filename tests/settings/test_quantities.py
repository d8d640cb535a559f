from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from potstill.settings.errors import ConfigError
from potstill.settings.quantities import Mode, Seconds, Size, Whole

COUNT = Whole(1, 1024)
SIZE = Size(0, 1 << 50)
TIME = Seconds(0, 86400)


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("008", 8), ("1024", 1024)])
def test_a_count_is_read_from_digits(text: str, count: int) -> None:
    assert COUNT.read(text) == count


@pytest.mark.parametrize(
    "value", ["0", "1025", "-1", "+4", "4.0", " 4", "4 ", "4\n", "1_0", "٤", "", "x", 0, 4.0, True]
)
def test_what_is_no_count_within_its_bounds_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected a whole number from 1 to 1024$"):
        COUNT.read(value)


def test_a_count_of_one_value_says_which_and_why() -> None:
    with pytest.raises(ConfigError, match=r"^expected 1 \(there is but one\)$"):
        Whole(1, 1, "there is but one").read(2)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1048576", 1 << 20),
        ("17B", 17),
        ("512KiB", 512 << 10),
        ("512 KiB", 512 << 10),
        ("1MiB", 1 << 20),
        ("1mib", 1 << 20),
        ("1GiB", 1 << 30),
    ],
)
def test_a_size_is_read_in_bytes_or_with_its_unit(text: str, size: int) -> None:
    assert SIZE.read(text) == size


@pytest.mark.parametrize(
    "value", ["1KB", "1k", "1M", "1.5MiB", "-1", "1 MiB ", "MiB", "1e3", "", "1GiB\n", 1.0, True]
)
def test_what_is_no_size_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected a size from 0 to \d+GiB, in bytes or with"):
        SIZE.read(value)


@given(st.integers(0, 1 << 50))
@example(1 << 10)
@example((1 << 20) + 1)
def test_every_size_reads_back_as_it_is_written(size: int) -> None:
    assert SIZE.read(SIZE.plain(size)) == size
    assert SIZE.read(str(size)) == SIZE.read(size) == size


@given(st.integers(0, 1 << 40), st.sampled_from(["KiB", "MiB", "GiB"]))
def test_a_size_with_a_unit_is_that_many_of_it_or_refused(number: int, unit: str) -> None:
    size = number * {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}[unit]
    if size <= 1 << 50:
        assert SIZE.read(f"{number}{unit}") == size
    else:
        with pytest.raises(ConfigError):
            SIZE.read(f"{number}{unit}")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("0.5", 0.5),
        ("2ms", 0.002),
        ("1.9ms", 0.0019),
        ("2 ms", 0.002),
        ("30s", 30.0),
        ("2m", 120.0),
        ("0.5m", 30.0),
        ("0", 0.0),
    ],
)
def test_a_time_is_read_in_seconds_or_with_its_unit(text: str, seconds: float) -> None:
    assert TIME.read(text) == seconds


@pytest.mark.parametrize(
    "value",
    ["-1", "1h", "1.", ".5", "1e3", "inf", "nan", "2 m s", "", "90000", math.inf, math.nan, True],
)
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected a time from 0s to 1440m, in seconds or with"):
        TIME.read(value)


@given(st.floats(0, 86400))
@example(1e-9)
@example(0.1 + 0.2)
@example(86399.99999999999)
def test_every_time_reads_back_as_it_is_written(seconds: float) -> None:
    assert TIME.read(TIME.plain(seconds)) == seconds


@given(st.integers(0, 86_400_000))
def test_whole_milliseconds_are_written_with_a_unit(milliseconds: int) -> None:
    seconds = TIME.read(f"{milliseconds}ms")
    assert seconds == milliseconds / 1000
    assert isinstance(TIME.plain(seconds), str)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.002, "2ms"), (0.5, "500ms"), (1.5, "1.5s"), (75.0, "75s"), (120, "2m")]
)
def test_a_time_is_written_as_people_would(seconds: float, text: str) -> None:
    assert TIME.plain(seconds) == text


@given(st.text(max_size=12))
def test_any_text_at_all_is_read_or_refused_in_one_line(text: str) -> None:
    assert all("\n" not in _refusal(kind, text) for kind in (COUNT, SIZE, TIME))


def _refusal(kind: Whole | Size | Seconds, text: str) -> str:
    try:
        kind.read(text)
    except ConfigError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("value", "mode"),
    [("660", 0o660), ("0600", 0o600), ("0o777", 0o777), ("000", 0), (0o660, 0o660), (0, 0)],
)
def test_a_mode_is_read_from_octal_digits(value: object, mode: int) -> None:
    assert Mode().read(value) == mode


@pytest.mark.parametrize(
    "value",
    ["", "60", "66", "680", "1777", "00660", "rw-rw----", "٦٦٠", "660\n", 660, -1, True, 6.0],
)
def test_what_is_no_mode_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r'^expected three octal digits .*, as in "660"$'):
        Mode().read(value)


@given(st.integers(0, 0o777))
def test_every_mode_reads_back_as_it_is_written(mode: int) -> None:
    assert Mode().read(Mode().plain(mode)) == mode
