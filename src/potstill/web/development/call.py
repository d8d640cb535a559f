"""The WSGI call that failed, as tables: what each key means, and its value without secrets."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from potstill.web.development.mask import HIDDEN, cut, is_secret, masked
from potstill.web.development.outline import outline

LONGEST = 2000

MEANINGS = {
    "REQUEST_METHOD": "the method",
    "SCRIPT_NAME": "where the application begins; empty at the root",
    "PATH_INFO": "the path below that, percent-decoded, as latin-1",
    "QUERY_STRING": "what follows the “?”",
    "CONTENT_TYPE": "the media type of the body",
    "CONTENT_LENGTH": "bytes of the body, as announced",
    "SERVER_NAME": "the name or address of the server",
    "SERVER_PORT": "its port",
    "SERVER_PROTOCOL": "the version the client speaks",
    "SERVER_SOFTWARE": "the server",
    "REMOTE_ADDR": "the address of the client",
    "REMOTE_PORT": "its port",
    "RAW_URI": "the target as it was sent",
    "REQUEST_URI": "the target as it was sent",
    "wsgi.version": "the version of WSGI",
    "wsgi.url_scheme": "http or https",
    "wsgi.input": "the body, to be read",
    "wsgi.errors": "the log",
    "wsgi.multithread": "may another thread call the application meanwhile?",
    "wsgi.multiprocess": "may another process?",
    "wsgi.run_once": "is the application called once only?",
    "wsgi.file_wrapper": "makes the server send a file by itself",
    "wsgi.input_terminated": "does reading end where the body does?",
    "wsgi.early_hints": "sends links before the answer",
}
"""PEP 3333, "environ Variables", and what is usual beside it."""


def head(environ: Mapping[str, Any]) -> str:
    """The head of the request, about as it was sent: request line and fields, by name."""
    method = environ.get("REQUEST_METHOD", "")
    protocol = environ.get("SERVER_PROTOCOL", "")
    return "\n".join([f"{method} {target(environ)} {protocol}", *_fields(environ)])


def target(environ: Mapping[str, Any]) -> str:
    """Path and query, percent-encoded, secrets hidden, cut."""
    from urllib.parse import quote

    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    where = quote(path, safe="/;=,:@!$&'()*+~", encoding="latin-1", errors="replace")
    return cut(where + (f"?{masked(query)}" if query else ""), LONGEST)


def _fields(environ: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(environ):
        if key.startswith("HTTP_") or (key in ("CONTENT_TYPE", "CONTENT_LENGTH") and environ[key]):
            name = key.removeprefix("HTTP_").replace("_", "-").title()
            yield f"{name}: {_value(key, environ[key])}"


def variables(environ: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Key, value and meaning of all that is no header field, by key.

    What a server copied from the environment of its process is left out (`wsgiref` does that): it
    says little of the call, and has the secrets of the deployment in it.
    """
    for key in sorted(environ, key=str):
        is_copied = key not in MEANINGS and os.environ.get(key) == environ[key]
        if not key.startswith("HTTP_") and not is_copied:
            value = environ[key]
            told = repr(_value(key, value)) if isinstance(value, str) else outline(value)
            told = HIDDEN if is_secret(key) else told
            yield key, told, MEANINGS.get(key, "")


def _value(key: str, value: object) -> str:
    if is_secret(key):
        return HIDDEN
    return cut(masked(value), LONGEST) if isinstance(value, str) else outline(value)


def versions() -> Iterator[tuple[str, str]]:
    """What runs here."""
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "System", f"{platform.system()} {platform.machine()}"
    yield "Program", sys.executable
    for name in ("potstill", "msgspec", "jinja2", "itsdangerous", "multipart"):
        if name in sys.modules:
            yield name, _version(name)


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"
