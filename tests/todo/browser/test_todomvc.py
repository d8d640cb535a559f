"""The behaviours of TodoMVC's specification, in its order, as tests of our own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .browsers import Browsers
from .errands import Errands
from .rows import add, is_stored, label, row, rows, shows, toggle

ONE, TWO, THREE = "buy some cheese", "feed the cat", "book a doctors appointment"


@pytest.fixture
def empty(browsers: Browsers, errands: Errands) -> Page:
    """The page of a list with nothing on it."""
    return browsers.open(errands.url)


@pytest.fixture
def page(browsers: Browsers, errands: Errands) -> Page:
    """The page of a list with three to-dos."""
    errands.add(ONE, TWO, THREE)
    opened = browsers.open(errands.url)
    shows(opened, ONE, TWO, THREE)
    return opened


def edit(page: Page, title: str) -> Locator:
    """Edit it by a double click: the field that appears."""
    label(page, title).dblclick()
    return page.locator(".todo.editing .edit")


def filter_by(page: Page, name: str) -> None:
    page.locator(".filters").get_by_role("link", name=name, exact=True).click()
    expect(page.locator(".filters .selected")).to_have_text(name)


# When the page is opened


def test_the_field_for_a_new_todo_has_the_focus(empty: Page) -> None:
    expect(empty.locator(".new-todo")).to_be_focused()


# Without to-dos


def test_a_new_list_has_no_todos(empty: Page) -> None:
    expect(rows(empty)).to_have_count(0)


def test_without_todos_main_and_footer_are_hidden(empty: Page) -> None:
    expect(empty.locator("section.main")).to_be_hidden()
    expect(empty.locator("section.footer")).to_be_hidden()


# A new to-do


def test_todos_are_added(empty: Page) -> None:
    add(empty, ONE)
    shows(empty, ONE)
    add(empty, TWO)
    shows(empty, ONE, TWO)


def test_the_field_is_cleared_when_a_todo_is_added(empty: Page) -> None:
    add(empty, ONE)
    expect(empty.locator(".new-todo")).to_have_value("")


def test_a_new_todo_is_put_at_the_end(page: Page) -> None:
    add(page, "last")
    shows(page, ONE, TWO, THREE, "last")
    expect(page.locator(".todo-count")).to_have_text("4 items left")


def test_blanks_around_a_new_todo_are_taken_away(empty: Page) -> None:
    add(empty, f"    {ONE}    ")
    shows(empty, ONE)


def test_main_and_footer_are_shown_with_the_first_todo(empty: Page) -> None:
    add(empty, ONE)
    expect(empty.locator("section.main")).to_be_visible()
    expect(empty.locator("section.footer")).to_be_visible()


# Mark all as completed


def test_all_are_marked_as_completed(page: Page) -> None:
    page.locator(".toggle-all").check()
    for title in (ONE, TWO, THREE):
        expect(toggle(page, title)).to_be_checked()
    expect(page.locator(".todo.completed")).to_have_count(3)


def test_the_mark_of_all_is_taken_back(page: Page) -> None:
    page.locator(".toggle-all").check()
    page.locator(".toggle-all").uncheck()
    for title in (ONE, TWO, THREE):
        expect(toggle(page, title)).not_to_be_checked()
    expect(page.locator(".todo.completed")).to_have_count(0)


def test_the_box_for_all_says_whether_all_are_completed(page: Page) -> None:
    every = page.locator(".toggle-all")
    every.check()
    toggle(page, ONE).uncheck()
    expect(every).not_to_be_checked()
    toggle(page, ONE).check()
    expect(every).to_be_checked()


# A to-do


def test_todos_are_marked_as_completed(page: Page) -> None:
    toggle(page, ONE).check()
    expect(page.locator(".todo.completed .label")).to_have_text([ONE])
    toggle(page, TWO).check()
    expect(page.locator(".todo.completed .label")).to_have_text([ONE, TWO])


def test_the_mark_of_a_todo_is_taken_back(page: Page) -> None:
    toggle(page, ONE).check()
    toggle(page, TWO).check()
    toggle(page, ONE).uncheck()
    expect(page.locator(".todo.completed .label")).to_have_text([TWO])


def test_a_todo_is_edited(page: Page) -> None:
    field = edit(page, TWO)
    expect(field).to_be_focused()
    expect(field).to_have_value(TWO)
    field.fill("buy some sausages")
    field.press("Enter")
    shows(page, ONE, "buy some sausages", THREE)


# Editing


def test_other_controls_are_hidden_while_editing(page: Page) -> None:
    edit(page, TWO)
    editing = page.locator(".todo.editing")
    for control in (".toggle", ".label", ".destroy"):
        expect(editing.locator(control)).to_be_hidden()


def test_an_edit_is_saved_when_the_field_is_left(page: Page) -> None:
    edit(page, TWO).fill("buy some sausages")
    page.locator(".new-todo").focus()
    shows(page, ONE, "buy some sausages", THREE)


def test_blanks_around_an_edit_are_taken_away(page: Page) -> None:
    field = edit(page, TWO)
    field.fill("    buy some sausages    ")
    field.press("Enter")
    shows(page, ONE, "buy some sausages", THREE)


def test_a_todo_that_is_edited_to_nothing_is_removed(page: Page) -> None:
    field = edit(page, TWO)
    field.fill("")
    field.press("Enter")
    shows(page, ONE, THREE)


def test_an_edit_is_cancelled_by_escape(page: Page) -> None:
    field = edit(page, TWO)
    field.fill("buy some sausages")
    field.press("Escape")
    shows(page, ONE, TWO, THREE)


# The counter


def test_the_counter_says_how_many_are_left(empty: Page) -> None:
    count = empty.locator(".todo-count")
    add(empty, ONE)
    expect(count).to_have_text("1 item left")
    add(empty, TWO)
    expect(count).to_have_text("2 items left")


# Clear completed


def test_the_button_that_clears_says_so(page: Page) -> None:
    toggle(page, ONE).check()
    expect(page.locator(".clear-completed")).to_have_text("Clear completed")


def test_completed_todos_are_removed_when_it_is_clicked(page: Page) -> None:
    toggle(page, TWO).check()
    page.locator(".clear-completed").click()
    shows(page, ONE, THREE)


def test_it_is_hidden_when_nothing_is_completed(page: Page) -> None:
    toggle(page, TWO).check()
    page.locator(".clear-completed").click()
    expect(page.locator(".clear-completed")).to_be_hidden()


# Persistence


def test_todos_and_their_marks_are_there_after_a_reload(empty: Page) -> None:
    add(empty, ONE)
    add(empty, TWO)
    toggle(empty, ONE).check()
    is_stored(empty)
    empty.reload()
    shows(empty, ONE, TWO)
    expect(toggle(empty, ONE)).to_be_checked()
    expect(row(empty, ONE)).to_have_class("todo completed")
    expect(toggle(empty, TWO)).not_to_be_checked()


# Routing


def test_active_todos_are_shown_alone(page: Page) -> None:
    toggle(page, TWO).check()
    filter_by(page, "Active")
    shows(page, ONE, THREE)


def test_the_back_button_goes_from_filter_to_filter(page: Page) -> None:
    toggle(page, TWO).check()
    filter_by(page, "Active")
    filter_by(page, "Completed")
    shows(page, TWO)
    page.go_back()
    shows(page, ONE, THREE)
    page.go_back()
    shows(page, ONE, TWO, THREE)


def test_completed_todos_are_shown_alone(page: Page) -> None:
    toggle(page, TWO).check()
    filter_by(page, "Completed")
    shows(page, TWO)


def test_all_todos_are_shown_again(page: Page) -> None:
    toggle(page, TWO).check()
    filter_by(page, "Active")
    filter_by(page, "Completed")
    filter_by(page, "All")
    shows(page, ONE, TWO, THREE)


def test_the_filter_that_applies_is_highlighted(page: Page) -> None:
    for name in ("All", "Active", "Completed"):
        filter_by(page, name)
        expect(page.locator(".filters a.selected")).to_have_text([name])
