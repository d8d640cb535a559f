"""One's own access, on the page of settings; and the calendar."""

from __future__ import annotations

import re
from datetime import date

import pytest
from icalendar import Calendar

from potstill.web.testing import Client
from puretodo.model.values import NewTodo
from puretodo.store import lists, todos
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from tests.todo.access.site import PAGE, PASSWORD, Site, Sites, bearer, log_in

NEW = "another good password"


def settings_of(client: Client) -> str:
    answer = client.get("/settings", headers=PAGE)
    assert answer.status == 200
    return answer.text


def change(client: Client, current: str, wanted: str) -> str:
    """Send the form, and what the page says then."""
    answer = client.post("/settings/password", form={"current": current, "wanted": wanted})
    assert (answer.status, answer.headers["Location"]) == (303, "/settings#password")
    return settings_of(client)


# -- the password ------------------------------------------------------------------------------


def test_a_changed_password_logs_all_other_devices_out(site: Site) -> None:
    here, there, bob = site.member("Ada"), site.member("Ada"), site.member("Bob")
    assert "All other devices are logged out." in change(here, PASSWORD, NEW)
    assert here.get("/api/v1/me").status == 200
    assert there.get("/api/v1/me").status == 401
    assert bob.get("/api/v1/me").status == 200
    assert log_in(site.client(), "Ada", PASSWORD).status == 403
    assert log_in(site.client(), "Ada", NEW).status == 303


def test_who_does_not_know_the_password_does_not_change_it(site: Site) -> None:
    here, there = site.member("Ada"), site.member("Ada")
    assert "nothing was changed" in change(here, "wrong password", NEW)
    assert "nothing was changed" in change(here, PASSWORD, "short")
    assert there.get("/api/v1/me").status == 200
    assert log_in(site.client(), "Ada", PASSWORD).status == 303


def test_the_password_cannot_be_guessed_by_changing_it(site: Site) -> None:
    here = site.member("Ada")
    form = {"current": "wrong password", "wanted": NEW}
    statuses = [here.post("/settings/password", form=form).status for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_the_one_password_is_changed_as_well(sites: Sites) -> None:
    site = sites(access="password")
    site.owner()
    assert "The password is changed." in change(site.member(), PASSWORD, NEW)
    assert log_in(site.client(), "", NEW).status == 303


def test_a_token_changes_no_password(site: Site) -> None:
    client = Client(site.app, headers=bearer(site.token(site.add("Cid"), NewPass("api"))))
    form = {"current": PASSWORD, "wanted": NEW}
    assert client.post("/settings/password", form=form).headers["Location"] == "/login"


# -- devices -----------------------------------------------------------------------------------


def test_devices_are_listed_and_can_be_logged_out(site: Site) -> None:
    phone = Client(site.app, headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})
    log_in(phone, "Ada")
    here = site.member("Ada")
    text = settings_of(here)
    assert "Safari, iPhone" in text
    assert "this one" in text
    (path,) = re.findall(r'action="(/settings/sessions/\d+/revoke)"', text)
    assert here.post(path).headers["Location"] == "/settings#sessions"
    assert phone.get("/api/v1/me").status == 401
    assert here.get("/api/v1/me").status == 200
    assert "Safari, iPhone" not in settings_of(here)


def test_all_other_devices_can_be_logged_out_at_once(site: Site) -> None:
    others = [site.member("Ada") for _ in range(2)]
    here = site.member("Ada")
    here.post("/settings/sessions/revoke")
    assert [each.get("/api/v1/me").status for each in (*others, here)] == [401, 401, 200]


# -- tokens ------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_can_be_revoked(site: Site) -> None:
    here = site.member("Ada")
    page = here.post("/settings/tokens", form={"label": " my <i>script</i> "}, headers=PAGE)
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    (token,) = re.findall(r'value="([\w-]{10}\.[\w-]{22})"', page.text)
    assert "my &lt;i&gt;script&lt;/i&gt;" in page.text
    assert site.client().get("/api/v1/me", headers=bearer(token)).json()["name"] == "Ada"
    text = settings_of(here)
    assert token not in text
    assert "my &lt;i&gt;script&lt;/i&gt;" in text
    (path,) = re.findall(r'action="(/settings/tokens/\d+/revoke)"', text)
    here.post(path)
    assert site.client().get("/api/v1/me", headers=bearer(token)).status == 401


def test_without_a_login_there_are_no_tokens_and_no_password(sites: Sites) -> None:
    client = sites(access="none").client()
    text = settings_of(client)
    assert 'id="tokens"' not in text
    assert 'id="password"' not in text
    assert client.post("/settings/tokens", form={"label": "x"}).status == 404
    form = {"current": PASSWORD, "wanted": NEW}
    assert client.post("/settings/password", form=form).status == 404


# -- the calendar ------------------------------------------------------------------------------


def feed_of(client: Client) -> str:
    """The path of the calendar's address."""
    (found,) = re.findall(r'value="http://localhost(/feeds/[^"]*)"', settings_of(client))
    return str(found)


@pytest.fixture
def member(site: Site) -> Client:
    """The owner, who has something to do."""
    with site.database.writing(Scope(1)) as tx:
        inbox = lists.inbox(tx)
        todos.add(tx, inbox.id, NewTodo(title="Kettle, repaired; fetch", due=date(2026, 12, 1)))
        todos.add(tx, inbox.id, NewTodo(title="Some day"))
    client = site.member()
    client.post("/settings/feed")
    return client


def test_a_calendar_has_what_is_due(site: Site, member: Client) -> None:
    answer = site.client().get(feed_of(member))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.body)
    (event,) = calendar.walk("VEVENT")
    assert str(event["SUMMARY"]) == "Kettle, repaired; fetch"
    assert event.decoded("DTSTART").isoformat() == "2026-12-01"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.body
    tasks = Calendar.from_ical(site.client().get(f"{feed_of(member)}?tasks=1").body)
    assert len(tasks.walk("VTODO")) == 2


def test_a_calendar_asks_again_for_little(site: Site, member: Client) -> None:
    client, path = site.client(), feed_of(member)
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status == 304
    member.post("/lists/1/add", form={"text": "Pay rent tomorrow"})
    again = client.get(path, headers={"If-None-Match": etag})
    assert again.status == 200
    assert b"Pay rent" in again.body


def test_another_address_ends_the_one_before(site: Site, member: Client) -> None:
    client, before = site.client(), feed_of(member)
    member.post("/settings/feed")
    assert client.get(before).status == 404
    assert client.get(feed_of(member)).status == 200
    after = feed_of(member)
    member.post("/settings/feed/revoke")
    assert client.get(after).status == 404
    assert "/feeds/" not in settings_of(member).replace('action="/settings/feed', "")


def test_a_calendars_address_opens_nothing_else(site: Site, member: Client) -> None:
    token = feed_of(member).removeprefix("/feeds/").removesuffix(".ics")
    client = site.client()
    assert client.get("/api/v1/me", headers=bearer(token)).status == 401
    assert client.get(f"/s/{token}/").status == 404
    session = site.token(site.owner(), NewPass("session"))
    assert client.get(f"/feeds/{session}.ics").status == 404
    assert client.post(f"/feeds/{token}.ics").status == 405
