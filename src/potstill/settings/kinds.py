"""What it takes to be a sort of value: to be read, bounded, and written down again.

`quantities` has what is counted and measured, `words` what stays text, `lists`, `peers` and
`server_names` what has several parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from potstill.settings.errors import ConfigError

T = TypeVar("T")
Plain = bool | int | float | str | list[str] | dict[str, str] | None


class Kind(ABC, Generic[T]):
    """How the values of a setting are read and written."""

    expected: str
    """What a value looks like, to follow the word "expected"."""
    metavar: str
    """What stands for the value on the help page; empty for a flag that takes none."""
    repeats = False
    """Whether a flag given again adds to the value rather than replacing it."""

    @abstractmethod
    def read(self, value: object) -> T:
        """The value meant; ConfigError tells what was expected instead.

        `value` is whatever a source holds: text from a flag or the environment, a value from
        TOML or from Python. What `read` returned, it also reads.
        """

    @abstractmethod
    def plain(self, value: T) -> Plain:
        """The value as TOML can hold it, such that `read` gives it back; None is no value."""

    def refusal(self) -> ConfigError:
        """The error that says no more than what was expected."""
        return ConfigError(f"expected {self.expected}")
