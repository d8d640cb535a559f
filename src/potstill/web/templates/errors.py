"""What is wrong with templates: found before the first page, or explained when one fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from traceback import walk_tb

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, UndefinedError, nodes

from potstill.web.templates.names import PER_REQUEST

_NAMELESS = re.compile(r"'(?P<name>\w+)' is undefined").fullmatch


def explained(error: Exception, directories: Sequence[Path], names: Mapping[str, object]) -> None:
    """Add to an error of a template where it is, and for an unknown name what it may have meant."""
    place = _place(error, directories)
    if place is None:
        return
    note = f"In the template {place}."
    match = _NAMELESS(str(error)) if isinstance(error, UndefinedError) else None
    if match is not None:
        note += f" {_advice(match['name'], names)}"
    error.add_note(note)


def _place(error: Exception, directories: Sequence[Path]) -> str | None:
    """File and line of the innermost template on the way to the error."""
    place = None
    for frame, line in walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        inside = any(file.is_relative_to(directory) for directory in directories)
        if inside and file.suffix != ".py":
            place = f"{file}:{line}"
    return place


def _advice(name: str, names: Mapping[str, object]) -> str:
    """What may have been meant by a name that is not there."""
    if name in names or name in PER_REQUEST:
        return (
            f"{name!r} is of the request or the handler: a file of macros sees it only when it is "
            "imported with context, and render_text() has no request."
        )
    close = get_close_matches(name, names, 1)
    given = ", ".join(sorted(set(names) - PER_REQUEST)) or "nothing"
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}The handler gave {given}."


def problems(environment: Environment) -> Iterator[str]:
    """Each thing that cannot work, as `file:line: what`; compiles every template on the way."""
    known = set(environment.list_templates(filter_func=_is_template))
    for name in sorted(known):
        yield from _problems_of(environment, name, known)


def _is_template(name: str) -> bool:
    """Not hidden, and nothing an editor left behind."""
    return not name.endswith("~") and not any(part.startswith(".") for part in name.split("/"))


def _problems_of(environment: Environment, name: str, known: set[str]) -> Iterator[str]:
    assert environment.loader is not None
    try:
        source, file, _ = environment.loader.get_source(environment, name)
        environment.get_template(name)
        tree = environment.parse(source, name, file)
    except TemplateSyntaxError as error:
        yield f"{error.filename or name}:{error.lineno}: {error.message}"
    except TemplateNotFound as error:
        yield f"{name}: {error.message}"
    except UnicodeDecodeError as error:
        yield f"{name}: it is not UTF-8, at byte {error.start}"
    else:
        for line, missing in _missing(tree, known):
            yield f"{file or name}:{line}: there is no template {missing!r}"


def _missing(tree: nodes.Template, known: set[str]) -> Iterator[tuple[int, str]]:
    """Lines with names of templates that are not there, where the names are written out."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        for template in node.iter_child_nodes(only=("template",)):
            written = _written(template)
            if written and not known.intersection(written) and not _is_optional(node):
                yield node.lineno, " or ".join(written)


def _written(template: nodes.Node) -> list[str]:
    """The names of an `extends`, `include` or `import`; none when they are computed."""
    items = template.items if isinstance(template, (nodes.List, nodes.Tuple)) else [template]
    names = [each.value for each in items if isinstance(each, nodes.Const)]
    return [name for name in names if isinstance(name, str)] if len(names) == len(items) else []


def _is_optional(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Include) and node.ignore_missing
