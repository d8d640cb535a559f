"""Both languages say the same things, and say all that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from puretodo.model.day_words import Language
from puretodo.model.values import Unit
from puretodo.pages import installing
from puretodo.pages.words import Words, words_in

PAGES = Path(installing.__file__).parent
OTHERS = [each for each in get_args(Language) if each != "en"]
MADE = {f"every_{unit}" for unit in get_args(Unit)} | {f"unit_{unit}" for unit in get_args(Unit)}
SPOKEN = {"yesterday", "today", "tomorrow"}


def texts(words: Words) -> dict[str, Any]:
    return dict(words._texts) | {f"script.{key}": text for key, text in words.script.items()}


def placeholders(text: object) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", str(text)))


def used(folder: str, pattern: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    for path in (PAGES / folder).iterdir():
        if path.suffix in suffixes:
            yield from re.findall(pattern, path.read_text("utf-8"))


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_same_keys(language: Language) -> None:
    assert texts(words_in(language)).keys() == texts(words_in("en")).keys()


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_values_are_filled_in(language: Language) -> None:
    english, other = texts(words_in("en")), texts(words_in(language))
    differing = [key for key in english if placeholders(english[key]) != placeholders(other[key])]
    assert differing == ["script"] * ("script" in differing)


@pytest.mark.parametrize("language", get_args(Language))
def test_a_number_of_things_has_one_and_other(language: Language) -> None:
    for key, text in texts(words_in(language)).items():
        if isinstance(text, dict) and key != "script":
            assert text.keys() == {"one", "other"}, key


@pytest.mark.parametrize("language", get_args(Language))
def test_there_are_twelve_months_and_seven_days(language: Language) -> None:
    words = words_in(language)
    lengths = [len(words.names(key)) for key in ("months", "months_short")]
    assert lengths == [12, 12]
    assert [len(words.names(key)) for key in ("weekdays", "weekdays_short")] == [7, 7]


def test_whatever_the_pages_say_is_there() -> None:
    asked = set(used("templates", r"\bt(?:\.names)?\(\"(\w+)\"\s*[,)]", (".html",)))
    assert asked - texts(words_in("en")).keys() == set()


def test_whatever_the_scripts_say_is_there() -> None:
    asked = set(used("static", r"\bt\(\"(\w+)\"", (".js",)))
    assert asked | SPOKEN <= words_in("en").script.keys()


def test_a_word_for_one_and_a_word_for_several() -> None:
    english, portuguese = words_in("en"), words_in("pt")
    assert [english("left", n) for n in (0, 1, 2)] == ["items left", "item left", "items left"]
    assert portuguese("deleted_some", 1) == "1 tarefa foi para a lixeira"


def test_braces_of_a_title_stay_what_they_are() -> None:
    assert words_in("en")("deleted_one", title="{n}") == "“{n}” deleted"
