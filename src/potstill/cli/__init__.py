"""The command `potstill`: what was typed becomes settings, and the settings a running server.

`arguments` reads the command line, `help` makes the page that explains it, `serve` does what was
asked. What is slow to import is imported where it is needed, so that a word of help comes at once.
"""

from potstill.cli.serve import main

__all__ = ["main"]
