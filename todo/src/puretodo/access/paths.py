"""Where a form or a link may lead back to: a path of this application, and nowhere else."""

from __future__ import annotations

import re

MAX_PATH = 2000

# Printable ASCII without a backslash, which browsers take for a slash: they also drop tabs and line
# ends within an address, so that "/\t/evil.test" would be another host.
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII).fullmatch
_DOTS = re.compile(r"/(\.|%2e){1,2}(/|$)", re.ASCII | re.IGNORECASE).search


def own_path(text: str, default: str = "/") -> str:
    """The path as it came, below the application's root, or `default` for anything else.

    No other host (`//evil.test`), and no way out of the root (`/../other`).
    """
    path = text.partition("?")[0].partition("#")[0]
    if len(text) > MAX_PATH or not _PATH(text) or _DOTS(path):
        return default
    return text
