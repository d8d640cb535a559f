"""Objects whose fields are named texts: a form, or a query that is read as a whole.

A form can say an object of scalars and of lists of scalars, no more. All that is wrong is gathered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import inspect as kinds

from potstill.web.binding.bounds import present
from potstill.web.binding.complaints import LONGEST, entry
from potstill.web.binding.scalars import Scalar, scalar_of

Problems: TypeAlias = list[dict[str, str]]
"""What will be the `errors` of a 422."""
Texts: TypeAlias = Mapping[str, list[str]]

UNSEEN = frozenset({"csrf_token"})
"""A field that is the framework's own, so it is none that an application does not know."""


class Fields:
    """How to make one type of object from texts.

    TypeError when it is no object, or has a required field that a text cannot express; another such
    field has its default always.
    """

    def __init__(self, annotation: Any) -> None:
        info = present(kinds.type_info(annotation))
        if isinstance(info, kinds.StructType) and info.array_like:
            raise TypeError("an array has no named fields")
        if not isinstance(info, kinds.StructType | kinds.DataclassType | kinds.TypedDictType):
            raise TypeError("it has no named fields")
        self._make: Callable[..., Any] = dict if isinstance(info, kinds.TypedDictType) else info.cls
        fields = [field for field in info.fields if _is_passed(info.cls, field.name)]
        self._fields = [(field, reading) for field in fields if (reading := _reading(field))]
        self._known: frozenset[str] | None = None
        self._tag: tuple[str, str] | None = None
        if isinstance(info, kinds.StructType) and info.tag_field:
            self._tag = info.tag_field, str(info.tag)
        if isinstance(info, kinds.StructType) and info.forbid_unknown_fields:
            known = {field.encode_name for field, _ in self._fields}
            self._known = UNSEEN | known | ({info.tag_field} if info.tag_field else set())

    @property
    def names(self) -> frozenset[str]:
        """What its fields are called on the wire."""
        return frozenset(field.encode_name for field, _ in self._fields)

    def read(self, texts: Texts, place: str, problems: Problems) -> Any:
        """Make the object; None, with `problems` told, when that cannot be."""
        before = len(problems)
        values: dict[str, Any] = {}
        for field, reading in self._fields:
            _read_field(field, reading, texts, values, place, problems)
        if self._tag is not None:
            name, tag = self._tag
            if texts.get(name, [tag])[0] != tag:
                problems.append(entry(name, f"must be {tag}", place))
        if self._known is not None:
            problems += [
                entry(name[:LONGEST], "is not known here", place)
                for name in texts
                if name not in self._known
            ]
        if len(problems) > before:
            return None
        try:
            return self._make(**values)
        except (TypeError, ValueError) as error:  # a __post_init__ refuses it, as msgspec has it
            problems.append(entry("", str(error), place))
            return None


def _is_passed(cls: type, name: str) -> bool:
    """Is it passed when an object is made? Not with `field(init=False)` of a dataclass."""
    fields = getattr(cls, "__dataclass_fields__", {})
    return name not in fields or bool(fields[name].init)


def _reading(field: kinds.Field) -> Scalar | None:
    try:
        return scalar_of(field.type)
    except TypeError:
        if field.required:
            raise
        return None


def _read_field(  # noqa: PLR0913, PLR0917 - called from one place, for every field
    field: kinds.Field,
    reading: Scalar,
    texts: Texts,
    values: dict[str, Any],
    place: str,
    problems: Problems,
) -> None:
    found = texts.get(field.encode_name, ())
    if not reading.has_empty:
        found = [text for text in found if text]
    if not found:
        if not field.required:
            return
        if field.encode_name in texts and _is_nullable(field.type):
            values[field.name] = None
        else:
            problems.append(entry(field.encode_name, "is required", place))
        return
    try:
        if reading.gather is not None:
            values[field.name] = reading.gather([reading.convert(text) for text in found])
        else:
            values[field.name] = reading.convert(found[0])
    except ValueError:
        problems.append(entry(field.encode_name, f"must be {reading.expected}", place))


def _is_nullable(info: kinds.Type) -> bool:
    if isinstance(info, kinds.Metadata):
        return _is_nullable(info.type)
    return isinstance(info, kinds.UnionType) and info.includes_none
