from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puretodo.formats import FORMATS, FormatError
from tests.todo.formats.bundles import NOW, bundle, read, titles, todo, written

READ = sorted(FORMATS)
WRITTEN = sorted(name for name in FORMATS if FORMATS[name].write)
PIECES = r"""
BEGIN:VCALENDAR|BEGIN:VTODO|END:VTODO|END:VCALENDAR|SUMMARY:a|DUE:x|DUE:20261205|PRIORITY:1
DUE;TZID=Nowhere:20261205T100000|RRULE:FREQ=DAILY|RRULE:x|CATEGORIES:a,,b| |{|title|list;title
TYPE,CONTENT,DATE|task,a,tomorrow|note,b,|section,,|a,"|x 2026-12-05|+a @b due:2026-99-99 note:%FF
{"format": "puretodo", "version": 1, "lists": []}
"""
LINES = st.lists(st.sampled_from(re.split(r"[|\n]", PIECES)), max_size=12).map("\n".join)


def test_the_formats_are_known_by_their_names() -> None:
    assert list(FORMATS) == ["json", "csv", "todotxt", "ical", "todoist"]
    assert WRITTEN == ["csv", "ical", "json", "todotxt"]
    assert all(name == FORMATS[name].name for name in FORMATS)


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_is_written_and_read(name: str) -> None:
    assert read(name, written(name, bundle())).todos == []


@pytest.mark.parametrize("name", READ)
@settings(deadline=None)
@given(data=st.one_of(st.binary(max_size=60), LINES.map(str.encode)))
def test_any_bytes_are_read_or_refused_with_a_sentence(name: str, data: bytes) -> None:
    try:
        incoming = read(name, data)
    except FormatError as error:
        assert_speaks_to_a_person(error)
    else:
        assert all(item.title for item in incoming.todos)


def assert_speaks_to_a_person(error: FormatError) -> None:
    assert error.sentence.endswith(".")
    assert error.line is None or error.line > 0


@pytest.mark.parametrize("name", ["json", "csv", "todotxt", "ical", "todoist"])
def test_text_in_another_encoding_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match="Line 2: This is not text in UTF-8"):
        read(name, "title\ncafé\n".encode("latin-1"))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_byte_order_mark_is_read_over(name: str) -> None:
    text = written(name, bundle(todo())).decode("utf-8-sig")
    assert titles(read(name, text.encode("utf-8-sig"))) == {"Home": ["Milk"]}
    assert titles(read(name, text.encode("utf-16"))) == {"Home": ["Milk"]}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("csv", "{}"),
        ("todotxt", "{}"),
        ("todoist", "{}"),
        ("ical", "BEGIN:VTODO\nSUMMARY:{}\nEND:VTODO"),
    ],
)
def test_a_title_that_is_too_long_stands_whole_in_the_notes(name: str, line: str) -> None:
    long = ("word " * 150).strip()
    head = {"csv": "title\n", "todoist": "content\n"}.get(name, "")
    (item,) = read(name, head + line.format(long) + "\n").todos
    assert len(item.title) <= 500
    assert item.title.endswith("word…")
    assert item.notes == long


def test_tags_past_the_most_are_written_below_the_notes() -> None:
    tags = [f"t{number}" for number in range(23)]
    (item,) = read("csv", f"title,notes,tags\nMilk,Fresh,{' '.join(tags)}\n").todos
    assert item.tags == tags[:20]
    assert item.notes == "Fresh\n\n#t20 #t21 #t22"


def test_notes_that_are_too_long_are_refused_with_the_line() -> None:
    with pytest.raises(FormatError, match="Line 3: The notes have more than 20,000 characters"):
        read("csv", f"title,notes\nMilk,\nBread,{'x' * 20_001}\n")


def test_too_many_todos_are_refused_with_the_line() -> None:
    with pytest.raises(FormatError, match="Line 100001: There are more than 100,000 to-dos"):
        read("todotxt", "a\n" * 100_001)


def test_times_that_a_file_has_not_are_those_of_the_import() -> None:
    (item,) = read("todotxt", "Milk").todos
    assert (item.created_at, item.updated_at) == (NOW, NOW)
