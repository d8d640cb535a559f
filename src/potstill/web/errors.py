"""What goes wrong, sorted by whose fault it is.

`HTTPError` is an answer that a handler raises: the client's fault, or a plain fact of the resource.
`HandlerError` and its like are the programmer's: raised while the application is put together, in
one sentence that says how to mend it. Anything else that a handler raises is a fault in it: 500.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from potstill.web.headers import Headers, Lines
from potstill.web.status import phrase

if TYPE_CHECKING:
    from potstill.web.response import Response


class HTTPError(Exception):
    """An answer with a status of 400 or above, raised from wherever it is found out (RFC 9110, 15).

    It is answered as `application/problem+json` (RFC 9457) or as a page, as the client prefers.
    `detail` is shown to the client, and so are `extra` members; `headers` are sent along.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        headers: Lines = (),
        errors: Sequence[Mapping[str, Any]] = (),
        **extra: Any,
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"HTTPError is for statuses of 400 to 599, not {status}")
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.headers: tuple[tuple[str, str], ...] = tuple(Headers(headers))
        self.errors: tuple[Mapping[str, Any], ...] = tuple(errors)
        """What is wrong with each field: `in` (query, body, ...), `field`, and `detail`."""
        self.extra = extra

    @property
    def title(self) -> str:
        """The phrase of its status."""
        return phrase(self.status)

    def problem(self) -> dict[str, Any]:
        """The members of its problem+json (RFC 9457, 3.1)."""
        members: dict[str, Any] = {"type": "about:blank", "title": self.title}
        members["status"] = self.status
        if self.detail:
            members["detail"] = self.detail
        if self.errors:
            members["errors"] = list(self.errors)
        return members | self.extra

    def __str__(self) -> str:
        return f"{self.status} {self.title}" + (f": {self.detail}" if self.detail else "")


class Respond(Exception):  # noqa: N818 - it is no error
    """A response raised from deep inside: `raise Respond(redirect("/login"))`."""

    def __init__(self, response: Response) -> None:
        super().__init__(response)
        self.response = response


class SetupError(TypeError):
    """The application is put together in a way that cannot work; says what is wrong and the fix."""


class HandlerError(SetupError):
    """The signature of a handler cannot be served."""


class RouteError(SetupError):
    """A pattern is malformed, taken twice, or asked for and not there."""
