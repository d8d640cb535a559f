"""One method of one resource: the handler's function, and what is done before and after it.

Everything that can be known of it is worked out once (`compile_endpoint`): what its arguments are
read from, what its value becomes, which layers lie around it. A request runs closures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from potstill.web.errors import HTTPError
from potstill.web.pipeline import Middleware, Next, chain
from potstill.web.request import Request
from potstill.web.response import Response

if TYPE_CHECKING:
    from potstill.web.binding.sources import Signature
    from potstill.web.pipeline import Answer
    from potstill.web.security.csrf import Csrf


@dataclass(slots=True, eq=False)
class Endpoint:
    """What one method of a resource does."""

    function: Callable[..., Any]
    """The handler; of a class, bound to its instance."""
    method: str
    signature: Signature
    respond: Next
    """Reads the arguments, calls the handler, makes the response; may raise."""
    max_body: int
    """Bytes of a body that are taken."""
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    is_hidden: bool = False
    """Is it left out of the OpenAPI document?"""
    summary: str = field(init=False)
    description: str = field(init=False)

    def __post_init__(self) -> None:
        self.summary, self.description = _told(self.function)

    @property
    def name(self) -> str:
        """Where its function is, for messages."""
        return name_of(self.function)


def name_of(function: Any) -> str:
    """Module and qualified name of a function, or of what it is bound to."""
    qualified = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{getattr(function, '__module__', '?')}.{qualified}"


def compile_respond(
    call: Callable[[Request], Any],
    make: Callable[[Request, Any], Response],
    *,
    csrf: Csrf | None,
    layers: Sequence[Middleware],
    answer: Answer,
) -> Next:
    """All of an endpoint's work as one call: its arguments and handler, its value, its layers."""

    def respond(request: Request) -> Response:
        return make(request, call(request))

    def respond_to_own_site(request: Request) -> Response:
        checked.check(request)
        return make(request, call(request))

    if csrf is None:
        innermost = respond
    else:
        checked = csrf
        innermost = respond_to_own_site
    return chain(layers, innermost, answer) if layers else innermost


def options(allow: str) -> Callable[[Request], Response]:
    """What answers OPTIONS where nothing else does (RFC 9110, 9.3.7)."""

    def answer_options(request: Request) -> Response:
        return Response(b"", 204, [("Allow", allow)])

    return answer_options


def refusal(allow: str, layers: Sequence[Middleware], answer: Answer) -> Next:
    """What answers a method that the resource does not have (RFC 9110, 15.5.6)."""

    def refuse(request: Request) -> Response:
        raise HTTPError(405, f"There is {allow} here.", headers=[("Allow", allow)])

    return chain(layers, refuse, answer) if layers else refuse


def _told(function: Any) -> tuple[str, str]:
    """First line and rest of a docstring."""
    text: str = getattr(function, "__doc__", None) or ""
    if not text:
        return "", ""
    from inspect import cleandoc

    first, _, rest = cleandoc(text).partition("\n")
    return first.strip(), rest.strip()
