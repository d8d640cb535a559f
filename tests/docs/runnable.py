"""Pages whose blocks run: all `python` blocks of a page, in order, as one module.

The convention: an expression with `# -> value` behind it, or on the line below it, has that value;
a statement with `# raises Kind: text` there raises it, with that text in its message. Any other
block that begins with a comment naming a file, as `{# templates/page.html #}`, is that file.
Blocks marked `py` are signatures, which do not run.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

from tests.docs.pages import Page

_BLOCK = re.compile(r"^```([a-z]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPECTED = re.compile(r"# -> (.+)$")
_RAISES = re.compile(r"# raises (\w+)(?:: (.+))?$")
_FILE = re.compile(r"(?:\{#|/\*|<!--|#) ([\w/.-]+\.\w+)\b")


def run(page: Page, directory: Path, name: str) -> ModuleType:
    """Run a page in a directory, which has to be the current one; the module that it makes."""
    module = sys.modules[name] = ModuleType(name)
    try:
        for language, line, text in blocks_of(page):
            if language == "python":
                _run_block(text, line, page, module)
            elif found := _FILE.match(text):
                path = directory / found[1]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    finally:
        del sys.modules[name]
    return module


def blocks_of(page: Page) -> Iterator[tuple[str, int, str]]:
    """Language, line of the page, and text of each block that is not indented."""
    for found in _BLOCK.finditer(page.text):
        yield found[1], page.text.count("\n", 0, found.start()) + 1, found[2]


def _run_block(text: str, offset: int, page: Page, module: ModuleType) -> None:
    lines = text.splitlines()
    for statement in ast.parse(text).body:
        last = statement.end_lineno or 0
        said = [lines[last - 1], *_comment_below(lines[last:])]
        expected = next(filter(None, map(_EXPECTED.search, said)), None)
        raised = next(filter(None, map(_RAISES.search, said)), None)
        ast.increment_lineno(statement, offset)
        where = f"{page}:{last + offset}"
        if expected is not None and isinstance(statement, ast.Expr):
            seen = eval(_code(ast.Expression(statement.value), page), vars(module))
            assert seen == eval(expected[1], vars(module)), f"{where}: {seen!r}"
        elif raised is not None:
            _expect_raise(statement, raised, page, module, where)
        else:
            exec(_code(ast.Module([statement], []), page), vars(module))


def _comment_below(lines: list[str]) -> list[str]:
    """The comment that comes next, blank lines left out: a formatter puts them there."""
    text = next(filter(None, lines), "")
    return [text] if text.startswith("# ") else []


def _expect_raise(
    statement: ast.stmt, raised: re.Match[str], page: Page, module: ModuleType, where: str
) -> None:
    seen = "nothing was raised"
    try:
        exec(_code(ast.Module([statement], []), page), vars(module))
    except Exception as error:
        seen = f"{type(error).__name__}: {error}"
    assert seen.startswith(f"{raised[1]}:"), f"{where}: {seen}"
    assert (raised[2] or "") in seen, f"{where}: {seen}"


def _code(tree: ast.Module | ast.Expression, page: Page) -> CodeType:
    kind = "exec" if isinstance(tree, ast.Module) else "eval"
    return compile(tree, str(page.path), kind)
