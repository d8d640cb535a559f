"""Writes docs/conformance.md: every rule of the catalogue, the tests that show it, what we refuse.

`python -m tests.conformance.report` runs those tests and writes the page when all of them pass;
with `--check` it only collects them, and fails when the page is not what it would write.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest

from tests.conformance.catalogue import FOLDER, CatalogueError, Rule, load, sections
from tests.support.server import ROOT

PAGE = ROOT / "docs" / "conformance.md"

INTRODUCTION = """\
# Conformance

What PEP 3333 and HTTP/1.1 ask of a server, rule by rule, and the test that shows Potstill to keep
it: raw bytes on a real socket, a Potstill process as its users start it, an application that writes
down what befalls it. Each malformed request is followed by a sound one in the same segment, so that
a server that lost its place would be seen.

This page is written by `python -m tests.conformance.report`, which runs the tests first; the test
suite fails when a rule has neither a test nor a reason, when a test names a rule that is not here,
and when this page is out of date. *[P]* after a level marks our own, strict choice where the source
leaves one; the last two chapters say what we chose.

PEP 3333 also binds applications and middleware. Those rules are not listed: the server can neither
keep nor break them. Where an application breaks one in a way that reaches the server (a status that
is none, a `str` for a block, no `start_response`), the server answers 500, and its log names the
section of PEP 3333, what was seen, and how to mend it. Middleware is only the application, seen
from here; the rules that protect it (start_response may come late, `close` is called on what was
returned, the file wrapper may be dropped) stand below among the server's own.
"""

REFUSALS = """\
## What we refuse, and why

A request that two readers could understand in two ways is how one of them is deceived, so it is
never mended: it is refused, with the status that says what is wrong, and its connection is closed,
because nobody knows where the next request would begin. An answer that would deceive the client is
refused in the same way, as an exception in the application that made it. Rules above that refuse
something and are not named here do so because their source demands it.
"""

CHOICES = """\
## What we chose

Where the sources leave a choice that is no refusal, this is ours.
"""


class Collection:
    """A pytest plugin: which tests claim to show which rules."""

    def __init__(self) -> None:
        self.tests: defaultdict[str, set[str]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            name = f"{item.path.relative_to(FOLDER)}::{item.name.partition('[')[0]}"
            for mark in item.iter_markers("requirement"):
                for rule in mark.args:
                    self.tests[rule].add(name)


def main(arguments: Sequence[str] = ()) -> int:
    """0 when the page is written, or up to date; 1 with the reason on standard error."""
    check = "--check" in arguments
    collection = Collection()
    options = ["--collect-only", "-qq"] if check else ["-q", "--tb=short", "-m", "requirement"]
    if pytest.main([str(FOLDER), *options, "-p", "no:cacheprovider"], plugins=[collection]):
        return complain("not all of the tests pass" if not check else "collecting failed")
    try:
        page = render(load(), collection.tests)
    except CatalogueError as error:
        return complain(str(error))
    if not check:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        return complain(
            f"{PAGE.relative_to(ROOT)} is out of date: python -m tests.conformance.report"
        )
    return 0


def complain(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1


def render(rules: dict[str, Rule], tests: dict[str, set[str]]) -> str:
    """The page; CatalogueError when a rule has neither test nor reason, or a test a wrong rule."""
    if unknown := tests.keys() - rules.keys():
        raise CatalogueError(f"tests name rules that are not in the catalogue: {sorted(unknown)}")
    for rule in rules.values():
        if not tests.get(rule.id) and not rule.note:
            raise CatalogueError(f"{rule.id} has neither a test nor a reason")
    tables = [table(title, found, tests) for title, found in sections(rules).items()]
    noted = [rule for rule in rules.values() if rule.note]
    chapters = [
        REFUSALS + listing((rule, rule.note) for rule in noted if rule.is_refusal),
        CHOICES + listing((rule, rule.note) for rule in noted if not rule.is_refusal),
    ]
    return "\n".join([INTRODUCTION, *tables, *chapters])


def table(title: str, rules: list[Rule], tests: dict[str, set[str]]) -> str:
    head = f"## {title}\n\n| id | level | rule | test | result |\n|---|---|---|---|---|\n"
    return head + "".join(row(rule, sorted(tests.get(rule.id, ()))) for rule in rules)


def row(rule: Rule, tests: list[str]) -> str:
    result = "passes" if tests else "see below"
    shown = "<br>".join(f"`{test}`" for test in tests) or "none"
    text = f"{rule.rule} *{rule.source}*".replace("|", "\\|")
    return f"| {rule.id} | {rule.level} | {text} | {shown} | {result} |\n"


def listing(entries: Iterable[tuple[Rule, str]]) -> str:
    return "\n" + "".join(f"- **{rule.id}** *{rule.rule}* {text}\n" for rule, text in entries)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
