"""Every session of the documentation goes as it is shown; `terminal` has the convention."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import Page
from tests.docs.terminal import Terminal, differences, steps, with_free_ports
from tests.support.server import ROOT

NAMES = ("tls", "sockets", "proxies", "limits", "web/tutorial")


@pytest.mark.parametrize("name", NAMES)
def test_the_sessions_of_a_page_go_as_it_shows(name: str, tmp_path: Path) -> None:
    blocks = Page(ROOT / f"docs/{name}.md").blocks("console")
    session = with_free_ports("".join(blocks))
    assert session
    with Terminal(tmp_path) as terminal:
        for step in steps(session):
            terminal.type(step)
        terminal.expect_no_jobs()


def test_no_other_page_shows_a_session() -> None:
    docs = ROOT / "docs"
    pages = [path for path in docs.glob("**/*.md") if Page(path).blocks("console")]
    showing = {str(path.relative_to(docs).with_suffix("")) for path in pages}
    assert showing == set(NAMES)


def test_a_session_that_goes_otherwise_is_noticed() -> None:
    assert not differences(["a ...", "b"], ["b", "a 1"])
    assert not differences(["a", "..."], ["a", "b", "c"])
    assert differences(["a", "b"], ["a"]) == ["- b"]
    assert differences(["a"], ["a", "b"]) == ["+ b"]
    assert differences(["a", "a", "..."], ["a"]) == ["- a"]


def test_a_command_is_taken_with_its_continuation_and_what_is_shown_below() -> None:
    (first, second) = steps("$ one \\\n> two\nprinted\n$ three\n")
    assert (first.command, first.shown) == ("one two", ["printed"])
    assert (second.command, second.shown) == ("three", [])
