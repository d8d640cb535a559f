"""From a signature to a call: what a request runs to get at the value of its handler.

All is compiled before the first request: readers of arguments (`readers`) in a fixed order, then
providers, then the handler. A path that is wrong is 404 before anything is read; then query, header
and cookies are read; the body last. What is wrong with several of them is one 422.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from potstill.web.binding.content import invalid
from potstill.web.binding.plan import Call, Plan, application, compiled, rank
from potstill.web.binding.providers import AppScope
from potstill.web.binding.readers import is_passed_on
from potstill.web.binding.sources import Parameter, Signature, Source

if TYPE_CHECKING:
    from potstill.web.binding.fields import Problems
    from potstill.web.request import Request


def compile_call(
    function: Callable[..., Any], signature: Signature, scope: AppScope | None = None
) -> Call:
    """Make what reads the arguments of a request and calls the handler with them.

    `function` is bound already. `scope` keeps the values of scope `app`; HandlerError when there
    are such, and no scope. The call raises `HTTPError` for what the client got wrong, and whatever
    the handler raises.
    """
    parameters = signature.parameters
    if any(each.source is Source.PROVIDED for each in parameters):
        return Plan(scope).compile(function, signature)
    if not parameters:
        return lambda request: function()
    if len(parameters) == 1 and parameters[0].source is Source.REQUEST:
        if parameters[0].is_keyword:
            return lambda request: function(request=request)
        return function
    return _of_path_alone(function, parameters) or _plain(function, parameters)


def _of_path_alone(function: Callable[..., Any], parameters: Sequence[Parameter]) -> Call | None:
    """The call of what takes one or two variables, after the request or alone: most resources."""
    others = [each for each in parameters if each.source is not Source.REQUEST]
    has_request = len(others) < len(parameters)
    if has_request and parameters[0].source is not Source.REQUEST:
        return None
    if any(each.is_keyword for each in parameters) or not all(map(is_passed_on, others)):
        return None
    return _of_values(function, [each.name for each in others], has_request=has_request)


def _of_values(function: Callable[..., Any], names: list[str], *, has_request: bool) -> Call | None:
    if not 1 <= len(names) <= 2:
        return None
    first, second = names[0], names[-1]
    if len(names) == 1 and has_request:
        return lambda request: function(request, request.path_params[first])
    if len(names) == 1:
        return lambda request: function(request.path_params[first])

    def call(request: Request) -> Any:
        values = request.path_params
        return function(request, values[first], values[second])

    return call if len(names) == 2 and has_request else None


def _plain(function: Callable[..., Any], parameters: Sequence[Parameter]) -> Call:
    ordered = sorted(parameters, key=rank)
    reads = tuple(compiled(each, parameters) for each in ordered)
    apply = application(function, parameters, [ordered.index(each) for each in parameters])

    if apply is None:  # they are read in the order in which they are passed

        def call_in_order(request: Request) -> Any:
            problems: Problems = []
            values = [read(request, problems) for read in reads]
            if problems:
                raise invalid(problems)
            return function(*values)

        return call_in_order

    def call(request: Request) -> Any:
        problems: Problems = []
        values = [read(request, problems) for read in reads]
        if problems:
            raise invalid(problems)
        return apply(values)

    return call
