"""Certificates by the name a client asks for (`--sni`)."""

from __future__ import annotations

import re

from potstill.settings.errors import ConfigError
from potstill.settings.kinds import Kind
from potstill.settings.lists import parts

ServerName = tuple[str, str, str]
"""A name, the file of its certificate, and that of its key, or "" when they are one."""

_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = rf"((?:\*\.)?{_LABEL}(?:\.{_LABEL})*)\.?"
_PATH = r"[^:,\x00-\x1f\x7f\ud800-\udfff]+"
_SERVER_NAME = re.compile(f"{_NAME}=({_PATH})(?::({_PATH}))?")


class ServerNames(Kind[tuple[ServerName, ...]]):
    """Names, each with its files: NAME=CERTFILE or NAME=CERTFILE:KEYFILE, each name once."""

    metavar = "NAME=CERTFILE[:KEYFILE]"
    expected = "NAME=CERTFILE or NAME=CERTFILE:KEYFILE, the name as in example.com or *.example.com"
    repeats = True

    def read(self, value: object) -> tuple[ServerName, ...]:
        members = value if isinstance(value, list | tuple) else [value]
        entries = [entry for member in members for entry in self._entries(member)]
        for number, (name, *_) in enumerate(entries):
            if any(name == earlier for earlier, *_ in entries[:number]):
                raise ConfigError(f"{name} has more than one certificate")
        return tuple(entries)

    def plain(self, value: tuple[ServerName, ...]) -> list[str]:
        return [_text(*entry) for entry in value]

    def _entries(self, member: object) -> list[ServerName]:
        """The entries of a text, or the one that a program gives in its parts."""
        match member:
            case tuple((str(name), str(certfile), str(keyfile))):
                member = _text(name, certfile, keyfile)
        return [self._entry(part) for part in parts(member)]

    def _entry(self, part: object) -> ServerName:
        if isinstance(part, str) and (entry := _SERVER_NAME.fullmatch(part)):
            return entry[1].lower(), entry[2], entry[3] or ""
        raise self.refusal()


def _text(name: str, certfile: str, keyfile: str) -> str:
    return f"{name}={certfile}:{keyfile}" if keyfile else f"{name}={certfile}"
