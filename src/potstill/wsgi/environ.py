"""The `environ` of a request (PEP 3333, "environ Variables"; RFC 3875, 4.1).

Most of it is the same from request to request of one client, so it is made once for each field
block and copied: a template with every key in its place.

Besides PEP 3333's own keys the dict holds `REMOTE_ADDR`, `REMOTE_PORT`, `wsgi.input_terminated`,
`wsgi.file_wrapper`, and `potstill.raw_target`, the request target as it was sent.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from potstill.http11.fields import Fields
from potstill.wsgi.errors import ErrorStream
from potstill.wsgi.file_wrapper import FileWrapper
from potstill.wsgi.transport import Transport

Environ = dict[str, Any]


class EnvironMaker:
    """Makes the environ of each request of one worker.

    `root_path` is the mount point, with a slash before and none behind, or nothing.
    """

    def __init__(
        self, *, root_path: str, multithread: bool, multiprocess: bool, errors: ErrorStream
    ) -> None:
        self._root_path = root_path
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
            " REMOTE_ADDR REMOTE_PORT potstill.raw_target wsgi.input"
        )
        self._constant.update(dict.fromkeys(varying.split()))

    def make(self, transport: Transport) -> Environ:
        """A new dict for this request alone; the application may do with it what it likes."""
        line = transport.line
        fields = transport.fields
        environ = (fields.derived or self._template(fields)).copy()
        environ["REQUEST_METHOD"] = line.method
        environ["PATH_INFO"] = line.path
        environ["QUERY_STRING"] = line.query
        environ["SERVER_PROTOCOL"] = line.protocol
        environ["SERVER_NAME"], environ["SERVER_PORT"] = transport.server
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = transport.peer
        environ["potstill.raw_target"] = line.target
        environ["wsgi.input"] = transport.body or BytesIO()
        if not line.is_plain or not fields.is_plain or self._root_path:
            self._correct(environ, transport)
        return environ

    def _template(self, fields: Fields) -> Environ:
        fields.derived = self._constant | fields.variables
        return fields.derived

    def _correct(self, environ: Environ, transport: Transport) -> None:
        """What is different for an unusual target, a decoded body or a mount point."""
        if transport.line.authority is not None:
            environ["HTTP_HOST"] = transport.line.authority
        if environ.pop("HTTP_TRANSFER_ENCODING", None) is not None:
            environ["CONTENT_LENGTH"] = str(transport.body_size)
        environ["PATH_INFO"] = transport.line.path[len(self._root_path) :]
