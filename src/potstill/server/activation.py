"""Sockets that systemd opened for us before it started us: the protocol of sd_listen_fds(3).

The environment tells how many there are, and for which process; the descriptors follow one another
from 3 on. Here they are only counted: `net.inherited` takes them over.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping

FIRST = 3  # SD_LISTEN_FDS_START: what follows the standard streams

_NUMBER = re.compile(r"[0-9]{1,7}")  # a process id has at most seven digits
_VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID")


def activated_descriptors(environ: MutableMapping[str, str], pid: int) -> list[int]:
    """The descriptors passed to the process `pid`; none when they are another's, or there are none.

    The variables leave `environ` in any case, so that no child believes them to be its own.
    ValueError, with a sentence, when they are not what the protocol says.
    """
    told = {name: environ.pop(name) for name in _VARIABLES if name in environ}
    if "LISTEN_PID" not in told or "LISTEN_FDS" not in told:
        return []
    if _number(told, "LISTEN_PID") != pid:
        return []
    return list(range(FIRST, FIRST + _number(told, "LISTEN_FDS")))


def _number(told: dict[str, str], name: str) -> int:
    if not _NUMBER.fullmatch(told[name]):
        raise ValueError(f"{name} is {told[name]!r} where a number is expected")
    return int(told[name])
