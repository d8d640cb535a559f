"""Every setting, once.

The command line, the files, the environment, the checks, the help page and `--print-config` are
all made from this table. A setting is a field of `Settings`, so that the program reads
`settings.threads` and the type checker knows it for an int; what else is known of it stands beside
its default.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar

from potstill.settings.address import Address
from potstill.settings.errors import ConfigError
from potstill.settings.kinds import Kind
from potstill.settings.lists import Addresses, Paths, Variables
from potstill.settings.quantities import Seconds, Size, Whole
from potstill.settings.words import AccessLog, Choice, Mount, Switch, Text

T = TypeVar("T")

KiB, MiB, GiB = 1 << 10, 1 << 20, 1 << 30
HOUR, DAY = 3600, 86400


class Group(StrEnum):
    """The chapters of the help page, in its order."""

    APPLICATION = "The application"
    LISTENING = "Listening"
    THREADS = "Processes and threads"
    LIMITS = "Limits of a request"
    MEMORY = "Memory for bodies"
    TIMES = "Times"
    HEADERS = "Headers"
    LOGS = "Logs"


def setting(default: T, kind: Kind[T], group: Group, help_text: str, *flags: str) -> T:
    """A field of `Settings`; without flags of its own its flag is made of its name."""
    metadata = {"kind": kind, "group": group, "help": help_text, "flags": flags}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one server; a value out of its bounds is a ConfigError on construction."""

    app: str = setting(
        "",
        Text("module:attribute", "MODULE:APP"),
        Group.APPLICATION,
        "The WSGI application: module:attribute, module:factory(), or a module that has an "
        "`application` or `app`.",
        "MODULE:APP",
    )
    chdir: str = setting(
        "",
        Text("a directory", "DIR"),
        Group.APPLICATION,
        "Directory to work in; potstill.toml and the application are looked for there.",
    )
    env: tuple[tuple[str, str], ...] = setting(
        (),
        Variables(),
        Group.APPLICATION,
        "Environment variable set before the application is imported; repeatable.",
        "-e",
        "--env",
    )
    pythonpath: tuple[str, ...] = setting(
        (),
        Paths(),
        Group.APPLICATION,
        "Directories to import from, after the working directory; repeatable.",
    )
    root_path: str = setting(
        "",
        Mount(),
        Group.APPLICATION,
        "URL path the application is mounted at (SCRIPT_NAME); what is not below it is "
        "answered 404.",
    )

    bind: tuple[Address, ...] = setting(
        (Address("127.0.0.1", 8000),),
        Addresses(),
        Group.LISTENING,
        "Where to listen: HOST:PORT, [IPv6]:PORT, or :PORT for all addresses of both families; "
        "port 0 lets the kernel choose; repeatable.",
        "-b",
        "--bind",
    )
    backlog: int = setting(
        2048,
        Whole(1, 65535),
        Group.LISTENING,
        "Connections the kernel queues until they are accepted.",
    )
    worker_connections: int = setting(
        10000,
        Whole(1, 1_000_000),
        Group.LISTENING,
        "Connections held open at once; more of them wait in the backlog.",
    )

    workers: int = setting(
        1,
        Whole(1, 1, "this version runs one process: give it more --threads"),
        Group.THREADS,
        "Processes to serve with; this version runs one.",
        "-w",
        "--workers",
    )
    threads: int = setting(
        8,
        Whole(1, 1024),
        Group.THREADS,
        "Calls of the application that may be under way at once.",
    )
    relay_after: float = setting(
        0.002,
        Seconds(0.0001, 10),
        Group.THREADS,
        "How long a call may last before another thread takes over the connections.",
    )

    limit_request_line: int = setting(
        8190,
        Size(64, MiB),
        Group.LIMITS,
        "Length of the request line; a longer one is answered 414.",
    )
    limit_request_fields: int = setting(
        100,
        Whole(1, 32768),
        Group.LIMITS,
        "Number of header fields; more are answered 431.",
    )
    limit_request_field_size: int = setting(
        8190,
        Size(64, MiB),
        Group.LIMITS,
        "Length of one header field; a longer one is answered 431.",
        "--limit-request-field-size",
        "--limit-request-field_size",  # as Gunicorn spells it
    )
    limit_request_head: int = setting(
        64 * KiB,
        Size(256, 16 * MiB),
        Group.LIMITS,
        "Length of all header fields together; more is answered 431.",
    )
    limit_request_body: int = setting(
        GiB,
        Size(1, 1 << 50),
        Group.LIMITS,
        "Length of the body; a larger one is answered 413.",
    )
    limit_chunk_line: int = setting(
        4 * KiB,
        Size(16, 64 * KiB),
        Group.LIMITS,
        "Length of a chunk's size line with its extensions; a longer one is answered 400.",
    )
    limit_trailers: int = setting(
        8 * KiB,
        Size(64, MiB),
        Group.LIMITS,
        "Length of the fields after a chunked body; more is answered 431.",
    )

    body_memory: int = setting(
        512 * KiB,
        Size(0, GiB),
        Group.MEMORY,
        "Request bodies above this size go to a temporary file.",
    )
    output_memory: int = setting(
        MiB,
        Size(4 * KiB, GiB),
        Group.MEMORY,
        "Bytes of an answer kept for a slow reader before they go to a temporary file.",
    )
    output_spill: int = setting(
        64 * MiB,
        Size(0, 1 << 40),
        Group.MEMORY,
        "Bytes in that file before the application is made to wait.",
    )

    head_timeout: float = setting(
        30.0,
        Seconds(0.001, HOUR),
        Group.TIMES,
        "How long a request's head may take to arrive; then the answer is 408.",
    )
    body_timeout: float = setting(
        30.0,
        Seconds(0.001, HOUR),
        Group.TIMES,
        "How long a body may bring nothing new; then the answer is 408.",
    )
    write_timeout: float = setting(
        30.0,
        Seconds(0.001, HOUR),
        Group.TIMES,
        "How long a client may take nothing of its answer; then the connection closes.",
    )
    keep_alive: float = setting(
        75.0,
        Seconds(0.001, DAY),
        Group.TIMES,
        "How long a connection waits for its next request; make it longer than your load "
        "balancer does.",
    )
    graceful_timeout: float = setting(
        30.0,
        Seconds(0, DAY),
        Group.TIMES,
        "How long requests under way may take to finish after SIGTERM or SIGINT.",
    )

    header_map: str = setting(
        "drop",
        Choice("drop", "refuse", "dangerous"),
        Group.HEADERS,
        "Fields with an underscore in the name: drop them, refuse the request, or dangerous: "
        "pass them on, where X_A and X-A are one to the application.",
    )
    server_header: bool = setting(
        True,
        Switch(),
        Group.HEADERS,
        "Whether answers carry the field `Server: potstill`.",
        "--server-header",
        "--no-server-header",
    )

    access_logfile: str | None = setting(
        "-",
        AccessLog(),
        Group.LOGS,
        "Where a line for each request goes: - is standard output, none switches it off.",
    )
    access_logformat: str = setting(
        "combined",
        Text("combined, json, or a format with %(...)s atoms", "FORMAT", r"combined|json|.*%\(.*"),
        Group.LOGS,
        "Format of its lines: combined, json, or Gunicorn's atoms as in '%(h)s %(r)s %(s)s'.",
    )
    error_logfile: str = setting(
        "-",
        Text("a path, or - for standard error", "FILE", "(?!none$).+"),
        Group.LOGS,
        "Where everything else is told: - is standard error.",
        "--error-logfile",
        "--log-file",
    )
    log_level: str = setting(
        "info",
        Choice("debug", "info", "warning", "error", "critical"),
        Group.LOGS,
        "The least serious message the error log takes: debug, info, warning, error or critical.",
    )

    def __post_init__(self) -> None:
        for row in ROWS.values():
            value = getattr(self, row.name)
            if value != row.default:
                object.__setattr__(self, row.name, row.read(value, row.name))
        if self.limit_request_field_size > self.limit_request_head:
            raise ConfigError(
                f"limit_request_field_size is {self.limit_request_field_size}, but all fields "
                f"together may have {self.limit_request_head}: raise limit_request_head too"
            )


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one setting besides its value."""

    name: str
    default: object
    kind: Kind[Any]
    group: Group
    help: str
    flags: tuple[str, ...]

    def read(self, value: object, where: str) -> object:
        """The value that was meant; ConfigError names `where` it stood and what was expected."""
        try:
            result: object = self.kind.read(value)
        except ConfigError as error:
            raise ConfigError(f"{where} is {value!r}: {error}") from None
        return result


def _rows() -> dict[str, Row]:
    rows = {}
    for each in fields(Settings):
        known = dict(each.metadata)
        known["flags"] = known["flags"] or ("--" + each.name.replace("_", "-"),)
        rows[each.name] = Row(name=each.name, default=each.default, **known)
    return rows


ROWS = _rows()
