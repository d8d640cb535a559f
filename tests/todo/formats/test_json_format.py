from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from puretodo.formats import FormatError
from puretodo.model.bundle import Bundle
from tests.todo.formats.bundles import BUNDLES, bundle, read, todo, written


@settings(deadline=None)
@given(BUNDLES)
def test_everything_comes_back_as_it_went(outgoing: Bundle) -> None:
    assert read("json", written("json", outgoing)) == outgoing


def test_the_file_says_what_it_is() -> None:
    file = json.loads(written("json", bundle(todo())))
    assert (file["format"], file["version"]) == ("puretodo", 1)
    assert file["lists"][0]["todos"][0]["title"] == "Milk"


def test_times_are_brought_to_utc() -> None:
    data = written("json", bundle(todo())).replace(
        b"2026-11-29T18:30:00Z", b"2026-11-29T15:30:00-03:00"
    )
    assert read("json", data) == bundle(todo())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "not as expected"),
        ("{}", "not a file that Pure Todo"),
        ('{"format": "else", "version": 1}', "not a file that Pure Todo"),
        (
            '{"format": "puretodo", "version": 2, "lists": 5}',
            "of version 2, and version 1 is known",
        ),
        ('{"format": "puretodo", "version": 1}', "missing required field `lists`"),
        ('{"format": "puretodo", "version": 1, "lists": [], "x": 1}', "unknown field `x`"),
        ("[" * 100_000, "not JSON|not as expected"),
    ],
)
def test_another_file_is_refused(data: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        read("json", data)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"Milk"', '""', r"\$.lists\[0\].todos\[0\].title"),
        ('"Milk"', f'"{"x" * 501}"', "length <= 500"),
        ("2026-11-29T18:30:00Z", "2026-11-29T18:30:00", "timezone"),
        ("2026-11-29T18:30:00Z", "0001-01-01T00:00:00+01:00", "beyond the years"),
        ('"priority": null', '"priority": 4', "priority"),
    ],
)
def test_a_value_against_the_rules_is_refused_with_its_place(
    old: str, new: str, sentence: str
) -> None:
    data = written("json", bundle(todo())).decode()
    assert old in data
    with pytest.raises(FormatError, match=sentence):
        read("json", data.replace(old, new))
