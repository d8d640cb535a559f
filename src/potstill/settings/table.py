"""Every setting, once.

The command line, the files, the environment, the checks, the help page and `--print-config` are
all made from this table. A setting is a field of `Settings`, so that the program reads
`settings.threads` and the type checker knows it for an int; what else is known of it (`row`) stands
beside its default.
"""

from __future__ import annotations

from dataclasses import dataclass

from potstill.settings.address import TCP, Address, Unix
from potstill.settings.checks import FORWARDED, X_FORWARDED, check
from potstill.settings.lists import Addresses, Paths, Prefixes, Variables, Words
from potstill.settings.peers import Peers
from potstill.settings.quantities import Mode, Seconds, Size, Whole
from potstill.settings.row import Group, rows, setting
from potstill.settings.server_names import ServerName, ServerNames
from potstill.settings.words import AccessLog, Choice, Mount, Switch, Text

KiB, MiB, GiB = 1 << 10, 1 << 20, 1 << 30
HOUR, DAY = 3600, 86400


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
        (TCP("127.0.0.1", 8000),),
        Addresses(),
        Group.LISTENING,
        "Where to listen: HOST:PORT, [IPv6]:PORT, or :PORT for all addresses of both families, "
        "unix:PATH, unix:@NAME, or fd://N for a socket inherited; port 0 lets the kernel choose; "
        "https:// or http:// before a port or fd:// says what is spoken there; repeatable.",
        "-b",
        "--bind",
    )
    reuse_port: bool = setting(
        False,
        Switch(),
        Group.LISTENING,
        "Whether other processes may listen on the same port, and the kernel deals out the "
        "connections (SO_REUSEPORT).",
    )
    socket_mode: int = setting(
        0o660,
        Mode(),
        Group.LISTENING,
        "Mode of the files of Unix sockets: who may write to one may connect.",
    )
    socket_owner: str = setting(
        "",
        Text("USER, USER:GROUP or :GROUP", "OWNER", r"[^:\s]+(:[^:\s]+)?|:[^:\s]+"),
        Group.LISTENING,
        "Owner of those files: USER, USER:GROUP or :GROUP, by name or number.",
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

    certfile: str = setting(
        "",
        Text("a path", "FILE"),
        Group.TLS,
        "Certificate in PEM, followed by those that lead to its authority; with one, https is "
        "spoken on every port that says nothing else.",
    )
    keyfile: str = setting(
        "",
        Text("a path", "FILE"),
        Group.TLS,
        "Its private key in PEM, where certfile does not hold it too.",
    )
    sni: tuple[ServerName, ...] = setting(
        (),
        ServerNames(),
        Group.TLS,
        "Certificate, and key, for clients that ask for this name, which may be *.example.com; "
        "repeatable.",
    )
    ca_certs: str = setting(
        "",
        Text("a path", "FILE"),
        Group.TLS,
        "Certificates in PEM of the authorities that vouch for clients.",
    )
    cert_reqs: str = setting(
        "none",
        Choice("none", "optional", "required", numbered=True),
        Group.TLS,
        "Whether clients show a certificate: none is asked for, it is optional, or required.",
    )
    ciphers: str = setting(
        "",
        Text("a cipher list as OpenSSL has it", "LIST", "[!-~]+"),
        Group.TLS,
        "Ciphers of TLS 1.2, as a cipher list of OpenSSL.",
    )
    tls_minimum: str = setting(
        "1.2",
        Choice("1.2", "1.3"),
        Group.TLS,
        "Oldest version of TLS that is spoken: 1.2 or 1.3.",
    )

    forwarded_allow_ips: tuple[str, ...] = setting(
        (),
        Peers(),
        Group.PROXIES,
        "Proxies to believe when they tell whom they forward for; * believes everybody; "
        "repeatable.",
    )
    forwarded_headers: tuple[str, ...] = setting(
        ("x-forwarded-for", "x-forwarded-proto"),
        Words(*X_FORWARDED, FORWARDED),
        Group.PROXIES,
        "Which fields of theirs to believe: of x-forwarded-for, -proto, -host, -port and -prefix "
        "those that every proxy sets itself, or forwarded alone; repeatable.",
    )
    forwarded_hops: int = setting(
        1,
        Whole(1, 32),
        Group.PROXIES,
        "How many proxies in a row to believe, each of them in forwarded_allow_ips.",
    )
    strip_forwarded: bool = setting(
        True,
        Switch(),
        Group.PROXIES,
        "Whether such fields are kept from the application where they are not believed.",
    )
    proxy_protocol: bool = setting(
        False,
        Switch(),
        Group.PROXIES,
        "Whether connections from the peers in proxy_allow_from begin with a PROXY header, "
        "version 1 or 2.",
    )
    proxy_allow_from: tuple[str, ...] = setting(
        (),
        Peers(),
        Group.PROXIES,
        "Those peers, written as in forwarded_allow_ips; repeatable.",
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
    min_rate: int = setting(
        240,
        Size(0, GiB),
        Group.LIMITS,
        "Bytes per second that a client has to send of a head or body, or take of an answer, on "
        "average; 0 is no minimum.",
    )

    body_memory: int = setting(
        MiB,
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
    request_buffering: bool = setting(
        True,
        Switch("on|off"),
        Group.MEMORY,
        "Whether the application is called when the body is complete; off calls it after the "
        "head, and lets it wait for the body as it reads.",
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
    min_rate_grace: float = setting(
        10.0,
        Seconds(0.001, HOUR),
        Group.TIMES,
        "How long a client may take before min_rate is asked of it.",
    )
    handshake_timeout: float = setting(
        10.0,
        Seconds(0.001, HOUR),
        Group.TIMES,
        "How long a TLS handshake may take; then the connection closes.",
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
    access_log_mask: tuple[str, ...] = setting(
        (),
        Prefixes(),
        Group.LOGS,
        "Paths below which the next part is a secret, as /reset/: in the access log it is ***; "
        "repeatable.",
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
        check(self)

    def speaks_tls(self, address: Address) -> bool:
        """Whether what is spoken at this address is TLS."""
        if isinstance(address, Unix):
            return False
        return (address.scheme or ("https" if self.certfile else "http")) == "https"


ROWS = rows(Settings)
