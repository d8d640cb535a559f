"""A client of the API on one kept-alive connection, as strict as its callers need it to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, NamedTuple


class Answer(NamedTuple):
    status: int
    data: Any
    """None without a body."""


class Api(AbstractContextManager["Api"]):
    """OSError or HTTPException when the server goes away."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(
        self,
        method: str,
        path: str,
        data: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Any answer at all, below /api/v1."""
        body = None if data is None else json.dumps(data)
        sent = {"Content-Type": "application/json"} if body else {}
        self._connection.request(method, f"/api/v1{path}", body, sent | dict(headers or {}))
        response = self._connection.getresponse()
        received = response.read()
        return Answer(response.status, json.loads(received) if received else None)

    def get(self, path: str) -> Any:
        """What is there."""
        return self._ok("GET", path, None)

    def post(self, path: str, data: object) -> Any:
        """What was made of it."""
        return self._ok("POST", path, data)

    def patch(self, path: str, data: object) -> Any:
        """What it became."""
        return self._ok("PATCH", path, data)

    def delete(self, path: str) -> None:
        """Have it gone."""
        self._ok("DELETE", path, None)

    def _ok(self, method: str, path: str, data: object) -> Any:
        answer = self.ask(method, path, data)
        assert answer.status in (200, 201, 204), answer
        return answer.data

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
