"""A first figure beside the peers: `python -m benchmarks.first [--scenario blocking|flask]`.

Every server runs the same application, in the same Python, with one worker pinned to one core; wrk
has the other. The servers take turns in rounds, so that a noisy minute touches all of them, and
each figure is the median of its rounds. Processor time per request is the figure to trust: rates
and latencies depend on what wrk's core can do. Access logs: Potstill writes its own by default
(here to /dev/null) and stands in the table a second time without; the peers write none by default.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.contenders import CONTENDERS, ROOT, peers_python, running
from benchmarks.meter import Load, Window, measure

APPS = {"hello": "hello", "blocking": "hello", "flask": "flask()"}
WARM_UP_SECONDS = 1
REFERENCE = CONTENDERS[0].name
HEADINGS = (
    "server",
    "CPU us/request",
    "ratio",
    "requests/s",
    "ratio",
    "p50 ms",
    "p99 ms",
    "failed",
)


def main(arguments: list[str] | None = None) -> None:
    """Measure, tell on standard error how far it is, print a Markdown table."""
    options = _parser().parse_args(arguments)
    for tool in ("wrk", "taskset"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is needed and not installed")
    windows = _rounds(options)
    print(f"\n{options.scenario}, {options.rounds} rounds of {options.seconds} s, ", end="")
    print(f"{options.connections} connections, Python {platform.python_version()}, ", end="")
    print(f"Linux {platform.release()}\n")
    print("\n".join(_table(windows)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first", description=__doc__)
    parser.add_argument("--scenario", choices=sorted(APPS), default="hello")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each server in each round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--client-core", type=int, default=1)
    names = [contender.name for contender in CONTENDERS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument(
        "--peers",
        type=Path,
        default=ROOT / ".cache" / "peers",
        help="an environment with the peers; created when it is not there (default: %(default)s)",
    )
    return parser


def _rounds(options: argparse.Namespace) -> dict[str, list[Window]]:
    """Start the servers, give each its turn in every round, and stop them."""
    python = peers_python(options.peers)
    app = f"benchmarks.apps:{APPS[options.scenario]}"
    blocked = options.scenario == "blocking"
    load = Load(options.client_core, options.connections, options.seconds, blocked)
    warm_up = Load(options.client_core, options.connections, WARM_UP_SECONDS)
    windows: dict[str, list[Window]] = {name: [] for name in options.only}
    with ExitStack() as stack:
        servers = [
            (
                contender.name,
                *stack.enter_context(running(contender, python, app, options.server_core)),
            )
            for contender in CONTENDERS
            if contender.name in windows
        ]
        for _, pid, port in servers:
            measure(warm_up, pid, port)
        for number in range(1, options.rounds + 1):
            for name, pid, port in servers:
                window = measure(load, pid, port)
                windows[name].append(window)
                _tell(f"round {number}: {name:24} {window.cpu:7.1f} us {window.rate:9,.0f}/s")
    return windows


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _table(windows: dict[str, list[Window]]) -> list[str]:
    """Medians as a Markdown table, with ratios to Potstill as it comes, or to the first row."""
    typical = {name: _typical(measured) for name, measured in windows.items()}
    base = typical.get(REFERENCE) or next(iter(typical.values()))
    lines = [_row(HEADINGS), _row(("---", *["---:"] * (len(HEADINGS) - 1)))]
    for name, window in typical.items():
        cpu = (f"{window.cpu:.1f}", f"{window.cpu / base.cpu:.2f}")
        rate = (f"{window.rate:,.0f}", f"{window.rate / base.rate:.2f}")
        delay = (f"{window.p50:.2f}", f"{window.p99:.2f}")
        lines.append(_row((name, *cpu, *rate, *delay, str(window.failed))))
    return lines


def _typical(windows: list[Window]) -> Window:
    """Each figure's median, and all failures."""
    return Window(
        cpu=median(window.cpu for window in windows),
        rate=median(window.rate for window in windows),
        p50=median(window.p50 for window in windows),
        p99=median(window.p99 for window in windows),
        failed=sum(window.failed for window in windows),
    )


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
