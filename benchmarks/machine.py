"""Where and with what it was measured: facts for the record, so that figures can be compared."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.kit import PEERS, ROOT


def machine() -> dict[str, str]:
    """Processor, cores, memory, kernel, and how busy the machine was before the run."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def versions(python: Path) -> dict[str, str]:
    """Python's, as the servers run in it, Potstill's with its commit, the peers', and wrk's."""
    return {
        **packages(python, PEERS),
        "wrk": _number(_first_line("wrk", "--version")),
        "openssl": _number(_first_line("openssl", "version")),
    }


def packages(python: Path, peers: Sequence[str]) -> dict[str, str]:
    """Python's, Potstill's with its commit, and those of `peers`, which are `name==version`."""
    return {
        "python": _number(_first_line(str(python), "--version")),
        "potstill": f"{version('potstill')} ({_commit()})",
        **dict(peer.split("==") for peer in peers),
    }


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _commit() -> str:
    """The commit, with a + for changes that are in none."""
    describe = ["git", "-C", str(ROOT), "describe", "--always", "--exclude=*", "--dirty=+"]
    done = subprocess.run(describe, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no commit"


def _number(told: str) -> str:
    found = re.search(r"\d+(?:\.\d+)+", told)
    return found[0] if found else "unknown"


def _first_line(*command: str) -> str:
    """What a command says first, on either output; wrk tells its version with exit code 1."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).partition("\n")[0]
