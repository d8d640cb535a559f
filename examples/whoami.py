"""What the server says of a connection: for trying out TLS, sockets and proxies.

potstill examples.whoami:app
curl http://127.0.0.1:8000/
"""

from __future__ import annotations

from wsgiref.types import StartResponse, WSGIEnvironment

ENDS = ("REMOTE_ADDR", "REMOTE_PORT", "SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "SCRIPT_NAME")
SCHEME = ("wsgi.url_scheme", "HTTPS", "SSL_")
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_")


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Read the whole body, and answer with the variables about client, server and TLS."""
    environ["wsgi.input"].read()
    names = [name for name in environ if name.startswith(ENDS + SCHEME + FORWARDED)]
    text = "".join(f"{name} = {environ[name]!r}\n" for name in sorted(names))
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode("utf-8")]
