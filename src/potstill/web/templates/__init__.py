"""Pages made by Jinja, escaped, which know the addresses of the application."""

from potstill.web.templates.templates import Templates

__all__ = ["Templates"]
