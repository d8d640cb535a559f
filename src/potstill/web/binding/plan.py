"""The plan of a handler to which something is provided: what is read and made, in order.

Every value of a call has a slot. All plain arguments are read first, those of providers too, so one
422 names all that is wrong, and nothing is opened for a request that is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from potstill.web.binding.checks import name_of
from potstill.web.binding.content import Read, invalid, is_raw
from potstill.web.binding.fields import Problems
from potstill.web.binding.providers import AppScope, Opened, Provision, has_end, maker
from potstill.web.binding.readers import reader
from potstill.web.binding.sources import Parameter, Signature, Source
from potstill.web.errors import HandlerError

if TYPE_CHECKING:
    from potstill.web.request import Request

Call: TypeAlias = "Callable[[Request], Any]"
Slots: TypeAlias = list[Any]
"""The values of one call."""
Make: TypeAlias = "Callable[[Slots, Opened, Request], None]"

FORM_READERS = (Source.FORM, Source.UPLOAD)


def compiled(parameter: Parameter, beside: Sequence[Parameter]) -> Read:
    """The reading of a parameter that stands beside others."""
    return reader(parameter, has_fields=any(each.source in FORM_READERS for each in beside))


def rank(parameter: Parameter) -> int:
    """Request and path first; of what reads the body, that which keeps it for the next first."""
    source = parameter.source
    if source is Source.REQUEST:
        return 0
    if source is Source.PATH:
        return 1
    if source is Source.BODY:
        return 3 if is_raw(parameter) else 4
    return 5 if source in FORM_READERS else 2


def application(
    function: Callable[..., Any], parameters: Sequence[Parameter], slots: Sequence[int]
) -> Callable[[Slots], Any] | None:
    """What calls a function with the values in these slots; None if those are all, in order."""
    positions = [slot for each, slot in zip(parameters, slots, strict=True) if not each.is_keyword]
    named = [
        (each.name, slot) for each, slot in zip(parameters, slots, strict=True) if each.is_keyword
    ]
    if named:
        return lambda values: function(
            *[values[slot] for slot in positions], **{name: values[slot] for name, slot in named}
        )
    if positions == list(range(len(positions))) and len(positions) == len(parameters):
        return None
    if len(positions) == 1:
        only = positions[0]
        return lambda values: function(values[only])
    pick = itemgetter(*positions)
    return lambda values: function(*pick(values))


@dataclass(slots=True)
class Plan:
    """The slots of one handler, and of all that is provided to it: each provider has one."""

    scope: AppScope | None
    reads: list[tuple[Parameter, int, Read]] = field(default_factory=list)
    makes: list[Make] = field(default_factory=list)
    slot_of: dict[int, int] = field(default_factory=dict)
    """By the identity of a provision."""
    size: int = 0

    def compile(self, function: Callable[..., Any], signature: Signature) -> Call:
        """The call; HandlerError when a value of scope `app` is wanted where there is none."""
        apply = self._apply(function, signature)
        self.reads.sort(key=lambda each: rank(each[0]))
        reads = tuple((slot, read) for _, slot, read in self.reads)
        makes, blank = tuple(self.makes), [None] * self.size

        def call(request: Request) -> Any:
            problems: Problems = []
            values: Slots = blank.copy()
            for slot, read in reads:
                values[slot] = read(request, problems)
            if problems:
                raise invalid(problems)
            opened = Opened()
            try:
                for make in makes:
                    make(values, opened, request)
                return apply(values)
            except BaseException as error:
                final = opened.fail(error)
                if final is error:
                    raise
            raise final

        return call

    def _apply(self, function: Callable[..., Any], signature: Signature) -> Callable[[Slots], Any]:
        parameters = signature.parameters
        slots = [self._slot(each, parameters) for each in parameters]
        apply = application(function, parameters, slots)
        if apply is not None:
            return apply
        size = len(slots)
        return lambda values: function(*values[:size])

    def _slot(self, parameter: Parameter, beside: Sequence[Parameter]) -> int:
        if parameter.provider is not None:
            return self._made(parameter.provider)
        slot = self._next()
        self.reads.append((parameter, slot, compiled(parameter, beside)))
        return slot

    def _next(self) -> int:
        self.size += 1
        return self.size - 1

    def _made(self, provision: Provision) -> int:
        known = self.slot_of.get(id(provision))
        if known is not None:
            return known
        provide = provision.provide
        if provide.scope == "app":
            value = self._once(provision)
            slot = self.slot_of[id(provision)] = self._next()
            self.makes.append(_keep(slot, value))
        else:
            apply = self._apply(maker(provide.factory), provision.signature)
            slot = self.slot_of[id(provision)] = self._next()
            self.makes.append(_make(slot, apply))
        return slot

    def _once(self, provision: Provision) -> Callable[[], Any]:
        """What asks for a value of scope `app`, and makes it if there is none yet."""
        provide, scope = provision.provide, self.scope
        if scope is None:
            raise HandlerError(
                f"{name_of(provide.factory)} is of scope `app`, and there is no application here "
                "that would keep its value; give compile_call its AppScope"
            )
        parameters = provision.signature.parameters
        needed = [
            (each.name, self._once(each.provider))
            for each in parameters
            if each.provider is not None
        ]
        factory = maker(provide.factory)

        def make() -> Any:
            return factory(**{name: value() for name, value in needed})

        return lambda: scope.value(provide, make)


def _keep(slot: int, value: Callable[[], Any]) -> Make:
    def make(values: Slots, opened: Opened, request: Request) -> None:
        values[slot] = value()

    return make


def _make(slot: int, apply: Callable[[Slots], Any]) -> Make:
    def make(values: Slots, opened: Opened, request: Request) -> None:
        made = apply(values)
        values[slot] = opened.enter(made, request) if has_end(made) else made

    return make
