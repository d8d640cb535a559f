from __future__ import annotations

import re

import pytest

from potstill.cli.help import page
from potstill.settings.row import Group, Row
from potstill.settings.table import ROWS

PAGE = page()
WORDS = " ".join(PAGE.split())


def test_it_fits_a_terminal_of_80_columns() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > 80 or line != line.rstrip()] == []


def test_it_begins_with_the_usage_and_examples() -> None:
    assert PAGE.startswith("Usage: potstill [OPTIONS] MODULE:APP\n")
    assert PAGE.index("Examples:") < PAGE.index(f"{Group.APPLICATION}:")


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_setting_stands_in_it_with_its_meaning_and_its_unit(row: Row) -> None:
    flag = row.flags[0] if row.name == "app" else "--" + row.name.replace("_", "-")
    lead = flag.replace("--", "--[no-]") if not row.kind.metavar else flag
    unit = "" if row.name == "app" else row.kind.metavar
    entry = re.escape(f"{lead} {unit}".rstrip()) + r"\s+" + re.escape(row.help.split()[0])
    assert re.search(entry, PAGE), entry
    assert row.help in WORDS


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("bind", "127.0.0.1:8000"),
        ("threads", "8"),
        ("relay_after", "2ms"),
        ("limit_request_body", "1GiB"),
        ("body_memory", "1MiB"),
        ("keep_alive", "75s"),
        ("header_map", "drop"),
        ("server_header", "on"),
        ("reuse_port", "off"),
        ("request_buffering", "on"),
        ("socket_mode", "660"),
        ("cert_reqs", "none"),
        ("tls_minimum", "1.2"),
        ("forwarded_headers", "x-forwarded-for, x-forwarded-proto"),
        ("min_rate", "240"),
        ("handshake_timeout", "10s"),
        ("access_logfile", "-"),
    ],
)
def test_a_default_stands_behind_the_meaning_in_its_unit(name: str, default: str) -> None:
    assert f"{ROWS[name].help} [{default}]" in WORDS


@pytest.mark.parametrize("group", Group)
def test_every_chapter_has_its_title_once(group: Group) -> None:
    assert len(re.findall(f"^{re.escape(group)}:$", PAGE, re.MULTILINE)) == 1


@pytest.mark.parametrize(
    "flag", ["-c, --config FILE", "--check-config", "--print-config", "--version", "-h, --help"]
)
def test_what_the_command_itself_can_do_stands_in_it(flag: str) -> None:
    assert flag in PAGE


@pytest.mark.parametrize(
    "word", ["potstill.toml", "[tool.potstill]", "POTSTILL_", "PORT", "KiB", "PEER is"]
)
def test_it_tells_where_else_a_setting_can_stand(word: str) -> None:
    assert word in PAGE
