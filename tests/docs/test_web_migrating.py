"""docs/web/migrating.md: each pair of idioms stands in two sites that answer alike; traps run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from potstill.web.testing import Answer, Client
from tests.docs.migrating.cases import ALIKE, OWN, Asked, get
from tests.docs.pages import Page
from tests.docs.runnable import run
from tests.support.server import ROOT

HERE = Path(__file__).parent / "migrating"
PAGE = Page(ROOT / "docs/web/migrating.md")
FRAMEWORKS = ("flask", "bottle")

_HASH = re.compile(r"\.[0-9a-f]{12}\.css")
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass
class Pair:
    """Both sites, and how they are asked."""

    before: Any
    after: Any
    clients: tuple[Client, Client]

    def ask(self, asked: Asked) -> tuple[Answer, Answer]:
        old, new = (
            client.request(asked.method, asked.path, **asked.options) for client in self.clients
        )
        return old, new


@pytest.fixture(scope="module", params=FRAMEWORKS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(HERE)
        before, after = (
            import_module(f"tests.docs.migrating.{request.param}_{when}")
            for when in ("before", "after")
        )
        clients = (Client(before.app), Client(after.app))
        yield Pair(before, after, clients)


def _all(name: str) -> list[Asked]:
    return [*ALIKE, *OWN[name]]


def _name(pair: Pair) -> str:
    name: str = pair.before.__name__
    return name.rpartition(".")[2].removesuffix("_before")


def test_both_sites_answer_alike(pair: Pair) -> None:
    for asked in _all(_name(pair)):
        old, new = pair.ask(asked)
        expected = asked.statuses or (old.status, old.status)
        assert (old.status, new.status) == expected, f"{asked}: {new.text}"
        for name in asked.headers:
            assert _value(old, name) == _value(new, name) is not None, f"{asked}: {name}"
        if asked.is_explained and old.status != 410 and asked.path != "/conflict":
            assert _body(new) == _body(old), asked


def _value(answer: Answer, name: str) -> str | None:
    value = answer.headers.get(name)
    return value.replace("; charset=UTF-8", "; charset=utf-8") if value else value


def _body(answer: Answer) -> object:
    if answer.content_type == "application/json":
        return answer.json()
    return _HASH.sub(".css", answer.text).split()


def test_every_handler_of_the_old_site_is_asked(pair: Pair) -> None:
    name = _name(pair)
    asked = {(each.method, each.path.partition("?")[0]) for each in _all(name)}
    found = _found_by_flask(pair, asked) if name == "flask" else _found_by_bottle(pair, asked)
    there, seen = found
    assert there - seen == {"dark"}  # compared cookie by cookie, below


def _found_by_flask(pair: Pair, asked: set[tuple[str, str]]) -> tuple[set[str], set[str]]:
    adapter = pair.before.app.url_map.bind("localhost")
    there = {rule.endpoint for rule in pair.before.app.url_map.iter_rules()}
    seen = set()
    for method, path in asked - {("GET", "/nowhere"), ("GET", "/kind/milk"), ("PUT", "/teas/7")}:
        seen.add(adapter.match(path, method)[0])
    return there, seen


def _found_by_bottle(pair: Pair, asked: set[tuple[str, str]]) -> tuple[set[str], set[str]]:
    app = pair.before.app
    there = {route.callback.__name__ for route in app.routes}
    seen = set()
    for method, path in asked - {("GET", "/nowhere"), ("GET", "/code/ABC"), ("PUT", "/teas/7")}:
        found, _ = app.router.match({"REQUEST_METHOD": method, "PATH_INFO": path})
        seen.add(found.callback.__name__)
    return there, seen


def test_both_sites_set_the_same_cookies(pair: Pair) -> None:
    old, new = pair.ask(get("/dark"))
    assert old.cookies["theme"] == new.cookies["theme"] == "dark"
    assert set(old.cookies) == set(new.cookies) == {"theme", "old"}
    for answer in (old, new):
        kept = next(line for line in answer.headers.all("Set-Cookie") if line.startswith("theme"))
        assert "Max-Age=60" in kept
        assert "Path=/" in kept


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_each_idiom_of_the_page_stands_in_the_sites(name: str) -> None:
    rows = list(_rows(name.title()))
    assert len(rows) >= 40
    for what, old, new in rows:
        for cell, when in ((old, "before"), (new, "after")):
            for code in re.findall(r"`([^`]+)`", cell):
                assert _squeezed(code) in _source(name, when), f"{what}: {code}"
            assert "`" in cell, what


def _rows(title: str) -> Iterator[tuple[str, str, str]]:
    section = PAGE.text.split(f"\n## From {title}\n")[1].split("\n## ")[0].split("\n### ")[0]
    for line in section.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in _CELLS.split(line)[1:-1]]
        if len(cells) == 3 and cells[0] and not cells[0].startswith("---"):
            yield cells[0], cells[1], cells[2]


def _source(name: str, when: str) -> str:
    paths = [HERE / f"{name}_{when}.py", *HERE.glob("templates/*")]
    return " ".join(_squeezed(path.read_text()) for path in paths)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_blocks_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(PAGE, tmp_path, "page_migrating")
