"""What a run showed, kept as JSON: the rates of every window, the machine, the versions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

Windows = dict[str, list[float]]
"""Figures of several windows, by contender."""


@dataclass(frozen=True, slots=True)
class WebRecord:
    """One run; `rates` are calls for each second of processor time, by row and contender."""

    taken: str  # local date and time, ISO 8601
    rounds: int
    seconds: float  # of processor time for each row, in each round
    machine: dict[str, str]
    versions: dict[str, str]
    rates: dict[str, Windows] = field(default_factory=dict)
    imports: Windows = field(default_factory=dict)  # milliseconds of processor time

    def to_json(self) -> str:
        """The text that `from_json` reads back."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> WebRecord:
        """Read a record; TypeError when it is of another form."""
        return cls(**json.loads(text))
