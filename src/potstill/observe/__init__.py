"""What operators see: the access log and the error log.

Imports nothing of ours; the server tells it about requests by `Entry`. It opens no socket, reads no
clock while serving, and never lets a reader of a log hold up the server.
"""

from potstill.observe.access import AccessLog
from potstill.observe.entry import Entry
from potstill.observe.errors import ErrorLog, Once, log
from potstill.observe.escaping import escape

__all__ = ["AccessLog", "Entry", "ErrorLog", "Once", "escape", "log"]
