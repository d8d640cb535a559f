"""The `environ` of a request (PEP 3333, "environ Variables"; RFC 3875, 4.1).

Most of it is the same from request to request of one client, so it is made once and copied: a
template for each field block, with every key in its place, and what a connection adds to it.

Besides PEP 3333's own keys the dict holds `REMOTE_ADDR`, `REMOTE_PORT`, `wsgi.input_terminated`,
`wsgi.file_wrapper`, `wsgi.early_hints`, `potstill.push`, `potstill.client_gone`, and
`potstill.raw_target`, the request target as it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Protocol

from potstill.http11.fields import Fields
from potstill.wsgi.errors import ErrorStream
from potstill.wsgi.file_wrapper import FileWrapper
from potstill.wsgi.forwarded import Forwarding
from potstill.wsgi.transport import Transport

Environ = dict[str, Any]
NOT_YET: Environ = {}
"""Stands for the template of a field block that was asked for once."""
PEERS = 16
"""Proxies for which one field block is remembered."""


class Extensions(Protocol):
    """What an application may ask of the answer it is about to give."""

    @property
    def push(self) -> Callable[..., object]: ...
    @property
    def early_hints(self) -> Callable[[list[tuple[str, str]]], None]: ...


class EnvironMaker:
    """Makes the environ of each request of one worker.

    `root_path` is the mount point, with a slash before and none behind, or nothing; `forwarding`
    knows which proxies to believe.
    """

    def __init__(
        self,
        *,
        root_path: str,
        multithread: bool,
        multiprocess: bool,
        errors: ErrorStream,
        forwarding: Forwarding,
    ) -> None:
        self._root_path = root_path
        self._forwarding = forwarding
        self._constant: Environ = {
            "SCRIPT_NAME": root_path,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": errors,
            "wsgi.multithread": multithread,
            "wsgi.multiprocess": multiprocess,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
            "wsgi.file_wrapper": FileWrapper,
        }
        # Overwritten for each request, but there from the start: the copy need not grow.
        varying = (
            "REQUEST_METHOD PATH_INFO QUERY_STRING SERVER_PROTOCOL SERVER_NAME SERVER_PORT"
            " REMOTE_ADDR REMOTE_PORT potstill.raw_target wsgi.input wsgi.early_hints"
            " potstill.push potstill.client_gone"
        )
        self._constant.update(dict.fromkeys(varying.split()))

    def make(self, transport: Transport, extensions: Extensions) -> Environ:
        """A new dict for this request alone; the application may do with it what it likes.

        ProtocolError when a proxy that is believed tells nonsense.
        """
        line = transport.line
        fields = transport.fields
        environ = fields.derived.copy() if fields.derived else self._first(fields)
        environ.update(transport.derived or self._connection(transport))
        environ["REQUEST_METHOD"] = line.method
        environ["PATH_INFO"] = line.path
        environ["QUERY_STRING"] = line.query
        environ["SERVER_PROTOCOL"] = line.protocol
        environ["potstill.raw_target"] = line.target
        environ["wsgi.input"] = transport.body or BytesIO()
        environ["wsgi.early_hints"] = extensions.early_hints
        environ["potstill.push"] = extensions.push
        if not line.is_plain or not fields.is_usual or self._root_path:
            self._correct(environ, transport)
        return environ

    def client(self, transport: Transport) -> str:
        """The address of the client, as far as proxies are believed."""
        if not transport.fields.is_forwarded:
            return transport.peer[0]
        return self._changes(transport).get("REMOTE_ADDR") or transport.peer[0]

    def scheme(self, transport: Transport) -> str:
        """The scheme that the client used, as far as proxies are believed."""
        own = "https" if transport.is_secure else "http"
        if not transport.fields.is_forwarded:
            return own
        return self._changes(transport).get("wsgi.url_scheme") or own

    def _first(self, fields: Fields) -> Environ:
        """What a field block contributes; kept as a template when it is asked for again."""
        environ = self._constant | fields.variables
        fields.derived = NOT_YET if fields.derived is None else environ.copy()
        return environ

    def _connection(self, transport: Transport) -> Environ:
        """What all requests of a connection have in common."""
        name, port = transport.server
        address, remote_port = transport.peer
        transport.derived = {
            "SERVER_NAME": name,
            "SERVER_PORT": port,
            "REMOTE_ADDR": address,
            "REMOTE_PORT": remote_port,
            "potstill.client_gone": transport.is_gone,
        }
        if transport.is_secure:
            transport.derived |= {"wsgi.url_scheme": "https", "HTTPS": "on"} | transport.security
        return transport.derived

    def _correct(self, environ: Environ, transport: Transport) -> None:
        """What is different for an unusual target, a proxy, a decoded body or a mount point."""
        if transport.line.authority is not None:
            environ["HTTP_HOST"] = transport.line.authority
        is_decoded = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
        if is_decoded and transport.body_size is not None:
            environ["CONTENT_LENGTH"] = str(transport.body_size)
        environ["PATH_INFO"] = transport.line.path[len(self._root_path) :]
        if transport.fields.is_forwarded:
            environ["potstill.forwarded"] = True  # of fields that may be taken out below
            self._believe(environ, self._changes(transport))

    def _believe(self, environ: Environ, changes: Mapping[str, str | None]) -> None:
        for name, value in changes.items():
            if value is None:
                environ.pop(name, None)
            else:
                environ[name] = value
        environ["SCRIPT_NAME"] = (changes.get("SCRIPT_NAME") or "") + self._root_path

    def _changes(self, transport: Transport) -> Mapping[str, str | None]:
        """What the forwarded fields of a request change, by who sent them."""
        fields, authority = transport.fields, transport.line.authority
        if authority is not None:  # it stands for Host, and is no part of the field block
            return self._judge(transport, fields.variables | {"HTTP_HOST": authority})
        if fields.forwarded is None:
            fields.forwarded = {}
        known: dict[object, Mapping[str, str | None]] = fields.forwarded
        key = (transport.peer[0], transport.is_secure)
        if key not in known:
            if len(known) >= PEERS:
                known.clear()
            known[key] = self._judge(transport, fields.variables)
        return known[key]

    def _judge(
        self, transport: Transport, variables: Mapping[str, str]
    ) -> Mapping[str, str | None]:
        scheme = "https" if transport.is_secure else "http"
        return self._forwarding.changes(variables, transport.peer[0], scheme)
