"""Tables as text (RFC 4180), for spreadsheets and from them.

A spreadsheet calculates what begins with `=`, `+`, `-` or `@`, so what somebody else wrote could
run there: an apostrophe is put in front of such a cell, and of one that begins with an apostrophe;
reading takes it away again. A byte order mark in front makes Excel see UTF-8.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from puretodo.formats.errors import FormatError

Row = dict[str, str]

_CALCULATED = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'")
"""The four also in full width, which spreadsheets in Japan take for the same."""


def table(lines: Iterable[Iterable[str]]) -> bytes:
    """The file."""
    text = StringIO(newline="")
    csv.writer(text).writerows([_guarded(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def rows(text: str, needed: str) -> Iterator[tuple[int, Row]]:
    """Each row that is not blank, with its line, by the names of columns in lower case.

    FormatError if the needed column is missing, or the text is no table.
    """
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(lines, [])]
        if needed not in names:
            raise FormatError(1, f"The first line has to name the columns, “{needed}” among them.")
        line = lines.line_num + 1
        for cells in lines:
            row = dict.fromkeys(names, "") | dict(zip(names, map(_unguarded, cells), strict=False))
            if any(cell.strip() for cell in cells):
                yield line, row
            line = lines.line_num + 1
    except csv.Error as error:
        raise FormatError(lines.line_num, f"This is not a table: {error}.") from None


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_CALCULATED) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_CALCULATED) else cell
