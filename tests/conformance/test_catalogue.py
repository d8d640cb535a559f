"""The catalogue, the tests that name its rules, and the page made of both agree with each other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conformance.catalogue import SECTIONS, CatalogueError, Rule, load, read, sections
from tests.conformance.report import render
from tests.support.server import ROOT

RULE = Rule("H-001", "MUST", "RFC 9112, 2.2", "Bytes are bytes.")


def test_the_page_is_up_to_date() -> None:
    """Also: every rule has a test or a reason, and no test names an unknown rule."""
    command = [sys.executable, "-m", "tests.conformance.report", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr + result.stdout


def test_every_section_begins_with_a_rule_of_the_catalogue() -> None:
    rules = load()
    assert SECTIONS.keys() <= rules.keys()
    assert list(sections(rules)) == list(SECTIONS.values())


def test_the_rules_stand_in_the_order_of_their_ids() -> None:
    ids = list(load())
    assert ids == sorted(ids, key=lambda rule: (rule.startswith("H"), rule))


def test_a_rule_without_a_test_and_a_reason_is_noticed() -> None:
    with pytest.raises(CatalogueError, match="neither a test nor a reason"):
        render({RULE.id: RULE}, {})


def test_a_test_of_a_rule_nobody_knows_is_noticed() -> None:
    with pytest.raises(CatalogueError, match="H-999"):
        render({RULE.id: RULE}, {RULE.id: {"a"}, "H-999": {"b"}})


@pytest.mark.parametrize(
    "change", [{"level": "must"}, {"id": "H-1"}, {"rule": "No sentence"}, {"other": "key"}]
)
def test_a_malformed_entry_is_noticed(change: dict[str, str]) -> None:
    entry = {"id": "H-001", "level": "MUST", "source": "RFC 9112", "rule": "Bytes are bytes."}
    assert read(entry).id == "H-001"
    with pytest.raises(CatalogueError):
        read(entry | change)
