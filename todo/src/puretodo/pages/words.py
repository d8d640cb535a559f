"""What the pages say, in each language: texts by key, from `words/*.toml`.

A text may have `{names}` in it; where a number matters it is a table `{one = ..., other = ...}`.
The table `script` is for the scripts, and goes to the browser as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from puretodo.model.day_words import Language


class Words:
    """All texts of one language."""

    def __init__(self, language: Language, texts: Mapping[str, Any]) -> None:
        self.language = language
        self.script: dict[str, Any] = texts["script"]
        self._texts = texts

    def __call__(self, key: str, n: int | None = None, **values: object) -> str:
        """The text of a key with its values filled in; KeyError when there is none.

        `n` chooses between one and several, and is filled in as `{n}`.
        """
        text = self._texts[key]
        if isinstance(text, dict):
            text = text["one" if n == 1 else "other"]
        return str(text).format(n=n, **values) if "{" in text else str(text)

    def names(self, key: str) -> list[str]:
        """A row of names: of months, or of the days of a week from Monday."""
        found: list[str] = self._texts[key]
        return found


@cache
def words_in(language: Language) -> Words:
    """The texts of a language; read once."""
    text = files("puretodo.pages").joinpath(f"words/{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))
