"""The servers that are measured, and what each cannot do: a table. `commands` starts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import eq

from benchmarks import commands
from benchmarks.commands import Assignment

REFERENCE = "potstill"  # without its access log, since the peers write none


@dataclass(frozen=True, slots=True)
class Contender:
    """A server: `command` starts it in the foreground; `cannot` gives reasons by scenario."""

    key: str
    name: str
    command: Callable[[Assignment], list[str]]
    package: str = ""  # as the package index calls it
    remark: str = ""
    cannot: Mapping[str, str] = field(default_factory=dict)
    right: Callable[[bytes, bytes], bool] = eq  # is a body what the scenario wants?


def _as_long(answer: bytes, wanted: bytes) -> bool:
    return len(answer) == len(wanted)


NO_TLS = "speaks no TLS"
NO_APPLICATION = "calls no application"

CONTENDERS = (
    Contender(REFERENCE, "Potstill", commands.potstill),
    Contender("potstill-log", "Potstill, access log", commands.potstill_logged),
    Contender(
        "gunicorn-sync",
        "Gunicorn sync",
        commands.gunicorn,
        "gunicorn",
        "keeps no connection alive, so each request brings a new one",
        {"idle-5000": "keeps no connection alive"},
    ),
    Contender("gunicorn-gthread", "Gunicorn gthread", commands.gunicorn_threads, "gunicorn"),
    Contender(
        "uwsgi-router",
        "uWSGI, router",
        commands.uwsgi_router,
        "uwsgi",
        "`uwsgi --http --http-keepalive`: a router process in front of the worker, which its "
        "documentation tells to use where clients connect directly",
    ),
    Contender(
        "uwsgi-socket",
        "uWSGI, socket",
        commands.uwsgi_socket,
        "uwsgi",
        "`uwsgi --http11-socket`: the worker speaks HTTP itself, meant to stand behind a proxy; a "
        "connection holds its thread, so it has as many threads as there are clients",
        {
            "generator-100": "holds the connection of an answer without a length for 4 s",
            "tls": "the worker's own socket speaks no TLS with keep-alive",
            "idle-5000": "each idle connection would hold a thread",
        },
    ),
    Contender("waitress", "Waitress", commands.waitress, "waitress", cannot={"tls": NO_TLS}),
    Contender("cheroot", "Cheroot", commands.cheroot, "cheroot"),
    Contender("granian", "Granian", commands.granian, "granian"),
    Contender("bjoern", "bjoern", commands.bjoern, "bjoern", cannot={"tls": NO_TLS}),
    Contender(
        "floor",
        "floor (C)",
        commands.floor,
        remark="no server: a loop of epoll, recv and send that answers constant bytes "
        "(benchmarks/floor.c)",
        cannot={
            "flask": NO_APPLICATION,
            "django": NO_APPLICATION,
            "file-1m": "reads no file",
            "generator-100": NO_APPLICATION,
            "tls": NO_TLS,
            "blocking": NO_APPLICATION,
        },
        right=_as_long,
    ),
)
