"""Alembic's environment, and a file for each change of the tables."""
