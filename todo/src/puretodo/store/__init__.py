"""Where everything is kept: SQLAlchemy Core over SQLite or PostgreSQL.

Every function takes a transaction and sees what its scope allows; nothing here knows the web.
"""
