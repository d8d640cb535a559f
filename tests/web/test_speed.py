"""What makes `potstill.web` quick stays so: little is imported, and routes do not add up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import Any

import pytest

from potstill.web import App
from tests.web.support import environ

SERVING = """
from potstill.web import App

app = App()

@app.get("/hello/{name}")
def hello(name: str) -> str:
    return name

environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/hello/you", "SCRIPT_NAME": "",
           "wsgi.url_scheme": "http", "HTTP_HOST": "localhost"}
assert b"".join(app(environ, lambda status, headers: None)) == b"you"
"""
HEAVY = (
    "asyncio",
    "email",
    "html",
    "http",
    "itsdangerous",
    "jinja2",
    "json",
    "logging",
    "mimetypes",
    "multipart",
    "socket",
    "ssl",
    "tempfile",
    "unittest",
    "urllib.request",
    "uuid",
)
"""What costs milliseconds; what msgspec brings with it is not ours to avoid."""


def modules_after(program: str) -> set[str]:
    """What a new interpreter has loaded when it has run the program."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(shown.stdout.split())


@pytest.mark.parametrize("program", ["import potstill.web", SERVING], ids=["import", "serving"])
def test_nothing_heavy_is_imported_before_it_is_used(program: str) -> None:
    brought_along = modules_after("import msgspec.json")
    assert (modules_after(program) - brought_along) & set(HEAVY) == set()


def test_nothing_else_of_potstill_is_imported() -> None:
    loaded = {name for name in modules_after(SERVING) if name.startswith("potstill.")}
    assert {name for name in loaded if not f"{name}.".startswith("potstill.web.")} == set()


def site(count: int) -> Callable[[], None]:
    """Calls ten routes of an application in turns; more would measure the processor's caches."""
    app = App()

    def entry(id: int) -> str:
        return str(id)

    for number in range(count):
        app.get(f"/section{number}/{{id:int}}", name=f"entry{number}")(entry)
    prepared = cycle([environ(f"/section{number}/7") for number in range(0, count, count // 10)])

    def start_response(status: str, headers: object, exc_info: object = None) -> Any:
        assert status == "200 OK"

    def call() -> None:
        assert b"".join(app(next(prepared).copy(), start_response)) == b"7"

    call()
    return call


def seconds(call: Callable[[], None], count: int) -> float:
    """Processor time, which other processes do not add to."""
    begin = time.process_time()
    for _ in range(count):
        call()
    return time.process_time() - begin


def test_a_thousand_routes_take_hardly_more_than_ten() -> None:
    few, many = site(10), site(1000)
    for _ in range(5):  # a noisy machine is given other chances; a slow router needs none
        ratios = [seconds(many, 1000) / seconds(few, 1000) for _ in range(9)]
        if median(ratios) < 1.5:
            return
    pytest.fail(f"1,000 routes take {median(ratios):.2f} times as long as 10")
