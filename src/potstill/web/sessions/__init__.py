"""What is remembered of a client, in a signed cookie."""

from potstill.web.sessions.session import Session
from potstill.web.sessions.sessions import Sessions

__all__ = ["Session", "Sessions"]
