"""Readers of what is text with a name: of the query, and for header fields, cookies and forms.

The first of several values counts where one is wanted. An empty one of a type that is not text is
as good as none, since that is how a form sends a field that nobody filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, get_origin

from potstill.web.binding.annotations import bare, is_optional
from potstill.web.binding.complaints import entry
from potstill.web.binding.content import Read
from potstill.web.binding.fields import Fields, Problems
from potstill.web.binding.scalars import Scalar, scalar
from potstill.web.binding.sources import REQUIRED, Parameter

if TYPE_CHECKING:
    from potstill.web.request import Request

Texts: TypeAlias = "Callable[[Request, str], list[str]]"
"""All texts of a name; none when it did not come."""

_NOTHING: Mapping[str, list[str]] = {}


def single(parameter: Parameter, reading: Scalar, texts: Texts) -> Read:
    """Compile the reading of one value; `texts` finds what came under its name."""
    name, default = parameter.wire_name, parameter.default

    def read(request: Request, problems: Problems) -> Any:
        found = texts(request, name)
        if not found:
            return missing(parameter, problems) if default is REQUIRED else default
        if not found[0] and not reading.has_empty:
            return _emptied(parameter, reading, problems)
        try:
            return reading.convert(found[0])
        except ValueError:
            return _refused(parameter, reading, problems)

    return read


def several(parameter: Parameter, reading: Scalar, texts: Texts) -> Read:
    """Compile the reading of a list of values; without any, it did not come."""
    name, default, gather = parameter.wire_name, parameter.default, reading.gather
    assert gather is not None

    def read(request: Request, problems: Problems) -> Any:
        found = texts(request, name)
        if not reading.has_empty:
            found = [text for text in found if text]
        if not found:
            return missing(parameter, problems) if default is REQUIRED else default
        try:
            return gather([reading.convert(text) for text in found])
        except ValueError:
            return _refused(parameter, reading, problems)

    return read


def of_query(parameter: Parameter) -> Read:
    """Compile the reading of a value of the query, or of the query as one object.

    TypeError, saying why, for a type that no query can express.
    """
    if is_whole(parameter.annotation):
        return _whole_query(parameter)
    reading = scalar(parameter.annotation)
    if reading.gather is not None:
        return several(parameter, reading, _query_texts)
    # The same as single, without a call between: it is the most frequent reader.
    name, default, convert = parameter.wire_name, parameter.default, reading.convert
    has_empty = reading.has_empty

    def read(request: Request, problems: Problems) -> Any:
        if request.environ.get("QUERY_STRING"):
            texts = request.query._lists.get(name)  # a look-up without a copy
            if texts is not None:
                text = texts[0]
                if not text and not has_empty:
                    return _emptied(parameter, reading, problems)
                try:
                    return convert(text)
                except ValueError:
                    return _refused(parameter, reading, problems)
        if default is REQUIRED:
            return missing(parameter, problems)
        return default

    return read


def _query_texts(request: Request, name: str) -> list[str]:
    return request.query.all(name) if request.environ.get("QUERY_STRING") else []


def _whole_query(parameter: Parameter) -> Read:
    fields, default = Fields(parameter.annotation), parameter.default
    names = fields.names

    def read(request: Request, problems: Problems) -> Any:
        texts = request.query._lists if request.environ.get("QUERY_STRING") else _NOTHING
        if default is not REQUIRED and names.isdisjoint(texts):
            return default
        return fields.read(texts, "query", problems)

    return read


def missing(parameter: Parameter, problems: Problems) -> None:
    """Tell that what is required did not come."""
    problems.append(entry(parameter.wire_name, "is required", parameter.source.value))


def _refused(parameter: Parameter, reading: Scalar, problems: Problems) -> None:
    detail = f"must be {reading.expected}"
    problems.append(entry(parameter.wire_name, detail, parameter.source.value))


def _emptied(parameter: Parameter, reading: Scalar, problems: Problems) -> Any:
    """What an empty text stands for that is no value: as if it had not come."""
    if parameter.default is not REQUIRED:
        return parameter.default
    if not is_optional(parameter.annotation):
        _refused(parameter, reading, problems)
    return None


def is_whole(annotation: Any) -> bool:
    """Is it a type with fields, such as a struct, rather than one value?"""
    kind = get_origin(bare(annotation)) or bare(annotation)
    return isinstance(kind, type) and (
        hasattr(kind, "__struct_fields__")
        or hasattr(kind, "__dataclass_fields__")
        or hasattr(kind, "__total__")
    )
