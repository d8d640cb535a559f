"""The work that is measured: a table, one row for each kind of work."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.apps.plain import BLOCK, BLOCKS, GREETING, MEGABYTE

KILOBYTE_LONG, MEGABYTE_LONG = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of work: an application, the requests wrk sends, and who else is connected.

    `answer` is the body of a right answer; nothing is measured of a server that gives another.
    """

    name: str
    title: str  # at most 48 characters, for a plot on a telephone
    app: str = "plain:hello"  # below benchmarks.apps
    script: str = "browser.lua"  # below load/
    answer: bytes = GREETING
    upload: int = 0  # bytes of the body of each request
    tls: bool = False
    keep_alive: bool = True
    blocked: int = 0  # clients of a call that waits, beside those that are measured
    idle: int = 0  # connections that have had an answer and stay open, beside them


SCENARIOS = (
    Scenario("hello-bare", "A greeting, no field but Host", script="bare.lua"),
    Scenario("hello", "A greeting, 13 fields as a browser sends them"),
    Scenario(
        "hello-varying",
        "The same, but three fields never come twice",
        script="varying.lua",
    ),
    Scenario("flask", "A greeting by Flask", app="flask_hello:app"),
    Scenario("django", "A greeting by Django with three middlewares", app="django_hello:app"),
    Scenario(
        "connect",
        "A new connection for each greeting",
        script="closing.lua",
        keep_alive=False,
    ),
    Scenario(
        "post-1k",
        "A body of 1 KiB, which the application reads",
        app="plain:upload",
        script="posting.lua",
        answer=b"%d\n" % KILOBYTE_LONG,
        upload=KILOBYTE_LONG,
    ),
    Scenario(
        "post-1m",
        "A body of 1 MiB, which the application reads",
        app="plain:upload",
        script="posting.lua",
        answer=b"%d\n" % MEGABYTE_LONG,
        upload=MEGABYTE_LONG,
    ),
    Scenario("answer-1m", "An answer of 1 MiB in one block", app="plain:answer", answer=MEGABYTE),
    Scenario(
        "file-1m",
        "A file of 1 MiB, by wsgi.file_wrapper",
        app="plain:file",
        answer=MEGABYTE,
    ),
    Scenario(
        "generator-100",
        "100 blocks of 1 KiB by a generator",
        app="plain:generator",
        answer=BLOCK * BLOCKS,
    ),
    Scenario("tls", "A greeting over TLS 1.3, kept alive", tls=True),
    Scenario(
        "blocking",
        "A greeting beside four calls that wait 50 ms",
        blocked=4,
    ),
    Scenario("idle-5000", "A greeting beside 5,000 idle connections", idle=5000),
)
