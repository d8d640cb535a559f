"""Sweeping: what nobody can want back is removed, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from puretodo.model.values import NewList, Repeat
from puretodo.store import events, lists, passes, todos, views
from puretodo.store.database import Database
from puretodo.store.passes import NewPass
from puretodo.store.schema import attempt, event
from puretodo.store.scope import Scope
from puretodo.store.sweeping import BIN_KEEPS, EVENTS_KEEP, EVERY, Sweeper, sweep
from tests.todo.store.support import add, change

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(database: Database) -> Clock:
    """The database's, which stands still."""
    clock = Clock(database.clock())
    database.clock = clock
    return clock


def test_what_was_deleted_can_be_restored_for_a_month(
    database: Database, scope: Scope, clock: Clock
) -> None:
    with database.writing(scope) as tx:
        (gone, kept), list_id = add(tx, lists.inbox(tx).id, "gone", "kept"), lists.inbox(tx).id
        list_gone = lists.add(tx, NewList(title="gone"))
        add(tx, list_gone.id, "in it")
        todos.delete(tx, [gone])
        lists.delete(tx, list_gone)
    sweep(database, clock.now + BIN_KEEPS)
    with database.reading(scope) as tx:
        assert len(views.deleted(tx)) == len(lists.deleted(tx)) == 1
    sweep(database, clock.now + BIN_KEEPS + SECOND)
    with database.reading(scope) as tx:
        assert views.deleted(tx) == []
        assert lists.deleted(tx) == []
        assert todos.in_list(tx, list_id) == [kept]


def test_what_came_of_something_swept_away_stays(
    database: Database, scope: Scope, clock: Clock
) -> None:
    with database.writing(scope) as tx:
        (first,) = add(tx, lists.inbox(tx).id, "a")
        first = change(tx, first, repeat=Repeat())
        done = change(tx, first, done=True)
        (second,) = todos.in_list(tx, first.list_id, done=False)
        todos.delete(tx, [second])
    sweep(database, clock.now + BIN_KEEPS + SECOND)
    with database.writing(scope) as tx:
        assert not change(tx, done, done=False).done


def test_the_last_event_of_each_account_stays(
    database: Database, scope: Scope, clock: Clock
) -> None:
    with database.writing(scope) as tx:
        add(tx, lists.inbox(tx).id, "a", "b")
        last = events.last_seq(tx)
    sweep(database, clock.now + EVENTS_KEEP - DAY)
    with database.reading(scope) as tx:
        assert len(events.since(tx.connection, scope.account_id, last - 2, 10) or []) == 2
    sweep(database, clock.now + EVENTS_KEEP + DAY)
    with database.reading(scope) as tx:
        assert events.last_seq(tx) == last
        assert tx.connection.execute(select(func.count()).select_from(event)).scalar() == 1


def test_passes_that_have_expired_and_old_attempts_are_removed(
    database: Database, scope: Scope, clock: Clock
) -> None:
    with database.writing(scope) as tx:
        passes.issue(tx, NewPass("api", "ends", expires_at=clock.now + DAY))
        passes.issue(tx, NewPass("api", "stays"))
        row = {"key": "x", "failures": 1, "since": clock.now}
        tx.connection.execute(insert(attempt).values(row))
    clock.now += DAY + SECOND
    sweep(database, clock.now)
    with database.reading(scope) as tx:
        assert [each.label for each in passes.by_kind(tx, "api")] == ["stays"]
        assert tx.connection.execute(select(attempt)).all() == []


def test_it_is_due_at_first_and_once_a_day(database: Database, clock: Clock) -> None:
    sweeper = Sweeper(database)
    assert sweeper.is_due()
    sweeper.sweep()
    assert not sweeper.is_due()
    clock.now += EVERY
    assert sweeper.is_due()
