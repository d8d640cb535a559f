"""From the text of `access_logformat` to a function that makes a line of an entry.

A format is understood once, at start: a mistake in it is a ValueError for the operator then, and
never an exception while serving. It is taken apart into pieces, texts that stay and atoms that are
asked about the entry, and these are joined into one function; "combined" and "json" are no more
than that. The function is called for every request, on the thread that serves.

The keys of "json", in this order: `time` (ISO 8601, local, with offset, to the millisecond),
`client`, `method`, `target`, `protocol`, `status`, `bytes` (of the answer's body), `duration`
(seconds), `referer`, `user_agent`. What is missing is `null`; a text has one character per byte of
the wire (ISO-8859-1).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from potstill.observe.atoms import ATOMS, FAMILIES, Atom, request_field
from potstill.observe.entry import Entry
from potstill.observe.escaping import quoted
from potstill.observe.timestamps import iso_time

Format: TypeAlias = Callable[[Entry], str]
Piece: TypeAlias = str | Atom

COMBINED: Final = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'

# The texts come from the json encoder, through its memo: 1.5 us a line. To give the encoder a
# dictionary for each line costs 4.1.
JSON: Final[Mapping[str, Atom]] = {
    "time": lambda entry: f'"{iso_time(entry.ended)}"',
    "client": lambda entry: quoted[entry.peer or None],
    "method": lambda entry: quoted[entry.line.method if entry.line else None],
    "target": lambda entry: quoted[entry.line.target if entry.line else None],
    "protocol": lambda entry: quoted[entry.line.protocol if entry.line else None],
    "status": lambda entry: entry.status,
    "bytes": lambda entry: entry.sent,
    "duration": lambda entry: f"{entry.seconds:.6f}",
    "referer": request_field("referer", quoted),
    "user_agent": request_field("user-agent", quoted),
}


def compile_format(text: str, mask: Sequence[str] = ()) -> Format:
    """The format that `text` asks for: "combined", "json", or a text with atoms as `%(h)s`.

    The lines it makes end in a line feed and hold no other; `%%` is a percent sign. ValueError,
    which says what was seen and what is known, for anything else. `mask` has paths below which
    the next segment is a secret: it is written as `***`, also in a Referer.
    """
    if text == "json":
        form = _join(_json_pieces())
    else:
        form = _join(_parse(COMBINED if text == "combined" else text))
    return _masked(form, mask) if mask else form


def _masked(form: Format, mask: Sequence[str]) -> Format:
    """The same without secrets; the whole line is looked at, as an address may be in any column."""
    begun = "|".join(map(re.escape, mask))
    hide = re.compile(rf"({begun})[^/?#\s\"\\]+").sub
    return lambda entry: hide(r"\1***", form(entry))


def _json_pieces() -> Iterator[Piece]:
    before = "{"
    for key, atom in JSON.items():
        yield f'{before}"{key}":'
        yield atom
        before = ","
    yield "}"


def _parse(text: str) -> Iterator[Piece]:
    if _CONTROL.search(text):
        raise ValueError(f"access log format {text!r}: a line feed or another control character")
    if not _ATOM.search(text):
        raise ValueError(_no_atom(text))
    end = 0
    for match in _PERCENT.finditer(text):
        yield text[end : match.start()]
        yield "%" if match[0] == "%%" else _find(text[match.start() :])
        end = match.end()
    yield text[end:]


_CONTROL: Final = re.compile(r"[\0-\x08\x0a-\x1f\x7f]")  # a tab may part the columns
_ATOM: Final = re.compile(r"%\((\{(?P<name>[^{}]+)\})?(?P<letter>[^()]*)\)s")
_PERCENT: Final = re.compile(rf"%%|{_ATOM.pattern}|%")


def _find(text: str) -> Atom:
    """The atom that `text` begins with."""
    match = _ATOM.match(text)
    if not match:
        raise ValueError(
            f"access log format: seen {text[:12]!r}, expected an atom as %(h)s, or %% for a percent"
        )
    name, letter = match["name"], match["letter"]
    if name is None and letter in ATOMS:
        return ATOMS[letter]
    if name is not None and letter in FAMILIES:
        return FAMILIES[letter](name)
    known = " ".join((*ATOMS, *(f"{{name}}{letter}" for letter in FAMILIES)))
    raise ValueError(f"access log format: unknown atom {match[0]}; known are {known}")


def _no_atom(text: str) -> str:
    names = ("combined", "json")
    near = difflib.get_close_matches(text, names, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    return (
        f"access log format {text!r} has no atom as %(h)s"
        f" and is neither of the named formats, {' and '.join(names)}{hint}"
    )


def _join(pieces: Iterable[Piece]) -> Format:
    """One function that joins all the pieces: `f"{p0}{p1(entry)}{p2}..."`.

    A loop over the pieces would cost 1.65 us a line where this costs 1.05.
    """
    known = {f"p{index}": piece for index, piece in enumerate((*pieces, "\n")) if piece}
    joined = "".join(
        f"{{{name}}}" if isinstance(piece, str) else f"{{{name}(entry)}}"
        for name, piece in known.items()
    )
    # The source holds nothing of the operator's: only the names p0, p1, ... just made.
    made: Format = eval(f"lambda entry: f'{joined}'", dict[str, Any](known))  # noqa: S307
    return made
