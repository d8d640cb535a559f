"""Files that to-dos go out in and come in by.

A writer takes a bundle and gives the bytes of the file. A reader takes bytes, the title of the list
for to-dos that name none, and the time (aware, in the zone of the person): it gives a bundle, or
raises `FormatError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from puretodo.formats import csv_format, ical, ical_reader, json_format, todoist, todotxt
from puretodo.formats.errors import FormatError
from puretodo.model.bundle import Bundle

__all__ = ["FORMATS", "Format", "FormatError", "Reader"]


class Reader(Protocol):
    """What reads a file."""

    def __call__(self, data: bytes, *, default_list: str, now: datetime) -> Bundle: ...


class Format(NamedTuple):
    """A kind of file; the extension is without a dot."""

    name: str
    media_type: str
    extension: str
    write: Callable[[Bundle], bytes] | None
    read: Reader | None


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            Format("json", "application/json", "json", json_format.write, json_format.read),
            Format("csv", "text/csv; charset=utf-8", "csv", csv_format.write, csv_format.read),
            Format("todotxt", "text/plain; charset=utf-8", "txt", todotxt.write, todotxt.read),
            Format("ical", "text/calendar; charset=utf-8", "ics", ical.write, ical_reader.read),
            Format("todoist", "text/csv; charset=utf-8", "csv", None, todoist.read),
        )
    }
)
"""By name; what cannot be written or read has None there."""
