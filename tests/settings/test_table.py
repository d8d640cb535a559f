from __future__ import annotations

import dataclasses
import re

import pytest

from potstill.settings import TCP, Address, ConfigError, Descriptor, Settings, Unix
from potstill.settings.row import Row
from potstill.settings.table import ROWS

EACH = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


def test_the_settings_are_typed_and_have_their_defaults() -> None:
    settings = Settings(app="shop:app")
    assert settings.bind == (TCP("127.0.0.1", 8000),)
    assert settings.threads == 8
    assert settings.relay_after == 0.002
    assert settings.limit_request_body == 1 << 30
    assert settings.keep_alive == 75.0
    assert settings.access_logfile == "-"


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().threads = 2  # type: ignore[misc]  # that it is wrong is what is tested


def test_what_a_program_gives_is_read_as_what_an_operator_gives() -> None:
    settings = Settings(keep_alive=2, bind=(TCP("", 80),), access_logfile=None)
    assert settings.keep_alive == 2.0
    assert settings.bind == (TCP("", 80),)
    assert settings.access_logfile is None


def test_a_value_out_of_its_bounds_is_refused_on_construction() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings(threads=0)
    assert str(refused.value) == "threads is 0: expected a whole number from 1 to 1024"


@pytest.mark.parametrize(
    ("address", "plainly", "with_a_certificate"),
    [
        (TCP("", 80), False, True),
        (TCP("", 80, "http"), False, False),
        (Descriptor(3), False, True),
        (Descriptor(3, "http"), False, False),
        (Unix("/run/a"), False, False),
    ],
    ids=str,
)
def test_tls_is_spoken_where_there_is_a_certificate_and_nobody_says_otherwise(
    address: Address, plainly: bool, with_a_certificate: bool
) -> None:
    assert Settings().speaks_tls(address) is plainly
    assert Settings(certfile="a.pem").speaks_tls(address) is with_a_certificate


@pytest.mark.parametrize("address", [TCP("", 443, "https"), Descriptor(3, "https")], ids=str)
def test_tls_is_spoken_where_the_address_says_so(address: Address) -> None:
    settings = Settings(certfile="a.pem", bind=(address, TCP("", 80, "http")))
    assert [settings.speaks_tls(each) for each in settings.bind] == [True, False]


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


@EACH
def test_a_switch_can_be_turned_both_ways(row: Row) -> None:
    if isinstance(row.default, bool) and not row.kind.metavar:
        on, off = row.flags
        assert off == on.replace("--", "--no-")


def test_no_flag_belongs_to_two_settings() -> None:
    flags = [flag for row in ROWS.values() for flag in row.flags]
    assert len(flags) == len(set(flags))
