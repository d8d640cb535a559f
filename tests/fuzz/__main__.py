"""Throws damaged requests at the parsers until the time is up: `python -m tests.fuzz [SECONDS]`.

Prints its seed, and the input that broke a rule; the same seed finds it again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

from potstill.http11.head import HeadParser
from tests.fuzz.invariants import check
from tests.fuzz.mutation import cuts, mutated
from tests.http11.reading import Outcome, Reading

REPORT_EVERY = 5.0
SHORT_LIVED = (
    5000  # inputs a parser sees before it is replaced, so that memories fill and begin anew
)


def main() -> int:
    """Exit status 1 when something was found."""
    arguments = _arguments()
    print(f"seed {arguments.seed}")
    outcomes: Counter[str] = Counter()
    random = Random(arguments.seed)
    begun = reported = time.monotonic()
    parser = HeadParser()
    while (now := time.monotonic()) - begun < arguments.seconds:
        if now - reported >= REPORT_EVERY:
            reported = now
            _report(outcomes, now - begun)
        count = outcomes.total()
        if count % SHORT_LIVED == 0:
            parser = HeadParser()
        data = mutated(random)
        try:
            outcomes[_kind(check(data, cuts(data, random), parser))] += 1
        except Exception:
            print(f"input {count} of seed {arguments.seed}: {data!r}")
            raise
    _report(outcomes, arguments.seconds)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    return parser.parse_args()


def _kind(outcome: Outcome) -> str:
    if isinstance(outcome, Reading):
        return "accepted"
    return "incomplete" if outcome is None else str(outcome)


def _report(outcomes: Counter[str], seconds: float) -> None:
    kinds = ", ".join(f"{kind} {count}" for kind, count in outcomes.most_common())
    print(f"{seconds:.0f} s: {outcomes.total()} requests: {kinds}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
