from __future__ import annotations

import pytest

from potstill.settings.errors import ConfigError
from potstill.settings.words import AccessLog, Choice, Mount, Switch, Text


def test_a_text_is_taken_as_it_is() -> None:
    assert Text("a path", "FILE").read("/var/log/ä b\tc") == "/var/log/ä b\tc"


@pytest.mark.parametrize("value", ["", "a\nb", "a\0b", "\x7f", "\udc80", None, 3, ["a"]])
def test_what_is_no_printable_text_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected a path$"):
        Text("a path", "FILE").read(value)


def test_a_text_may_have_a_pattern() -> None:
    digit = Text("a digit", "D", "[0-9]")
    assert digit.read("7") == "7"
    with pytest.raises(ConfigError, match=r"^expected a digit$"):
        digit.read("77")


@pytest.mark.parametrize(
    ("text", "prefix"), [("/", ""), ("", ""), ("/app", "/app"), ("/app/", "/app"), ("/a/b", "/a/b")]
)
def test_a_mount_point_has_no_slash_at_its_end(text: str, prefix: str) -> None:
    assert Mount().read(text) == prefix
    assert Mount().read(Mount().plain(prefix)) == prefix


@pytest.mark.parametrize("text", ["app", "//", "/a//b", "/a?b", "/a%20b", "/a b", "/ä", "/a//"])
def test_what_is_no_mount_point_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^expected a path such as /app, or / for the root$"):
        Mount().read(text)


@pytest.mark.parametrize(("value", "path"), [("-", "-"), ("a.log", "a.log"), ("none", None)])
def test_the_access_log_goes_somewhere_or_is_off(value: str, path: str | None) -> None:
    assert AccessLog().read(value) == path
    assert AccessLog().plain(path) == value


def test_the_access_log_is_off_when_a_program_says_none() -> None:
    assert AccessLog().read(None) is None


def test_a_choice_takes_its_words_in_any_case() -> None:
    assert Choice("drop", "refuse").read("Drop") == "drop"


def test_a_choice_refuses_another_word_and_names_the_nearest() -> None:
    level = Choice("debug", "info", "warning")
    with pytest.raises(ConfigError) as refused:
        level.read("warn")
    assert str(refused.value) == "expected debug, info or warning; did you mean warning?"


@pytest.mark.parametrize("value", ["", "zzzz", 3, None])
def test_a_choice_refuses_what_is_near_no_word(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected debug, info or warning$"):
        Choice("debug", "info", "warning").read(value)


@pytest.mark.parametrize("value", ["1", 1, "optional", "OPTIONAL"])
def test_a_numbered_choice_takes_the_numbers_of_its_words_too(value: object) -> None:
    assert Choice("none", "optional", "required", numbered=True).read(value) == "optional"


@pytest.mark.parametrize("value", ["3", 3, -1, "01", True, None, 1.0])
def test_a_numbered_choice_refuses_what_is_no_number_of_a_word(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected none, optional or required"):
        Choice("none", "optional", "required", numbered=True).read(value)


@pytest.mark.parametrize("value", ["1.2", 1.2])
def test_a_word_that_looks_like_a_number_may_be_written_as_one(value: object) -> None:
    assert Choice("1.2", "1.3").read(value) == "1.2"


@pytest.mark.parametrize(
    ("value", "state"),
    [(True, True), (False, False), ("yes", True), ("ON", True), ("1", True), ("off", False)],
)
def test_a_switch_is_on_or_off(value: object, state: bool) -> None:
    assert Switch().read(value) is state


@pytest.mark.parametrize("value", ["", "maybe", 1, 0, None])
def test_what_is_neither_on_nor_off_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected true or false$"):
        Switch().read(value)
