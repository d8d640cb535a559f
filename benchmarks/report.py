"""A record as Markdown: the ratios at a glance, then a table for each scenario.

Pure. Every figure stands beside its ratio to Potstill without access log, since no peer writes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from benchmarks.contenders import CONTENDERS, REFERENCE, Contender
from benchmarks.figures import Window, ratio, spread, typical
from benchmarks.record import Outcome, Record
from benchmarks.scenarios import SCENARIOS, Scenario

_Figure = Callable[[Window], float]
COLUMNS: tuple[tuple[str, _Figure, str], ...] = (
    ("CPU us/request", lambda window: window.cpu, ",.1f"),
    ("requests/s", lambda window: window.rate, ",.0f"),
    ("p50 ms", lambda window: window.p50, ",.2f"),
    ("p99 ms", lambda window: window.p99, ",.2f"),
    ("peak RSS MiB", lambda window: window.memory, ",.0f"),
)
NAMES = {
    "python": "Python",
    "potstill": "Potstill",
    "gunicorn": "Gunicorn",
    "uwsgi": "uWSGI",
    "waitress": "Waitress",
    "cheroot": "Cheroot",
    "granian": "Granian",
    "flask": "Flask",
    "django": "Django",
    "openssl": "OpenSSL",
}


def report(record: Record, plot: str) -> str:
    """The whole: where it was measured, the overview with the plot's file, the tables."""
    parts = [
        [_circumstances(record), ""],
        ["### Processor time per request, as a ratio to Potstill", ""],
        [f'<img src="{plot}" width="100%" alt="The table below as bars">', ""],
        [*overview(record), ""],
        *([*section(scenario, record.outcomes[scenario.name]), ""] for scenario in done(record)),
        ["### The servers", "", *_remarks(record)],
    ]
    return "\n".join(line for part in parts for line in part) + "\n"


def cpu_ratios(outcome: Outcome) -> dict[str, float | None]:
    """Each measured server's processor time per request to Potstill's, by its key."""
    base = _base(outcome)
    return {
        key: ratio(typical(windows).cpu, None if base is None else base.cpu)
        for key, windows in outcome.windows.items()
    }


def _base(outcome: Outcome) -> Window | None:
    """What all others are compared with; None when it was not measured."""
    windows = outcome.windows.get(REFERENCE)
    return typical(windows) if windows else None


def done(record: Record) -> list[Scenario]:
    """The scenarios of the record, in the order of the table."""
    return [scenario for scenario in SCENARIOS if scenario.name in record.outcomes]


def present(record: Record) -> list[Contender]:
    """The contenders of the record, in the order of the table, those without figures included."""
    keys = {key for each in record.outcomes.values() for key in (*each.windows, *each.absent)}
    return [contender for contender in CONTENDERS if contender.key in keys]


def overview(record: Record) -> list[str]:
    """Processor time per request as ratios: a row for each scenario, a column for each server."""
    contenders = present(record)
    rows = [
        [f"[{each.name}](#{each.name})", *_ratios(record.outcomes[each.name], contenders)]
        for each in done(record)
    ]
    return table(["", *(contender.name for contender in contenders)], rows)


def _ratios(outcome: Outcome, contenders: Iterable[Contender]) -> list[str]:
    times = cpu_ratios(outcome)
    return [
        times_of(times[contender.key]) if contender.key in times else "n/a"
        for contender in contenders
    ]


def section(scenario: Scenario, outcome: Outcome) -> list[str]:
    """One scenario: its title, a row for each server, and why some have none."""
    base = _base(outcome)
    rows = [
        [contender.name, *_cells(outcome.windows.get(contender.key), base)]
        for contender in CONTENDERS
        if contender.key in outcome.windows or contender.key in outcome.absent
    ]
    headings = ["server", *(heading for heading, _, _ in COLUMNS), "failed"]
    heading = [f'<a id="{scenario.name}"></a>', "", f"### {scenario.title} (`{scenario.name}`)", ""]
    return [*heading, *table(headings, rows), *_footnotes(outcome)]


def _cells(windows: Sequence[Window] | None, base: Window | None) -> list[str]:
    if not windows:
        return ["n/a"] * (len(COLUMNS) + 1)
    shown = typical(windows)
    cells = [
        _cell(figure(shown), None if base is None else figure(base), form)
        for _, figure, form in COLUMNS
    ]
    return [*cells, f"{shown.failed:,}"]


def _cell(figure: float, base: float | None, form: str) -> str:
    times = ratio(figure, base)
    return f"{figure:{form}}" if times is None else f"{figure:{form}} ({times_of(times)})"


def times_of(times: float | None) -> str:
    """A ratio with as many digits as say something."""
    if times is None:
        return ""
    return f"{times:.2f}" if times < 10 else f"{times:.1f}" if times < 100 else f"{times:,.0f}"


def _footnotes(outcome: Outcome) -> list[str]:
    reasons = [
        f"{contender.name}: {outcome.absent[contender.key]}"
        for contender in CONTENDERS
        if contender.key in outcome.absent
    ]
    return ["", f"n/a: {'; '.join(reasons)}."] if reasons else []


def _circumstances(record: Record) -> str:
    taken, pace = datetime.fromisoformat(record.taken), record.pace
    named = (f"{NAMES.get(name, name)} {number}" for name, number in record.versions.items())
    return (
        f"Measured on {taken:%-d %B %Y}: {record.machine['processor']}, {record.machine['cores']} "
        f"cores, {record.machine['memory']}, {record.machine['kernel']}; {', '.join(named)}. "
        f"Medians of windows of {pace.seconds} s ({pace.rounds} for each server), "
        f"{pace.connections} connections; the windows of one server typically lie "
        f"{_typical_spread(record):.0%} apart in processor time."
    )


def _typical_spread(record: Record) -> float:
    apart = sorted(
        spread([window.cpu for window in windows])
        for outcome in record.outcomes.values()
        for windows in outcome.windows.values()
    )
    return apart[len(apart) // 2] if apart else 0.0


def _remarks(record: Record) -> list[str]:
    return [f"- {each.name}: {each.remark}." for each in present(record) if each.remark]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, its first column to the left and the others to the right."""
    rule = ["---", *["---:"] * (len(headings) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows)]
