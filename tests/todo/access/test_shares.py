"""Links to a list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from potstill.web.testing import Answer, Client
from puretodo.model.values import NewList, NewTodo
from puretodo.store import lists, passes, todos
from puretodo.store.passes import NewPass
from puretodo.store.scope import Scope
from tests.todo.access.site import PAGE, Site, Sites

LIST = 1
"""The owner's, called To do."""


def make(client: Client, **said: object) -> dict[str, object]:
    """Make a link by the API."""
    answer = client.post(f"/api/v1/lists/{LIST}/shares", json=said)
    assert answer.status == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


def below(link: dict[str, object]) -> str:
    """The path of a link, without the slash at its end."""
    return re.sub("^https?://[^/]+", "", str(link["url"])).rstrip("/")


def title_of(answer: Answer) -> str:
    found = re.search("<title>(.*?)</title>", answer.text)
    assert found, answer.text
    return found[1]


def test_whoever_has_a_link_sees_the_list_without_a_password(site: Site) -> None:
    with site.database.writing(Scope(1)) as tx:
        todos.add(tx, LIST, NewTodo(title="Buy a kettle"))
    link = make(site.member(), label="for Bob")
    assert link | {"id": 0, "url": "", "created_at": ""} == {
        "id": 0,
        "list_id": LIST,
        "may_edit": False,
        "label": "for Bob",
        "url": "",
        "created_at": "",
        "used_at": None,
        "expires_at": None,
    }
    client = site.client()
    page = client.get(f"{below(link)}/", headers=PAGE)
    assert page.status == 200
    assert "Buy a kettle" in page.text
    assert client.get("/", headers=PAGE).status == 303
    assert client.get(f"{below(link)}/api/v1/me").json() == {
        "name": "",
        "access": "accounts",
        "is_guest": True,
        "list_id": LIST,
        "may_edit": False,
    }


def test_every_address_of_the_page_keeps_the_link(site: Site) -> None:
    path = below(make(site.member(), may_edit=True))
    page = site.client().get(f"{path}/", headers=PAGE)
    addresses = re.findall(r'(?:href|src|action|formaction)="([^"#][^"]*)"', page.text)
    assert len(addresses) > 5
    assert [each for each in addresses if not each.startswith(path)] == []


def test_a_link_works_below_a_path_and_without_its_last_slash(site: Site) -> None:
    link = make(site.member())
    client = site.client("http://localhost/apps")
    for path in (below(link), f"{below(link)}/"):
        page = client.get(path, headers=PAGE)
        assert page.status == 200
        assert f'data-root="/apps{below(link)}"' in page.text


def test_a_link_for_changing_changes_the_list_by_forms(site: Site) -> None:
    path = below(make(site.member(), may_edit=True))
    client = site.client()
    answer = client.post(f"{path}/lists/{LIST}/add", form={"text": "tea !1", "back": "/"})
    assert answer.status == 303
    assert answer.headers["Location"].startswith(path)
    assert "tea" in client.get(f"{path}/", headers=PAGE).text
    answer = client.post(
        f"{path}/lists/{LIST}/add", form={"text": "x"}, headers={"Origin": "https://evil.test"}
    )
    assert answer.status == 403


