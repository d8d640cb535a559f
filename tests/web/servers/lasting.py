"""An application that tells when it starts and stops, and what it has open meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated

from potstill.web import App, Provide

app = App()


def say(what: str) -> None:
    """Print it in one piece, whoever else prints."""
    os.write(1, f"site: {what}\n".encode())


def connect() -> Iterator[str]:
    """What lives as long as the application."""
    say("opened")
    yield "open"
    say("closed")


@app.on_start
def first() -> None:
    """The first hook."""
    say("first started")


@app.on_start
def second() -> None:
    """Another one, which may rely on the first."""
    say("second started")


@app.on_stop
def first_ends() -> None:
    """What belongs to the first hook."""
    say("first stopped")


@app.on_stop
def second_ends() -> None:
    """What belongs to the second one."""
    say("second stopped")


@app.get("/")
def used(value: Annotated[str, Provide(connect, scope="app")]) -> str:
    """Whether it is open."""
    return value
