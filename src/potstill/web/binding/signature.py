"""The signature of a handler, read once: which argument comes from where. Sees no request.

An argument is, by the first rule that fits:

1. the request, if annotated `Request`, or called `request` and not annotated;
2. what a marker in `Annotated` says: `Query`, `Header`, `Cookie`, `Path`, `Body`, `FormField`,
   `Provide`;
3. a variable of the path, if the pattern has one of its name;
4. an upload or the session, by annotation; then whatever `app.provide` knows the type of;
5. the body, if it is called `body`;
6. a value of the query.

What cannot be served is a `HandlerError`: it names the function, the argument, and the mend.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from potstill.web.binding.annotations import bare, evaluated, is_ours, namespace_of
from potstill.web.binding.checks import (
    check_parameter,
    check_path,
    check_together,
    name_of,
)
from potstill.web.binding.generics import resolved, type_arguments
from potstill.web.binding.markers import MARKERS, is_upload, marker, wire_name
from potstill.web.binding.providers import Provide, Provision
from potstill.web.binding.refusals import (
    refuse_asynchronous,
    refuse_kind,
    refuse_positional,
    refuse_promise,
    refuse_request_in_app,
    refuse_unknown,
)
from potstill.web.binding.sources import Parameter, Signature, Source
from potstill.web.converters import Converter
from potstill.web.errors import HandlerError
from potstill.web.request import Request


def read_signature(  # noqa: PLR0913 - the last two are for the few
    function: Callable[..., Any],
    path_names: Collection[str],
    provided: Mapping[Any, Provide],
    names: Mapping[str, Any] | None = None,
    *,
    is_method: bool = False,
    is_final: bool = True,
) -> Signature:
    """Read what a handler takes and returns; HandlerError for what cannot be served.

    `path_names` are the variables of its pattern; a mapping of them to their converters lets
    contradictions be found. `names` are the local names where it was defined (with those of the
    class body, for a method), for annotations that are text. `is_method`: its first argument is
    `self`, and not bound yet. `is_final` is False where a prefix or a provider may still come that
    has to do with a variable of the path: then those are not checked.

    NameError for an annotation that names what is not there yet.
    """
    reading = _Reading(path_names, provided, names or {}, is_final)
    signature = reading.signature(function, is_method=is_method)
    if is_final:
        check_path(function, signature, path_names)
    return signature


@dataclass(slots=True)
class _Reading:
    """One handler with all that is provided to it."""

    path_names: Collection[str]
    provided: Mapping[Any, Provide]
    names: Mapping[str, Any]
    is_final: bool
    provisions: dict[Provide, Provision] = field(default_factory=dict)
    chain: list[Provide] = field(default_factory=list)
    """The providers that are being read, each for the one before it."""

    def signature(self, function: Callable[..., Any], *, is_method: bool = False) -> Signature:
        refuse_asynchronous(function)
        try:
            signature = inspect.signature(function)
        except ValueError as error:
            raise HandlerError(
                f"{name_of(function)} does not tell its arguments ({error}); wrap it in a function"
            ) from error
        arguments = list(signature.parameters.values())[is_method:]
        parameters = tuple(self._parameter(function, argument) for argument in arguments)
        check_together(function, parameters)
        return Signature(parameters, self._returns(function, signature.return_annotation))

    def _returns(self, function: Callable[..., Any], annotation: Any) -> Any:
        if annotation is inspect.Signature.empty or inspect.isclass(function):
            return Any
        returns = self._evaluated(function, annotation)
        refuse_promise(function, returns)
        return returns

    def _evaluated(self, function: Callable[..., Any], annotation: Any) -> Any:
        evident = evaluated(annotation, namespace_of(function), self.names)
        return resolved(evident, type_arguments(function))

    def _parameter(self, function: Callable[..., Any], argument: inspect.Parameter) -> Parameter:
        refuse_kind(function, argument)
        annotation = argument.annotation
        if annotation is not inspect.Parameter.empty:
            annotation = self._evaluated(function, annotation)
            refuse_unknown(function, argument.name, annotation)
        parameter = self._placed(function, argument.name, annotation)
        if argument.default is not inspect.Parameter.empty:
            parameter = replace(parameter, default=argument.default)
        if argument.kind is inspect.Parameter.KEYWORD_ONLY:
            parameter = replace(parameter, is_keyword=True)
        if argument.kind is inspect.Parameter.POSITIONAL_ONLY:
            refuse_positional(function, parameter)
        if self.is_final or parameter.source is not Source.PATH:
            check_parameter(function, parameter, self.path_names)
        return parameter

    def _placed(self, function: Callable[..., Any], name: str, annotation: Any) -> Parameter:
        if annotation is inspect.Parameter.empty:
            return self._unannotated(function, name)
        kind = bare(annotation)
        if isinstance(kind, type) and issubclass(kind, Request):
            return Parameter(name, Source.REQUEST, annotation, name)
        marked = marker(function, name, annotation)
        if marked is not None and not isinstance(marked, Provide):
            source = MARKERS[type(marked)]
            if source is Source.FORM and is_upload(kind):
                source = Source.UPLOAD
            return Parameter(name, source, annotation, wire_name(marked, name, source))
        if marked is None and name in self.path_names:
            return self._variable(name, annotation)
        provide = marked or self._provider(annotation, kind)
        if provide is not None:
            provider = self._provision(provide)
            return Parameter(name, Source.PROVIDED, annotation, name, provider=provider)
        return Parameter(name, _usual_source(name, kind), annotation, name)

    def _unannotated(self, function: Callable[..., Any], name: str) -> Parameter:
        if name in self.path_names:
            return self._variable(name, Any)
        if name == "request":
            return Parameter(name, Source.REQUEST, Request, name)
        raise HandlerError(
            f"{name_of(function)} has an argument `{name}` without an annotation; say what it is, "
            f"as in `{name}: str`"
        )

    def _variable(self, name: str, annotation: Any) -> Parameter:
        known = self.path_names
        converter = known[name] if isinstance(known, Mapping) else None
        is_converted = isinstance(converter, Converter) and converter.type is not str
        return Parameter(name, Source.PATH, annotation, name, is_converted=is_converted)

    def _provider(self, annotation: Any, kind: Any) -> Provide | None:
        """What gives a value of this type, unless it is one that the framework has a place for."""
        if is_ours(kind, "Session"):
            return _SESSION
        if is_upload(kind) or is_ours(kind, "Form"):
            return None
        for each in (annotation, kind):
            try:
                if each in self.provided:
                    return self.provided[each]
            except TypeError:  # what cannot be hashed is no key
                continue
        return None

    def _provision(self, provide: Provide) -> Provision:
        known = self.provisions.get(provide)
        if known is not None:
            return known
        if provide in self.chain:
            circle = [*self.chain[self.chain.index(provide) :], provide]
            told = " needs ".join(name_of(each.factory) for each in circle)
            raise HandlerError(f"providers go in a circle: {told}; break it at one of them")
        self.chain.append(provide)
        signature = self.signature(provide.factory)
        self.chain.pop()
        if provide.scope == "app":
            refuse_request_in_app(provide, signature)
        provision = self.provisions[provide] = Provision(provide, signature)
        return provision


def _session_of(request: Request) -> Any:
    return request.session


_SESSION = Provide(_session_of)


def _usual_source(name: str, kind: Any) -> Source:
    if is_upload(kind):
        return Source.UPLOAD
    return Source.BODY if name == "body" or is_ours(kind, "Form") else Source.QUERY
