"""Accounts, passes, attempts and the secret, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from puretodo.model.values import NewList, NewTodo
from puretodo.store import accounts, attempts, lists, passes, todos
from puretodo.store.attempts import WINDOW, Limit, TooMany
from puretodo.store.database import Database
from puretodo.store.errors import LimitReached, NameRefused, NotAllowed, NotFound
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from puretodo.store.secrets import signing_secret
from tests.todo.access.site import Clock


@pytest.fixture
def clock(database: Database) -> Clock:
    clock = Clock()
    database.clock = clock
    return clock


# -- accounts ----------------------------------------------------------------------------------


def test_an_account_is_found_by_its_name_in_any_case_and_without_accents(
    database: Database,
) -> None:
    with database.begin() as connection:
        made = accounts.add(connection, "  José  Silva ", database.clock())
        assert made.name == "José Silva"
        assert accounts.named(connection, "JOSE silva") == made
        assert accounts.named(connection, "Maria") is None
        assert [each.name for each in accounts.all_accounts(connection)] == ["owner", "José Silva"]


@pytest.mark.parametrize("name", ["OWNER", "ówner", "", "  ", "\u0301", "x" * 101])
def test_a_name_that_is_taken_or_none_is_refused(database: Database, name: str) -> None:
    with pytest.raises(NameRefused), database.begin() as connection:
        accounts.add(connection, name, database.clock())


def test_one_name_given_twice_at_once_is_given_once(database: Database) -> None:
    def add(_: int) -> bool:
        try:
            with database.begin() as connection:
                accounts.add(connection, "Ada", database.clock())
        except NameRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(add, range(4))) == 1


def test_a_renamed_account_may_keep_the_letters_of_its_name(database: Database) -> None:
    with database.begin() as connection:
        owner = accounts.owner(connection)
        assert owner is not None
        accounts.rename(connection, owner, "Owner")
        assert accounts.owner(connection) == accounts.Account(owner.id, "Owner", None)
        accounts.add(connection, "Ada", database.clock())
        with pytest.raises(NameRefused):
            accounts.rename(connection, owner, "ada")


def test_a_removed_account_leaves_nothing(database: Database) -> None:
    with database.begin() as connection:
        ada = accounts.add(connection, "Ada", database.clock())
    with database.writing(Scope(ada.id)) as tx:
        inbox = lists.inbox(tx)
        todos.add(tx, inbox.id, NewTodo(title="tea", tags=["shop"]))
        link = passes.issue(tx, NewPass("share", list_id=inbox.id))
        assert accounts.counts(tx.connection, ada.id) == accounts.Counts(1, 1)
    with database.begin() as connection:
        accounts.remove(connection, ada.id)
        assert accounts.named(connection, "Ada") is None
        assert passes.find(connection, "share", link.id, database.clock()) is None
        assert accounts.counts(connection, ada.id) == accounts.Counts(0, 0)


# -- passes ------------------------------------------------------------------------------------


def test_a_pass_is_found_as_what_it_is_only(database: Database, scope: Scope) -> None:
    with database.writing(scope) as tx:
        issued = passes.issue(tx, NewPass("api", "backup"))
        assert passes.by_kind(tx, "api") == [issued]
        assert passes.by_kind(tx, "session") == []
        assert passes.find(tx.connection, "api", issued.id, tx.now) == issued
        assert passes.find(tx.connection, "session", issued.id, tx.now) is None
        assert passes.find(tx.connection, "api", issued.id + 1, tx.now) is None
    assert (issued.label, issued.account_name, issued.used_at) == ("backup", "owner", None)


def test_a_pass_that_has_expired_is_not_found(
    database: Database, scope: Scope, clock: Clock
) -> None:
    end = clock() + timedelta(days=1)
    with database.writing(scope) as tx:
        issued = passes.issue(tx, NewPass("api", expires_at=end))
        assert passes.find(tx.connection, "api", issued.id, end - timedelta(seconds=1)) == issued
        assert passes.find(tx.connection, "api", issued.id, end) is None
    clock.now = end
    with database.reading(scope) as tx:
        assert passes.by_kind(tx, "api") == []


def test_its_use_is_noted_once_an_hour(database: Database, scope: Scope, clock: Clock) -> None:
    with database.writing(scope) as tx:
        issued = passes.issue(tx, NewPass("api"))

    def used() -> passes.Pass:
        with database.connect() as connection:
            found = passes.find(connection, "api", issued.id, clock())
        assert found is not None
        return found

    first = clock()
    passes.note_use(database, used())
    assert used().used_at == first
    clock.advance(minutes=59)
    passes.note_use(database, used())
    assert used().used_at == first
    clock.advance(minutes=1)
    passes.note_use(database, used())
    assert used().used_at == clock()


def test_a_session_lasts_as_long_as_it_is_used(
    database: Database, scope: Scope, clock: Clock
) -> None:
    with database.writing(scope) as tx:
        issued = passes.issue(tx, NewPass("session"))
    for _ in range(3):
        clock.advance(days=89)
        with database.connect() as connection:
            found = passes.find(connection, "session", issued.id, clock())
        assert found is not None
        passes.note_use(database, found)
    clock.advance(days=90)
    with database.connect() as connection:
        assert passes.find(connection, "session", issued.id, clock()) is None


def test_a_link_leads_nowhere_while_its_list_is_in_the_bin(
    database: Database, scope: Scope
) -> None:
    with database.writing(scope) as tx:
        inbox = lists.inbox(tx)
        link = passes.issue(tx, NewPass("share", list_id=inbox.id, may_edit=False))
        lists.delete(tx, inbox)
        assert passes.find(tx.connection, "share", link.id, tx.now) is None
        lists.restore(tx, inbox.id)
        assert passes.find(tx.connection, "share", link.id, tx.now) == link


def test_passes_of_others_cannot_be_seen_or_revoked(database: Database, scope: Scope) -> None:
    with database.begin() as connection:
        ada = accounts.add(connection, "Ada", database.clock())
    with database.writing(scope) as tx:
        inbox = lists.inbox(tx)
        issued = passes.issue(tx, NewPass("share", list_id=inbox.id))
    with database.writing(Scope(ada.id)) as tx:
        assert passes.by_kind(tx, "share") == []
        with pytest.raises(NotFound):
            passes.by_kind(tx, "share", of_list=inbox.id)
        with pytest.raises(NotFound):
            passes.revoke(tx, "share", issued.id)
        with pytest.raises(NotFound):
            passes.issue(tx, NewPass("share", list_id=inbox.id))
        assert passes.revoke_all(tx, "share") == 0


def test_a_guest_has_nothing_to_do_with_passes(database: Database, scope: Scope) -> None:
    with database.writing(scope) as tx:
        inbox = lists.inbox(tx)
        link = passes.issue(tx, NewPass("share", list_id=inbox.id))
    with database.writing(Scope(scope.account_id, inbox.id)) as tx:
        with pytest.raises(NotAllowed):
            passes.by_kind(tx, "share")
        with pytest.raises(NotAllowed):
            passes.issue(tx, NewPass("share", list_id=inbox.id))
        with pytest.raises(NotAllowed):
            passes.revoke(tx, "share", link.id)
        with pytest.raises(NotAllowed):
            passes.revoke_all(tx, "session")


def test_all_sessions_but_one_can_be_ended(database: Database, scope: Scope) -> None:
    with database.writing(scope) as tx:
        one, two, three = (passes.issue(tx, NewPass("session", name)) for name in "abc")
        token = passes.issue(tx, NewPass("api"))
        assert passes.revoke_all(tx, "session", but=two.id) == 2
        assert passes.by_kind(tx, "session") == [two]
        assert passes.by_kind(tx, "api") == [token]
        with pytest.raises(NotFound):
            passes.revoke(tx, "session", one.id)
        with pytest.raises(NotFound):
            passes.revoke(tx, "session", token.id)
        assert passes.revoke(tx, "session", two.id) == two
        assert three.label == "c"


def test_there_is_an_end_to_tokens(
    database: Database, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "MAX_PASSES", 2)
    with database.writing(scope) as tx:
        for _ in range(2):
            passes.issue(tx, NewPass("api"))
        with pytest.raises(LimitReached):
            passes.issue(tx, NewPass("api"))
        for _ in range(3):
            passes.issue(tx, NewPass("session"))


def test_links_are_listed_by_their_list(database: Database, scope: Scope) -> None:
    with database.writing(scope) as tx:
        inbox, other = lists.inbox(tx), lists.add(tx, NewList(title="Trip"))
        link = passes.issue(tx, NewPass("share", list_id=inbox.id))
        passes.issue(tx, NewPass("share", list_id=other.id))
        assert passes.by_kind(tx, "share", of_list=inbox.id) == [link]
        assert len(passes.by_kind(tx, "share")) == 2


# -- attempts ----------------------------------------------------------------------------------

LIMITS = [Limit("both", "ada 192.0.2.1", 2), Limit("address", "192.0.2.1", 3)]


def _count(database: Database, limits: list[Limit] = LIMITS) -> None:
    with database.begin() as connection:
        attempts.count(connection, limits, database.clock())


def test_attempts_are_counted_up_to_their_limit(database: Database, clock: Clock) -> None:
    _count(database)
    clock.advance(minutes=5)
    _count(database)
    with pytest.raises(TooMany) as refused:
        _count(database)
    assert refused.value.wait == WINDOW - timedelta(minutes=5)


def test_what_is_refused_is_not_counted(database: Database, clock: Clock) -> None:
    _count(database)
    _count(database)
    for _ in range(5):
        with pytest.raises(TooMany):
            _count(database)
    _count(database, [Limit("both", "bob 192.0.2.1", 2), LIMITS[1]])  # the third of the address
    with pytest.raises(TooMany):
        _count(database, [Limit("both", "cid 192.0.2.1", 2), LIMITS[1]])


def test_counting_begins_anew_after_the_window(database: Database, clock: Clock) -> None:
    for _ in range(2):
        _count(database)
    clock.now += WINDOW
    _count(database)
    _count(database)
    with pytest.raises(TooMany):
        _count(database)


def test_a_success_takes_back_its_own(database: Database, clock: Clock) -> None:
    _count(database)
    _count(database)
    with database.begin() as connection:
        attempts.forgive(connection, LIMITS)
    _count(database)
    with database.begin() as connection:
        attempts.forget(connection, LIMITS[0])
    _count(database)
    with pytest.raises(TooMany):
        _count(database)  # of the address


def test_attempts_at_the_same_time_are_no_more_than_one_after_the_other(
    database: Database, clock: Clock
) -> None:
    def attempt(_: int) -> bool:
        try:
            _count(database, [Limit("name", "ada", 5)])
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(20))) == 5


def test_a_mistyped_password_is_not_kept_as_a_name(database: Database) -> None:
    assert "hunter2" not in Limit("name", "hunter2", 5).row_key
    assert Limit("name", "\ud800", 5).row_key != Limit("name", "", 5).row_key


# -- the secret --------------------------------------------------------------------------------


def test_the_secret_is_made_once_whoever_asks_first(database: Database) -> None:
    with ThreadPoolExecutor(6) as threads:
        made = set(threads.map(lambda _: signing_secret(database), range(6)))
    assert len(made) == 1
    assert len(made.pop()) == 43
