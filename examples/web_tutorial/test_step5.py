"""Step 6: the application of step 5, tested. `pytest test_step5.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from potstill.web.testing import Client

from .step5_storage import app


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of an application with an empty list."""
    monkeypatch.setenv("SHOPPING_DB", str(tmp_path / "test.sqlite3"))
    with Client(app) as client:  # on_start runs here, on_stop at the end
        yield client


def test_what_is_put_on_the_list_is_there(client: Client) -> None:
    answer = client.post("/api/items", json={"name": "milk", "amount": 2})
    assert answer.status == 201
    item = client.get(answer.headers["Location"]).json()
    assert item == {"id": 1, "name": "milk", "amount": 2, "done": False}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "milk", "amount": 0}, {"nam": "milk"}])
def test_what_is_no_item_is_refused(client: Client, body: object) -> None:
    assert client.post("/api/items", json=body).status == 422
    assert client.get("/api/items").json() == []


def test_what_was_bought_is_found_by_the_query(client: Client) -> None:
    for name in ("milk", "bread"):
        client.post("/api/items", json={"name": name})
    client.patch("/api/items/1", json={"done": True})
    assert [item["name"] for item in client.get("/api/items?done=true").json()] == ["milk"]


def test_an_entry_can_be_deleted_once(client: Client) -> None:
    client.post("/api/items", json={"name": "milk"})
    assert client.delete("/api/items/1").status == 204
    assert client.delete("/api/items/1").status == 404
