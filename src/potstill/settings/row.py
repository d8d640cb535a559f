"""What is known of a setting besides its value: how it is read, and how it is explained."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from potstill.settings.errors import ConfigError
from potstill.settings.kinds import Kind

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


class Group(StrEnum):
    """The chapters of the help page, in its order."""

    APPLICATION = "The application"
    LISTENING = "Listening"
    TLS = "TLS"
    PROXIES = "Proxies in front"
    THREADS = "Processes and threads"
    LIMITS = "Limits of a request"
    MEMORY = "Memory for bodies"
    TIMES = "Times"
    HEADERS = "Headers"
    LOGS = "Logs"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting of the table."""

    name: str
    default: object
    kind: Kind[Any]
    group: Group
    help: str
    flags: tuple[str, ...]

    def read(self, value: object, where: str) -> object:
        """The value that was meant; ConfigError names `where` it stood and what was expected."""
        try:
            result: object = self.kind.read(value)
        except ConfigError as error:
            raise ConfigError(f"{where} is {value!r}: {error}") from None
        return result


def setting(default: T, kind: Kind[T], group: Group, help_text: str, *flags: str) -> T:
    """A field of the table; without flags of its own they are made of its name."""
    metadata = {"kind": kind, "group": group, "help": help_text, "flags": flags}
    return field(default=default, metadata=metadata)


def rows(table: type[DataclassInstance]) -> dict[str, Row]:
    """Every setting of the table by its name, in the table's order."""
    found = {}
    for each in fields(table):
        known = dict(each.metadata)
        known["flags"] = known["flags"] or _flags(each.name, known["kind"])
        found[each.name] = Row(name=each.name, default=each.default, **known)
    return found


def _flags(name: str, kind: Kind[Any]) -> tuple[str, ...]:
    """The name as a flag; a switch has a second one, so that a file's word is not the last."""
    flag = name.replace("_", "-")
    return (f"--{flag}",) if kind.metavar else (f"--{flag}", f"--no-{flag}")
