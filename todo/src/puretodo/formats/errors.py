"""What is wrong with a file that somebody brings."""

from __future__ import annotations

from puretodo.model.text import one_line


class FormatError(ValueError):
    """A file cannot be read; `sentence` tells the person why, `line` where (from 1), if known.

    A sentence may quote from the file: control characters are taken out.
    """

    def __init__(self, line: int | None, sentence: str) -> None:
        sentence = one_line(sentence)
        super().__init__(sentence if line is None else f"Line {line}: {sentence}")
        self.line = line
        self.sentence = sentence
