"""What goes wrong with bodies elsewhere: limits, charsets, reading twice, slow parsers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec
import pytest

from potstill.web import App, Request, Upload
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import call
from tests.web.support import environ

URLENCODED = "application/x-www-form-urlencoded"


def collecting(**options: Any) -> App:
    app = App(**options)

    @app.post("/json")
    def take_json(request: Request) -> int:
        return len(request.json(list[str]))

    @app.post("/text")
    def take_text(request: Request) -> str:
        return request.text + request.text

    @app.post("/form")
    def take_form(request: Request) -> list[tuple[str, str]]:
        return request.form().pairs()

    @app.get("/query")
    def take_query(request: Request) -> list[tuple[str, str]]:
        return request.query.pairs()

    @app.post("/upload")
    def take_upload(file: Upload) -> int:
        return file.size

    @app.post("/large", max_body=30)
    def take_more(request: Request) -> int:
        return sum(map(len, request.blocks()))

    return app


class Endless:
    """A `wsgi.input` that would block for ever: whoever reads past the end is found out."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        if size < 0 or size > len(self._body):
            raise AssertionError(f"read({size}) with {len(self._body)} bytes left waits for ever")
        taken, self._body = self._body[:size], self._body[size:]
        return taken

    def readline(self, size: int = -1, /) -> NoReturn:
        raise AssertionError("readline may wait for ever")

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("iteration may wait for ever")


@pytest.mark.parametrize("size", [0, 5, 200_000])
def test_reading_a_body_never_waits_past_its_end(size: int) -> None:
    more = {"wsgi.input": Endless(b"a" * size), "CONTENT_LENGTH": str(size)}
    asked = environ("/text", REQUEST_METHOD="POST", **more)
    assert call(collecting(), asked) == ("200 OK", b"a" * size * 2)


def test_a_body_without_a_length_is_empty_and_is_not_waited_for() -> None:
    asked = environ("/text", REQUEST_METHOD="POST", **{"wsgi.input": Endless(b"abc")})
    assert call(collecting(), asked) == ("200 OK", b"")


def test_a_body_that_was_cut_off_is_400_and_not_taken_for_whole() -> None:
    answer = Client(collecting()).post("/text", body=b"abc", environ={"CONTENT_LENGTH": "5"})
    assert answer.status == 400


@pytest.mark.parametrize("length", ["-1", "1_0", "x", " 3", "+3", "\u00b2"])
def test_a_malformed_length_is_400_and_drops_no_connection(length: str) -> None:
    answer = Client(collecting()).post("/text", body=b"abc", environ={"CONTENT_LENGTH": length})
    assert answer.status == 400


def test_a_body_may_be_read_twice_and_in_several_ways() -> None:
    app = App()

    @app.post("/")
    def front(request: Request) -> list[object]:
        return [request.text, request.json(), b"".join(request.blocks()).decode()]

    assert Client(app).post("/", json=[1]).json() == ["[1]", [1], "[1]"]


def test_there_is_no_hidden_limit_of_100_kb_for_json_or_forms() -> None:
    client = Client(collecting())
    assert client.post("/json", json=["x" * 1000] * 1000).json() == 1000
    assert len(client.post("/form", form={"x": "y" * 500_000}).json()[0][1]) == 500_000


def test_one_limit_is_for_all_bodies_and_a_handler_may_have_its_own() -> None:
    client = Client(collecting(max_body=20))
    assert client.post("/json", body=b'["' + b"x" * 30 + b'"]').status in (413, 415)
    too_long = [
        client.post("/text", body=b"x" * 21),
        client.post("/text", body=[b"x" * 11, b"x" * 11]),
        client.post("/form", form={"x": "y" * 21}),
        client.post("/upload", files={"file": ("a", b"x", "text/plain")}),
        client.post("/json", json=["x" * 21]),
        client.post("/large", body=b"x" * 31),
    ]
    assert [answer.status for answer in too_long] == [413] * 6
    assert client.post("/large", body=b"x" * 30).json() == 30


def test_there_is_a_limit_without_asking_for_one() -> None:
    answer = Client(App()).app
    assert isinstance(answer, App)
    assert 1 << 20 <= answer.max_body <= 64 << 20


