"""The server of the library, with its validator of PEP 3333: run this module."""

from __future__ import annotations

from wsgiref.simple_server import make_server
from wsgiref.validate import validator

from tests.web.servers.site import app

if __name__ == "__main__":
    with make_server("127.0.0.1", 0, validator(app)) as server:
        print(f"Listening at http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
