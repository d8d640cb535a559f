"""benchmarks.publishing: the results where people look for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.publishing import BEGIN, END, PAGE, publish, replaced, save
from benchmarks.record import Record
from tests.benchmarks.samples import small


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    page = f"# Speed\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    assert replaced(page, "new") == f"# Speed\n\n{BEGIN}\n\nnew\n{END}\n\nMore.\n"


def test_replacing_twice_changes_nothing_more() -> None:
    once = replaced(f"{BEGIN}{END}", "new")
    assert replaced(once, "new") == once


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{END}{BEGIN}"])
def test_a_page_without_both_markers_in_order_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no section between"):
        replaced(page, "new")


def test_the_page_of_this_project_can_be_published_into() -> None:
    assert "new tables" in replaced(PAGE.read_text(), "new tables")


def test_a_run_is_kept_as_three_files(tmp_path: Path) -> None:
    save(small(), tmp_path)
    assert Record.from_json((tmp_path / "results.json").read_text()) == small()
    assert "| Waitress | 88.0 (8.00) |" in (tmp_path / "results.md").read_text()
    assert (tmp_path / "results.svg").read_text().startswith("<svg")


def test_publishing_writes_the_page_and_the_plot_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"{BEGIN}{END}")
    publish(small(), page)
    assert 'src="performance.svg"' in page.read_text()
    assert (tmp_path / "performance.svg").exists()
