"""The wrong example, kept for what Potstill says: `potstill examples.classic_pep333:simple_app`.

PEP 333 was written for Python 2, where a `str` was made of bytes. In Python 3 its first example,
copied as it stands, returns text where PEP 3333 asks for bytes: `examples/hello.py` is right.
"""

from __future__ import annotations

from wsgiref.types import StartResponse, WSGIEnvironment


def simple_app(environ: WSGIEnvironment, start_response: StartResponse) -> list[str]:
    """The simplest possible application object, of 2003."""
    status = "200 OK"
    response_headers = [("Content-type", "text/plain")]
    start_response(status, response_headers)
    return ["Hello world!\n"]
