"""A record as Markdown: a row for each kind of work, a column for each framework. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import median

from benchmarks.figures import ratio, spread
from benchmarks.report import NAMES, table, times_of
from benchmarks.web.contenders import CONTENDERS, OURS, REFERENCE, Contender
from benchmarks.web.record import WebRecord, Windows
from benchmarks.web.rows import ROWS

WEB_NAMES = NAMES | {"falcon": "Falcon", "bottle": "Bottle", "whitenoise": "WhiteNoise"}


def report(record: WebRecord) -> str:
    """The whole: circumstances, rates with their ratios to Falcon, what importing takes."""
    contenders = present(record)
    headings = ["calls/s", *(contender.name for contender in contenders)]
    rows = [
        [row.title, *_cells(record.rates[row.key], contenders)]
        for row in ROWS
        if row.key in record.rates
    ]
    return "\n".join([_circumstances(record), "", *table(headings, rows), *_imports(record)]) + "\n"


def present(record: WebRecord) -> list[Contender]:
    """The contenders that have figures, in the order of the table."""
    keys = {key for windows in record.rates.values() for key in windows}
    return [contender for contender in CONTENDERS if contender.key in keys]


def growth(record: WebRecord, few: str, many: str) -> float | None:
    """How much longer a call of ours takes in the row `many`; None when one was not measured."""
    rates = [record.rates.get(row, {}).get(OURS) for row in (few, many)]
    if not (rates[0] and rates[1]):
        return None
    return median(rates[0]) / median(rates[1])


def _cells(windows: Windows, contenders: Sequence[Contender]) -> Iterator[str]:
    base = median(windows[REFERENCE]) if REFERENCE in windows else None
    for contender in contenders:
        if contender.key in windows:
            rate = median(windows[contender.key])
            times = ratio(rate, base)
            yield f"{rate:,.0f}" + (f" ({times_of(times)})" if times else "")
        else:
            yield "n/a"


def _imports(record: WebRecord) -> Iterator[str]:
    """A table of what an import takes, and how our routes grow."""
    shown = [contender for contender in CONTENDERS if contender.key in record.imports]
    if shown:
        figures = [f"{median(record.imports[each.key]):,.0f}" for each in shown]
        yield from ("", *table(["", *(each.name for each in shown)], [["import, ms", *figures]]))
    grown = growth(record, "routes-10", "routes-1000")
    if grown is not None:
        yield ""
        yield (
            f"With 1,000 routes a call of Potstill web takes {grown:.2f} times as long as with 10: "
            "its search does not depend on their number, but a thousand of them do not fit into "
            "the nearest cache of the processor."
        )


def _circumstances(record: WebRecord) -> str:
    taken = datetime.fromisoformat(record.taken)
    named = (f"{WEB_NAMES.get(key, key)} {version}" for key, version in record.versions.items())
    return (
        f"Measured on {taken:%-d %B %Y}: {record.machine['processor']}, {record.machine['cores']} "
        f"cores, {record.machine['memory']}, {record.machine['kernel']}; {', '.join(named)}. "
        f"Medians of {record.rounds} windows of {record.seconds:g} s of processor time; those of "
        f"one framework typically lie {_typical_spread(record):.0%} apart."
    )


def _typical_spread(record: WebRecord) -> float:
    apart = [spread(each) for windows in record.rates.values() for each in windows.values()]
    return median(apart) if apart else 0.0
