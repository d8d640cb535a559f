"""What an operator may set: the one table, how each value is written, where values come from.

`table` holds the settings, `row` what is known of each besides its value, `checks` what they must
not say together. `kinds`, and below it `quantities`, `words`, `lists`, `peers` and `server_names`,
tell how a value of each sort is read and bounded; `address` has the forms of `--bind`. `sources`
lays the places they come from over each other, `files` finds and reads the TOML, `document` writes
it, `gunicorn` knows the names people bring along. A mistake anywhere is a `ConfigError`: one line
that says what was seen, where, and what was expected.

It never opens a socket, changes a directory or touches the process's environment.
In the walk: `cli` fills `Settings`, `server` reads it.
"""

from potstill.settings.address import TCP, Address, Descriptor, Unix
from potstill.settings.errors import ConfigError
from potstill.settings.table import Settings

__all__ = ["TCP", "Address", "ConfigError", "Descriptor", "Settings", "Unix"]
