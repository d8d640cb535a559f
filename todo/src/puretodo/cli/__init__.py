"""The command `puretodo`: serve, keep safe, move in and out, and say who may come in.

Each subcommand is a module with `register`. What is wrong is one line on standard error and exit
code 2; no traceback, unless the fault is ours.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from puretodo import __version__
from puretodo.cli import backups, serve, transfer, users
from puretodo.cli.failures import in_words

DESCRIPTION = "A to-do list to keep."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser("puretodo", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"puretodo {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (serve, backups, transfer, users):
        module.register(subparsers)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        words = in_words(error)
        if words is None:
            raise
        print(f"puretodo: {words}", file=sys.stderr)
        return 2
    return code
