"""Static files: indexed at start, served by a look-up, around any WSGI application."""

from potstill.web.static.static import Static

__all__ = ["Static"]
