"""What handlers are given that no request holds: a connection, a signed-in user, a clock.

A factory makes it. Its own arguments are read like those of a handler, so a factory may take what
another one makes. It is

- a function that returns the value;
- a generator function that yields it once, and cleans up after that;
- a class, or a function whose value has `__enter__` and `__exit__`: it is entered, and what that
  returns is the value. (To hand out something unentered, such as a lock, yield it.)

Per request a factory runs once, however many take its value, on the thread of the request and after
everything plain was read, so it never runs for a request that is refused with 422.

The end of a value of scope `request`: if the handler, or a factory that ran later, raises, the
exception is thrown in at once, before there is an answer, so that a transaction rolls back. That
holds for whatever is raised, `HTTPError` and `Respond` too. A generator may raise another exception
instead; it cannot swallow one, as there is no value to answer with. If nothing was raised, it goes
on when the response is closed: what streams its body has its connection until then. By then the
answer was sent; what has to succeed first (a commit) belongs in the handler.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from potstill.web.response import run_all

if TYPE_CHECKING:
    from potstill.web.binding.sources import Signature
    from potstill.web.request import Request

Scope: TypeAlias = Literal["request", "app"]


@dataclass(frozen=True, slots=True)
class Provide:
    """Says what makes a value: `db: Annotated[Connection, Provide(connect)]`, or `app.provide`.

    Of scope `app`, it is made at the first use and closed when the application stops; all threads
    share it.
    """

    factory: Callable[..., Any]
    scope: Scope = "request"


Provider: TypeAlias = Provide
"""The same, as a type to name."""


@dataclass(frozen=True, slots=True, eq=False)
class Provision:
    """A provider as one handler sees it: with its own arguments read."""

    provide: Provide
    signature: Signature


class AppScope:
    """The values of scope `app` that one application has made."""

    def __init__(self) -> None:
        self._values: dict[Provide, Any] = {}
        self._lock = threading.RLock()
        self._exits: list[Callable[[], object]] = []

    def value(self, provide: Provide, make: Callable[[], Any]) -> Any:
        """The value, made now if there is none; blocks while another thread makes one."""
        try:
            return self._values[provide]
        except KeyError:
            pass
        with self._lock:
            if provide not in self._values:
                made = make()
                if has_end(made):
                    self._values[provide] = made.__enter__()
                    self._exits.append(partial(made.__exit__, None, None, None))
                else:
                    self._values[provide] = made
            return self._values[provide]

    def close(self) -> None:
        """Close all, the last made first; raises the first error, after everything was closed.

        What is asked for after that is made anew.
        """
        with self._lock:
            self._values.clear()
            exits, self._exits = self._exits, []
        run_all(reversed(exits))


class Opened:
    """The values with an end that were made for one call, and which end with it."""

    __slots__ = ("_entered",)

    def __init__(self) -> None:
        self._entered: list[AbstractContextManager[Any]] = []

    def enter(self, made: AbstractContextManager[Any], request: Request) -> Any:
        """Enter a context; it is left when the response is closed."""
        value = made.__enter__()
        self._entered.append(made)
        request.on_close(partial(self._leave, made))
        return value

    def fail(self, error: BaseException) -> BaseException:
        """Leave all contexts because of an error, the last entered first; the error it is then."""
        while self._entered:
            made = self._entered.pop()
            try:
                made.__exit__(type(error), error, error.__traceback__)
            except BaseException as other:
                error = other
        return error

    def _leave(self, made: AbstractContextManager[Any]) -> None:
        for index, each in enumerate(self._entered):
            if each is made:
                del self._entered[index]
                made.__exit__(None, None, None)
                return


def maker(factory: Callable[..., Any]) -> Callable[..., Any]:
    """The factory, as something whose value is entered if it has an end."""
    from inspect import isgeneratorfunction, unwrap

    if isgeneratorfunction(factory):
        return contextmanager(factory)
    inner = unwrap(factory)  # of a decorator by functools.wraps, which contextmanager is too
    if isgeneratorfunction(inner) or isgeneratorfunction(getattr(inner, "__call__", None)):  # noqa: B004
        return _of_generator(factory)
    return factory


def _of_generator(factory: Callable[..., Any]) -> Callable[..., Any]:
    def make(*args: Any, **kwargs: Any) -> Any:
        made = factory(*args, **kwargs)
        return contextmanager(lambda: made)() if isinstance(made, GeneratorType) else made

    return make


def has_end(made: object) -> bool:
    """Is it to be entered and left?"""
    kind = type(made)
    return hasattr(kind, "__enter__") and hasattr(kind, "__exit__")
