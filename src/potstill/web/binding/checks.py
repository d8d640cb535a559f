"""What cannot be served, found out before anything is: the checks of `signature`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from potstill.web.binding.annotations import bare, is_ours, members, spelled
from potstill.web.binding.content import form_fields, is_raw
from potstill.web.binding.readers import reader
from potstill.web.binding.sources import REQUIRED, Parameter, Signature, Source
from potstill.web.binding.text_readers import is_whole
from potstill.web.converters import Converter
from potstill.web.errors import HandlerError

_PLACES = {
    Source.PATH: "the path",
    Source.QUERY: "the query",
    Source.HEADER: "a header field",
    Source.COOKIE: "a cookie",
    Source.FORM: "a field of a form",
    Source.BODY: "a body",
}


def name_of(function: Callable[..., Any]) -> str:
    """Module and qualified name."""
    inner: Any = getattr(function, "func", function)
    qualified = getattr(inner, "__qualname__", None) or type(inner).__qualname__
    return f"{getattr(inner, '__module__', '?')}.{qualified}"


def check_parameter(
    function: Callable[..., Any], parameter: Parameter, path_names: Collection[str]
) -> None:
    """Refuse an argument that can never have a value."""
    if parameter.source is Source.PATH:
        _check_variable(function, parameter, path_names)
    if parameter.source is Source.QUERY and is_whole(parameter.annotation):
        _check_struct(function, parameter)
    if parameter.source not in _PLACES:
        return
    try:
        reader(parameter)
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise HandlerError(
            f"{name_of(function)} cannot have its argument `{parameter.name}: "
            f"{spelled(parameter.annotation)}` from {_PLACES[parameter.source]}: {reason}; "
            "annotate it with what can be sent there, or provide it by app.provide(...)"
        ) from error


def _check_struct(function: Callable[..., Any], parameter: Parameter) -> None:
    from potstill.web.binding.annotations import notes
    from potstill.web.binding.sources import Query

    if any(note is Query or isinstance(note, Query) for note in notes(parameter.annotation)):
        return
    kind = spelled(parameter.annotation)
    raise HandlerError(
        f"{name_of(function)} takes `{parameter.name}: {kind}`, which has fields; call the "
        f"argument `body` to read it from the body, write `Annotated[{kind}, Query()]` to read its "
        "fields from the query, or provide it by app.provide(...)"
    )


def _check_variable(
    function: Callable[..., Any], parameter: Parameter, path_names: Collection[str]
) -> None:
    name = parameter.name
    if name not in path_names:
        raise HandlerError(
            f"{name_of(function)} takes `{name}` from the path, which has no variable of this name"
            f"; put {{{name}}} into the pattern"
        )
    if parameter.default is not REQUIRED:
        raise HandlerError(
            f"{name_of(function)} has a default for `{name}`, which the path has always; "
            "take the default away, or register the function at a second pattern"
        )
    converter = path_names[name] if isinstance(path_names, Mapping) else None
    if isinstance(converter, Converter) and not _agrees(parameter.annotation, converter.type):
        raise HandlerError(
            f"{name_of(function)} takes `{name}: {spelled(parameter.annotation)}`, and the pattern "
            f"makes it {converter.type.__name__} by {{{name}:{converter.name}}}; "
            f"write {{{name}}} in the pattern, or `{name}: {converter.type.__name__}`"
        )


def _agrees(annotation: Any, made: type) -> bool:
    """Is what a converter makes a value of the annotation?"""
    kinds = [bare(member) for member in members(bare(annotation))]
    if made is str or Any in kinds:
        return True
    return any(
        isinstance(kind, type) and (issubclass(made, kind) or (made, kind) == (int, float))
        for kind in kinds
    )


def check_path(
    function: Callable[..., Any], signature: Signature, path_names: Collection[str]
) -> None:
    """Refuse a pattern with a variable that nobody takes, unless the request alone is taken."""
    own = signature.parameters
    if len(own) == 1 and own[0].source is Source.REQUEST:
        return
    taken = {each.wire_name for each in signature.taken if each.source is Source.PATH}
    for name in path_names:
        if name not in taken:
            raise HandlerError(
                f"{name_of(function)} takes no argument `{name}`, which its pattern has; add it, "
                "or take `request` alone and read request.path_params"
            )


def check_together(function: Callable[..., Any], parameters: Sequence[Parameter]) -> None:
    """Refuse two arguments that would read the one body in different ways."""
    bodies = [each for each in parameters if each.source is Source.BODY]
    fields = [each for each in parameters if each.source is Source.FORM]
    uploads = [each for each in parameters if each.source is Source.UPLOAD]
    if len(bodies) > 1:
        one, other = bodies[0].name, bodies[1].name
        raise HandlerError(
            f"{name_of(function)} reads the body twice, as `{one}` and as `{other}`; "
            "make one type of both"
        )
    if not bodies or not (fields or uploads):
        return
    body, part = bodies[0], (fields or uploads)[0]
    if is_ours(bare(body.annotation), "Form"):
        return
    if is_raw(body) or form_fields(body.annotation) is None:
        raise HandlerError(
            f"{name_of(function)} reads the body as `{body.name}` and `{part.name}` from a form in "
            f"it; a form cannot express {spelled(body.annotation)}: take one of them away, or "
            f"annotate `{body.name}` with a type of plain fields"
        )
    if fields:
        raise HandlerError(
            f"{name_of(function)} reads the body as `{body.name}` and a field of it as "
            f"`{part.name}`; make `{part.name}` a field of {spelled(body.annotation)}"
        )
