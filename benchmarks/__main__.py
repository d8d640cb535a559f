"""`python -m benchmarks`: measure, tell how far it is, print and keep what it showed."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import time
from datetime import datetime

from benchmarks.kit import WORKSHOP, prepare
from benchmarks.machine import machine, versions
from benchmarks.options import Plan, plan
from benchmarks.progress import Progress
from benchmarks.publishing import publish, save
from benchmarks.record import Record
from benchmarks.report import report
from benchmarks.rounds import Session


def main(arguments: list[str] | None = None) -> None:
    """Progress goes to standard error, the report to standard output."""
    asked = plan(arguments)
    record = Record.from_json(asked.again.read_text()) if asked.again else _run(asked)
    print(report(record, "results.svg"))
    if asked.publish:
        publish(record)


def _run(asked: Plan) -> Record:
    """Measure; after every scenario what is known is saved, so that a run may be broken off."""
    _ready(asked)
    kit = prepare(asked.peers)
    now = datetime.now().astimezone()
    directory = WORKSHOP / f"{now:%Y-%m-%d-%H%M%S}"
    logs = directory / "logs"
    logs.mkdir(parents=True)
    record = Record(now.isoformat("T", "seconds"), asked.pace, machine(), versions(kit.python))
    servers = len(asked.scenarios) * len(asked.contenders)
    progress = Progress(servers, asked.pace, time.monotonic, _tell)
    session = Session(kit, asked.pace, progress, logs)
    try:
        for scenario in asked.scenarios:
            record.outcomes[scenario.name] = session.perform(scenario, asked.contenders)
            save(record, directory)
    except KeyboardInterrupt:
        raise SystemExit(f"broken off; kept in {os.path.relpath(directory)}") from None
    _tell(f"kept in {os.path.relpath(directory)}")
    return record


def _ready(asked: Plan) -> None:
    """Demand the tools, keep off the server's core, and allow as many open files as may be."""
    for tool in ("wrk", "taskset", "openssl", "cc"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is needed and not installed")
    cores = {asked.pace.server_core, asked.pace.client_core}
    if not cores <= os.sched_getaffinity(0):
        raise SystemExit(f"cores {sorted(cores)} are not all there: two are needed")
    os.sched_setaffinity(0, {asked.pace.client_core})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
