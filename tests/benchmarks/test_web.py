"""benchmarks.web: what a run may be told, what is asked, and the tables. No peer is needed."""

from __future__ import annotations

from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest

from benchmarks.publishing import END, replaced
from benchmarks.web import __main__ as command
from benchmarks.web.apps import bare
from benchmarks.web.contenders import CONTENDERS, OURS, REFERENCE
from benchmarks.web.measure import WrongAnswerError, check, rate
from benchmarks.web.record import WebRecord
from benchmarks.web.report import growth, report
from benchmarks.web.rounds import Session
from benchmarks.web.rows import ENVIRON, ROWS, Row


def row(key: str) -> Row:
    return next(each for each in ROWS if each.key == key)


def record(**rates: dict[str, list[float]]) -> WebRecord:
    """A run with these rates, `_` in the names of their rows for `-`."""
    return WebRecord(
        taken="2026-11-23T01:00:00+01:00",
        rounds=3,
        seconds=0.5,
        machine={"processor": "Pot", "cores": "2", "memory": "24 GiB", "kernel": "Linux 6"},
        versions={"python": "3.11.7", "falcon": "4.4.0"},
        rates={name.replace("_", "-"): windows for name, windows in rates.items()},
    )


# -- what it is told ------------------------------------------------------------------------------


def test_told_nothing_it_measures_everything() -> None:
    asked = command.plan([])
    assert asked.rows == tuple(each.key for each in ROWS)
    assert asked.contenders == CONTENDERS
    assert not asked.publish


def test_rows_and_frameworks_can_be_chosen() -> None:
    asked = command.plan(["--row", "hello", "--only", "bare", "potstill", "--rounds", "2"])
    assert (asked.rows, asked.rounds) == (("hello",), 2)
    assert [each.key for each in asked.contenders] == [OURS, "bare"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--row", "goodbye"],
        ["--only", "rails"],
        ["--rounds", "0"],
        ["--seconds", "0"],
        ["--publish", "--row", "hello"],
    ],
)
def test_mistakes_end_it_with_exit_code_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.plan(wrong)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


# -- what is asked --------------------------------------------------------------------------------


def test_each_row_has_a_name_of_its_own_and_someone_to_ask() -> None:
    assert len({each.key for each in ROWS}) == len(ROWS)
    modules = Path(command.__file__).parent / "apps"
    for contender in CONTENDERS:
        assert (modules / f"{contender.module}.py").exists()


def test_requests_carry_the_ten_fields_of_a_browser() -> None:
    assert sum(name.startswith("HTTP_") for name in ENVIRON) == 10


def test_an_upload_announces_its_length_and_a_get_none() -> None:
    (upload,) = row("upload").calls
    environ = upload.environ()
    assert environ["CONTENT_LENGTH"] == str(len(upload.body))
    assert upload.body.count(environ["CONTENT_TYPE"].partition("=")[2].encode()) == 2
    assert "CONTENT_LENGTH" not in row("hello").calls[0].environ()


@pytest.mark.parametrize(
    ("key", "app"), [("hello", bare.hello()), ("json", bare.item()), ("typed", bare.order())]
)
def test_the_bare_functions_answer_right(key: str, app: WSGIApplication) -> None:
    for call in row(key).calls:
        check(app, call)


def test_a_wrong_answer_is_not_measured() -> None:
    with pytest.raises(WrongAnswerError, match="GET /items/42"):
        rate(bare.hello(), row("json"), 0.001)


# -- a run ----------------------------------------------------------------------------------------


def test_a_round_measures_us_and_the_bare_function(tmp_path: Path) -> None:
    asked = command.plan(["--only", OURS, "bare", "--rounds", "1", "--seconds", "0.005"])
    python, pure = command.prepared(asked)
    shown, told = record(), list[str]()
    shown.rates.clear()
    Session(python, pure, shown, told.append).measure(asked.contenders, ("hello", "typed"))
    assert {name: set(windows) for name, windows in shown.rates.items()} == {
        "hello": {OURS, "bare"},
        "typed": {OURS, "bare"},
    }
    assert len(told) == shown.rounds * 2
    assert all(figure > 0 for figure in shown.imports[OURS])
    assert WebRecord.from_json(shown.to_json()) == shown
    assert "| Potstill web | bare function |" in report(shown)


# -- what it showed -------------------------------------------------------------------------------


def test_each_figure_stands_beside_its_ratio_to_falcon() -> None:
    shown = report(record(hello={OURS: [300.0, 330.0, 100.0], REFERENCE: [200.0]}))
    assert "| text | 300 (1.50) | 200 (1.00) |" in shown
    assert "Python 3.11.7, Falcon 4.4.0" in shown


def test_who_cannot_do_it_or_has_nothing_beside_him_is_shown_so() -> None:
    shown = report(record(hello={REFERENCE: [200.0]}, static={"whitenoise": [7.0]}))
    assert "| text | 200 (1.00) | n/a |" in shown
    assert "| a file of 1 KB | n/a | 7 |" in shown


def test_it_tells_how_a_call_grows_with_the_routes() -> None:
    few_and_many = record(routes_10={OURS: [100.0]}, routes_1000={OURS: [80.0]})
    assert growth(few_and_many, "routes-10", "routes-1000") == 1.25
    assert "takes 1.25 times as long as with 10" in report(few_and_many)
    assert growth(record(), "routes-10", "routes-1000") is None


def test_what_imports_take_is_told_in_milliseconds() -> None:
    shown = record(hello={OURS: [300.0]})
    shown.imports[OURS] = [41.0, 39.0, 40.0]
    assert "| import, ms | 40 |" in report(shown)


def test_the_page_of_this_project_can_be_published_into() -> None:
    page = command.PAGE.read_text()
    done = replaced(page, "new tables", command.BEGIN)
    assert f"{command.BEGIN}\n\nnew tables\n{END}" in done
