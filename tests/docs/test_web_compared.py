"""The page that compares us says yes only where a test shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import Page
from tests.support.server import ROOT

PAGE = Page(ROOT / "docs/web/compared.md")
SHOWN = re.compile(r'^\d+\. <a id="(r\d+)"></a>(.+)$', re.MULTILINE)
TEST = re.compile(r"\[\w+\]\((\S+?\.py)\): `(test_\w+)`")


def rows() -> list[list[str]]:
    """The cells of each row of its tables, but for the heads."""
    lines = [line for line in PAGE.text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def shown() -> dict[str, str]:
    """What stands at each anchor."""
    return dict(SHOWN.findall(PAGE.text))


@pytest.mark.parametrize("anchor", shown())
def test_what_is_named_is_a_test_that_exists(anchor: str) -> None:
    named = TEST.findall(shown()[anchor])
    assert named
    for link, name in named:
        source = (PAGE.path.parent / Path(link)).read_text()
        assert f"\ndef {name}(" in source, name


def test_each_yes_of_ours_leads_to_a_test() -> None:
    ours = [cell for row in rows() for cell in (row[1], row[-1]) if "](#r" in cell]
    assert len(ours) > 50
    cited = {anchor for cell in ours for anchor in re.findall(r"\(#(r\d+)\)", cell)}
    assert cited == set(shown())


def test_no_row_of_features_is_without_an_answer() -> None:
    features = PAGE.text.partition("## What it does not do")[0]
    for line in features.splitlines():
        if line.startswith("| ") and not line.startswith(("| |", "| theme")):
            assert "[yes](#r" in line, line
