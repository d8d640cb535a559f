"""Listening Unix sockets: at a file that clients connect to, or, on Linux, at an abstract name.

`socket_file` is that file; accepting is done as by any other `listener`.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import re
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from potstill.net.listener import Ends, Listener
from potstill.net.socket_file import SocketFile, explained

# A client has no address here; the server is called what a URL without a port stands for.
_ENDS: Ends = ("", ""), ("localhost", "80")
_AS_IT_IS = -1  # chown(2): leave the user, or the group
_NUMBER = re.compile(r"[0-9]{1,10}")
_LAST_ID = 2**32 - 2  # the next one is chown's -1


class UnixListener(Listener):
    """A listening Unix socket; its `file`, when it is ours, goes with it."""

    def __init__(self, sock: socket.socket, file: SocketFile | None = None) -> None:
        super().__init__(sock)
        name: str | bytes = sock.getsockname()
        self._path = "@" + os.fsdecode(name[1:]) if isinstance(name, bytes) else name
        self._file = file

    @property
    def server_address(self) -> str:
        return self._path

    def __str__(self) -> str:
        return f"unix:{self._path}"

    def _ends(self, sock: socket.socket, address: Any) -> Ends:
        return _ENDS

    def close(self) -> None:
        if self._file is not None:
            self._file.remove()  # first: while we are bound, no other file can have its inode
        super().close()


def listen_unix(path: str, backlog: int, *, mode: int, owner: str) -> Listener:
    """Listen at the file `path`, or at an abstract name when it begins with "@".

    The file gets `mode`, whatever the umask, which is changed for a moment: there should be no
    other thread yet. It is given to `owner`: USER, USER:GROUP or :GROUP, names or numbers, or ""
    to leave it. An abstract name has neither. A socket's file where nobody listens is replaced.

    OSError, with a sentence as its `strerror`, when it cannot be had; then nothing is left behind.
    """
    user, group = _ids(owner)
    with ExitStack() as undo:
        sock = undo.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        file = None
        if path.startswith("@"):
            _bind_name(sock, path)
        else:
            file = SocketFile.make(sock, path, mode)
            undo.callback(file.remove)
            _give(file, user, group, owner)
        sock.listen(backlog)  # last: until now nobody can connect, whoever has the file
        undo.pop_all()
    return UnixListener(sock, file)


def _bind_name(sock: socket.socket, name: str) -> None:
    if sys.platform != "linux":
        raise OSError(errno.EADDRNOTAVAIL, "only Linux has abstract Unix sockets")
    try:
        sock.bind("\0" + name[1:])
    except OSError as error:
        raise explained(error, name) from error


def _give(file: SocketFile, user: int, group: int, owner: str) -> None:
    if (user, group) == (_AS_IT_IS, _AS_IT_IS):
        return
    try:
        file.give(user, group)
    except PermissionError as error:
        raise OSError(error.errno, f"this user may not give the socket to {owner}") from error


def _ids(owner: str) -> tuple[int, int]:
    user, _, group = owner.partition(":")
    return (
        _id(user, "user", lambda name: pwd.getpwnam(name).pw_uid),
        _id(group, "group", lambda name: grp.getgrnam(name).gr_gid),
    )


def _id(name: str, kind: str, find: Callable[[str], int]) -> int:
    """The number behind a name; digits may be a name as well, and are that first."""
    if not name:
        return _AS_IT_IS
    with suppress(KeyError):
        return find(name)
    if _NUMBER.fullmatch(name) and int(name) <= _LAST_ID:
        return int(name)
    raise OSError(errno.EINVAL, f"there is no {kind} {name}")
