"""Counts, sizes, times and modes, each bounded: a bound too wide is a typo accepted."""

from __future__ import annotations

import re

from potstill.settings.kinds import Kind

_WHOLE = re.compile(r"[0-9]{1,18}")
_SIZE = re.compile(r"([0-9]{1,18}) ?(B|KiB|MiB|GiB)?", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(ms|s|m)?")
_MODE = re.compile(r"(?:0|0o)?([0-7]{3})")
_UNITS = {"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10}
_FACTORS = {unit.lower(): factor for unit, factor in _UNITS.items()} | {"b": 1, "": 1}


class Whole(Kind[int]):
    """A count; `because` gives the reason of a bound that could surprise."""

    metavar = "N"

    def __init__(self, low: int, high: int, because: str = "") -> None:
        self._low, self._high = low, high
        bounds = f"a whole number from {low} to {high}" if low < high else str(low)
        self.expected = f"{bounds} ({because})" if because else bounds

    def read(self, value: object) -> int:
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if type(value) is int and self._low <= value <= self._high:
            return value
        raise self.refusal()

    def plain(self, value: int) -> int:
        return value


class Size(Kind[int]):
    """A number of bytes: 1048576, 1024KiB, 1MiB."""

    metavar = "SIZE"

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high = low, high
        bounds = f"{self.plain(low)} to {self.plain(high)}"
        self.expected = f"a size from {bounds}, in bytes or with KiB, MiB, GiB"

    def read(self, value: object) -> int:
        if isinstance(value, str) and (size := _SIZE.fullmatch(value)):
            value = int(size[1]) * _FACTORS[(size[2] or "").lower()]
        if type(value) is int and self._low <= value <= self._high:
            return value
        raise self.refusal()

    def plain(self, value: int) -> str | int:
        for unit, factor in _UNITS.items():
            if value and value % factor == 0:
                return f"{value // factor}{unit}"
        return value


class Seconds(Kind[float]):
    """A span of time: 30, 0.5, 2ms, 30s, 2m; held in seconds."""

    metavar = "TIME"

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high
        bounds = f"{self.plain(low)} to {self.plain(high)}"
        self.expected = f"a time from {bounds}, in seconds or with ms, s, m"

    def read(self, value: object) -> float:
        if isinstance(value, str):
            value = _seconds(value)
        if type(value) is int:
            value = float(value)
        if type(value) is float and self._low <= value <= self._high:
            return value
        raise self.refusal()

    def plain(self, value: float) -> str | float:
        text = _time_text(value)
        return text if _seconds(text) == value else value


class Mode(Kind[int]):
    """Who may read and write a file, as chmod has it: 660.

    A number is taken for the mode itself, as 0o660 in TOML or Python; 660 without the quotes is a
    mode to nobody, and out of bounds.
    """

    metavar = "MODE"
    expected = 'three octal digits as chmod has them, as in "660"'

    def read(self, value: object) -> int:
        if isinstance(value, str) and (mode := _MODE.fullmatch(value)):
            value = int(mode[1], 8)
        if type(value) is int and 0 <= value <= 0o777:
            return value
        raise self.refusal()

    def plain(self, value: int) -> str:
        return f"{value:03o}"


def _seconds(text: str) -> float | None:
    time = _TIME.fullmatch(text)
    if not time:
        return None
    number, unit = time[1], time[2]
    if unit == "ms":
        return float(number + "e-3")  # the float nearest to what was written; / 1000 may miss it
    return float(number) * 60 if unit == "m" else float(number)


def _time_text(value: float) -> str:
    if value and value % 60 == 0:
        return f"{value / 60:.0f}m"
    number, unit = (value * 1000, "ms") if 0 < value < 1 else (value, "s")
    return f"{number:.9f}".rstrip("0").rstrip(".") + unit