def test_a_link_for_reading_says_that_nothing_can_be_changed(site: Site) -> None:
    path = below(make(site.member()))
    answer = site.client().post(f"{path}/api/v1/lists/{LIST}/todos", json={"title": "x"})
    assert (answer.status, answer.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize("path", ["/", "/search?q=x", "/api/v1/lists", "/login", "/nothing"])
def test_an_address_that_is_a_key_is_told_to_nobody(site: Site, path: str) -> None:
    answer = site.client().get(below(make(site.member())) + path, headers=PAGE)
    assert answer.headers.all("Referrer-Policy") == ["no-referrer"]
    assert answer.headers.all("X-Robots-Tag") == ["noindex"]
    assert answer.headers.all("Cache-Control") == ["no-store"]


def test_files_of_a_link_may_be_kept(site: Site) -> None:
    path = below(make(site.member()))
    page = site.client().get(f"{path}/", headers=PAGE)
    found = re.search(r'href="([^"]*app\.[^"]*css)"', page.text)
    assert found
    answer = site.client().get(found[1])
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


# -- links that lead nowhere -------------------------------------------------------------------


def dead_links(site: Site) -> dict[str, str]:
    """Paths of what is no link, or not any more."""
    owner = site.owner()
    token = site.keys.tokens.text
    end = site.clock() + timedelta(hours=1)
    expired = site.issue(owner, NewPass("share", list_id=LIST, expires_at=end))
    revoked = site.issue(owner, NewPass("share", list_id=LIST))
    with site.database.writing(Scope(owner.id)) as tx:
        passes.revoke(tx, "share", revoked.id)
        other = lists.add(tx, NewList(title="Gone"))
    binned = site.issue(owner, NewPass("share", list_id=other.id))
    with site.database.writing(Scope(owner.id)) as tx:
        lists.delete(tx, lists.get(tx, other.id))
    valid = token("share", site.issue(owner, NewPass("share", list_id=LIST)).id)
    site.clock.now = end
    return {
        "expired": token("share", expired.id),
        "revoked": token("share", revoked.id),
        "binned": token("share", binned.id),
        "session": site.token(owner, NewPass("session")),
        "api": site.token(owner, NewPass("api")),
        "feed": site.token(owner, NewPass("feed")),
        "forged": valid[:-2] + ("AA" if valid[-2:] != "AA" else "BA"),
        "cut": valid[:-1],
        "nonsense": "x",
        "empty": "",
    }


def test_a_link_that_leads_nowhere_is_no_different_from_one_that_never_was(site: Site) -> None:
    client = site.client()
    found = dead_links(site)
    for path in ("", "/", "/lists/1", "/api/v1/lists", "/static/app.css", "/login", "/sw.js"):
        answers = set()
        for token in found.values():
            answer = client.get(f"/s/{token}{path}", headers=PAGE)
            assert answer.status == 404, path
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            text = re.sub(r'nonce="[^"]*"', "", answer.text)
            assert token not in text or len(token) < 2
            answers.add((title_of(answer), text))
        assert len(answers) == 1, path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_done_by_a_link_that_leads_nowhere(site: Site, method: str) -> None:
    client = site.member()  # whatever cookies come along
    for token in dead_links(site).values():
        assert (
            client.request(method, f"/s/{token}/api/v1/lists/1", json={"title": "x"}).status == 404
        )
        assert client.request(method, f"/s/{token}/lists/1/clear").status == 404


def test_a_link_below_a_link_leads_nowhere(site: Site) -> None:
    path = below(make(site.member()))
    assert site.client().get(f"{path}{path}/").status == 404


# -- made and revoked --------------------------------------------------------------------------


def test_links_are_listed_and_revoked(site: Site) -> None:
    member = site.member()
    one, two = make(member, label="one"), make(member, label="two", may_edit=True)
    listed = member.get(f"/api/v1/lists/{LIST}/shares").json()
    assert sorted(each["label"] for each in listed) == ["one", "two"]
    assert member.delete(f"/api/v1/shares/{one['id']}").status == 204
    assert member.delete(f"/api/v1/shares/{one['id']}").status == 404
    assert member.get(f"/api/v1/lists/{LIST}/shares").json() == [two]
    assert site.client().get(f"{below(one)}/").status == 404
    assert site.client().get(f"{below(two)}/").status == 200


def test_a_page_that_listens_by_a_link_hears_nothing_more_when_it_is_revoked(site: Site) -> None:
    member = site.member()
    link = make(member)
    guest = site.client()
    with guest.stream("GET", f"{below(link)}/api/v1/events") as stream:
        assert stream.status == 200
        member.delete(f"/api/v1/shares/{link['id']}")
        assert b"".join(stream)  # it ends
    assert guest.get(f"{below(link)}/api/v1/events").status == 404


def test_a_link_may_have_an_end(site: Site) -> None:
    end = site.clock() + timedelta(days=1)
    link = make(site.member(), days=1)
    assert site.client().get(f"{below(link)}/").status == 200
    site.clock.now = end
    assert site.client().get(f"{below(link)}/").status == 404


@pytest.mark.parametrize(
    "said",
    [
        {"days": 0},
        {"days": 3654},
        {"days": "1"},
        {"expires_at": "2026-12-24T18:00:00Z"},
        {"label": "x" * 101},
        {"may_edit": 1},
        {"list_id": 2},
    ],
)
def test_a_link_that_makes_no_sense_is_refused(site: Site, said: dict[str, object]) -> None:
    answer = site.member().post(f"/api/v1/lists/{LIST}/shares", json=said)
    assert answer.status == 422
    assert answer.json()["errors"]


def test_a_list_is_shared_by_a_form(site: Site) -> None:
    member = site.member()
    page = f"/lists/{LIST}/edit"
    assert "/s/" not in member.get(page, headers=PAGE).text
    form = {"label": " <b>Bob</b> ", "may_edit": "1", "until": "2026-11-30"}
    answer = member.post(f"/lists/{LIST}/shares", form=form)
    assert (answer.status, answer.headers["Location"]) == (303, f"{page}#shares")
    text = member.get(page, headers=PAGE).text
    found = re.search(r'value="http://localhost(/s/[^"]*)/"', text)
    assert found
    assert "&lt;b&gt;Bob&lt;/b&gt;" in text
    guest = site.client()
    assert guest.get(f"{found[1]}/api/v1/me").json()["may_edit"] is True
    (link,) = member.get(f"/api/v1/lists/{LIST}/shares").json()
    answer = member.post(f"/shares/{link['id']}/revoke")
    assert answer.headers["Location"] == f"{page}#shares"
    assert guest.get(f"{found[1]}/").status == 404


def test_a_link_of_a_form_lasts_to_the_end_of_the_day_of_whoever_made_it(site: Site) -> None:
    member = site.member()
    member.cookies["tz"] = "Pacific/Kiritimati"
    member.post(f"/lists/{LIST}/shares", form={"until": "2026-11-30"})
    (link,) = member.get(f"/api/v1/lists/{LIST}/shares").json()
    assert link["expires_at"] == "2026-11-30T10:00:00Z"
    assert "30 Nov" in member.get(f"/lists/{LIST}/edit", headers=PAGE).text or "Tomorrow" in (
        member.get(f"/lists/{LIST}/edit", headers=PAGE).text
    )


@pytest.mark.parametrize("until", ["2026-11-28", "0001-01-01", "9999-12-31", "2037-01-01"])
def test_a_day_that_makes_no_sense_is_refused(site: Site, until: str) -> None:
    member = site.member()
    answer = member.post(f"/lists/{LIST}/shares", form={"until": until}, headers=PAGE)
    assert answer.status == 422
    assert member.get(f"/api/v1/lists/{LIST}/shares").json() == []


def test_a_guest_sees_no_links_and_makes_none(site: Site) -> None:
    path = below(make(site.member(), may_edit=True))
    guest = site.client()
    page = guest.get(f"{path}/lists/{LIST}/edit", headers=PAGE)
    assert page.status == 200
    assert 'id="shares"' not in page.text
    for action in ("delete", "move", "archived"):
        assert action not in page.text.partition("<main")[2].partition("</main>")[0]
    assert guest.post(f"{path}/lists/{LIST}/shares", form={}).status == 404
    assert guest.post(f"{path}/api/v1/lists/{LIST}/shares", json={}).status == 404
    assert guest.get(f"{path}/api/v1/lists/{LIST}/shares").status == 404


def test_links_work_where_there_is_no_login(sites: Sites) -> None:
    site = sites(access="none")
    link = make(site.client())
    assert site.client().get(f"{below(link)}/api/v1/me").json()["is_guest"] is True
