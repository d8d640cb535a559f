"""Pure Todo's own file: everything, to the microsecond.

It has no reading of half-right files: what `read` accepts is what `write` could have written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import DecodeError, Struct, ValidationError, json

from puretodo.formats.errors import FormatError
from puretodo.formats.intake import MAX_TODOS, decoded
from puretodo.model.bundle import Bundle, BundleList


class _Head(Struct):
    format: str = ""
    version: int = 0


class _File(Struct, forbid_unknown_fields=True):
    format: Literal["puretodo"]
    version: Literal[1]
    lists: list[BundleList]


_HEADS = json.Decoder(_Head)
_FILES = json.Decoder(_File)


def write(bundle: Bundle) -> bytes:
    """The file, indented to be looked at."""
    return json.format(json.encode(_File("puretodo", 1, bundle.lists)), indent=1) + b"\n"


def read(data: bytes, *, default_list: str, now: datetime) -> Bundle:
    """The bundle that was written; every list in it has a title and times of its own."""
    text = decoded(data)
    try:
        head = _HEADS.decode(text)
        if head.format != "puretodo":
            raise FormatError(None, "This is not a file that Pure Todo has exported.")
        if head.version != 1:
            raise FormatError(
                None,
                f"This file is of version {head.version}, and version 1 is known; "
                "bring Pure Todo up to date.",
            )
        bundle = Bundle(_FILES.decode(text).lists)
    except ValidationError as error:
        raise FormatError(None, f"A value in the file is not as expected: {error}.") from None
    except OverflowError:
        raise FormatError(None, "A time in the file is beyond the years 1 to 9999.") from None
    except (DecodeError, UnicodeError, RecursionError):
        raise FormatError(None, "This is not JSON, or the file is cut off.") from None
    if len(bundle.todos) > MAX_TODOS:
        raise FormatError(None, f"There are more than {MAX_TODOS:,} to-dos.")
    return bundle
