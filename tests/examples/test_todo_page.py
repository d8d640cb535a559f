"""The to-do list without JavaScript: a page and its forms."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from .site import FORM, Site, served


def row_of(site: Site, number: int) -> str:
    """What stands on the page between the tags of one item."""
    rows = re.findall(r"<li>.*?</li>", site.page(), re.DOTALL)
    return "".join(row for row in rows if f'"todos/{number}"' in row)


def test_an_empty_list_is_a_page_without_rows(tmp_path: Path) -> None:
    with served(tmp_path / "new.sqlite3") as site:
        answer = site.ask("GET", "/")
    assert (answer.status, answer.get("content-type")) == (200, "text/html; charset=utf-8")
    assert b"<li>" not in answer.body
    assert b"<b>0</b> of <b>0</b> done" in answer.body


def test_the_form_adds_an_item_and_sends_the_browser_back_to_the_page(site: Site) -> None:
    answer = site.submit("/todos", urlencode({"title": "Water the barley"}))
    assert (answer.status, answer.get("location"), answer.body) == (303, "/", b"")
    assert "Water the barley" in site.page()


def test_the_form_of_a_row_crosses_the_item_off_and_puts_it_back(site: Site) -> None:
    number = site.add("Turn the malt")["id"]
    assert site.submit(f"/todos/{number}", "done=1").status == 303
    assert 'aria-pressed="true"' in row_of(site, number)
    assert site.submit(f"/todos/{number}", "done=0").status == 303
    assert 'aria-pressed="false"' in row_of(site, number)


def test_each_row_offers_the_opposite_of_its_state(site: Site) -> None:
    number = site.add("Light the fire")["id"]
    assert 'name="done" value="1"' in row_of(site, number)
    site.submit(f"/todos/{number}", "done=1")
    assert 'name="done" value="0"' in row_of(site, number)


def test_the_second_button_of_a_row_deletes_the_item(site: Site) -> None:
    number = site.add("Taste the heads")["id"]
    assert f'formaction="todos/{number}/delete"' in row_of(site, number)
    answer = site.submit(f"/todos/{number}/delete", "")
    assert (answer.status, answer.get("location")) == (303, "/")
    assert row_of(site, number) == ""


def test_the_page_counts_what_is_done(tmp_path: Path) -> None:
    with served(tmp_path / "count.sqlite3") as site:
        first, *_ = [site.add(title)["id"] for title in ("one", "two", "three")]
        site.submit(f"/todos/{first}", "done=1")
        page = site.page()
    assert "<b>1</b> of <b>3</b> done" in page
    assert '<progress id="progress" value="1" max="3"' in page


def test_what_is_still_to_be_done_stands_first(tmp_path: Path) -> None:
    with served(tmp_path / "order.sqlite3") as site:
        first, *_ = [site.add(title)["id"] for title in ("one", "two", "three")]
        site.submit(f"/todos/{first}", "done=1")
        assert [todo["title"] for todo in site.todos()] == ["two", "three", "one"]
        assert re.findall(">(one|two|three)</button>", site.page()) == ["two", "three", "one"]


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '" onfocus="alert(1)', "'&amp;'", "$title ${id}"]
)
def test_a_title_is_text_whatever_it_looks_like(site: Site, title: str) -> None:
    number = site.add(title)["id"]
    row = row_of(site, number)
    assert f">{escape(title)}</button>" in row
    assert f'aria-label="Delete: {escape(title)}"' in row
    site.ask("DELETE", f"/todos/{number}")


def test_every_script_goes_through_the_form_and_back_unharmed(site: Site) -> None:
    title = "\u6d17\u7897 \u00e9t\u00e9 \U0001f943 \u0394"
    site.submit("/todos", urlencode({"title": title}))
    assert title in site.page()


def test_a_mistake_in_a_form_is_explained_on_the_page(site: Site) -> None:
    answer = site.submit("/todos", "title=+++")
    assert (answer.status, answer.get("content-type")) == (400, "text/html; charset=utf-8")
    assert b"A title has 1 to 200 characters; this one has 0." in answer.body
    assert b'<form id="add"' in answer.body


def test_a_form_for_an_item_that_is_gone_says_so(site: Site) -> None:
    number = site.add("Spill the tails")["id"]
    site.submit(f"/todos/{number}/delete", "")
    for form in ("done=1", "delete=1"):
        answer = site.submit(f"/todos/{number}" + "/delete" * (form == "delete=1"), form)
        assert answer.status == 404
        assert b"This item is not on the list any more." in answer.body


@pytest.mark.parametrize("form", ["", "done=2", "done=true", "delete=1", "title=x"])
def test_a_row_s_form_without_a_meaning_changes_nothing(site: Site, form: str) -> None:
    todo = site.add("Stay as it is")
    assert site.submit(f"/todos/{todo['id']}", form).status == 400
    assert todo in site.todos()


@pytest.mark.parametrize("form", ["title=%ff", "&".join(f"a{n}=1" for n in range(11))])
def test_a_form_that_cannot_be_read_is_refused(site: Site, form: str) -> None:
    answer = site.submit("/todos", form)
    assert answer.status == 400
    assert b"This is neither JSON nor a form." in answer.body


def test_bytes_that_are_not_utf8_are_refused(site: Site) -> None:
    assert site.ask("POST", "/todos", FORM, body=b"title=\xff").status == 400


def test_a_page_of_another_site_cannot_write_to_the_list(site: Site) -> None:
    before = site.todos()
    for origin in ("https://elsewhere.example", "http://a:8080", "null"):
        answer = site.submit("/todos", "title=stolen", f"Origin: {origin}")
        assert answer.status == 403
    assert site.todos() == before
    assert site.submit("/todos", "title=own", "Origin: http://a").status == 303


def test_under_a_prefix_the_addresses_have_the_prefix(tmp_path: Path) -> None:
    with served(tmp_path / "mounted.sqlite3", "--root-path", "/lists/my") as site:
        answer = site.submit("/lists/my/todos", "title=x")
        assert (answer.status, answer.get("location")) == (303, "/lists/my/")
        assert b'<base href="/lists/my/">' in site.ask("GET", "/lists/my/").body
