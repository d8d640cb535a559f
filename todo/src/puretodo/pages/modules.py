"""The scripts of the pages: which module is where, for the import map."""

from __future__ import annotations

from pathlib import Path

from potstill.web import Request
from potstill.web.templates import Templates

NAMES = tuple(
    sorted(
        path.stem for path in (Path(__file__).parent / "static").glob("*.js") if path.stem != "sw"
    )
)
"""Every module but the service worker, which is no part of a page."""


def module_addresses(templates: Templates, request: Request) -> dict[str, str]:
    """The address of each module by its name, below the root of the request."""
    assert templates.asset_url is not None
    return {name: request.root + templates.asset_url(f"{name}.js") for name in NAMES}
