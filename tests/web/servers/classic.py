"""A handler class of the library as a WSGI application, for any server."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

from potstill.web import handler


class Classic(BaseHTTPRequestHandler):
    """Answers in all the ways that such classes have."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Sized, in chunks, until the end of the connection, or an error."""
        if self.path == "/missing":
            self.send_error(404)
        elif self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b"4\r\nabcd\r\n")
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/until-the-end":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b"x" * 20_000)
        else:
            self._answer(f"{self.path} {self.headers['X-Said']}".encode("latin-1"))

    do_HEAD = do_GET  # noqa: N815 - the name that the library calls

    def do_POST(self) -> None:
        """What was sent."""
        self._answer(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


app = handler(Classic)
