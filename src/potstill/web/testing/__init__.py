"""Testing a WSGI application in memory: `Client` calls it, and validates PEP 3333 on the way.

It works with any application, of any framework. It opens no socket and starts no thread, and it
fakes nothing of an application: what is missing is the network alone. Neighbours in the walk:
`requests` makes the environ, `exchange` calls, `breaches` knows the rules, `answers` is what comes.
"""

from __future__ import annotations

from potstill.web.testing.answers import Answer, StreamedAnswer
from potstill.web.testing.breaches import ConformanceError
from potstill.web.testing.client import Client
from potstill.web.testing.cookies import Cookies, StoredCookie

__all__ = ["Answer", "Client", "ConformanceError", "Cookies", "StoredCookie", "StreamedAnswer"]
