"""Bodies as values: JSON, forms, text, bytes, decoded into the type that a handler asks for.

Who sends something else is told what is taken (415, with `Accept`). What is no JSON or no UTF-8 is
400; what is JSON of another shape is 422, with the place in it. Nothing here holds a body twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from potstill.web.binding.annotations import bare, is_ours
from potstill.web.binding.complaints import entry
from potstill.web.binding.decoding import decoding
from potstill.web.binding.fields import Fields, Problems
from potstill.web.binding.sources import REQUIRED, Parameter
from potstill.web.errors import HTTPError

if TYPE_CHECKING:
    from potstill.web.request import Request

Read: TypeAlias = "Callable[[Request, Problems], Any]"
"""Reads one argument; tells what is wrong with it to the list, or raises what is wrong with all."""

JSON = "application/json"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def decode_json(request: Request, kind: Any = Any) -> Any:
    """The body as JSON (RFC 8259), made into `kind`; HTTPError 400, 413, 415 or 422 if not."""
    if not is_json(request.content_type):
        raise unsupported(request, (JSON,))
    problems: Problems = []
    value = decoding(kind).decode(request.body, problems)
    if problems:
        raise invalid(problems)
    return value


def is_json(content_type: str) -> bool:
    """Is it JSON, or a format built upon it (RFC 6839, 3.1)?"""
    return content_type == JSON or (content_type.endswith("+json") and "/" in content_type)


def invalid(problems: Problems) -> HTTPError:
    """The refusal that names all that is wrong."""
    return HTTPError(422, "What was sent is not valid: see the errors.", errors=problems)


def unsupported(request: Request, taken: tuple[str, ...]) -> HTTPError:
    """The refusal of a body of a media type that is not taken (RFC 9110, 15.5.16)."""
    offers = ", ".join(taken)
    headers = [("Accept", offers)]
    if request.method in ("POST", "PATCH"):  # fields of their own: W3C LDP 1.0, 7.1; RFC 5789, 3.1
        headers.append((f"Accept-{request.method.title()}", offers))
    return HTTPError(
        415, f"Send the body with a Content-Type of {' or '.join(taken)}.", headers=headers
    )


def has_body(request: Request) -> bool:
    """Did a body come? One of unknown length is read to tell."""
    length = request.content_length
    return bool(request.body) if length is None else length > 0


def body_reader(parameter: Parameter, *, has_fields: bool = False) -> Read:
    """Compile the reading of a body; TypeError, saying why, for a type that no body can be.

    With fields of a form beside it, it is read from that form only.
    """
    kind = bare(parameter.annotation)
    if kind is bytes:
        return _raw(parameter, lambda request: request.body)
    if kind is str:
        return _raw(parameter, lambda request: request.text)
    if is_ours(kind, "Form"):
        return _whole_form(parameter)
    return _structured(parameter, has_fields=has_fields)


def is_raw(parameter: Parameter) -> bool:
    """Is it the body as it came, undecoded?"""
    return bare(parameter.annotation) in (bytes, str)


def form_fields(annotation: Any) -> Fields | None:
    """How a form says this type; None if it cannot."""
    try:
        return Fields(annotation)
    except TypeError:
        return None


def _raw(parameter: Parameter, take: Callable[[Request], Any]) -> Read:
    from potstill.web.binding.bounds import checked

    default, check = parameter.default, checked(parameter.annotation)

    def read(request: Request, problems: Problems) -> Any:
        value = take(request)
        if not value and default is not REQUIRED:
            return default
        if check is None:
            return value
        try:
            return check(value)
        except ValueError as error:
            problems.append(entry("", f"must be {error}"))
            return None

    return read


def _whole_form(parameter: Parameter) -> Read:
    default = parameter.default

    def read(request: Request, problems: Problems) -> Any:
        if default is not REQUIRED and not has_body(request):
            return default
        return request.form()

    return read


def _structured(parameter: Parameter, *, has_fields: bool) -> Read:
    annotation = parameter.annotation
    msgspec.json.schema(annotation, schema_hook=_refuse)
    decode, absent = decoding(annotation).decode, _absence(parameter)
    fields = form_fields(annotation)
    if has_fields and fields is None:
        raise TypeError("a form cannot express it")
    taken = ((JSON,) if not has_fields else ()) + (FORMS if fields is not None else ())

    def read(request: Request, problems: Problems) -> Any:
        content_type = request.content_type
        if not content_type and not has_body(request):
            return absent(problems)
        if not has_fields and is_json(content_type):
            body = request.body
            return decode(body, problems) if body else absent(problems)
        if fields is not None and content_type in FORMS:
            form = request.form()
            return fields.read({name: form.all(name) for name in form}, "body", problems)
        raise unsupported(request, taken)

    return read


def _refuse(kind: type) -> Any:
    raise TypeError(f"JSON cannot become {kind.__qualname__}")


def _absence(parameter: Parameter) -> Callable[[Problems], Any]:
    """What stands for a body that did not come."""
    default = parameter.default

    def absent(problems: Problems) -> Any:
        if default is REQUIRED:
            problems.append(entry("", "is required"))
            return None
        return default

    return absent
