"""The pages of the documentation, taken apart: links and anchors, flags, commands, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("deploy/*.md"),
        ROOT / "todo/README.md",
    ],
)

_FENCED = re.compile(r"^( *)```([a-z]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, by where it lies."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return _COMMENT.sub("", self.path.read_text())

    @property
    def prose(self) -> str:
        """The page without its blocks."""
        return _FENCED.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """The text of each block of that language, without the indentation of its fence."""
        found = _FENCED.findall(self.text)
        return [
            re.sub(f"^{indent}", "", text, flags=re.MULTILINE)
            for indent, kind, text in found
            if kind == language
        ]

    def links(self) -> list[str]:
        return _LINK.findall(_CODE.sub("code", self.prose))

    def anchors(self) -> set[str]:
        """What a link can point at: each heading, as GitHub names it, and each `<a id>`."""
        headings = {_anchor(heading) for heading in _HEADING.findall(self.prose)}
        return headings | set(re.findall(r'<a id="([^"]+)">', self.prose))

    def flags(self) -> set[str]:
        """The flags of ours that its prose names: in code, and of no other program."""
        spans = _CODE.findall(self.prose)
        ours = [span for span in spans if span.startswith(("-", "potstill "))]
        return {flag for span in ours for flag in _FLAG.findall(span)}

    def commands(self) -> Iterator[str]:
        """Each `potstill` with its arguments, in prose and in blocks."""
        for span in _CODE.findall(self.prose):
            if span.startswith("potstill "):
                yield span
        for _, kind, text in _FENCED.findall(self.text):
            if kind in ("sh", "console", "ini"):
                yield from _commands_of(text)


def _commands_of(block: str) -> Iterator[str]:
    for line in re.sub(r"\\\n(?:> )?", "", block).splitlines():
        command = re.match(r"(?:\$ |ExecStart=\S*/)?(potstill .*)", line.strip())
        if command:
            yield command[1].removesuffix("&").strip()


def _anchor(heading: str) -> str:
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
