from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from puretodo.model.bundle import Bundle, BundleList, BundleTodo

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_texts_are_cleaned_and_times_brought_to_utc() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=-3)))
    todo = BundleTodo(
        title=" Milk \n fresh ",
        notes="two\r\nlines\n\n",
        tags=["Shop", "shop"],
        done_at=local,
        created_at=local,
        updated_at=local,
    )
    assert (todo.title, todo.notes, todo.tags) == ("Milk fresh", "two\nlines", ["shop"])
    assert {todo.created_at, todo.updated_at, todo.done_at} == {NOON}
    assert todo.created_at.tzinfo is UTC


@pytest.mark.parametrize("field", ["created_at", "updated_at", "done_at"])
def test_a_time_without_a_zone_is_refused(field: str) -> None:
    times = {"created_at": NOON, "updated_at": NOON, field: NOON.replace(tzinfo=None)}
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        msgspec.convert({"title": "Milk"} | times, BundleTodo)


def test_a_bundle_has_the_todos_of_its_lists() -> None:
    milk = BundleTodo(title="Milk", created_at=NOON, updated_at=NOON)
    shop = BundleList(title=" Shop", created_at=NOON, updated_at=NOON, todos=[milk])
    home = BundleList(title="Home", created_at=NOON, updated_at=NOON)
    assert Bundle([shop, home]).todos == [milk]
    assert (shop.title, home.todos) == ("Shop", [])
