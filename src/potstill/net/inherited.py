"""Listening sockets that another process has opened: a supervisor, systemd, a parent.

They are taken over as they are, once it is certain that they are what a listener needs. Who shares
one shares its flags: it blocks in no process that has it from now on.
"""

from __future__ import annotations

import errno
import socket

from potstill.net.listener import Listener, TCPListener, send_at_once
from potstill.net.unix_listener import UnixListener


def adopt(descriptor: int, *, secure: bool = False) -> Listener:
    """Listen at an open descriptor, which is the listener's from now on.

    Children do not inherit it any further. `secure` has a TCP socket speak TLS; a Unix socket,
    whose file stays when the listener closes, never does.

    OSError, with a sentence as its `strerror`, when it is no listening TCP or Unix socket; then
    the descriptor is left alone.
    """
    sock = _socket_of(descriptor)
    try:
        _insist_on_listening(sock)
        sock.set_inheritable(False)
        if sock.family == socket.AF_UNIX:
            return UnixListener(sock)
        send_at_once(sock)
        return TCPListener(sock, secure=secure)
    except OSError:
        sock.detach()
        raise


def _socket_of(descriptor: int) -> socket.socket:
    try:
        return socket.socket(fileno=descriptor)
    except OSError as error:
        if error.errno == errno.EBADF:
            raise OSError(error.errno, f"descriptor {descriptor} is not open") from error
        if error.errno == errno.ENOTSOCK:
            raise OSError(error.errno, f"descriptor {descriptor} is no socket") from error
        raise


def _insist_on_listening(sock: socket.socket) -> None:
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
    if sock.family not in families or sock.type != socket.SOCK_STREAM:
        text = f"descriptor {sock.fileno()} is neither a TCP nor a Unix stream socket"
        raise OSError(errno.EPROTOTYPE, text)
    if not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise OSError(errno.EINVAL, f"descriptor {sock.fileno()} is a socket that does not listen")
