from __future__ import annotations

import pytest

from potstill.web.testing import Client
from puretodo.access import passwords
from puretodo.access.login import Login
from puretodo.access.passwords import Passwords
from puretodo.access.ready import check
from puretodo.settings import Access, Settings, SettingsError
from puretodo.store import accounts, passes
from puretodo.store.location import location
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from tests.todo.access.site import CHEAP, PAGE, PASSWORD, Site, Sites, log_in


def whoami(client: Client) -> str | int:
    """The name that the site knows a browser by, or the status of its refusal."""
    answer = client.get("/api/v1/me")
    return str(answer.json()["name"]) if answer.status == 200 else answer.status


def sessions(site: Site, name: str) -> list[passes.Pass]:
    with site.database.connect() as connection:
        account = accounts.named(connection, name)
    assert account is not None
    with site.database.reading(Scope(account.id)) as tx:
        return passes.by_kind(tx, "session")


# -- in and out --------------------------------------------------------------------------------


def test_who_knows_name_and_password_comes_in(site: Site) -> None:
    client = site.client()
    assert whoami(client) == 401
    answer = log_in(client, "  ada ")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert whoami(client) == "Ada"
    assert [each.label for each in sessions(site, "Ada")] == [""]


def test_one_password_needs_no_name(sites: Sites) -> None:
    site = sites(access="password")
    site.owner()
    client = site.client()
    assert 'name="name"' not in client.get("/login").text
    assert log_in(client, "whoever").status == 303
    assert whoami(client) == "owner"


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    (line,) = log_in(site.client()).headers.all("Set-Cookie")
    assert line.startswith("puretodo-")
    assert "; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax" in line
    assert "Secure" not in line
    (line,) = log_in(site.client("https://todo.example")).headers.all("Set-Cookie")
    assert "; Secure; HttpOnly; SameSite=Lax" in line


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ada", "wrong password"),
        ("Nobody", PASSWORD),
        ("", PASSWORD),
        ("Ada", ""),
        ("Ada\0", PASSWORD + "\0"),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_anything_else_gets_one_answer(site: Site, name: str, password: str) -> None:
    client = site.client()
    answer = log_in(client, name, password)
    assert answer.status == 403
    assert "Name and password do not fit together." in answer.text
    assert whoami(client) == 401


def test_an_account_without_a_password_cannot_be_entered(site: Site) -> None:
    with site.database.begin() as connection:
        accounts.add(connection, "Eve", site.clock())
    for password in ("", "None", PASSWORD):
        assert log_in(site.client(), "Eve", password).status == 403


def test_what_was_typed_is_not_shown_again(site: Site) -> None:
    answer = log_in(site.client(), "<script>Ada", "secret of Ada")
    assert "secret of Ada" not in answer.text
    assert "<script>Ada" not in answer.text


def test_a_login_leads_back_to_where_one_wanted_to_go(site: Site) -> None:
    client = site.client()
    sent = client.get("/search?q=tea&x=%2F", headers=PAGE)
    assert sent.status == 303
    page = client.get(sent.headers["Location"])
    assert 'value="/search?q=tea&amp;x=%2F"' in page.text
    answer = log_in(client, back="/search?q=tea&x=%2F")
    assert answer.headers["Location"] == "/search?q=tea&x=%2F"


@pytest.mark.parametrize(
    "target", ["//evil.test", "/\\evil.test", "https://evil.test", "/\t/e.test"]
)
def test_a_login_leads_to_no_other_site(site: Site, target: str) -> None:
    assert log_in(site.client(), back=target).headers["Location"] == "/"
    member = site.member()
    assert member.get("/login", query={"next": target}).headers["Location"] == "/"


def test_a_login_below_a_path_stays_below_it(site: Site) -> None:
    client = site.client("https://example.test/apps/todo")
    sent = client.get("/today", headers=PAGE)
    assert sent.headers["Location"] == "/apps/todo/login?next=/today"
    answer = log_in(client, back="/../other")
    assert answer.headers["Location"] == "/apps/todo/"
    assert log_in(client, back="/today").headers["Location"] == "/apps/todo/today"
    assert whoami(client) == "owner"


def test_what_a_session_held_before_the_login_is_gone_after_it(site: Site) -> None:
    client = site.client()
    log_in(client, "Ada")
    planted = dict(client.cookies)
    log_in(client, "Bob")
    assert dict(client.cookies) != planted
    assert whoami(client) == "Bob"
    other = site.client()
    other.cookies.update(planted)
    assert whoami(other) == 401  # Ada's session ended when Bob logged in with this browser
    assert sessions(site, "Ada") == []


