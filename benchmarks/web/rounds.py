"""Starts a process for each contender in each round, in an order that is new each time.

So a noisy minute touches all of them, and none always runs behind the same other one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.kit import ROOT, pip
from benchmarks.web.contenders import Contender
from benchmarks.web.record import WebRecord

IMPORT_WINDOWS = 7
_IMPORT = """
import time
begin = time.process_time()
import {module}
print((time.process_time() - begin) * 1000)
"""


class Session:
    """Fills a record, with the peers' interpreter; a Falcon that is pure Python lies in `pure`."""

    def __init__(
        self, python: Path, pure: Path, record: WebRecord, tell: Callable[[str], None]
    ) -> None:
        self._python = python
        self._pure = pure
        self._record = record
        self._tell = tell

    def measure(self, contenders: Sequence[Contender], rows: Sequence[str]) -> None:
        """All rounds, then what an import takes; CalledProcessError when a contender fails."""
        for number in range(self._record.rounds):
            for contender in _shuffled(contenders):
                self._tell(f"[round {number + 1} of {self._record.rounds}] {contender.name}")
                self._window(contender, rows)
        for _ in range(IMPORT_WINDOWS):
            for contender in _shuffled(contenders):
                self._import(contender)

    def _window(self, contender: Contender, rows: Sequence[str]) -> None:
        asked = [contender.key, str(self._record.seconds), *rows]
        printed = self._python_prints(contender, "-m", "benchmarks.web.measure", *asked)
        for row, rate in json.loads(printed).items():
            self._record.rates.setdefault(row, {}).setdefault(contender.key, []).append(rate)

    def _import(self, contender: Contender) -> None:
        if contender.imports:
            printed = self._python_prints(contender, "-c", _IMPORT.format(module=contender.imports))
            self._record.imports.setdefault(contender.key, []).append(float(printed))

    def _python_prints(self, contender: Contender, *arguments: str) -> str:
        paths = [ROOT, ROOT / "src"]
        if contender.is_pure:
            paths.insert(0, self._pure)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
        command = [str(self._python), *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


def pure_falcon(python: Path, directory: Path, package: str) -> Path:
    """A directory with Falcon as anybody has it who has no wheel: not compiled."""
    place = directory / package.replace("==", "-pure-")
    if not place.exists():
        chosen = ["--only-binary=:all:", "--implementation", "py", "--abi", "none"]
        where = ["--platform", "any", "--no-deps", "--target", str(place)]
        subprocess.run([*pip(python), *chosen, *where, package], check=True)
    return place


def _shuffled(contenders: Sequence[Contender]) -> list[Contender]:
    return random.sample(contenders, len(contenders))