def test_fields_and_files_are_counted() -> None:
    client = Client(collecting())
    many = "&".join(["x=y"] * 5000)
    answer = client.post("/form", body=many, headers={"Content-Type": URLENCODED})
    assert answer.status in (400, 413)
    assert client.get(f"/query?{many}").status == 400
    part = b'--b\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n\r\n\r\n'
    files = client.post(
        "/form",
        body=part * 5000 + b"--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert files.status == 413


@pytest.mark.parametrize(
    "text", ["Grüße, 世界 😀", "a+b&c=d;e", "\u00c3\u00a9", "%41%zz", " ", "a\nb"]
)
def test_get_post_and_multipart_give_the_same_text_and_none_is_latin1(text: str) -> None:
    client = Client(collecting())
    said = [["x", text], ["x", "again"]]
    fields = [("x", text), ("x", "again")]
    assert client.get("/query", query=fields).json() == said
    assert client.post("/form", form=fields).json() == said
    uploaded = client.post("/form", form=fields, files={"f": ("f", b"", "text/plain")}).json()
    assert uploaded == said


@pytest.mark.parametrize("bad", ["%E9", "%FF%FE", "%C0%AF", "%ED%A0%80"])
def test_what_is_not_utf8_is_400_everywhere(bad: str) -> None:
    client = Client(collecting())
    assert client.get(f"/query?x={bad}").status == 400
    form = {"Content-Type": URLENCODED}
    assert client.post("/form", body=f"x={bad}", headers=form).status == 400
    assert client.post("/text", body=b"\xe9").status == 400


def test_a_large_upload_is_on_disk_and_gone_with_the_response() -> None:
    app, kept = App(), []

    @app.post("/")
    def front(file: Upload) -> bool:
        kept.append(file.file)
        return file.file.fileno() > 2  # what is in memory has none

    sent = {"file": ("a.bin", b"x" * 500_000, "application/octet-stream")}
    assert Client(app).post("/", files=sent).json() is True
    assert kept[0].closed


HOSTILE = {
    "carriage returns": b"\r" * 4_000_000,
    "line ends": b"\r\n" * 2_000_000,
    "almost a boundary": b"\r\n--boundar" * 400_000,
    "hyphens": b"-" * 4_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_content_makes_the_multipart_parser_slow(name: str) -> None:
    head = b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = head + HOSTILE[name] + b"\r\n--boundary--\r\n"
    started = time.process_time()
    answer = Client(collecting()).post(
        "/upload",
        body=body,
        headers={"Content-Type": "multipart/form-data; boundary=boundary"},
    )
    assert (answer.status, answer.json()) == (200, len(HOSTILE[name]))
    assert time.process_time() - started < 5  # some hundredths; minutes if it were quadratic


def test_no_query_and_no_json_takes_long_to_refuse() -> None:
    client = Client(collecting())
    started = time.process_time()
    assert client.get("/query?" + "%" * 60_000).status == 200
    assert client.post("/json", body="[" * 1_000_000).status in (400, 415)
    deep = client.post("/json", body="[" * 1_000_000, headers={"Content-Type": "application/json"})
    assert deep.status in (400, 422)
    assert time.process_time() - started < 5


def test_json_of_another_type_is_422_with_its_place_and_drops_no_connection() -> None:
    app = App()

    class NewTodo(msgspec.Struct):
        title: str

    @app.post("/add-todo")
    def add(body: NewTodo) -> None:
        raise AssertionError(body)

    client = Client(app)
    values: list[object] = [{"title": 7}, {}, [], None, "text"]
    for value in values:
        assert client.post("/add-todo", json=value).status == 422
    for broken in (b"{", b"", b"\xff", b'{"title": "\xff"}', b"[NaN]"):
        headers = {"Content-Type": "application/json"}
        assert client.post("/add-todo", body=broken, headers=headers).status in (400, 422)
    assert client.post("/add-todo", body=json.dumps({"title": "x"})).status == 415


@pytest.mark.parametrize("name", ["a/b", "100%", "a%2Fb", "what?", "a#b", "é", "..", "a b+c", "%"])
def test_a_thing_can_be_deleted_whatever_it_is_called(name: str) -> None:
    app, deleted = App(), []

    @app.delete("/todos")
    def delete(name: str) -> None:
        deleted.append(name)

    assert Client(app).delete(app.url_for(delete, name=name)).status == 204
    assert deleted == [name]