def test_who_has_logged_in_sees_no_login(site: Site) -> None:
    assert site.member().get("/login?next=/today").headers["Location"] == "/today"


def test_without_a_login_there_is_none(sites: Sites) -> None:
    client = sites(access="none").client()
    assert whoami(client) == "owner"
    assert client.get("/login").headers["Location"] == "/"
    assert log_in(client).headers["Location"] == "/"


def test_logging_out_ends_every_copy_of_the_session(site: Site) -> None:
    client = site.member("Ada")
    copy = site.client()
    copy.cookies.update(client.cookies)
    answer = client.post("/logout")
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert whoami(client) == 401
    assert whoami(copy) == 401


def test_pages_that_listen_are_asked_anew_when_somebody_logs_out(site: Site) -> None:
    client = site.member("Ada")
    with client.stream("GET", "/api/v1/events") as stream:
        assert stream.status == 200
        client.post("/logout")
        assert b"".join(stream)  # it ends
    assert client.get("/api/v1/events").status == 401


def test_below_a_path_logging_out_leaves_alone_what_others_stored(site: Site) -> None:
    client = site.client("http://localhost/todo")
    log_in(client)
    assert client.post("/logout").headers["Clear-Site-Data"] == '"cache"'


def test_logging_out_by_another_site_does_not_work(site: Site) -> None:
    client = site.member("Ada")
    assert client.post("/logout", headers={"Origin": "https://evil.test"}).status == 403
    assert whoami(client) == "Ada"


