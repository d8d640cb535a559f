"""The files of `deploy/`, each with the ports and paths of a test in place of its own."""

from __future__ import annotations

import re
from pathlib import Path

from tests.deploy.proxies import Door, Doors
from tests.support.server import ROOT

DEPLOY = ROOT / "deploy"
SYSTEM = """    log /dev/log local0
    user haproxy
    group haproxy
    chroot /var/lib/haproxy
"""
"""What HAProxy can only do as root, or under its own user."""

DEFAULT = ("    http-reuse always\n", "    server app 127.0.0.1:8000 check\n")
CHOICES = {
    "tcp": DEFAULT,
    "unix": ("    http-reuse always\n", "    # server app unix@/app.sock check\n"),
    "proxy": (
        "    # http-reuse never\n",
        "    # server app 127.0.0.1:8000 check send-proxy-v2-ssl\n",
    ),
}
"""The lines of haproxy.cfg's backend that say how to reach Potstill."""


def adapted(name: str, changes: dict[str, str]) -> str:
    """The text of the file with each piece changed that must occur in it exactly once."""
    text = (DEPLOY / name).read_text()
    for old, new in changes.items():
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    return text


def nginx_site(address: str, certificate: Path, doors: Doors) -> str:
    """deploy/nginx.conf; for a TCP address, with its other `server` line."""
    unix, tcp = "    server unix:/run/potstill/app.sock;", "    # server 127.0.0.1:8000;"
    used, unused = (unix, tcp) if address.startswith("unix:") else (tcp, unix)
    changes = {
        unused: "",
        used: f"    server {address};",
        "    listen 80;": f"    listen {doors.http.address};",
        "    listen [::]:80;": "",
        "    listen 443 ssl http2;": f"    listen {doors.https.address} ssl http2;",
        "    listen [::]:443 ssl http2;": "",
        "/etc/ssl/certs/app.example.com.pem": str(certificate),
        "/etc/ssl/private/app.example.com.key": str(certificate),
    }
    return adapted("nginx.conf", changes)


def haproxy_config(choice: str, address: str, certificate: Path, doors: Doors) -> str:
    """deploy/haproxy.cfg with the lines of one choice in use, led to this address."""
    changes = {
        SYSTEM: "",
        "bind :80\n": f"bind {doors.http.descriptor}\n",
        "bind :443 ssl crt /etc/haproxy/app.example.com.pem": (
            f"bind {doors.https.descriptor} ssl crt {certificate}"
        ),
    }
    changes |= dict.fromkeys(DEFAULT, "")
    changes |= {line: line.replace("# ", "") for line in CHOICES[choice]}
    used = adapted("haproxy.cfg", changes)
    return re.sub("^    server app [^ ]+", f"    server app {address}", used, flags=re.MULTILINE)


def passthrough(address: str, door: Door) -> str:
    """deploy/haproxy-passthrough.cfg."""
    changes = {
        SYSTEM: "",
        "bind :443\n": f"bind {door.descriptor}\n",
        "server app 127.0.0.1:8443 ": f"server app {address} ",
    }
    return adapted("haproxy-passthrough.cfg", changes)
