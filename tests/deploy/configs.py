"""Configurations of nginx and HAProxy that pass requests on as most installations do.

They add to what the client says of itself, rather than replace it, so that Potstill has to tell one
from the other. `deploy/` has the files for people to take.
"""

from __future__ import annotations

from pathlib import Path

from tests.deploy.proxies import Doors

LOCATION = """
        proxy_pass http://potstill;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
"""
NGINX_SITE = """
upstream potstill {{
    server {address};
    keepalive 8;
}}
server {{
    listen {http};
    listen {https} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {certificate};
    client_max_body_size 0;
    location / {{
        {location}
    }}
    location /unbuffered/ {{
        proxy_request_buffering off;
        proxy_buffering off;
        {location}
    }}
}}
"""
NGINX_STREAM = """
stream {{
    server {{
        listen {http};
        proxy_pass {address};
        proxy_protocol on;
    }}
    server {{
        listen {https} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {certificate};
        proxy_pass {address};
        proxy_protocol on;
    }}
}}
"""
HAPROXY_DEFAULTS = """
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
"""
HAPROXY_FRONTEND = """
frontend web
    bind {http}
    bind {https} ssl crt {certificate} alpn http/1.1
    default_backend potstill
"""
FIELDS = """
    option forwardfor
    http-request set-header X-Forwarded-Proto https if { ssl_fc }
    http-request set-header X-Forwarded-Proto http unless { ssl_fc }
"""


def nginx_site(address: str, certificate: Path, doors: Doors, location: str = "") -> str:
    """Both doors lead to Potstill; below /unbuffered/, nginx keeps nothing for itself."""
    return NGINX_SITE.format(
        address=address,
        certificate=certificate,
        http=doors.http.address,
        https=doors.https.address,
        location=LOCATION + location,
    )


def nginx_stream(address: str, certificate: Path, doors: Doors) -> str:
    """Connections are passed on as they are, behind a PROXY header of version 1."""
    return NGINX_STREAM.format(
        address=address,
        certificate=certificate,
        http=doors.http.address,
        https=doors.https.address,
    )


def haproxy_config(
    server: str,
    certificate: Path,
    doors: Doors,
    frontend: str = FIELDS,
    backend: str = "http-reuse always",
) -> str:
    """`server` is Potstill's address and the options of its line; the rest are lines to add."""
    opening = HAPROXY_FRONTEND.format(
        certificate=certificate, http=doors.http.descriptor, https=doors.https.descriptor
    )
    closing = f"backend potstill\n    {backend}\n    server app {server}\n"
    return HAPROXY_DEFAULTS + opening + frontend + "\n" + closing
