"""The sockets that the settings ask for, or that systemd has opened for us, with their errors."""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence

from potstill.net.inherited import adopt
from potstill.net.listener import Listener, listen
from potstill.net.unix_listener import listen_unix
from potstill.observe import log
from potstill.server.activation import activated_descriptors
from potstill.settings import TCP, Address, Descriptor, Settings, Unix


def open_sockets(settings: Settings, environ: MutableMapping[str, str]) -> list[Listener]:
    """What systemd passed to this process, or else every address of the settings.

    OSError, or ValueError, with a sentence when one cannot be had; then none is kept.
    """
    if inherited := activated_descriptors(environ, os.getpid()):
        log.info("Listening on the sockets that systemd passed, instead of the settings' own")
        return listen_on(settings, [Descriptor(number) for number in inherited])
    return listen_on(settings, settings.bind)


def listen_on(settings: Settings, addresses: Sequence[Address]) -> list[Listener]:
    """Listen on each address; OSError with a sentence when one cannot be had, and none is kept."""
    listeners: list[Listener] = []
    for address in addresses:
        try:
            listeners += _open(settings, address)
        except OSError as error:
            for listener in listeners:
                listener.close()
            raise OSError(f"cannot listen at {address}: {_why(error, address)}") from error
    return listeners


def _open(settings: Settings, address: Address) -> list[Listener]:
    secure = settings.speaks_tls(address)
    match address:
        case TCP(host, port):
            backlog, shared = settings.backlog, settings.reuse_port
            return listen(host, port, backlog, secure=secure, reuse_port=shared)
        case Unix(path):
            mode, owner = settings.socket_mode, settings.socket_owner
            return [listen_unix(path, settings.backlog, mode=mode, owner=owner)]
        case Descriptor(number):
            return [adopt(number, secure=secure)]


def _why(error: OSError, address: Address) -> str:
    reason = error.strerror or str(error)
    if isinstance(error, PermissionError) and isinstance(address, TCP) and address.port < 1024:
        return f"{reason}; ports below 1024 are the superuser's, choose a higher one"
    return reason
