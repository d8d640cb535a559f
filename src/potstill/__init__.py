"""Potstill: the WSGI stack in pure Python.

`potstill module:app` serves an application; `potstill.Server` serves one from inside a program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from potstill.server.embed import Server

__version__ = "0.1.0"
__all__ = ["Server", "__version__"]


def __getattr__(name: str) -> Any:
    # The server is imported when it is asked for: `potstill --version` need not wait for it.
    if name == "Server":
        from potstill.server.embed import Server

        return Server
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
