"""Every request of the corpus against a real server: whole, by lines, by bytes, at random cuts.

A second request follows each in the same stream. It is answered where the connection stays open,
and goes unread where it does not: that shows where the server thinks the first one ended.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress

import pytest

from tests.support.server import RunningServer, potstill
from tests.support.wire import Client, get

from . import corpus
from .corpus import Accepted, Recipe, Refused
from .events import EventLog

NEXT = get("/next")


def whole(recipe: Recipe) -> list[bytes]:
    return [recipe.data + NEXT]


def line_by_line(recipe: Recipe) -> list[bytes]:
    return [*recipe.lines, *NEXT.splitlines(keepends=True)]


def byte_by_byte(recipe: Recipe) -> list[bytes]:
    return [bytes([byte]) for byte in recipe.data + NEXT]


def at_random_cuts(recipe: Recipe) -> list[bytes]:
    data = recipe.data + NEXT
    cuts = sorted(random.Random(recipe.name).choices(range(len(data) + 1), k=5))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


WAYS = pytest.mark.parametrize("cut", [whole, line_by_line, byte_by_byte, at_random_cuts])
Cut = Callable[[Recipe], list[bytes]]


def each(recipes: list[Accepted] | list[Refused]) -> pytest.MarkDecorator:
    """One test for each recipe, marked with the requirements it shows to be kept."""
    return pytest.mark.parametrize(
        "recipe",
        [
            pytest.param(
                recipe, id=recipe.name, marks=pytest.mark.requirement(*recipe.requirements)
            )
            for recipe in recipes
        ],
    )


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    return EventLog(tmp_path_factory.mktemp("wire") / "events")


@pytest.fixture(scope="module")
def server(events: EventLog) -> Iterator[RunningServer]:
    environment = {"WIRE_EVENTS": str(events.path)}
    with potstill("tests.wire.app:application", "--threads", "2", env=environment) as server:
        yield server
    assert not events.unclaimed(), "the application was called when no test expected it"


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    assert "Traceback" not in server.output, server.output
    with Client(server.port) as client:
        yield client


@WAYS
@each(corpus.accepted())
def test_an_accepted_request_is_served_and_ends_where_it_should(
    client: Client, events: EventLog, recipe: Accepted, cut: Cut
) -> None:
    with nullcontext() if recipe.stays_open else suppress(ConnectionError):
        client.send_in_pieces(cut(recipe))
    _take_interim(client, recipe)
    first = client.answer(recipe.method)
    assert first.status == recipe.status
    assert first.closes is not recipe.stays_open
    if recipe.stays_open:
        second = client.answer()
        assert (second.status, second.body, second.closes) == (200, b"GET /next", False)
    else:
        assert _has_ended(client)

    seen = events.of(_port(client))
    if recipe.stays_open:
        assert seen.pop().environ["PATH_INFO"] == "/next"
    if not recipe.called:
        assert not seen
        assert first.body == b"" or first.status != 200
        return
    [event] = seen
    assert event.environ["REQUEST_METHOD"] == recipe.method
    assert event.environ["PATH_INFO"] == recipe.path
    assert event.environ["QUERY_STRING"] == recipe.query
    assert recipe.environ.items() <= event.environ.items()
    assert not event.environ.keys() & set(recipe.absent)
    assert event.body == recipe.body
    assert first.body == (b"" if recipe.is_head else event.answer)
    if recipe.stays_open and event.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        assert first.get("Connection") == "keep-alive"


@WAYS
@each(corpus.refused())
def test_a_refused_request_is_the_last_of_its_connection(
    client: Client, events: EventLog, recipe: Refused, cut: Cut
) -> None:
    client.send_in_pieces(cut(recipe))
    answer = client.answer("HEAD" if recipe.is_head else "GET")
    assert answer.status == recipe.status
    assert answer.closes
    assert answer.get("Content-Type") == "text/plain; charset=utf-8"
    assert answer.get("Date")
    assert client.at_end()
    assert events.of(_port(client)) == []


@each([recipe for recipe in corpus.accepted() if recipe.interim])
def test_the_body_is_asked_for_where_the_client_waits_to_be_asked(
    client: Client, events: EventLog, recipe: Accepted
) -> None:
    end_of_head = recipe.lines.index(b"\r\n") + 1
    client.send(b"".join(recipe.lines[:end_of_head]))
    assert client.interim() == 100
    client.send(b"".join(recipe.lines[end_of_head:]))
    assert client.answer(recipe.method).status == 200
    assert [event.body for event in events.of(_port(client))] == [recipe.body]


def test_a_refusal_after_the_answer_to_head_has_a_body(client: Client, events: EventLog) -> None:
    client.send(get("/x", method="HEAD"))
    assert client.answer("HEAD").status == 200
    client.send_in_pieces([b"\r\n"] * 5)
    refusal = client.answer()
    assert refusal.status == 400
    assert refusal.body
    assert client.at_end()
    assert len(events.of(_port(client))) == 1


def test_the_corpus_is_large() -> None:
    assert len(corpus.accepted()) >= 170
    assert len(corpus.refused()) >= 330


def _take_interim(client: Client, recipe: Accepted) -> None:
    """Take `100 Continue`, which a server may leave out where the body is already there."""
    if recipe.interim and client.sock.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 100":
        assert client.interim() == 100


def _has_ended(client: Client) -> bool:
    """True when nothing follows the last answer.

    A client that asked for the end and sends on nevertheless may find the connection reset.
    """
    try:
        return client.at_end()
    except ConnectionResetError:
        return True


def _port(client: Client) -> int:
    port = client.sock.getsockname()[1]
    assert isinstance(port, int)
    return port
