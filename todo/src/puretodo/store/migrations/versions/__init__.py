"""The changes of the tables, one after the other; none is altered once it was released."""