def test_logging_in_by_another_site_does_not_work(site: Site) -> None:
    form = {"name": "Ada", "password": PASSWORD}
    answer = site.client().post("/login", form=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403


def test_a_session_ends_when_it_is_not_used_for_ninety_days(site: Site) -> None:
    client = site.member("Ada")
    site.clock.advance(days=89)
    assert whoami(client) == "Ada"
    site.clock.advance(days=89)
    assert whoami(client) == "Ada"
    site.clock.advance(days=91)
    assert whoami(client) == 401


def test_removing_an_account_logs_it_out(site: Site) -> None:
    client = site.member("Ada")
    with site.database.begin() as connection:
        account = accounts.named(connection, "Ada")
        assert account is not None
        accounts.remove(connection, account.id)
    assert whoami(client) == 401


def test_a_password_kept_at_other_costs_is_kept_anew(site: Site) -> None:
    with site.database.begin() as connection:
        ada = accounts.named(connection, "Ada")
        assert ada is not None
        older = Passwords(passwords.Costs(ln=3, r=1, p=1)).keep(PASSWORD)
        accounts.set_password(connection, ada.id, older)
    site.member("Ada")
    with site.database.connect() as connection:
        ada = accounts.named(connection, "Ada")
    assert ada is not None
    assert ada.password is not None
    assert not Passwords(CHEAP).is_outdated(ada.password)
    site.member("Ada")


def test_a_storm_of_logins_is_asked_to_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_PATIENCE", 0.0)
    with passwords._turns, passwords._turns:
        answer = log_in(site.client())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


# -- how often ---------------------------------------------------------------------------------


def attempt(site: Site, name: str, address: str, password: str = "wrong password") -> int:
    form = {"name": name, "password": password}
    return site.client().post("/login", form=form, environ={"REMOTE_ADDR": address}).status


def test_five_failures_of_a_name_from_an_address_are_enough(site: Site) -> None:
    assert [attempt(site, "Ada", "192.0.2.1") for _ in range(6)] == [403] * 5 + [429]
    assert attempt(site, "ÁDA", "192.0.2.1", PASSWORD) == 429
    assert attempt(site, "Ada", "192.0.2.2", PASSWORD) == 303
    assert attempt(site, "Bob", "192.0.2.1", PASSWORD) == 303
    site.clock.advance(minutes=14)
    answer = log_in(Client(site.app), "Ada")  # from no address: another one
    assert answer.status == 303
    assert attempt(site, "Ada", "192.0.2.1", PASSWORD) == 429
    site.clock.advance(minutes=1)
    assert attempt(site, "Ada", "192.0.2.1", PASSWORD) == 303


def test_the_refusal_says_when_to_come_back_and_asks_no_password(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        attempt(site, "Ada", "")
    site.clock.advance(minutes=5)
    monkeypatch.delattr(passwords, "scrypt")
    answer = site.client().post(
        "/login", form={"name": "Ada", "password": "x"}, environ={"REMOTE_ADDR": ""}, headers=PAGE
    )
    assert (answer.status, answer.headers["Retry-After"]) == (429, "600")


def test_unknown_names_are_limited_as_known_ones(site: Site) -> None:
    assert [attempt(site, "Nobody", "192.0.2.1") for _ in range(6)] == [403] * 5 + [429]


def test_twenty_failures_of_an_address_are_enough(site: Site) -> None:
    statuses = [attempt(site, f"name {number}", "192.0.2.1") for number in range(21)]
    assert statuses == [403] * 20 + [429]
    assert attempt(site, "Ada", "192.0.2.1", PASSWORD) == 429
    assert attempt(site, "Ada", "192.0.2.2", PASSWORD) == 303


def test_an_address_of_ipv6_is_the_network_that_a_household_has(site: Site) -> None:
    statuses = [attempt(site, f"name {number}", f"2001:db8::{number:x}") for number in range(21)]
    assert statuses == [403] * 20 + [429]
    assert attempt(site, "Ada", "2001:db8:0:1::1", PASSWORD) == 303
    assert attempt(site, "Ada", "::ffff:192.0.2.1", PASSWORD) == 303


def test_fifty_failures_of_a_name_are_enough(site: Site) -> None:
    statuses = [attempt(site, "Ada", f"192.0.2.{number}") for number in range(51)]
    assert statuses == [403] * 50 + [429]
    assert attempt(site, "Bob", "192.0.2.1", PASSWORD) == 303


def test_a_success_clears_what_was_wrong_before(site: Site) -> None:
    for _ in range(3):
        assert [attempt(site, "Ada", "192.0.2.1") for _ in range(4)] == [403] * 4
        assert attempt(site, "Ada", "192.0.2.1", PASSWORD) == 303


def test_ones_own_success_gives_no_more_guesses_of_others(site: Site) -> None:
    """Who has an account does not begin anew at another one by logging in to it."""
    for number in range(20):
        assert attempt(site, f"name {number % 7}", "192.0.2.1") == 403
        if number < 19:
            assert attempt(site, "Bob", "192.0.2.1", PASSWORD) == 303
    assert attempt(site, "name 9", "192.0.2.1") == 429


def test_all_processes_count_together(sites: Sites) -> None:
    one = sites()
    one.owner()
    two = sites(clock=one.clock)
    statuses = [attempt(each, "owner", "192.0.2.1") for each in (one, two) * 3]
    assert statuses == [403] * 5 + [429]


def test_a_session_of_one_process_is_one_of_the_other(sites: Sites) -> None:
    one = sites()
    one.owner()
    two = sites()
    client = one.member()
    other = two.client()
    other.cookies.update(client.cookies)
    assert whoami(other) == "owner"


# -- what an operator decides ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "said"), [("password", "puretodo user password"), ("accounts", "puretodo user add")]
)
def test_a_login_that_nobody_can_pass_is_refused(sites: Sites, access: Access, said: str) -> None:
    site = sites(access=access)
    settings = Settings(location(site.url), access)
    with pytest.raises(SettingsError, match=said):
        check(site.database, settings)
    site.owner()
    check(site.database, settings)


def test_a_secret_of_the_operator_signs_instead_of_that_of_the_database(sites: Sites) -> None:
    site = sites(secret="s" * 32)
    ada = site.add("Ada")
    token = site.token(ada, NewPass("api"))
    rotated = sites(secret=f"{'t' * 32} {'s' * 32}")
    assert rotated.keys.tokens.read("api", token) is not None
    assert sites(secret="t" * 32).keys.tokens.read("api", token) is None
    assert sites().keys.tokens.read("api", token) is None


def test_a_short_secret_among_several_is_refused(sites: Sites) -> None:
    site = sites()
    with pytest.raises(SettingsError, match="32 characters"):
        check(site.database, Settings(location(site.url), secret=f"{'s' * 32} short"))


def test_nothing_secret_is_shown_of_a_login(site: Site) -> None:
    login = Login(site.database, site.keys, Passwords(CHEAP), "accounts")
    secret = site.keys.tokens.text("api", 7)
    assert secret not in repr(login)
