"""`module:attribute` as it is typed on the command line, taken apart.

    module                                   an `application` or an `app` in it
    module:attribute.of.an.attribute
    module:factory("prod", debug=True)       what the call returns

Nothing is evaluated: the arguments of a factory are literals.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class LoadError(Exception):
    """There is no application.

    `sentence` is the one line that says so, `traceback` the text of the one that the application's
    own code left behind, or ""; the message is both, the sentence last.
    """

    def __init__(self, sentence: str, traceback: str = "") -> None:
        super().__init__(traceback + sentence)
        self.sentence = sentence
        self.traceback = traceback


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of a factory."""

    positional: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """Which module, which attribute in it, and whether to call that."""

    spec: str
    module: str
    path: tuple[str, ...] = ()
    call: Call | None = None

    @property
    def attribute(self) -> str:
        """The dotted name behind the colon; empty when the operator named only the module."""
        return ".".join(self.path)

    @classmethod
    def parse(cls, spec: str) -> Target:
        """Take `spec` apart; LoadError says which form was expected."""
        module, colon, expression = spec.partition(":")
        if not _MODULE.fullmatch(module):
            raise LoadError(
                f"{spec!r}: expected module:attribute{_module_hint(module, expression)}"
            )
        if not colon:
            return cls(spec, module)
        node = _parsed(spec, expression)
        if isinstance(node, ast.Call):
            return cls(spec, module, _path(spec, node.func), _call(spec, node))
        return cls(spec, module, _path(spec, node))


def _module_hint(module: str, expression: str) -> str:
    """For a path where a module's dotted name is due."""
    if "/" not in module and not module.endswith(".py"):
        return ""
    dotted = module.removesuffix(".py").removeprefix("./").strip("/").replace("/", ".")
    return f"; a module is named as in an import: {dotted}:{expression or 'app'}"


def _parsed(spec: str, expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError):  # ValueError: a NUL in it
        raise _unreadable(spec) from None


def _path(spec: str, node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=owner, attr=name):
            return (*_path(spec, owner), name)
    raise _unreadable(spec)


def _call(spec: str, node: ast.Call) -> Call:
    keywords = {word.arg: word.value for word in node.keywords if word.arg}
    try:
        if len(keywords) == len(node.keywords):  # no ** among them
            named = {name: ast.literal_eval(value) for name, value in keywords.items()}
            return Call(tuple(map(ast.literal_eval, node.args)), named)
    except (ValueError, TypeError):  # TypeError: a literal that cannot be, as {[]: 1}
        pass
    raise LoadError(f"{spec!r}: the arguments of a factory must be literals")


def _unreadable(spec: str) -> LoadError:
    return LoadError(f"{spec!r}: expected module:attribute or module:factory()")
