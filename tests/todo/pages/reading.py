"""What a page shows, read from its HTML as a person would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from potstill.web.testing import Answer

VOID = frozenset({"input", "img", "link", "meta", "br"})


@dataclass
class Element:
    """A tag with its attributes and all that is in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def text(self) -> str:
        parts = [each if isinstance(each, str) else each.text for each in self.children]
        return " ".join(" ".join(parts).split())

    def all(self, selector: str) -> list[Element]:
        """Those of a tag, a `.class` or an `#id` within, but not within a template."""
        found = []
        for each in self.children:
            if isinstance(each, Element):
                found += [each] if each.matches(selector) else []
                found += each.all(selector) if each.tag != "template" else []
        return found

    def one(self, selector: str) -> Element:
        """The only one of them."""
        (found,) = self.all(selector)
        return found

    def matches(self, selector: str) -> bool:
        if selector.startswith("."):
            return selector[1:] in self.attributes.get("class", "").split()
        if selector.startswith("#"):
            return self.attributes.get("id") == selector[1:]
        return self.tag == selector


class Reader(HTMLParser):
    """Makes a tree, and finds tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> where <{self.open[-1].tag}> is open"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page(answer: Answer) -> Element:
    """The page of an answer, which has to be one; its HTML closes what it opens."""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8", answer.text
    reader = Reader()
    reader.feed(answer.text)
    assert len(reader.open) == 1
    return reader.open[0]


def titles(answer: Answer) -> list[str]:
    """The to-dos, in their order."""
    return [each.text for each in page(answer).all(".label")]


def field_value(answer: Answer, name: str) -> str:
    """What a hidden or visible input holds, the first of that name within `main`."""
    fields = page(answer).one("main").all("input")
    return next(each["value"] for each in fields if each.attributes.get("name") == name)


def ids(answer: Answer) -> list[int]:
    """The numbers of the to-dos."""
    return [int(each["data-id"]) for each in page(answer).all(".todo")]


def classes(answer: Answer) -> list[str]:
    """The classes of each row beside that of all."""
    return [re.sub(r"^todo ?", "", each["class"]) for each in page(answer).all(".todo")]
