"""JSON Schemas of Python types, all made at once, so that types of one name are told apart.

The schemas are msgspec's (JSON Schema 2020-12, the dialect of OpenAPI 3.1), so what is documented
is what the same msgspec validates. Never looks at routes; `operation` does.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Iterable
from math import isfinite
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import msgspec

from potstill.web.errors import SetupError

Json: TypeAlias = dict[str, Any]
"""A JSON object."""

REFERENCE = "#/components/schemas/{name}"


class Schemas:
    """The schemas of these annotations; those of named types are `components` that others refer to.

    The annotations have to be kept alive by who asks: they are known by identity, since not each
    can be hashed. SetupError when two types cannot be told apart by module and name, and msgspec
    is older than 0.23.
    """

    def __init__(self, annotations: Iterable[Any]) -> None:
        self._annotations = list(annotations)
        try:
            schemas, components = msgspec.json.schema_components(
                self._annotations, schema_hook=_unknown, ref_template=REFERENCE
            )
        except KeyError as error:  # since 0.23 msgspec numbers them instead
            raise SetupError(
                f"two types of one module that the API shows are both called {error.args[0]!r}: "
                "rename one"
            ) from None
        self.components: Json = dict(components)
        for component in self.components.values():
            _forget_infinity(component)
        self._known = dict(zip(map(id, self._annotations), schemas, strict=True))

    def of(self, annotation: Any) -> Json:
        """The schema of an annotation that was given at the start; a copy of its own."""
        return copy.deepcopy(self._known[id(annotation)])

    def resolved(self, schema: Json) -> Json:
        """The schema itself, where there is only a reference to it."""
        while "$ref" in schema:
            schema = self.components[schema["$ref"].rpartition("/")[2]]
        return schema

    def is_flat(self, schema: Json) -> bool:
        """Can a form say it: an object of scalars, and lists of scalars?"""
        resolved = self.resolved(schema)
        return resolved.get("type") == "object" and all(
            self._is_scalar(self.resolved(field).get("items", field))
            for field in resolved.get("properties", {}).values()
        )

    def _is_scalar(self, schema: Json) -> bool:
        resolved = self.resolved(schema)
        if choices := resolved.get("anyOf"):
            return all(map(self._is_scalar, choices))
        return "enum" in resolved or resolved.get("type") in _SCALARS


_SCALARS = frozenset({"boolean", "integer", "null", "number", "string"})


def members(annotation: Any) -> tuple[Any, ...]:
    """The types of a union, without an `Annotated` around it; any other annotation by itself."""
    bare = without_metadata(annotation)
    return get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (annotation,)


def without_metadata(annotation: Any) -> Any:
    """What stands in `Annotated`."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def metadata(annotation: Any) -> tuple[Any, ...]:
    """What `Annotated` says beside the type."""
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()


def _forget_infinity(component: Json) -> None:
    """Take away the defaults of fields that JSON cannot say: infinity, and no number."""
    for field in component.get("properties", {}).values():
        default = field.get("default")
        if isinstance(default, float) and not isfinite(default):
            del field["default"]


def _unknown(cls: type) -> Json:
    """A type of which msgspec knows nothing: anything may come, under its name."""
    return {"title": cls.__name__}
