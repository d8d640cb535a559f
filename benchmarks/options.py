"""What a run may be told, and what is left out when it is told nothing."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.kit import PEERS_DIRECTORY
from benchmarks.record import Pace
from benchmarks.scenarios import SCENARIOS, Scenario

DESCRIPTION = """Measures Potstill beside its peers: the same work, one core each, in turns.

The whole takes about half an hour, and wants two cores that have nothing else to do."""
FULL = Pace(rounds=5, seconds=2, warm_up=1, connections=32)
QUICK = Pace(rounds=1, seconds=1, warm_up=0, connections=32)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and what becomes of it."""

    scenarios: tuple[Scenario, ...]
    contenders: tuple[Contender, ...]
    pace: Pace
    peers: Path
    publish: bool
    again: Path | None  # results to show again, in place of measuring


def plan(arguments: list[str] | None = None) -> Plan:
    """Read the command line; a mistake there ends the program with exit code 2."""
    parser = _parser()
    told = parser.parse_args(arguments)
    partial = told.scenario or told.only
    if told.publish and partial and not told.again:
        parser.error("--publish is for whole runs: leave out --scenario and --only")
    return Plan(
        scenarios=tuple(each for each in SCENARIOS if each.name in (told.scenario or _names())),
        contenders=tuple(each for each in CONTENDERS if each.key in (told.only or _keys())),
        pace=_pace(told),
        peers=told.peers,
        publish=told.publish,
        again=told.again,
    )


def _pace(told: argparse.Namespace) -> Pace:
    usual = QUICK if told.quick else FULL
    return Pace(
        rounds=told.rounds or usual.rounds,
        seconds=told.seconds or usual.seconds,
        warm_up=usual.warm_up,
        connections=told.connections or usual.connections,
        server_core=told.server_core,
        client_core=told.client_core,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    scenarios, contenders = ", ".join(_names()), ", ".join(_keys())
    add(
        "--scenario",
        action="append",
        choices=_names(),
        metavar="NAME",
        help=f"{scenarios}; repeatable",
    )
    add("--only", nargs="+", choices=_keys(), metavar="SERVER", help=contenders)
    add("--rounds", type=_number, help=f"windows of each server (default: {FULL.rounds})")
    add("--seconds", type=_number, help=f"length of a window (default: {FULL.seconds})")
    add("--connections", type=_number, help=f"of wrk (default: {FULL.connections})")
    add("--quick", action="store_true", help="one round of one second, in about five minutes")
    add("--publish", action="store_true", help="write the results into docs/performance.md too")
    add("--again", type=Path, metavar="RESULTS.JSON", help="measure nothing: show these results")
    add("--server-core", type=int, default=FULL.server_core, help="(default: %(default)s)")
    add("--client-core", type=int, default=FULL.client_core, help="(default: %(default)s)")
    add(
        "--peers",
        type=Path,
        default=PEERS_DIRECTORY,
        help="environment with the peers, made and kept up to date here (default: %(default)s)",
    )
    return parser


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected at least 1")
    return number


def _names() -> list[str]:
    return [scenario.name for scenario in SCENARIOS]


def _keys() -> list[str]:
    return [contender.key for contender in CONTENDERS]
