"""The frameworks that are measured: a table."""

from __future__ import annotations

from dataclasses import dataclass

OURS = "potstill"
REFERENCE = "falcon"


@dataclass(frozen=True, slots=True)
class Contender:
    """A framework, and the module of `benchmarks.web.apps` that answers with it."""

    key: str
    name: str
    module: str
    imports: str = ""  # what a program that uses it imports
    is_pure: bool = False  # without the few compiled parts that its wheel brings


CONTENDERS = (
    Contender(OURS, "Potstill web", "potstill_web", "potstill.web"),
    Contender(REFERENCE, "Falcon", "falcon_app", "falcon"),
    Contender("falcon-pure", "Falcon, pure Python", "falcon_app", "falcon", is_pure=True),
    Contender("bottle", "Bottle", "bottle_app", "bottle"),
    Contender("flask", "Flask", "flask_app", "flask"),
    Contender("whitenoise", "WhiteNoise", "whitenoise_app", "whitenoise"),
    Contender("bare", "bare function", "bare"),
)
