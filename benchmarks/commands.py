"""How each server is started for a piece of work: one worker, everything else as it comes.

Eight threads where it has threads, limits of connections raised out of the way, no access log. The
command stays in the foreground and ends with SIGTERM.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.kit import Kit
from benchmarks.scenarios import Scenario

HOST = "127.0.0.1"
THREADS = 8
MANY = 10_000  # connections; where a server has a limit below the scenario with 5,000


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a server is started for: the work, the clients at one time, the port, the tools."""

    scenario: Scenario
    clients: int
    port: int
    kit: Kit

    @property
    def app(self) -> str:
        """The application as `module:attribute`."""
        return f"benchmarks.apps.{self.scenario.app}"

    @property
    def address(self) -> str:
        """Where to listen, as `host:port`."""
        return f"{HOST}:{self.port}"

    def module(self, name: str, *options: object) -> list[str]:
        """The command `python -m name` with these options."""
        return [str(self.kit.python), "-m", name, *map(str, options)]

    def tls(self, certificate: str, key: str) -> list[str]:
        """The two options for TLS, under their names for this server; none for plain HTTP."""
        if not self.scenario.tls:
            return []
        return [certificate, str(self.kit.certificate), key, str(self.kit.key)]


def potstill(work: Assignment) -> list[str]:
    """Without the access log, as the peers come."""
    return [*potstill_logged(work), "--access-logfile", "none"]


def potstill_logged(work: Assignment) -> list[str]:
    """As it comes: eight threads, and the access log written."""
    tls = work.tls("--certfile", "--keyfile")
    return work.module("potstill", "--bind", work.address, *tls, work.app)


def gunicorn(work: Assignment) -> list[str]:
    """Its sync worker, which is what it starts when nothing is said."""
    quiet = ("--log-level", "warning", "--no-control-socket")
    tls = work.tls("--certfile", "--keyfile")
    return work.module("gunicorn", "--workers", 1, *quiet, "--bind", work.address, *tls, work.app)


def gunicorn_threads(work: Assignment) -> list[str]:
    """Its threaded worker, which keeps connections alive as long as Potstill does."""
    threads = ["--worker-class", "gthread", "--threads", str(THREADS)]
    return [*gunicorn(work), *threads, "--keep-alive", "75", "--worker-connections", str(MANY)]


def uwsgi_router(work: Assignment) -> list[str]:
    """A router process speaks HTTP and passes each request to the worker."""
    router, where = "--http", work.address
    if work.scenario.tls:
        router, where = "--https", f"{where},{work.kit.certificate},{work.kit.key}"
    kept = ["--http-keepalive=1", "--http-auto-chunked", "--add-header", "Connection: Keep-Alive"]
    return _uwsgi(work, THREADS, [router, where], kept)


def uwsgi_socket(work: Assignment) -> list[str]:
    """The worker speaks HTTP; a thread for each connection, or the others would starve."""
    kind = "--http11-socket" if work.scenario.keep_alive else "--http-socket"
    return _uwsgi(work, max(THREADS, work.clients), [kind, work.address], [])


def _uwsgi(work: Assignment, threads: int, where: list[str], kept: list[str]) -> list[str]:
    """It sends no `Connection` of its own, and clients have to hear that it will close."""
    lasting = kept if work.scenario.keep_alive else ["--add-header", "Connection: close"]
    command = [str(work.kit.python.with_name("uwsgi")), *where, *lasting, "--module", work.app]
    serving = ["--master", "--processes", "1", "--threads", str(threads), "--listen", "1024"]
    return [*command, *serving, "--need-app", "--die-on-term", "--disable-logging"]


def waitress(work: Assignment) -> list[str]:
    """With poll, since its select ends at 1,024 descriptors."""
    many = (f"--connection-limit={MANY}", "--asyncore-use-poll")
    where = (f"--listen={work.address}", f"--threads={THREADS}")
    return work.module("waitress", *where, *many, work.app)


def cheroot(work: Assignment) -> list[str]:
    """By `launch`: its own command takes no certificate."""
    tls = (work.kit.certificate, work.kit.key) if work.scenario.tls else ()
    return work.module("benchmarks.launch", "cheroot", work.app, HOST, work.port, *tls)


def granian(work: Assignment) -> list[str]:
    """Backpressure is its word for a limit of connections."""
    threads = ("--interface", "wsgi", "--workers", 1, "--blocking-threads", THREADS, "--no-ws")
    many = ("--backpressure", MANY)
    where = ("--host", HOST, "--port", work.port, "--log-level", "warning")
    tls = work.tls("--ssl-certificate", "--ssl-keyfile")
    return work.module("granian", *threads, *many, *where, *tls, work.app)


def bjoern(work: Assignment) -> list[str]:
    """By `launch`: it has no command."""
    return work.module("benchmarks.launch", "bjoern", work.app, HOST, work.port)


def floor(work: Assignment) -> list[str]:
    """It is told the sizes, since it understands nothing."""
    lasting = "keep" if work.scenario.keep_alive else "close"
    sizes = (len(work.scenario.answer), work.scenario.upload)
    return [str(work.kit.floor), str(work.port), *map(str, sizes), lasting]
