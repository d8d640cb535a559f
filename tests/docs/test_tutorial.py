"""The tutorial shows its files as they are: each block stands in the file linked last before it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import Page
from tests.support.server import ROOT

PAGE = Page(ROOT / "docs/web/tutorial.md")
FILES = ROOT / "examples/web_tutorial"

_PIECES = re.compile(
    r"\]\(\.\./\.\./examples/web_tutorial/(?P<file>[\w./]+)\)"
    r"|^```(?P<kind>python|html|js)\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def excerpts() -> list[tuple[str, str]]:
    """Each block with the file that was linked last before it."""
    found = []
    file = ""
    for piece in _PIECES.finditer(PAGE.text):
        if piece["file"]:
            file = piece["file"]
        else:
            found.append((file, piece["block"]))
    return found


EXCERPTS = excerpts()


@pytest.mark.parametrize("number", range(len(EXCERPTS)))
def test_a_block_stands_in_its_file_as_it_is_shown(number: int) -> None:
    file, block = EXCERPTS[number]
    assert f"\n{block}" in f"\n{(FILES / file).read_text()}", file


def test_every_file_is_linked_and_each_module_shown() -> None:
    linked = {FILES / link for link in re.findall(r"web_tutorial/([\w./]+)\)", PAGE.text)}
    files = {path for path in FILES.rglob("*.*") if path.suffix in (".py", ".html", ".js", ".css")}
    unlinked = {path.name for path in files - linked}
    assert unlinked == {"__init__.py", "members.html", "missing.html"}
    shown = {FILES / file for file, _ in EXCERPTS}
    assert {path for path in linked if path.suffix == ".py"} == {
        path for path in shown if path.suffix == ".py"
    }


@pytest.mark.parametrize(
    "path", sorted(PAGE.path.parent.glob("tutorial-*.png")), ids=lambda p: p.name
)
def test_a_picture_is_small_and_shown(path: Path) -> None:
    assert path.stat().st_size < 60_000
    assert f"]({path.name})" in PAGE.text
