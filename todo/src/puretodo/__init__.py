"""Pure Todo: a to-do list to keep, built on `potstill.web`, with SQLite or PostgreSQL beneath."""

__version__ = "0.1.0"
