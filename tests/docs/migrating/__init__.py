"""The same two sites twice: as docs/web/migrating.md says they are before and after."""
