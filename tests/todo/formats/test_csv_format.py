from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from puretodo.formats import FormatError
from puretodo.model.bundle import Bundle
from puretodo.model.values import Repeat
from tests.todo.formats.bundles import BUNDLES, NOW, TEXTS, bundle, day, read, titles, todo, written


@settings(deadline=None)
@given(BUNDLES)
def test_all_but_the_times_of_lists_comes_back(outgoing: Bundle) -> None:
    incoming = read("csv", written("csv", outgoing))
    for each in outgoing.lists:
        each.created_at = each.updated_at = NOW
    assert incoming == outgoing


@settings(deadline=None)
@given(TEXTS)
def test_no_cell_begins_a_formula(notes: str) -> None:
    file = written("csv", bundle(todo(notes=notes))).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(file, newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_the_file_is_a_table_for_spreadsheets() -> None:
    item = todo(
        "Milk, fresh", notes='two\n"lines"', due="2026-12-05", priority=1, tags=["shop", "a"]
    )
    assert written("csv", bundle(item)).decode() == (
        "\ufefflist,archived,title,notes,done,due,priority,tags,repeat,anchor,created,updated\r\n"
        'Home,,"Milk, fresh","two\n""lines""",,2026-12-05,1,shop a,,,'
        "2026-11-29T18:30:00+00:00,2026-11-29T18:30:00+00:00\r\n"
    )


def test_a_table_of_others_needs_only_titles() -> None:
    assert titles(read("csv", "Title\nMilk\n\nBread\n")) == {"Inbox": ["Milk", "Bread"]}


def test_columns_stand_in_any_order_and_unknown_ones_are_left_out() -> None:
    file = (
        "Due, Owner ,TITLE,List,Done,Tags,Repeat\n"
        '2026-12-05T10:00,Ana,Milk,Shop,yes,"#A, b",Every 2 weeks\n'
    )
    incoming = read("csv", file)
    (item,) = incoming.todos
    assert titles(incoming) == {"Shop": ["Milk"]}
    assert (item.due, item.done_at, item.tags) == (day("2026-12-05"), NOW, ["a", "b"])
    assert item.repeat == Repeat(2, "week")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_columns_may_be_apart_as_spreadsheets_elsewhere_write_them(delimiter: str) -> None:
    file = f'title{delimiter}priority\r\n"Milk, eggs{delimiter}bread"{delimiter}2\r\n'
    (item,) = read("csv", file).todos
    assert (item.title, item.priority) == (
        f"Milk, eggs{' ' if delimiter == chr(9) else ';'}bread",
        2,
    )


def test_a_time_without_a_zone_is_utc() -> None:
    (item,) = read("csv", "title,done\nMilk,2026-11-01 10:00\n").todos
    assert item.done_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_a_short_row_has_blank_cells() -> None:
    with pytest.raises(FormatError, match="Line 2: This to-do has no title"):
        read("csv", "due,title\n2026-12-05\n")
    assert titles(read("csv", "title,notes,due\nMilk\nBread,white\n")) == {
        "Inbox": ["Milk", "Bread"]
    }


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "Line 1: The first line has to name the columns, “title” among them."),
        ("Milk\nBread\n", "Line 1: The first line has to name the columns"),
        ("title,due\nMilk,\n\nBread,soon\n", "Line 4: “soon” is not a date like 2026-12-05"),
        ('title,due\n"two\nlines",\nBread,soon\n', "Line 4: “soon”"),
        ("title,done\nMilk,perhaps\n", "Line 2: “perhaps” is not a time"),
        ("title,created\nMilk,0001-01-01T00:00+01:00\n", "Line 2: This to-do cannot be kept"),
        ("title,due\nMilk,a\x1bb\n", "Line 2: “a b” is not a date"),
        ("title,priority\nMilk,high\n", "Line 2: “high” is not a priority"),
        (
            "title,repeat\nMilk,often\n",
            "Line 2: “often” is not understood: a repeat is spelled like",
        ),
        ("title,anchor\nMilk,32\n", "Line 2: “32” is not a day of a month"),
        ("title,notes\n,fresh\n", "Line 2: This to-do has no title"),
        ('title\n"Milk\n', "This is not a table"),
        (f"title\n{'x' * 140_000}\n", "This is not a table: field larger than field limit"),
    ],
)
def test_a_bad_table_is_refused_with_the_line(file: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        read("csv", file)
