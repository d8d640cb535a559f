"""The development page: everything about one failed call, in HTML that needs no script.

All text is escaped where it enters the page (`escape`); nothing else is put into it but constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from potstill.web.development.call import head, target, variables, versions
from potstill.web.development.failure import Failure, story, traceback_of
from potstill.web.development.frames import Frame, Gap, Line, short
from potstill.web.development.mask import cut
from potstill.web.development.style import STYLE

if TYPE_CHECKING:
    from potstill.web.request import Request


def page(request: Request, error: BaseException) -> bytes:
    """The page, in UTF-8."""
    failures = story(error)
    first = failures[0]
    what = escape(first.kind)
    where = f"{escape(request.method)} {escape(target(request.environ))}"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{what} at {where}</title>"
        f'<style nonce="{request.nonce}">{STYLE}</style></head><body>',
        f'<header><p class="call">{where}</p>{_heading(first, "h1")}</header><main>',
        *_sections(failures),
        *_appendix(request, error),
        "</main><footer><p>Shown because the application runs with <code>debug=True</code>, and "
        "only on this machine. Elsewhere a plain 500 is answered. Values are hidden whose names "
        "say that they are secret.</p></footer></body></html>",
    ]
    return "".join(parts).encode(errors="backslashreplace")


def _heading(failure: Failure, tag: str) -> str:
    name = failure.kind
    module, dot, kind = name.rpartition(".")
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in failure.notes)
    message = f'<p class="message">{escape(failure.message)}</p>' if failure.message else ""
    return (
        f'<{tag}><span class="module">{escape(module + dot)}</span>{escape(kind)}</{tag}>'
        f"{message}{notes}"
    )


def _sections(failures: Sequence[Failure], level: int = 0) -> Iterator[str]:
    """The story: the last exception, and what led to it."""
    for number, failure in enumerate(failures):
        yield "<section>"
        if number:
            link = "It was raised from" if failure.was_cause else "It was raised while handling"
            yield f'<p class="link">{link}</p>{_heading(failure, "h2")}'
        elif level:
            yield _heading(failure, "h3")
        yield from _frames(failure.frames, is_first=not number and not level)
        for index, member in enumerate(failure.members, 1):
            yield f'<details class="member"><summary>Member {index}: '
            yield f"<b>{escape(member[0].kind)}</b> {escape(cut(member[0].message, 120))}</summary>"
            yield from _sections(member, level + 1)
            yield "</details>"
        yield "</section>"


def _frames(frames: Iterable[Frame | Gap], *, is_first: bool) -> Iterator[str]:
    """The calls, the last one first; runs of library code are folded into a line."""
    calls = list(frames)[::-1]
    if not calls:
        yield '<p class="none">It was never raised: it has no traceback.</p>'
        return
    yield '<h2 class="small">Where it happened, the last call first</h2>' if is_first else ""
    opened = not is_first
    for folded, run in groupby(calls, lambda call: isinstance(call, Frame) and bool(call.library)):
        if folded:
            yield from _folded([call for call in run if isinstance(call, Frame)])
            continue
        for call in run:
            if isinstance(call, Gap):
                yield f'<p class="gap">… {call.count} more calls …</p>'
            else:
                yield _frame(call, is_open=not opened)
                opened = True


def _folded(frames: Sequence[Frame]) -> Iterator[str]:
    names = ", ".join(dict.fromkeys(frame.library for frame in frames))
    count = "1 call" if len(frames) == 1 else f"{len(frames)} calls"
    yield f'<details class="library"><summary>{count} in {escape(names)}</summary>'
    for frame in frames:
        yield _frame(frame, is_open=False)
    yield "</details>"


def _frame(frame: Frame, *, is_open: bool) -> str:
    source = "".join(_line(line, is_here=line.number == frame.line) for line in frame.source)
    code = f"<code>{escape(cut(frame.code, 120))}</code>" if frame.code else ""
    return (
        f'<details class="frame"{" open" if is_open else ""}>'
        f'<summary><span class="where"><b>{escape(frame.function)}</b> '
        f'<span class="file" title="{escape(frame.file)}">{escape(short(frame.file))}'
        f":{frame.line}</span></span>{code}</summary>"
        + (f'<pre class="source" tabindex="0">{source}</pre>' if source else _NO_SOURCE)
        + _table("Variables", frame.variables)
        + "</details>"
    )


_NO_SOURCE = '<p class="none">There is no source to show.</p>'


def _line(line: Line, *, is_here: bool) -> str:
    text = escape(line.text)
    if line.marks:
        start, end = line.marks
        before, marked, after = line.text[:start], line.text[start:end], line.text[end:]
        text = f"{escape(before)}<mark>{escape(marked)}</mark>{escape(after)}"
    here = ' class="here" aria-current="true"' if is_here else ""
    return f'<span{here}><i data-line="{line.number}"></i>{text}\n</span>'


def _table(caption: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose first column names its rows; nothing when there are none."""
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{_told(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    if not lines:
        return ""
    return (
        f'<div class="wide"><table><caption>{caption}</caption><tbody>{lines}</tbody></table></div>'
    )


def _told(cell: str) -> str:
    return f"<code>{escape(cell)}</code>" if cell else ""


def _appendix(request: Request, error: BaseException) -> Iterator[str]:
    """The traceback as text, the request, the WSGI call, the versions."""
    text = traceback_of(error)
    yield "<section>"
    yield '<details class="more"><summary>Traceback as text, to be copied</summary>'
    yield "<p>One click selects it all.</p>"
    yield f'<pre class="copy" tabindex="0">{escape(text)}</pre></details>'
    yield '<details class="more"><summary>The request</summary>'
    yield f'<pre class="copy" tabindex="0">{escape(head(request.environ))}</pre></details>'
    yield '<details class="more"><summary>The WSGI call: environ</summary>'
    yield '<div class="wide"><table><tbody>'
    for key, value, meaning in variables(request.environ):
        yield f'<tr><th scope="row">{escape(key)}<small>{escape(meaning)}</small></th>'
        yield f"<td>{_told(value)}</td></tr>"
    yield "</tbody></table></div></details>"
    yield '<details class="more"><summary>Versions</summary>'
    yield f"{_table('', versions())}</details></section>"
