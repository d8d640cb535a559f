"""Readers of single arguments, compiled from their parameters: one closure each.

A reader tells a problem to the list it is given, and goes on, so that a client hears of all at
once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from potstill.web.binding.annotations import bare
from potstill.web.binding.bounds import checked
from potstill.web.binding.content import FORMS, Read, body_reader, has_body
from potstill.web.binding.fields import Problems
from potstill.web.binding.scalars import Scalar, scalar
from potstill.web.binding.sources import REQUIRED, Parameter, Source
from potstill.web.binding.text_readers import Texts, missing, of_query, several, single
from potstill.web.errors import HTTPError
from potstill.web.headers import field_line, variable

if TYPE_CHECKING:
    from potstill.web.request import Request


def reader(parameter: Parameter, *, has_fields: bool = False) -> Read:
    """Compile the reading of a parameter; TypeError, saying why, for a type not to be read so."""
    if parameter.source is Source.BODY:
        return body_reader(parameter, has_fields=has_fields)
    return _READERS[parameter.source](parameter)


def _of_request(parameter: Parameter) -> Read:
    return lambda request, _: request


def is_passed_on(parameter: Parameter) -> bool:
    """Is it a variable of the path whose value needs neither conversion nor check?"""
    annotation = parameter.annotation
    if parameter.source is not Source.PATH:
        return False
    if not parameter.is_converted and bare(annotation) not in (str, Any):
        return False
    try:
        return checked(annotation) is None
    except TypeError:  # of a converter of the application's own, whose value msgspec does not know
        return True


def _of_path(parameter: Parameter) -> Read:
    name, annotation = parameter.name, parameter.annotation
    if is_passed_on(parameter):
        return lambda request, _: request.path_params[name]
    convert, check = _path_conversion(annotation)

    def read(request: Request, problems: Problems) -> Any:
        value = request.path_params[name]
        try:
            if isinstance(value, str):
                return convert(value)
            return value if check is None else check(value)
        except ValueError:
            raise HTTPError(404) from None

    return read


def _path_conversion(
    annotation: Any,
) -> tuple[Callable[[str], Any], Callable[[Any], Any] | None]:
    """Of a text, and the bounds of a value that a converter of the pattern has made."""
    try:
        reading, check = scalar(annotation), checked(annotation)
    except TypeError:  # of a converter of the application's own, whose value msgspec does not know
        return str, None
    if reading.gather is not None:
        raise TypeError("a segment of a path is one value")
    return reading.convert, check


def _of_header(parameter: Parameter) -> Read:
    field_line(parameter.wire_name, "")  # ValueError for what is no name
    reading, key = scalar(parameter.annotation), variable(parameter.wire_name)

    def texts(request: Request, _: str) -> list[str]:
        value: str | None = request.environ.get(key)
        if value is None or (key.startswith("CONTENT_") and not value):
            return []
        if reading.gather is None:
            return [value]
        return [each for element in value.split(",") if (each := element.strip(" \t"))]

    return _reading_of(parameter, reading, texts)


def _of_cookie(parameter: Parameter) -> Read:
    def texts(request: Request, name: str) -> list[str]:
        value = request.cookies.get(name)
        return [] if value is None else [value]

    reading = scalar(parameter.annotation)
    if reading.gather is not None:
        raise TypeError("a cookie is one value")
    return _reading_of(parameter, reading, texts)


def _of_form(parameter: Parameter) -> Read:
    def texts(request: Request, name: str) -> list[str]:
        return request.form().all(name) if _has_form(request) else []

    return _reading_of(parameter, scalar(parameter.annotation), texts)


def _of_upload(parameter: Parameter) -> Read:
    from typing import get_args, get_origin

    name, default = parameter.wire_name, parameter.default
    is_list = get_origin(bare(parameter.annotation)) is list or bool(
        get_args(bare(parameter.annotation))
    )

    def read(request: Request, problems: Problems) -> Any:
        found = request.form().files.all(name) if _has_form(request) else []
        if found:
            return found if is_list else found[0]
        return missing(parameter, problems) if default is REQUIRED else default

    return read


def _has_form(request: Request) -> bool:
    """Is there a form to be read? What is there but no form is refused by reading it."""
    return request.content_type in FORMS or has_body(request)


def _reading_of(parameter: Parameter, reading: Scalar, texts: Texts) -> Read:
    return (single if reading.gather is None else several)(parameter, reading, texts)


_READERS: dict[Source, Callable[[Parameter], Read]] = {
    Source.REQUEST: _of_request,
    Source.PATH: _of_path,
    Source.QUERY: of_query,
    Source.HEADER: _of_header,
    Source.COOKIE: _of_cookie,
    Source.FORM: _of_form,
    Source.UPLOAD: _of_upload,
}
