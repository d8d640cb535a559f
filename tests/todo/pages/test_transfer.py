from __future__ import annotations

import pytest

from potstill.web.testing import Answer, Client
from tests.todo.pages.reading import page


def bring(client: Client, content: bytes, format: str) -> Answer:
    file = {"file": ("file", content)}
    return client.post("/settings/import", form={"format": format}, files=file)


def test_a_file_is_brought_in(client: Client) -> None:
    answer = bring(client, b"(A) tea +Shop @home due:2026-12-24\nx milk +Shop\n", "todotxt")
    assert page(answer).one(".toast").text == "2 to-dos imported"
    assert "Shop" in page(answer).one("nav").text


def test_what_goes_out_comes_in(client: Client) -> None:
    client.post("/lists/1/add", form={"text": "tea #shop !1 tomorrow every week"})
    out = client.get("/api/v1/export?format=json").body
    assert page(bring(client, out, "json")).one(".toast").text == "1 to-do imported"


def test_a_file_that_is_something_else_is_refused_with_a_reason(client: Client) -> None:
    answer = bring(client, b"{", "json")
    assert page(answer).one(".toast").text
    assert len(client.get("/api/v1/lists").json()) == 1


@pytest.mark.parametrize("format", ["", "doc"])
def test_there_are_no_other_kinds_of_files(client: Client, format: str) -> None:
    assert bring(client, b"", format).status == 422
