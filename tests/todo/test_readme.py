"""What the README of Pure Todo shows is what happens."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from puretodo.cli import main
from puretodo.model.quick_add import understand
from puretodo.settings import from_environ
from tests.docs.pages import Page
from tests.docs.terminal import Terminal, steps, with_free_ports
from tests.support.server import ROOT

README = Page(ROOT / "todo/README.md")
TUESDAY = date(2026, 12, 1)


def test_its_session_goes_as_it_shows(tmp_path: Path) -> None:
    (session,) = README.blocks("console")
    with Terminal(tmp_path) as terminal:
        for step in steps(with_free_ports(session)):
            terminal.type(step)
        terminal.expect_no_jobs()


def test_what_it_says_can_be_typed_is_understood() -> None:
    (table,) = re.findall(r"## What can be typed\n(.*?)\n## ", README.text, re.DOTALL)
    english, portuguese = table.split("In Portuguese:")
    lists = ["Garden", "Trip to Porto"]
    for marker in re.findall(r"`([^`]+)`", english):
        if marker.startswith("\\"):
            continue
        said = understand(f"x {marker}", today=TUESDAY, language="en", lists=lists)
        assert (said.title, len(said.parts) > 0) == ("x", True), marker
    for marker in re.findall(r"`([^`?]+)`", portuguese):
        said = understand(f"x {marker}", today=TUESDAY, language="pt", lists=lists)
        assert said.title == "x", marker
    for text in ("#5", "tomorrow"):
        said = understand(f"x \\{text}", today=TUESDAY, language="en", lists=lists)
        assert (said.title, said.parts) == (f"x {text}", [])


def test_the_options_and_commands_that_it_names_exist() -> None:
    known = help_of() + "".join(
        help_of(name) for name in ("serve", "backup", "restore", "export", "import", "user")
    )
    before_server = re.sub(r" -- .*", "", README.text)
    for option in set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", before_server)):
        assert option in known or option == "--json", option
    for command in re.findall(r"^puretodo (\w+)", README.text, re.MULTILINE):
        assert f"\n    {command}" in help_of(), command


def test_the_variables_that_it_names_are_read() -> None:
    named = dict.fromkeys(re.findall(r"^\| `(PURETODO_\w+)`", README.text, re.M), "x" * 40)
    read: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, key: str, default: object = None) -> str:
            read.add(key)
            return ""

    from_environ(Watched(named))
    assert set(named) == read


def help_of(*command: str) -> str:
    with redirect_stdout(StringIO()) as printed, pytest.raises(SystemExit):
        main([*command, "--help"])
    return printed.getvalue()
