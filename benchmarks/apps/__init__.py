"""The applications that every server under measurement runs, the same for all."""
