"""One window: a server under load for some seconds, and what it took meanwhile.

Processor time per request is the figure to trust; rates and latencies depend on wrk's core too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks import crowd
from benchmarks.commands import HOST
from benchmarks.family import cpu_seconds, peak_memory
from benchmarks.figures import NotMeasuredError, Window
from benchmarks.scenarios import Scenario
from benchmarks.serving import Served
from benchmarks.wrk import Wrk

LONGER = 60  # seconds more than the window, for the load beside it, which is stopped


def measure(served: Served, core: int, connections: int, seconds: int) -> Window:
    """Put the server under load for one window; blocks that long.

    NotMeasuredError when it does not answer.
    """
    scenario = served.scenario
    with ExitStack() as stack:
        audience = stack.enter_context(
            crowd.idle(HOST, served.port, scenario.idle, scenario.answer)
        )
        beside = [stack.enter_context(wrk) for wrk in _blocked(served, core, seconds)]
        before = cpu_seconds(served.pid)
        with _load(served, core, connections, seconds) as wrk:
            load = wrk.figures()
        used = cpu_seconds(served.pid) - before
        failed = load.failed + audience.left() + sum(wrk.stop().failed for wrk in beside)
    if not load.requests:
        raise NotMeasuredError("answered nothing within a window")
    return Window(
        requests=load.requests,
        cpu=used / load.requests * 1e6,
        rate=load.requests / load.duration * 1e6,
        p50=load.p50 / 1000,
        p99=load.p99 / 1000,
        memory=peak_memory(served.pid),
        failed=failed,
    )


def _load(served: Served, core: int, connections: int, seconds: int) -> Wrk:
    """The argument of a script that posts is the body's length, of others a number used once."""
    word = served.scenario.upload or time.time_ns()
    url = f"{_origin(served.scenario, served.port)}/"
    return Wrk(core, connections, seconds, url, served.scenario.script, str(word))


def _blocked(served: Served, core: int, seconds: int) -> Iterator[Wrk]:
    if served.scenario.blocked:
        url = f"{_origin(served.scenario, served.port)}/wait"
        yield Wrk(core, served.scenario.blocked, seconds + LONGER, url, "browser.lua")


def _origin(scenario: Scenario, port: int) -> str:
    return f"{'https' if scenario.tls else 'http'}://{HOST}:{port}"
