"""The overview as a picture: processor time per request beside Potstill's, as SVG.

Each scenario is a group of bars that begin at a line, which is Potstill: to the right a server
takes more, to the left less, and each step of the scale is a doubling. Widths are shares of the
picture's and text is not scaled, so that it reads on a telephone as on a wide screen; colours
follow the reader's theme. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from math import ceil, floor, log2

from benchmarks.record import Outcome, Record
from benchmarks.report import cpu_ratios, done, present, times_of

LEFT, RIGHT = 36.0, 88.0  # per cent of the width: where the scale begins and ends
TOP, TITLE, MARKS, ROW, BAR, GAP = 72, 18, 17, 17, 11, 22  # pixels of height
TEXT_DROP = 9  # pixels from a row's top to the line its text stands on

LINE, FLOOR = "Potstill", "floor (C)"  # two names that are drawn in their own way
Ratios = dict[str, float]
"""Ratios by the names to show."""

STYLE = """
svg { --ground: #fff; --text: #1f2328; --muted: #59636e; --grid: #d8dee4;
      --more: #0969da; --less: #bc4c00; --floor: #8c959f; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --text: #e6edf3; --muted: #9198a1; --grid: #2a3038;
        --more: #4493f8; --less: #f0883e; --floor: #6e7681; }
}
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--text); }
text.head { font-size: 16px; font-weight: 600 }
text.title { font-size: 13px; font-weight: 600 }
.muted { fill: var(--muted) } .end { text-anchor: end } .middle { text-anchor: middle }
.grid { stroke: var(--grid) } .one { stroke: var(--text) } .ground { fill: var(--ground) }
.more { fill: var(--more) } .less { fill: var(--less) } .floor { fill: var(--floor) }
"""


class Scale:
    """Ratios to shares of the width: steps of one doubling, enough for all that is shown."""

    def __init__(self, ratios: Iterable[float]) -> None:
        steps = [log2(ratio) for ratio in ratios] or [0.0]
        self.first = min(-1, floor(min(steps)))
        self.last = max(1, ceil(max(steps)))

    def at(self, ratio: float) -> float:
        """Where a ratio stands, in per cent of the width."""
        return LEFT + (RIGHT - LEFT) * (log2(ratio) - self.first) / (self.last - self.first)

    def marks(self) -> Iterator[tuple[float, str]]:
        """Each doubling: where it stands and how it reads; every second one stays unwritten."""
        for step in range(self.first, self.last + 1):
            written = "Potstill" if not step else f"{2**step}x" if step > 0 else f"1/{2**-step}"
            yield self.at(2.0**step), "" if step % 2 else written


def plot(record: Record) -> str:
    """The picture, as high as it has to be and as wide as where it is shown."""
    compared = (
        (each.title, _compared(record, record.outcomes[each.name])) for each in done(record)
    )
    groups = [(title, ratios) for title, ratios in compared if ratios]
    scale = Scale(ratio for _, ratios in groups for ratio in ratios.values())
    drawn, top = list[str](), TOP
    for title, ratios in groups:
        drawn += _group(title, ratios, scale, top)
        top += TITLE + MARKS + ROW * len(ratios) + GAP
    return "\n".join([*_opening(top), *drawn, "</svg>"]) + "\n"


def _compared(record: Record, outcome: Outcome) -> Ratios:
    """The ratios of all but the one that is the line."""
    ratios = cpu_ratios(outcome)
    shown = ((each.name, ratios.get(each.key)) for each in present(record))
    return {name: ratio for name, ratio in shown if ratio and name != LINE}


def _opening(height: int) -> Iterator[str]:
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}" role="img">'
    yield "<title>Processor time per request beside Potstill</title>"
    yield f"<style>{STYLE}</style>"
    yield '<rect class="ground" width="100%" height="100%"/>'
    yield _text(0, 22, "CPU time per request beside Potstill", "head")
    yield _text(0, 42, "Right of the line a server takes more, left of it less.", "muted")
    yield _text(0, 58, "From one grid line to the next it doubles.", "muted")


def _group(title: str, ratios: Ratios, scale: Scale, top: int) -> Iterator[str]:
    """A scenario: its title, the scale, and a bar for each server."""
    yield _text(0, top + TEXT_DROP, title, "title")
    first = top + TITLE + MARKS
    for x, mark in scale.marks():
        yield _line(x, first - 4, first + ROW * len(ratios), "one" if mark == LINE else "grid")
        yield _text(x, first - 8, mark, "muted middle")
    for row, (name, ratio) in enumerate(ratios.items()):
        yield from _bar(name, ratio, scale, first + ROW * row)


def _bar(name: str, ratio: float, scale: Scale, top: int) -> Iterator[str]:
    one, end = scale.at(1.0), scale.at(ratio)
    start, kind = min(one, end), "less" if ratio < 1 else "more"
    colour = "floor" if name == FLOOR else kind
    yield _text(LEFT - 2, top + TEXT_DROP, name, "end")
    yield (
        f'<rect class="{colour}" x="{start:.2f}%" y="{top}" '
        f'width="{abs(end - one):.2f}%" height="{BAR}" rx="1.5"/>'
    )
    yield _text(max(one, end), top + TEXT_DROP, times_of(ratio), "", indent=5)


def _line(x: float, top: int, bottom: int, kind: str) -> str:
    return f'<line class="{kind}" x1="{x:.2f}%" x2="{x:.2f}%" y1="{top}" y2="{bottom}"/>'


def _text(x: float, y: int, text: str, kind: str, indent: int = 0) -> str:
    return f'<text class="{kind}" x="{x:.2f}%" dx="{indent}" y="{y}">{escape(text)}</text>'
