"""The file with the settings: finding it, reading it, and writing one down.

It never judges a value; `sources` does, which knows what each setting may be.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from potstill.settings.errors import ConfigError

FILE, PROJECT, TABLE = "potstill.toml", "pyproject.toml", "[tool.potstill]"

Found = tuple[Path, Mapping[str, object]]
"""A file and the settings in it, raw and by their names."""


def named(directory: Path, name: str, where: str) -> Found:
    """The file that `where` names, from `directory` on; ConfigError when it cannot be read."""
    if name.endswith(".py") or name.startswith(("file:", "python:")):
        raise ConfigError(
            f"{where} is {name!r}: a configuration in Python is not read; "
            f"write the settings as TOML, one `name = value` a line"
        )
    path = directory / name
    if not path.is_file():
        raise ConfigError(f"{where} is {name!r}: no such file")
    table = _read(path)
    if table is None:
        raise ConfigError(f"{where} is {name!r}: it has no table {TABLE}")
    return path, table


def found(directory: Path) -> Found | None:
    """The file in `directory`, if there is one; ConfigError when there are two."""
    present = [path for path in (directory / FILE, directory / PROJECT) if path.is_file()]
    stated = [(path, table) for path in present if (table := _read(path)) is not None]
    if len(stated) > 1:
        raise ConfigError(
            f"{FILE} and {TABLE} of {PROJECT} both stand in {directory}: "
            f"keep one, or name it with --config"
        )
    return stated[0] if stated else None


def _read(path: Path) -> Mapping[str, object] | None:
    """The settings in the file; None when it is a pyproject.toml without our table."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConfigError(f"{path} is no valid TOML: {error}") from None
    if path.name != PROJECT:
        return content
    tool = content.get("tool")
    table = tool.get("potstill") if isinstance(tool, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise ConfigError(f"{path}: {TABLE} is not a table")
