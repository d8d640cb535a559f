"""A signature that a page shows, compared with the one there is: names, kinds, defaults, types."""

from __future__ import annotations

import ast
import builtins
import inspect
import time
from collections.abc import Iterator, Mapping
from typing import Any


def check_signature(target: Any, shown: str, names: Mapping[str, Any]) -> None:
    """AssertionError unless `shown`, as `(a: int = 1) -> str`, is what `target` takes.

    Types may be left out. `names` are those that defaults are written with.
    """
    parsed = ast.parse(f"def shown{shown}: ...").body[0]
    assert isinstance(parsed, ast.FunctionDef)
    there = dict(inspect.signature(target).parameters)
    if not inspect.isclass(target):
        there.pop("self", None)
    kinds = [(name, parameter.kind.description) for name, parameter in there.items()]
    assert [*_arguments(parsed.args)] == kinds
    defaults = _defaults(parsed.args)
    for name, parameter in there.items():
        assert (name in defaults) == (parameter.default is not inspect.Parameter.empty), name
        if name in defaults:
            _check_default(parameter.default, defaults[name], names)
    for argument in [*parsed.args.posonlyargs, *parsed.args.args, *parsed.args.kwonlyargs]:
        if argument.annotation is not None:
            _check_annotation(there[argument.arg].annotation, argument.annotation)


def _arguments(arguments: ast.arguments) -> Iterator[tuple[str, str]]:
    for one in arguments.posonlyargs:
        yield one.arg, "positional-only"
    for one in arguments.args:
        yield one.arg, "positional or keyword"
    if arguments.vararg:
        yield arguments.vararg.arg, "variadic positional"
    for one in arguments.kwonlyargs:
        yield one.arg, "keyword-only"
    if arguments.kwarg:
        yield arguments.kwarg.arg, "variadic keyword"


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    found = {one.arg: value for one, value in zip(late, arguments.defaults, strict=True)}
    for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if value is not None:
            found[one.arg] = value
    return found


def _check_default(real: object, shown: ast.expr, names: Mapping[str, Any]) -> None:
    if isinstance(shown, ast.Constant) and shown.value is ...:
        return  # there is one; the text says what
    value = eval(ast.unparse(shown), {**vars(builtins), "time": time, **names})
    is_policy = type(value) in (names["Security"], names["Csrf"], names["Csp"])
    assert value == real or (is_policy and type(value) is type(real)), f"{value!r}, not {real!r}"


def _check_annotation(real: object, shown: ast.expr) -> None:
    text = real if isinstance(real, str) else getattr(real, "__name__", repr(real))
    assert ast.unparse(shown) == ast.unparse(ast.parse(text.replace("os.", ""))).strip()
