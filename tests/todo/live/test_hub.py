"""Live updates: whoever listens is told what changed, here or elsewhere, and misses nothing."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest

from potstill.web import HTTPError, Request
from puretodo.live import news
from puretodo.live.hub import MAX_THREADS, Hub
from puretodo.model.values import ListChange, NewList, NewTodo, Place, Todo, TodoChange
from puretodo.store import accounts, events, lists, sweeping, todos, views
from puretodo.store.database import Database
from puretodo.store.scope import Scope
from tests.support.wire import until
from tests.todo.live.listeners import Listener, Page, changed
from tests.todo.store.support import TODAY
from tests.web.support import environ


def add(database: Database, scope: Scope, list_id: int, *titles: str) -> tuple[list[Todo], int]:
    """Those that were added, and the number of the last change."""
    with database.writing(scope) as tx:
        added = [todos.add(tx, list_id, NewTodo(title=title)) for title in titles]
        return added, events.last_seq(tx)


def last_seq(database: Database, scope: Scope) -> int:
    with database.reading(scope) as tx:
        return events.last_seq(tx)


def test_all_who_listen_are_told_what_has_changed(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    tabs = [Listener(hub, scope) for _ in range(3)]
    (tea,), seq = add(database, scope, inbox, "tea")
    for tab in tabs:
        (event,) = tab.await_event(seq)
        assert (event.name, event.last_id) == ("change", str(seq))
        data = changed(event)
        assert [each["title"] for each in data["todos"]] == ["tea"]
        assert [(each["id"], each["open"]) for each in data["lists"]] == [(inbox, 1)]
        assert (data["gone"], data["gone_lists"]) == ([], [])
    with database.writing(scope) as tx:
        todos.delete(tx, [tea])
        lists.delete(tx, lists.inbox(tx))
        seq = events.last_seq(tx)
    for tab in tabs:
        data = changed(tab.await_event(seq)[-1])
        assert (data["todos"], data["lists"]) == ([], [])
        assert (data["gone"], data["gone_lists"]) == ([tea.id], [inbox])


def test_what_is_committed_elsewhere_is_told_too(
    hub: Hub, elsewhere: Database, scope: Scope, inbox: int
) -> None:
    tab = Listener(hub, scope)
    for title in ("first", "second"):
        _, seq = add(elsewhere, scope, inbox, title)
        assert changed(tab.await_event(seq)[-1])["todos"][0]["title"] == title


def test_a_burst_is_told_in_few_messages_with_the_last_states(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    tab = Listener(hub, scope)
    (tea,), _ = add(database, scope, inbox, "tea")
    for number in range(30):
        with database.writing(scope) as tx:
            current = todos.get(tx, tea.id)
            todos.change(tx, current, TodoChange(title=f"tea {number}"), TODAY)
    heard = tab.await_event(last_seq(database, scope))
    assert changed(heard[-1])["todos"][0]["title"] == "tea 29"
    assert len(heard) < 25


def test_other_accounts_hear_nothing(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    with database.begin() as connection:
        other = Scope(accounts.add(connection, "Other", database.clock()).id)
    tab, stranger = Listener(hub, scope), Listener(hub, other)
    _, seq = add(database, scope, inbox, "secret")
    tab.await_event(seq)
    with database.writing(other) as tx:
        todos.add(tx, lists.inbox(tx).id, NewTodo(title="own"))
        seq = events.last_seq(tx)
    (event,) = stranger.await_event(seq)
    assert [each["title"] for each in changed(event)["todos"]] == ["own"]


def test_a_guest_is_told_of_one_list_only(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    with database.writing(scope) as tx:
        other = lists.add(tx, NewList(title="other"))
    (moving,), start = add(database, scope, inbox, "moving")
    guest = Listener(hub, Scope(scope.account_id, inbox))
    add(database, scope, other.id, "secret")
    with database.writing(scope) as tx:
        todos.move(tx, moving, Place(list_id=other.id))
        seq = events.last_seq(tx)
    heard = guest.await_event(seq)
    assert [changed(event)["todos"] for event in heard] == [[]]
    assert changed(heard[0])["gone"] == [moving.id]
    assert [each["id"] for each in changed(heard[0])["lists"]] == [inbox]
    late = Listener(hub, Scope(scope.account_id, inbox), start)
    assert [event.data for event in late.await_event(seq)] == [heard[0].data]


def test_who_comes_back_is_told_exactly_what_changed_meanwhile(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    _, start = add(database, scope, inbox, "known")
    (_, second), seq = add(database, scope, inbox, "missed", "missed and changed")
    with database.writing(scope) as tx:
        todos.change(tx, second, TodoChange(title="changed"), TODAY)
        seq = events.last_seq(tx)
    back = Listener(hub, scope, start)
    (event,) = back.heard()
    assert event.last_id == str(seq)
    assert [each["title"] for each in changed(event)["todos"]] == ["missed", "changed"]
    assert Listener(hub, scope, seq).heard() == []
    assert Listener(hub, scope).heard() == [], "who knows no number begins with what comes"


@pytest.mark.parametrize("after", ["0", "999999", "x", "-1", "1.5", "²", "9" * 40])
def test_who_names_a_number_that_cannot_be_told_from_loads_everything_anew(
    hub: Hub, database: Database, scope: Scope, inbox: int, after: str
) -> None:
    _, seq = add(database, scope, inbox, "a")
    tab = Listener(hub, scope, after)
    (event,) = tab.heard()
    assert (event.name, event.last_id, changed(event)) == ("reload", str(seq), {"seq": seq})
    _, seq = add(database, scope, inbox, "b")
    assert [each.name for each in tab.await_event(seq)] == ["reload", "change"]


def test_what_is_too_much_to_be_told_has_to_be_loaded(
    hub: Hub, database: Database, scope: Scope, inbox: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = last_seq(database, scope)
    tab = Listener(hub, scope)
    with database.writing(scope) as tx:
        for _ in range(news.MOST_CHANGES + 1):
            todos.add(tx, inbox, NewTodo(title="x"))
        seq = events.last_seq(tx)
    assert [event.name for event in tab.await_event(seq)] == ["reload"]
    assert [event.name for event in Listener(hub, scope, start).heard()] == ["reload"]
    monkeypatch.setattr(news, "MOST_BYTES", 1000)
    again = Listener(hub, scope)
    with database.writing(scope) as tx:
        todos.add(tx, inbox, NewTodo(title="long", notes="x" * 1000))
        seq = events.last_seq(tx)
    assert [event.name for event in again.await_event(seq)] == ["reload"]


def test_who_slept_for_longer_than_events_are_kept_loads_everything_anew(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    _, start = add(database, scope, inbox, "a")
    _, seq = add(database, scope, inbox, "b", "c")
    sweeping.sweep(database, database.clock() + timedelta(days=8))
    assert last_seq(database, scope) == seq, "the version of everything stays"
    assert [event.name for event in Listener(hub, scope, start).heard()] == ["reload"]
    assert Listener(hub, scope, seq).heard() == []


def test_who_may_not_listen_any_more_has_to_come_back_and_is_asked(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    member, guest = Listener(hub, scope), Listener(hub, Scope(scope.account_id, inbox))
    with database.writing(scope) as tx:
        events.record_access(tx)
    member.await_end()
    guest.await_end()
    member, guest = Listener(hub, scope), Listener(hub, Scope(scope.account_id, inbox))
    with database.writing(scope) as tx:
        lists.change(tx, lists.inbox(tx), ListChange(title="renamed"))
        seq = events.last_seq(tx)
    guest.await_event(seq)
    with database.writing(scope) as tx:
        lists.delete(tx, lists.get(tx, inbox))
        seq = events.last_seq(tx)
    guest.await_end()
    member.await_event(seq)
    assert member.is_open


def test_nobody_is_kept_waiting_for_when_all_have_left(
    hub: Hub, database: Database, scope: Scope, inbox: int
) -> None:
    assert not hub.listened.is_set()
    tabs = [Listener(hub, scope), Listener(hub, Scope(scope.account_id, inbox))]
    assert hub.listened.is_set()
    for tab in tabs:
        tab.leave()
    add(database, scope, inbox, "a")
    until(lambda: not hub.listened.is_set() or not hub.let_go())
    again = Listener(hub, scope)
    _, seq = add(database, scope, inbox, "b")
    again.await_event(seq)


def test_a_hub_ends_all_answers_and_may_be_started_again(
    database: Database, scope: Scope, inbox: int
) -> None:
    hub = Hub(database)
    hub.stop()
    for _ in range(2):
        hub.start()
        tab = Listener(hub, scope)
        _, seq = add(database, scope, inbox, "a")
        tab.await_event(seq)
        hub.stop()
        assert not tab.is_open
        assert not {"live", "watching"} & {thread.name for thread in threading.enumerate()}
        with pytest.raises(HTTPError) as refused:
            Listener(hub, scope)
        assert refused.value.status == 503
    assert database.listeners == []


def test_without_push_only_so_many_are_let_in(hub: Hub, scope: Scope) -> None:
    held = [hub.subscribe(Request(environ()), scope) for _ in range(MAX_THREADS)]
    with pytest.raises(HTTPError) as refused:
        hub.subscribe(Request(environ()), Scope(scope.account_id, 1))
    assert refused.value.status == 503
    assert len(held) == MAX_THREADS


def test_pages_of_several_processes_show_what_is_there_however_often_they_come_back(
    hub: Hub, database: Database, elsewhere: Database, scope: Scope, inbox: int
) -> None:
    other_hub = Hub(elsewhere)
    other_hub.start()
    with database.reading(scope) as tx:
        pages = [Page([], events.last_seq(tx)) for _ in range(3)]
    writers = [
        threading.Thread(target=write, args=(where, scope, inbox, seed))
        for seed, where in enumerate((database, elsewhere))
    ]
    readers = [
        threading.Thread(target=read, args=(page, (hub, other_hub), database, scope, writers))
        for page in pages
    ]
    for thread in (*writers, *readers):
        thread.start()
    for thread in (*writers, *readers):
        thread.join(60)
    other_hub.stop()
    with database.reading(scope) as tx:
        there = {each.id: each.title for each in views.everything(tx)}
    assert [page.titles for page in pages] == [there] * 3


def write(database: Database, scope: Scope, inbox: int, seed: int) -> None:
    """Add, change and delete at random."""
    chance = random.Random(seed)
    for number in range(40):
        with database.writing(scope) as tx:
            there = todos.in_list(tx, inbox)
            if there and chance.random() < 0.3:
                todos.delete(tx, [chance.choice(there)])
            elif there and chance.random() < 0.5:
                wanted = TodoChange(title=f"{seed}: {number}")
                todos.change(tx, chance.choice(there), wanted, TODAY)
            else:
                todos.add(tx, inbox, NewTodo(title=f"{seed}, {number}"))


def read(
    page: Page,
    hubs: Sequence[Hub],
    database: Database,
    scope: Scope,
    writers: Sequence[threading.Thread],
) -> None:
    """Listen now here, now there, until all is written and heard."""
    turn = 0
    while any(each.is_alive() for each in writers) or page.seq != last_seq(database, scope):
        turn += 1
        tab = Listener(hubs[turn % 2], scope, page.seq)
        tab.await_news(0.05)
        tab.leave()
        page.take(tab.heard())
