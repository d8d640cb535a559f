"""Arguments and handlers that no request could call: the refusals of `signature`, one by one."""

from __future__ import annotations

import collections.abc
import inspect
from collections.abc import Callable
from typing import Any, get_origin

from potstill.web.binding.annotations import bare, spelled
from potstill.web.binding.checks import name_of
from potstill.web.binding.generics import unknown
from potstill.web.binding.providers import Provide
from potstill.web.binding.sources import Parameter, Signature, Source
from potstill.web.errors import HandlerError

_ASYNCHRONOUS = (
    collections.abc.Awaitable,
    collections.abc.Coroutine,
    collections.abc.AsyncIterable,
    collections.abc.AsyncIterator,
    collections.abc.AsyncGenerator,
)


def refuse_asynchronous(function: Callable[..., Any]) -> None:
    """Refuse what would have to be awaited."""
    inner = inspect.unwrap(function)
    for each in (inner, getattr(type(inner), "__call__", None)):  # noqa: B004 - its code is wanted
        if inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each):
            raise HandlerError(
                f"{name_of(function)} is `async def`, and Potstill is synchronous: write `def`"
            )


def refuse_promise(function: Callable[..., Any], returns: Any) -> None:
    """Refuse a return annotation of what would have to be awaited."""
    plain = bare(returns)
    if (get_origin(plain) or plain) in _ASYNCHRONOUS:
        raise HandlerError(
            f"{name_of(function)} returns {spelled(plain)}, and Potstill is synchronous: "
            "return the value itself"
        )


def refuse_unknown(function: Callable[..., Any], name: str, annotation: Any) -> None:
    """Refuse a type variable that stands for nothing: it would not be validated."""
    variable = unknown(annotation)
    if variable is not None:
        raise HandlerError(
            f"{name_of(function)} takes `{name}: {spelled(annotation)}`, and nothing says what "
            f"{variable.__name__} is; say it in a subclass, as in `class Todos(Records[Todo])`, or "
            "by TypeVar(..., bound=...)"
        )


def refuse_kind(function: Callable[..., Any], argument: inspect.Parameter) -> None:
    """Refuse `*args` and `**kwargs`."""
    if argument.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        raise HandlerError(
            f"{name_of(function)} takes `{argument}`, which could be anything; name each argument "
            "(a decorator shows those of its function by functools.wraps)"
        )


def refuse_positional(function: Callable[..., Any], parameter: Parameter) -> None:
    """Refuse an argument without a name, unless it is the request."""
    if parameter.source is not Source.REQUEST:
        raise HandlerError(
            f"{name_of(function)} takes `{parameter.name}` by position only; "
            "move the `/` before it, or leave it out"
        )


def refuse_request_in_app(provide: Provide, signature: Signature) -> None:
    """Refuse a provider for all requests that wants one of them."""
    for parameter in signature.parameters:
        provider = parameter.provider
        if provider is None or provider.provide.scope != "app":
            raise HandlerError(
                f"{name_of(provide.factory)} is called once for the whole application, and its "
                f"argument `{parameter.name}` is there for one request only; "
                'take it away, or provide with scope="request"'
            )
