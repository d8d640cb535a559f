from __future__ import annotations

import dataclasses
import re

import pytest

from potstill.settings import Address, ConfigError, Settings
from potstill.settings.table import ROWS, Row

EACH = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


def test_the_settings_are_typed_and_have_their_defaults() -> None:
    settings = Settings(app="shop:app")
    assert settings.bind == (Address("127.0.0.1", 8000),)
    assert settings.threads == 8
    assert settings.relay_after == 0.002
    assert settings.limit_request_body == 1 << 30
    assert settings.keep_alive == 75.0
    assert settings.access_logfile == "-"


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().threads = 2  # type: ignore[misc]  # that it is wrong is what is tested


def test_what_a_program_gives_is_read_as_what_an_operator_gives() -> None:
    settings = Settings(keep_alive=2, bind=(Address("", 80),), access_logfile=None)
    assert settings.keep_alive == 2.0
    assert settings.bind == (Address("", 80),)
    assert settings.access_logfile is None


def test_a_value_out_of_its_bounds_is_refused_on_construction() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings(threads=0)
    assert str(refused.value) == "threads is 0: expected a whole number from 1 to 1024"


def test_a_field_that_could_never_be_as_long_as_allowed_is_refused() -> None:
    with pytest.raises(ConfigError, match="raise limit_request_head too"):
        Settings(limit_request_field_size=100_000)
    settings = Settings(limit_request_field_size=100_000, limit_request_head=200_000)
    assert settings.limit_request_field_size == 100_000


@EACH
def test_a_default_is_a_value_of_its_kind(row: Row) -> None:
    plain = row.kind.plain(row.default)
    assert plain is None or row.kind.read(plain) == row.default


@EACH
def test_help_is_one_sentence(row: Row) -> None:
    assert re.fullmatch(r"[A-Z][^.]*(\.[^. ][^.]*)*\.", row.help.replace("...", "")), row.help


@EACH
def test_a_flag_is_the_name_of_its_setting_or_stands_beside_it(row: Row) -> None:
    named = "--" + row.name.replace("_", "-")
    assert row.name == "app" or named in row.flags


def test_no_flag_belongs_to_two_settings() -> None:
    flags = [flag for row in ROWS.values() for flag in row.flags]
    assert len(flags) == len(set(flags))
