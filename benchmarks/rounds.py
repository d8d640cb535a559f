"""The servers take turns: each scenario in rounds, in each round every server for one window.

So a noisy minute touches all of them. All servers of a scenario run during all of its rounds, on
the same core; who is not measured sleeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.commands import Assignment
from benchmarks.contenders import Contender
from benchmarks.figures import NotMeasuredError, Window
from benchmarks.kit import Kit
from benchmarks.meter import measure
from benchmarks.progress import Progress
from benchmarks.record import Outcome, Pace
from benchmarks.scenarios import Scenario
from benchmarks.serving import Served, free_port, running


class Session:
    """One run of the benchmark: the same tools, pace and progress for every scenario."""

    def __init__(self, kit: Kit, pace: Pace, progress: Progress, logs: Path) -> None:
        self._kit = kit
        self._pace = pace
        self._progress = progress
        self._logs = logs

    def perform(self, scenario: Scenario, contenders: Sequence[Contender]) -> Outcome:
        """Start the servers, give each its turn in every round, and stop them."""
        outcome = Outcome()
        with ExitStack() as stack:
            entered = [self._enter(stack, each, scenario, outcome) for each in contenders]
            present = [served for served in entered if served]
            for number in range(self._pace.rounds):
                present = [each for each in present if self._turn(each, number, outcome)]
        return outcome

    def _enter(
        self, stack: ExitStack, contender: Contender, scenario: Scenario, outcome: Outcome
    ) -> Served | None:
        """Start and warm up one server; None, and the reason noted, when it cannot do this work."""
        clients = self._pace.connections + scenario.blocked
        work = Assignment(scenario, clients, free_port(), self._kit)
        log = self._logs / f"{scenario.name}-{contender.key}.log"
        try:
            served = stack.enter_context(running(contender, work, self._pace.server_core, log))
            if self._pace.warm_up:
                self._window(served, self._pace.warm_up)
        except NotMeasuredError as reason:
            self._leave(contender, scenario, outcome, reason, self._pace.rounds)
            served = None
        self._progress.started()
        return served

    def _turn(self, served: Served, number: int, outcome: Outcome) -> bool:
        """Measure one window; False, and the reason noted, when there will be no more of them."""
        key, name = served.contender.key, served.contender.name
        try:
            window = self._window(served, self._pace.seconds)
        except NotMeasuredError as reason:
            left = self._pace.rounds - number
            self._leave(served.contender, served.scenario, outcome, reason, left)
            return False
        outcome.windows.setdefault(key, []).append(window)
        where = f"{served.scenario.name} {number + 1}/{self._pace.rounds}"
        self._progress.measured(
            f"{where:18} {name:20} {window.cpu:9.1f} us {window.rate:9,.0f}/s"
            f" p99 {window.p99:8.2f} ms {window.memory:6.0f} MiB"
            + (f" {window.failed} FAILED" if window.failed else "")
        )
        return True

    def _window(self, served: Served, seconds: int) -> Window:
        return measure(served, self._pace.client_core, self._pace.connections, seconds)

    def _leave(
        self,
        contender: Contender,
        scenario: Scenario,
        outcome: Outcome,
        reason: NotMeasuredError,
        windows: int,
    ) -> None:
        outcome.windows.pop(contender.key, None)
        outcome.absent[contender.key] = str(reason)
        self._progress.absent(windows, f"{scenario.name:18} {contender.name:20} n/a: {reason}")
