"""Settings become the parts that a worker is put together from."""

from __future__ import annotations

import time
from collections.abc import Callable
from ssl import SSLContext

from potstill.http11.field_lines import HeaderMap
from potstill.http11.head import HeadParser
from potstill.http11.limits import Limits
from potstill.net.certificates import Certificates
from potstill.net.greeting import Manners
from potstill.net.wiring import Phase
from potstill.observe import Once, log
from potstill.server.networks import Networks
from potstill.settings import Settings
from potstill.wsgi.environ import EnvironMaker
from potstill.wsgi.errors import ErrorStream
from potstill.wsgi.forwarded import Forwarding

LINGER_TIME = 2.0


def limits_of(settings: Settings) -> Limits:
    """How much a peer may send."""
    return Limits(
        line=settings.limit_request_line,
        fields=settings.limit_request_fields,
        field=settings.limit_request_field_size,
        section=settings.limit_request_head,
        body=settings.limit_request_body,
        chunk_line=settings.limit_chunk_line,
        trailers=settings.limit_trailers,
    )


def durations_of(settings: Settings) -> dict[Phase, float]:
    """How long each phase of a connection may take, in seconds."""
    return {
        Phase.GREETING: settings.handshake_timeout,
        Phase.IDLE: settings.keep_alive,
        Phase.HEAD: settings.head_timeout,
        Phase.BODY: settings.body_timeout,
        Phase.WRITING: settings.write_timeout,
        Phase.LINGERING: LINGER_TIME,
    }


def environ_of(settings: Settings, errors: ErrorStream) -> EnvironMaker:
    """The maker of environs, which knows the mount point and the proxies to believe."""
    return EnvironMaker(
        root_path=settings.root_path,
        multithread=settings.threads > 1,
        multiprocess=settings.reuse_port,  # others may share the port
        errors=errors,
        forwarding=Forwarding(
            headers=settings.forwarded_headers,
            hops=settings.forwarded_hops,
            believes=Networks(settings.forwarded_allow_ips).believes,
            strips=settings.strip_forwarded,
        ),
    )


def manners_of(settings: Settings) -> Manners:
    """How connections begin; OSError or ValueError, with a sentence, for a bad certificate."""
    proxies = Networks(settings.proxy_allow_from)
    return Manners(
        _certificates(settings) if settings.certfile else None,
        proxies.believes if settings.proxy_protocol else None,
    )


def _certificates(settings: Settings) -> Callable[[], SSLContext]:
    certificates = Certificates(
        certfile=settings.certfile,
        keyfile=settings.keyfile,
        sni=settings.sni,
        ca_certs=settings.ca_certs,
        cert_reqs=settings.cert_reqs,
        ciphers=settings.ciphers,
        minimum=settings.tls_minimum,
        complain=log.warning,
        tell=log.info,
    )
    return lambda: certificates.context(time.monotonic())


def parser_of(settings: Settings, limits: Limits) -> HeadParser:
    """The parser of request heads; it tells once of each field that it drops."""
    return HeadParser(limits, _header_map(settings.header_map), _tell_dropped())


def _header_map(name: str) -> HeaderMap:
    return "refuse" if name == "refuse" else "dangerous" if name == "dangerous" else "drop"


def _tell_dropped() -> Callable[[str], None]:
    once = Once()

    def tell(name: str) -> None:
        if once(name.lower()):
            log.warning("dropping the field %s: an underscore could stand for a hyphen", name)

    return tell
