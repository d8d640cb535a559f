"""What can go wrong in a conversation, sorted by whose fault it is."""

from __future__ import annotations


class ProtocolError(Exception):
    """The peer broke HTTP or a limit; `status` answers it and the connection then closes.

    The message is a sentence for the answer and the log. It never holds the peer's bytes.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BodyError(OSError):
    """The body that is being read will never be whole, because of `error`."""

    def __init__(self, error: ProtocolError) -> None:
        super().__init__(error.message)
        self.error = error


class ApplicationError(Exception):
    """The application broke PEP 3333.

    `seen` says what it did, `section` names the part of PEP 3333 (or the RFC) that forbids it,
    `fix` says what to write instead: together they should read like help.
    """

    def __init__(self, seen: str, section: str, fix: str) -> None:
        super().__init__(f"{seen} ({section}). {fix}")
        self.seen = seen
        self.section = section
        self.fix = fix


class Disconnected(Exception):  # noqa: N818 - a fact of the network, nobody's error
    """Nobody is there any more to receive the answer."""
