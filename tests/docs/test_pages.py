"""The documentation says what is so: its links, flags, defaults, commands and configuration."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import pytest

from potstill.cli.arguments import parse
from potstill.cli.help import COMMANDS
from potstill.settings.table import ROWS
from tests.docs.pages import PAGES, Page
from tests.support.server import ROOT

EVERY = [Page(path) for path in PAGES]
MANUAL = ["README.md", "SECURITY.md", "deploy/README.md"]
DOCS = [*ROOT.glob("docs/*.md"), *ROOT.glob("docs/web/**/*.md")]
OURS = [Page(path) for path in [*(ROOT / name for name in MANUAL), *DOCS]]
DEFAULTS = {
    f"--{row.name.replace('_', '-')}": str(row.kind.plain(row.default) or "none")
    for row in ROWS.values()
}
ROOMS = ("net", "wsgi", "http11", "server")

_DEFAULT = re.compile(r"^\| `(--[a-z-]+)` \| (?:`([^`]*)`|([^|]*)) \|", re.MULTILINE)
_MODULE = re.compile(r"`((?:cli|settings|server|net|wsgi|http11|observe)(?:\.[a-z]\w*)+)")


@pytest.mark.parametrize("page", EVERY, ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    for link in page.links():
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve() if name else page.path
        assert target.exists(), link
        assert not anchor or anchor in Page(target).anchors(), link


@pytest.mark.parametrize("page", OURS, ids=str)
def test_flags_exist(page: Page) -> None:
    known = {flag for row in ROWS.values() for flag in row.flags}
    assert page.flags() <= known | set(re.findall(r"--[a-z-]+", " ".join(dict(COMMANDS))))


@pytest.mark.parametrize("page", OURS, ids=str)
def test_commands_are_understood(page: Page) -> None:
    for command in page.commands():
        parse(shlex.split(command, comments=True)[1:])


@pytest.mark.parametrize("page", OURS, ids=str)
def test_defaults_are_those_of_the_table(page: Page) -> None:
    for flag, code, words in _DEFAULT.findall(page.text):
        assert (code or words.strip()) == DEFAULTS[flag], flag


def test_every_page_of_the_manual_is_linked_from_the_readme() -> None:
    linked = {(ROOT / link).resolve() for link in Page(ROOT / "README.md").links()}
    assert linked >= set(ROOT.glob("docs/*.md"))


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_modules_that_are_named_exist(name: str) -> None:
    for dotted in _MODULE.findall((ROOT / name).read_text()):
        room, module, *_ = dotted.split(".")
        assert find_spec(f"potstill.{room}.{module}"), dotted


@pytest.mark.parametrize("room", ROOMS)
def test_a_package_names_all_its_modules(room: str) -> None:
    package = import_module(f"potstill.{room}")
    named = re.findall(r"`(\w+)`", package.__doc__ or "")
    assert {module.name for module in iter_modules(package.__path__)} <= set(named)


@pytest.mark.parametrize("language", ["nginx", "haproxy"])
def test_what_is_shown_of_a_proxy_stands_in_the_file_that_is_tested(language: str) -> None:
    lines = [
        line.strip()
        for block in Page(ROOT / "docs/proxies.md").blocks(language)
        for line in block.splitlines()
        if line.strip() not in ("", "...")
    ]
    suffix = {"nginx": "nginx.conf", "haproxy": "haproxy.cfg"}[language]
    tested = (ROOT / "deploy" / suffix).read_text()
    standing = {line.removeprefix("# ").strip() for line in map(str.strip, tested.splitlines())}
    assert lines
    assert set(lines) <= standing


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda path: path.stem
)
def test_a_decision_fits_on_a_screen_and_says_what_would_change_our_mind(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 40
    assert re.match(rf"# {int(path.name[:4])}\. ", text)
    for part in ("**Situation.**", "**Decision.**", "**Cost.**", "**What would change our mind.**"):
        assert part in text
