"""The frames of a traceback: where, the source around, and the variables as they were."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType

from potstill.web.development.mask import cut
from potstill.web.development.outline import shown

AROUND = 5
"""Lines of source shown before the one that matters, and after it."""
FIRST, LAST = 15, 35
"""Frames shown of a traceback that has more than both together, as one of endless recursion has."""
VARIABLES = 40
"""Variables shown of a frame."""
WIDEST = 300
"""Characters shown of a line of source."""
TEMPLATE_NAMES = frozenset(
    {
        *("range", "dict", "lipsum", "cycler", "joiner", "namespace"),
        *("request", "url_for", "asset", "nonce", "csrf_token", "csrf_field"),
    }
)
"""What every template knows, and nobody needs to be shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of source; `marks` is where, in characters, what was being evaluated stands."""

    number: int
    text: str
    marks: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One call on the way to where it went wrong."""

    file: str
    line: int
    function: str
    source: tuple[Line, ...]
    variables: tuple[tuple[str, str], ...]
    library: str
    """The top package of code that is somebody else's; empty for one's own."""

    @property
    def code(self) -> str:
        """The line itself, without its indentation; empty when there is no source."""
        return next((each.text.strip() for each in self.source if each.number == self.line), "")


@dataclass(frozen=True, slots=True)
class Gap:
    """Frames that are left out."""

    count: int


def frames_of(traceback: TracebackType | None) -> tuple[Frame | Gap, ...]:
    """The frames, outermost first; of very many, the middle is left out."""
    calls = list(_calls(traceback))
    if len(calls) <= FIRST + LAST:
        return tuple(_frame(call) for call in calls)
    gap = Gap(len(calls) - FIRST - LAST)
    return (
        *(_frame(call) for call in calls[:FIRST]),
        gap,
        *(_frame(call) for call in calls[-LAST:]),
    )


def _calls(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _frame(call: TracebackType) -> Frame:
    frame = call.tb_frame
    code = frame.f_code
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, frame.f_globals)
    return Frame(
        file=code.co_filename,
        line=call.tb_lineno,
        function=code.co_name if _is_template(call) else code.co_qualname,
        source=_source(lines, call),
        variables=tuple(_variables(frame.f_locals, TEMPLATE_NAMES if _is_template(call) else ())),
        library=library(code.co_filename),
    )


def _is_template(call: TracebackType) -> bool:
    """Is it a line of a Jinja template, which a made-up call stands for?"""
    return "__jinja_exception__" in call.tb_frame.f_globals


def _variables(values: Mapping[str, object], unwanted: Container[str]) -> Iterator[tuple[str, str]]:
    dunder = re.compile("__.*__").fullmatch
    names = [name for name in values if name not in unwanted and not dunder(name)]
    for name in names[:VARIABLES]:
        yield name, shown(name, values[name])
    if len(names) > VARIABLES:
        yield "…", f"{len(names) - VARIABLES} more"


def _source(lines: list[str], call: TracebackType) -> tuple[Line, ...]:
    """The lines around, their common indentation taken off, and what was evaluated marked."""
    first = max(call.tb_lineno - AROUND, 1)
    around = [text.rstrip("\r\n") for text in lines[first - 1 : call.tb_lineno + AROUND]]
    indents = [len(text) - len(text.lstrip()) for text in around if text.strip()]
    indent = min(indents, default=0)
    marks = _marks(lines, call)
    return tuple(
        Line(number, cut(text[indent:], WIDEST), _moved(marks.get(number), indent))
        for number, text in enumerate(around, first)
    )


def _moved(marks: tuple[int, int] | None, indent: int) -> tuple[int, int] | None:
    return (max(marks[0] - indent, 0), max(marks[1] - indent, 0)) if marks else None


def _marks(lines: list[str], call: TracebackType) -> dict[int, tuple[int, int]]:
    """By line number, which characters were being evaluated (PEP 657); none when it is all."""
    if _is_template(call):
        return {}
    positions = list(call.tb_frame.f_code.co_positions())
    at = call.tb_lasti // 2
    line, end_line, start, end = positions[at] if 0 <= at < len(positions) else (None,) * 4
    if line is None or end_line is None or start is None or end is None or end_line > len(lines):
        return {}
    marks = {}
    for number in range(line, end_line + 1):
        text = lines[number - 1].rstrip("\r\n")
        begin = len(text) - len(text.lstrip())
        first = _characters(text, start) if number == line else begin
        last = _characters(text, end) if number == end_line else len(text)
        marks[number] = (max(first, begin), last)
    whole = line == end_line and lines[line - 1].strip() == lines[line - 1][slice(*marks[line])]
    return {} if whole else marks


def _characters(text: str, octets: int) -> int:
    """An offset in characters, of one in octets of UTF-8."""
    return len(text.encode(errors="surrogatepass")[:octets].decode(errors="ignore"))


def library(file: str) -> str:
    """The package that a file of somebody else's belongs to, by its name; empty for one's own."""
    if file.startswith("<frozen "):
        return "python"
    path = Path(file)
    for mark in ("site-packages", "dist-packages"):
        if mark in path.parts:
            return path.parts[path.parts.index(mark) + 1].removesuffix(".py")
    if path.is_relative_to(Path(__file__).parents[2]):
        return "potstill"
    return "python" if path.is_relative_to(_standard()) else ""


@cache
def _standard() -> str:
    """Where the standard library lives."""
    return str(Path(sys.modules["os"].__file__ or "/nowhere").parent)


def short(file: str) -> str:
    """A path as people name it: below the working directory, or below where packages live."""
    path = Path(file)
    for mark in ("site-packages", "dist-packages"):
        if mark in path.parts:
            return str(Path(*path.parts[path.parts.index(mark) + 1 :]))
    for root in (Path.cwd(), Path(__file__).parents[3], Path(_standard())):
        if path.is_absolute() and path.is_relative_to(root):
            return str(path.relative_to(root))
    return file
