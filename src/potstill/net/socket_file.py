"""The file by which clients find a Unix socket: made, given away, and removed again.

It has its mode from the first moment on. A dead socket in its place is swept away; nothing else
is. The errors say in the operator's words why it cannot be made; `unix_listener` listens.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass

# What connect(2) says where somebody listens: come in; come later; not with a stream.
_ALIVE = {0, errno.EAGAIN, errno.EPROTOTYPE}
_DEAD = {errno.ECONNREFUSED, errno.ENOENT}
_TAKEN = "somebody listens there already"


@dataclass(frozen=True, slots=True)
class SocketFile:
    """One file that bind(2) made; its inode tells it from any that takes its place."""

    path: str
    device: int
    inode: int

    @classmethod
    def make(cls, sock: socket.socket, path: str, mode: int) -> SocketFile:
        """Bind to `path`; OSError, with a sentence as its `strerror`, when that cannot be.

        The umask is another one meanwhile, for the whole process.
        """
        try:
            _bind(sock, path, mode)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            _sweep_away(path)
            _bind(sock, path, mode)
        found = os.lstat(path)
        # The whole path: the working directory may change before the end.
        return cls(os.path.abspath(path), found.st_dev, found.st_ino)  # noqa: PTH100 - no links

    def give(self, user: int, group: int) -> None:
        """Change its owner, as chown(2); -1 leaves one as it is."""
        os.chown(self.path, user, group, follow_symlinks=False)

    def remove(self) -> None:
        """Delete it if it is still the same; one that cannot be deleted stays."""
        with suppress(OSError):
            found = os.lstat(self.path)
            if (found.st_dev, found.st_ino) == (self.device, self.inode):
                os.unlink(self.path)  # noqa: PTH108 - as lstat


def explained(error: OSError, path: str) -> OSError:
    """What bind(2) complains of, as a sentence about the path or name it was given."""
    directory = os.path.dirname(path) or "."  # noqa: PTH120 - as it was typed
    match error.errno:
        case None:  # Python's own: the path did not fit into a sockaddr_un
            size = len(os.fsencode(path))
            text = f"{size} bytes are too long for a Unix socket's path (about 100 are not)"
            return OSError(errno.ENAMETOOLONG, text)
        case errno.EADDRINUSE:
            return OSError(error.errno, _TAKEN)
        case errno.ENOENT:
            return OSError(error.errno, f"there is no directory {directory}")
        case errno.ENOTDIR:
            return OSError(error.errno, f"{directory} is no directory")
        case errno.EACCES:
            return OSError(error.errno, f"this user may not make files in {directory}")
    return error


def _bind(sock: socket.socket, path: str, mode: int) -> None:
    before = os.umask(0o777 & ~mode)  # bind(2) asks for all bits; these are held back
    try:
        sock.bind(path)
    except OSError as error:
        raise explained(error, path) from error
    finally:
        os.umask(before)


def _sweep_away(path: str) -> None:
    """Delete a socket's file where nobody listens; OSError when it is anything else."""
    with suppress(FileNotFoundError):  # its owner was quicker
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise OSError(errno.EEXIST, "there is a file already, and it is no socket")
        answer = _knock(path)
        if answer in _ALIVE:
            raise OSError(errno.EADDRINUSE, _TAKEN)
        if answer not in _DEAD:
            why = os.strerror(answer)
            raise OSError(answer, f"there is a socket already that cannot be tried ({why})")
        try:
            os.unlink(path)  # noqa: PTH108 - as lstat
        except PermissionError as error:
            raise OSError(error.errno, "this user may not remove the dead socket there") from error


def _knock(path: str) -> int:
    """The errno of connect(2), which is told not to wait for a place in the backlog."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        return probe.connect_ex(path)
