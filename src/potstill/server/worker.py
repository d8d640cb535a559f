"""One worker: a relay around one application.

This is where the rooms are introduced to each other: settings become limits and durations, a
gateway becomes the service of the channels, and signals end it.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from wsgiref.types import WSGIApplication

from potstill.http11.response import Stamp
from potstill.net.listener import Listener
from potstill.net.pace import Rate
from potstill.net.poller import best_poller
from potstill.net.relay import Relay
from potstill.net.switchboard import Switchboard
from potstill.net.wiring import Wiring
from potstill.observe import AccessLog, ErrorLog, log
from potstill.server.assembly import (
    durations_of,
    environ_of,
    limits_of,
    manners_of,
    parser_of,
)
from potstill.server.lifespan import Lifespan, begin, end
from potstill.server.loader import LoadError, load
from potstill.server.networks import whom_it_believes
from potstill.server.reports import Reporter
from potstill.server.service import WSGIService
from potstill.server.signals import stop_on_signals
from potstill.server.sockets import open_sockets
from potstill.settings import Settings
from potstill.wsgi.errors import ErrorStream
from potstill.wsgi.gateway import Gateway

SWITCH_INTERVAL = 0.0005
"""Seconds that a call may compute while others wait for the interpreter (decision 0005)."""
SPARE_DESCRIPTORS = 64
"""For logs, libraries, temporary files and the application, beside the connections."""


class Worker:
    """Serves one application on listeners that are its own from now on."""

    def __init__(
        self,
        settings: Settings,
        application: WSGIApplication,
        listeners: Sequence[Listener],
        access_log: AccessLog | None,
        write_error: Callable[[str], None],
    ) -> None:
        self._graceful_timeout = settings.graceful_timeout
        self._access_log = access_log
        limits = limits_of(settings)
        stamp = Stamp("potstill" if settings.server_header else None, time.time())
        environ = environ_of(settings, ErrorStream(write_error))
        report = Reporter(settings.app or _name(application))
        gateway = Gateway(application, environ, stamp, report, settings.root_path)
        service = WSGIService(gateway, environ, access_log, settings.body_memory)
        wiring = Wiring(
            parser_of(settings, limits),
            limits,
            stamp,
            service,
            journals=access_log is not None,
            output_memory=settings.output_memory,
            output_spill=settings.output_spill,
            buffers_requests=settings.request_buffering,
            body_timeout=settings.body_timeout,
            rate=Rate(settings.min_rate, settings.min_rate_grace),
            manners=manners_of(settings),
        )
        durations = durations_of(settings)
        capacity = settings.worker_connections
        board = Switchboard(listeners, wiring, best_poller(), durations, capacity)
        self._relay = Relay(
            board, service, threads=settings.threads, relay_after=settings.relay_after
        )
        wiring.before_waiting = self._relay.before_waiting

    def run(self) -> bool:
        """Serve until `stop`; True when all that was begun was finished in time."""
        return self._relay.run(self._graceful_timeout)

    def stop(self) -> None:
        """Let `run` end; from any thread or signal handler."""
        self._relay.stop()

    def close(self) -> None:
        """Give back the sockets of a worker that never ran."""
        self._relay.close()

    def abandon(self) -> None:
        """Let `run` end at once, whatever is under way."""
        self._relay.abandon()


def run(settings: Settings) -> int:
    """Serve as the settings say until a signal ends it; returns the exit code of the process.

    0 after a stop by signal, 1 when it cannot listen or log or what the application does at its end
    fails, 3 when the application cannot be loaded or begun.
    """
    with ExitStack() as stack:
        try:
            error_log = ErrorLog(settings.error_logfile, settings.log_level)
            stack.callback(error_log.close)
            access_log = _access_log(settings)
            if access_log is not None:
                stack.callback(access_log.close)
            sys.setswitchinterval(SWITCH_INTERVAL)  # before the application, which may know better
            application = load(settings.app)
            listeners = open_sockets(settings, os.environ)
            for listener in listeners:
                stack.callback(listener.close)
            worker = Worker(settings, application, listeners, access_log, error_log.write)
        except LoadError as error:
            log.critical("%s", error)
            return 3
        except (OSError, ValueError) as error:
            log.critical("%s", error)
            return 1
        _make_room(settings.worker_connections)
        with stop_on_signals(worker.stop, worker.abandon):
            return _live(worker, Lifespan(application), settings, listeners)


def _live(
    worker: Worker, lifespan: Lifespan, settings: Settings, listeners: Sequence[Listener]
) -> int:
    """Let the application begin, serve it, let it end; the exit code."""
    failed = begin(lifespan, settings.app, worker.stop)
    if failed is not None:
        worker.close()
        return failed
    gc.collect()
    gc.freeze()  # what the application brought lives as long as the process
    try:
        _serve(worker, settings, listeners)
    finally:
        code = end(lifespan, settings.app)
    log.info("Stopped")
    return code


def _serve(worker: Worker, settings: Settings, listeners: Sequence[Listener]) -> None:
    for sentence in whom_it_believes(settings):
        log.info("%s", sentence)
    for listener in listeners:
        log.info("Listening at %s", listener)
    if not worker.run():
        log.warning("requests under way were cut off")


def _access_log(settings: Settings) -> AccessLog | None:
    if settings.access_logfile is None:
        return None
    return AccessLog(
        settings.access_logfile, settings.access_logformat, mask=settings.access_log_mask
    )


def _name(application: object) -> str:
    return getattr(application, "__qualname__", None) or type(application).__qualname__


def _make_room(connections: int) -> None:
    """Raise the soft limit of open descriptors to what the settings ask for, as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_DESCRIPTORS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if allowed > soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
