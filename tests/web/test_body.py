"""The body of a request: never more than was announced, never less taken for whole."""

from __future__ import annotations

from io import BytesIO

import pytest

from potstill.web import App, Form, HTTPError, Request
from potstill.web.body import BLOCK, DRAINED
from potstill.web.testing import Client
from tests.web.faults_of_others.sites import call
from tests.web.support import environ


class Counting(BytesIO):
    """An input that knows how much was asked of it."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0, "reading without a bound may block for ever"
        self.asked += size
        return super().read(size)


def test_it_is_read_once_and_kept() -> None:
    request = Request(environ("/", b"hello"))
    assert request.body == b"hello"
    assert request.body == b"hello"
    assert request.text == "hello"
    assert list(request.blocks()) == [b"hello"]


def test_without_a_length_there_is_none() -> None:
    source = Counting(b"of the next request")
    request = Request(environ("/", **{"wsgi.input": source}))
    assert request.body == b""
    assert source.asked == 0


def test_what_was_announced_is_read_and_no_more() -> None:
    source = Counting(b"hello, and the next request")
    request = Request(environ("/", CONTENT_LENGTH="5", **{"wsgi.input": source}))
    assert request.body == b"hello"
    assert source.asked == 5


def test_a_terminated_input_is_read_to_its_end() -> None:
    body = b"x" * (3 * BLOCK + 5)
    made = environ("/", **{"wsgi.input": Counting(body), "wsgi.input_terminated": True})
    assert Request(made).body == body


def test_a_body_that_was_cut_off_is_not_taken_for_whole() -> None:
    made = environ("/", CONTENT_LENGTH="10", **{"wsgi.input": BytesIO(b"half")})
    with pytest.raises(HTTPError, match="ended after 4 of 10") as refusal:
        _ = Request(made).body
    assert refusal.value.status == 400


@pytest.mark.parametrize("terminated", [False, True])
def test_one_that_is_too_large_is_drained_and_refused(*, terminated: bool) -> None:
    source = BytesIO(b"x" * 300_000)
    how = {"wsgi.input_terminated": True} if terminated else {"CONTENT_LENGTH": "300000"}
    request = Request(environ("/", **{"wsgi.input": source}, **how), max_body=100_000)
    with pytest.raises(HTTPError) as refusal:
        _ = request.body
    assert refusal.value.status == 413
    assert source.tell() == 300_000


def test_draining_has_an_end() -> None:
    class Endless(BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.taken += size or 0
            return b"x" * (size or 0)

    source = Endless()
    request = Request(environ("/", CONTENT_LENGTH=str(10**15), **{"wsgi.input": source}))
    with pytest.raises(HTTPError):
        _ = request.body
    assert source.taken <= DRAINED


@pytest.mark.parametrize("length", ["-1", "+5", "5.0", "٣", "0x5", "5 5"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    with pytest.raises(HTTPError, match="not a number") as refusal:
        _ = Request(environ("/", CONTENT_LENGTH=length)).body
    assert refusal.value.status == 400


def test_text_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(HTTPError, match="not UTF-8"):
        _ = Request(environ("/", b"\xff")).text


def test_a_path_that_is_not_utf8_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(HTTPError, match="path is not UTF-8"):
        _ = Request(environ("/", PATH_INFO="/\xff")).path


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({"HTTP_HOST": "a.example:81"}, "http://a.example:81/caf%C3%A9?q=1"),
        ({"wsgi.url_scheme": "https", "HTTP_HOST": "a"}, "https://a/caf%C3%A9?q=1"),
        ({"SCRIPT_NAME": "/sub"}, "http://127.0.0.1/sub/caf%C3%A9?q=1"),
    ],
)
def test_the_address_of_a_request(more: dict[str, str], url: str) -> None:
    assert Request(environ("/café?q=1", **more)).url == url


@pytest.mark.parametrize(("length", "status"), [("9" * 5000, 413), ("0" * 4999 + "x", 400)])
def test_a_length_of_thousands_of_digits_is_the_fault_of_the_client(
    length: str, status: int
) -> None:
    app = App()

    @app.post("/")
    def read(request: Request) -> str:
        return request.text

    made = environ("/", REQUEST_METHOD="POST", CONTENT_LENGTH=length)
    assert call(app, made)[0].startswith(str(status))


def test_a_form_may_be_asked_for_by_its_type() -> None:
    app = App()

    @app.post("/")
    def read(form: Form) -> str:
        return form["x"]

    assert Client(app).post("/", form={"x": "y"}).text == "y"


def test_a_field_that_is_not_in_a_form_is_missed_by_name() -> None:
    app = App()

    @app.post("/")
    def read(request: Request) -> str:
        return request.form()["missing"]

    answer = Client(app).post("/", form={"x": "y"})
    assert (answer.status, answer.json()["detail"]) == (400, "The field 'missing' is missing.")
