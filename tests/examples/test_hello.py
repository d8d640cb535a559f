"""The simplest applications: the right one, and the one that a copied example makes."""

from __future__ import annotations

from tests.support.server import potstill
from tests.support.wire import Client, get


def test_hello_says_hello() -> None:
    with potstill("examples.hello:app") as server, Client(server.port) as client:
        client.send(get("/"))
        answer = client.answer()
    assert (answer.status, answer.body) == (200, b"Hello world!\n")
    assert answer.get("content-type") == "text/plain; charset=utf-8"
    assert answer.get("content-length") == "13"


def test_the_classic_example_of_pep_333_gets_help_and_no_traceback() -> None:
    with potstill("examples.classic_pep333:simple_app") as server, Client(server.port) as client:
        client.send(get("/"))
        answer = client.answer()
        server.wait_for("PEP 3333")
    assert answer.status == 500
    assert b"Hello" not in answer.body
    seen = r"a block of the answer is 'Hello world!\n' (str)"
    fix = r"""'Hello world!\n'.encode("utf-8")"""
    assert seen in server.output
    assert fix in server.output
    assert "Traceback" not in server.output


def test_after_the_classic_mistake_the_server_serves_on() -> None:
    with potstill("examples.classic_pep333:simple_app") as server:
        for _ in range(3):
            with Client(server.port) as client:
                client.send(get("/"))
                assert client.answer().status == 500
        assert server.stop() == 0
