"""The rules that a WSGI server is held to: two files beside this one, read and checked.

A rule without a test needs a reason (`note`); `report` says which tests show a rule to
be kept, `conftest` refuses a test that names a rule nobody knows.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = (FOLDER / "catalogue_wsgi.toml", FOLDER / "catalogue_http.toml")

ID = re.compile(r"(W-S|H)-[0-9]{3}")
LEVEL = re.compile(r"(MUST|SHOULD|MAY)( \[P\])?")

SECTIONS = {
    "W-S-001": "WSGI: the call and environ",
    "W-S-020": "WSGI: what environ contains",
    "W-S-060": "WSGI: wsgi.input and wsgi.errors",
    "W-S-090": "WSGI: start_response",
    "W-S-120": "WSGI: iterating, and sending the answer",
    "W-S-160": "WSGI: errors, files, 100 Continue, order",
    "H-001": "HTTP/1.1: the request line",
    "H-030": "HTTP/1.1: the header section",
    "H-050": "HTTP/1.1: the framing of bodies",
    "H-070": "HTTP/1.1: chunks",
    "H-090": "HTTP/1.1: limits and times",
    "H-100": "HTTP/1.1: connections and answers",
}
"""The first rule of each section, and the section's title."""


class CatalogueError(Exception):
    """The catalogue, or a test that refers to it, is not in order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be checked; `note` says what we chose."""

    id: str
    level: str
    source: str
    rule: str
    note: str = ""

    @property
    def is_refusal(self) -> bool:
        """True when the rule, or our choice about it, is to refuse something."""
        return re.search(r"\b[Rr]efused\b", self.rule + self.note) is not None


def load() -> dict[str, Rule]:
    """All rules by their ids, in the order of the files; CatalogueError when one is malformed."""
    rules: dict[str, Rule] = {}
    for file in FILES:
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["rule"]:
            rule = read(entry)
            if rule.id in rules:
                raise CatalogueError(f"{rule.id} stands twice")
            rules[rule.id] = rule
    return rules


def read(entry: dict[str, str]) -> Rule:
    try:
        rule = Rule(**entry)
    except TypeError as error:
        raise CatalogueError(f"{entry.get('id')}: {error}") from None
    if not ID.fullmatch(rule.id) or not LEVEL.fullmatch(rule.level):
        raise CatalogueError(f"{rule.id!r} or its level {rule.level!r} is malformed")
    if not rule.source or not rule.rule.endswith("."):
        raise CatalogueError(f"{rule.id} wants a source, and a sentence for its rule")
    return rule


def sections(rules: dict[str, Rule]) -> dict[str, list[Rule]]:
    """The rules under the titles of their sections."""
    title = ""
    found: dict[str, list[Rule]] = {}
    for rule in rules.values():
        title = SECTIONS.get(rule.id, title)
        found.setdefault(title, []).append(rule)
    return found
