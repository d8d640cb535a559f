"""What Alembic runs: always on a connection that it is given, within its transaction."""

from __future__ import annotations

from alembic import context

from puretodo.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # it alters tables by copying them
)
context.run_migrations()
