from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from puretodo.formats import FormatError
from puretodo.model.bundle import BundleTodo
from puretodo.model.values import Repeat
from tests.todo.formats.bundles import day, read, titles

PROJECT = """\
\ufeffTYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,DEADLINE,DEADLINE_LANG
meta,view_style=list,,,,,,,,,,,,
task,Book the flights @travel @2027,"Aisle seats,
please",1,1,Ana (14781400),,2026-12-05,en,America/Sao_Paulo,,,,
note,Ask Eva first,,,,Ana (14781400),,2026-11-20T10:00:00Z,,,,,,
note,"[[file {""file_name"": ""map.png""}]]",,,,Ana (14781400),,,,,,,,
task,Compare prices,,4,2,Ana (14781400),,tomorrow at 9am,en,America/Sao_Paulo,,,,
task,Ask at the agency,,4,3,Ana (14781400),,,en,America/Sao_Paulo,,,,
task,Renew the passport,,2,1,Ana (14781400),,,en,America/Sao_Paulo,,,2026-12-20,en
,,,,,,,,,,,,,
section,At home,,,,,,,,,,,,
task,* Plants,,4,1,Ana (14781400),,,en,America/Sao_Paulo,,,,
task,Regar as plantas,,3,1,Ana (14781400),,toda segunda,pt_BR,America/Sao_Paulo,,,,
task,Clean the filter,,4,1,Ana (14781400),,every! 3 months,en,America/Sao_Paulo,,,,
task,Pay the cleaner,,4,1,Ana (14781400),,every 3rd friday,en,America/Sao_Paulo,,,,
"""
SUNDAY = datetime(2026, 11, 29, 23, 30, tzinfo=ZoneInfo("America/Sao_Paulo"))


@pytest.fixture(name="found")
def project() -> dict[str, BundleTodo]:
    return {item.title: item for item in read("todoist", PROJECT, SUNDAY).todos}


def test_sections_become_lists() -> None:
    assert titles(read("todoist", PROJECT, SUNDAY)) == {
        "Inbox": ["Book the flights", "Compare prices", "Ask at the agency", "Renew the passport"],
        "At home": ["Plants", "Regar as plantas", "Clean the filter", "Pay the cleaner"],
    }


def test_labels_become_tags(found: dict[str, BundleTodo]) -> None:
    assert found["Book the flights"].tags == ["travel", "2027"]


def test_the_lowest_priority_is_none(found: dict[str, BundleTodo]) -> None:
    assert [item.priority for item in found.values()] == [1, None, None, 2, None, 3, None, None]


def test_description_and_comments_become_notes(found: dict[str, BundleTodo]) -> None:
    notes = found["Book the flights"].notes
    assert notes == 'Aisle seats,\nplease\n\nAsk Eva first\n\n[[file {"file_name": "map.png"}]]'


def test_a_subtask_names_its_parent(found: dict[str, BundleTodo]) -> None:
    assert found["Compare prices"].notes.startswith("↑ Book the flights")
    assert found["Ask at the agency"].notes == "↑ Compare prices"
    assert found["Renew the passport"].notes == ""


def test_dates_are_understood_in_the_zone_of_the_person(found: dict[str, BundleTodo]) -> None:
    assert found["Book the flights"].due == day("2026-12-05")
    assert found["Compare prices"].due == day("2026-11-30")


def test_a_time_of_day_is_kept_in_the_notes(found: dict[str, BundleTodo]) -> None:
    assert found["Compare prices"].notes == "↑ Book the flights\n\nat 9am"


def test_a_deadline_is_a_due_date_where_there_is_no_other(found: dict[str, BundleTodo]) -> None:
    assert found["Renew the passport"].due == day("2026-12-20")


def test_repeats_are_understood_in_their_language(found: dict[str, BundleTodo]) -> None:
    plants, cleaning = found["Regar as plantas"], found["Clean the filter"]
    assert (plants.repeat, plants.due) == (Repeat(1, "week"), day("2026-11-30"))
    assert (cleaning.repeat, cleaning.due) == (Repeat(3, "month", "done"), day("2026-11-29"))


def test_a_date_that_is_not_understood_is_kept_in_the_notes(found: dict[str, BundleTodo]) -> None:
    assert (found["Pay the cleaner"].due, found["Pay the cleaner"].repeat) == (None, None)
    assert found["Pay the cleaner"].notes == "every 3rd friday"


@pytest.mark.parametrize(
    ("said", "language", "due", "notes"),
    [
        ("2026-12-05 10:00", "en", "2026-12-05", "10:00"),
        ("5 Dec 2026", "en", "2026-12-05", ""),
        ("amanhã às 10h", "pt_BR", "2026-11-30", "às 10h"),
        ("every day until 5 dec", "en", None, "every day until 5 dec"),
        ("morgen", "de", None, "morgen"),
    ],
)
def test_a_date_is_understood_wholly_or_kept_as_text(
    said: str, language: str, due: str | None, notes: str
) -> None:
    file = f"TYPE,CONTENT,DATE,DATE_LANG\ntask,Milk,{said},{language}\n"
    (item,) = read("todoist", file, SUNDAY).todos
    assert (item.due, item.notes) == (day(due) if due else None, notes)


def test_an_export_of_older_days_is_read() -> None:
    file = (
        "TYPE,CONTENT,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"
        "task,Read @ home,1,,,,,,\n"
        ",,,,,,,,\n"
        "note,lost without a task above? no,,,,,,,\n"
    )
    (item,) = read("todoist", file).todos
    assert (item.title, item.priority, item.tags) == ("Read @ home", 1, [])
    assert item.notes == "lost without a task above? no"


def test_a_comment_on_the_project_is_left_out() -> None:
    assert read("todoist", "TYPE,CONTENT\nnote,About this project\n").todos == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "Line 1: The first line has to name the columns, “content” among them"),
        ("title\nMilk\n", "Line 1: The first line has to name the columns"),
        ("TYPE,CONTENT\ntask,Milk\ntask,\n", "Line 3: This to-do has no title"),
    ],
)
def test_another_table_is_refused(file: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        read("todoist", file)
