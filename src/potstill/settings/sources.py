"""Where the values of the settings come from, each source over the ones before it.

    default < PORT and its like < file < POTSTILL_* variables < command line

PORT, WEB_CONCURRENCY and FORWARDED_ALLOW_IPS are set by platforms for whatever runs there, so they
count only where the operator says nothing himself. The file is `potstill.toml`, or the table
`[tool.potstill]` of `pyproject.toml`, in the directory to work in; or the one named with
`--config`.

Every name and every value is checked, also one that another source overrides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from potstill.settings import files
from potstill.settings.errors import ConfigError
from potstill.settings.gunicorn import unknown_name
from potstill.settings.table import ROWS, Settings

PREFIX = "POTSTILL_"
PLATFORM = {"WEB_CONCURRENCY": "workers", "FORWARDED_ALLOW_IPS": "forwarded_allow_ips"}
"""Variables of other servers, and of the platforms made for them, that name a setting's value."""

# Kubernetes puts such variables into every container beside a service called "potstill".
_KUBERNETES = re.compile(r"SERVICE_(HOST|PORT)(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_[A-Z]+)?)?")


@dataclass(frozen=True, slots=True)
class Given:
    """The value of a setting, read and checked, and where it stood."""

    value: Any
    where: str


Layer = Mapping[str, Given]
"""What one source says, by the names of the settings."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force, and for each that somebody gave, by its name, where it stood."""

    settings: Settings
    origins: Mapping[str, str]


def gather(
    flags: Layer, environ: Mapping[str, str], directory: Path, config: str | None = None
) -> Configuration:
    """Lay the sources over each other; ConfigError for the first mistake in any of them.

    `flags` and `config` are the command line's. `directory`, where the command was started, is
    what a relative path in them or in the environment starts from; a `chdir` in a file starts at
    the file. In the result `chdir` is absolute.
    """
    stated = _anchored({**from_environ(environ), **flags}, directory)
    place = Path(stated["chdir"].value) if "chdir" in stated else directory
    stated = {**_from_file(place, directory, _named_file(config, environ)), **stated}
    stated = {**_from_platform(environ, stated), **stated}
    return Configuration(
        Settings(**{name: given.value for name, given in stated.items()}),
        {name: given.where for name, given in stated.items()},
    )


def given(name: str, value: object, where: str) -> Given:
    """What `where` says of the setting `name`; ConfigError when the value is none of its kind."""
    return Given(ROWS[name].read(value, where), where)


def from_environ(environ: Mapping[str, str]) -> Layer:
    """The POTSTILL_* variables. An empty one says nothing, as deployment files leave them."""
    layer = {}
    for variable, text in environ.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or not text or name == "CONFIG" or _KUBERNETES.fullmatch(name):
            continue
        layer[_setting_of(variable, name)] = given(_setting_of(variable, name), text, variable)
    return layer


def _setting_of(variable: str, name: str) -> str:
    if name == "ENV":
        raise ConfigError(f"{variable}: set the variables themselves; env is for files and flags")
    if name.lower() not in ROWS or not name.isupper():
        known = {known: PREFIX + known.upper() for known in ROWS if known != "env"}
        raise unknown_name(variable, name.lower(), known)
    return name.lower()


def _named_file(config: str | None, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The file the operator named, and where he did."""
    if config is not None:
        return config, "--config"
    variable = PREFIX + "CONFIG"
    return (environ[variable], variable) if environ.get(variable) else None


def _from_file(place: Path, directory: Path, named: tuple[str, str] | None) -> Layer:
    found = files.named(directory, *named) if named else files.found(place)
    if not found:
        return {}
    path, table = found
    shown = str(path.relative_to(directory) if path.is_relative_to(directory) else path)
    layer = {name: _in_file(name, value, shown) for name, value in table.items()}
    return _anchored(layer, path.parent, f"{shown}: ")


def _in_file(name: str, value: object, shown: str) -> Given:
    if name not in ROWS:
        raise unknown_name(name, name, dict(zip(ROWS, ROWS, strict=True)), f"{shown}: ")
    return Given(ROWS[name].read(value, f"{shown}: {name}"), shown)


def _anchored(layer: Layer, base: Path, place: str = "") -> dict[str, Given]:
    """The layer, its `chdir` made absolute from `base` and checked."""
    anchored = dict(layer)
    if chdir := layer.get("chdir"):
        path = (base / chdir.value).absolute()
        if not path.is_dir():
            name = f"{place}chdir" if place else chdir.where
            raise ConfigError(f"{name} is {chdir.value!r}: no such directory")
        anchored["chdir"] = Given(str(path), chdir.where)
    return anchored


def _from_platform(environ: Mapping[str, str], stated: Layer) -> Layer:
    layer = {}
    if "bind" not in stated and (port := environ.get("PORT")):
        if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
            raise ConfigError(f"PORT is {port!r}: expected a port number")
        layer["bind"] = given("bind", f"0.0.0.0:{port}", "PORT")
    for variable, name in PLATFORM.items():
        if name not in stated and (text := environ.get(variable)):
            layer[name] = given(name, text, variable)
    return layer
