"""The other end of a push: clients that leave, that lag, that talk, and that wait in silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from potstill.wsgi.push import Push
from tests.server.pushing import SOON, Pushing
from tests.server.serving import serving
from tests.support.wire import Client, get, until

BLOCK = b"x" * 8192
KERNEL = 16 << 20
"""More than the kernel keeps of a connection on its own account."""


def hang_up(client: Client) -> None:
    client.close()


def reset(client: Client) -> None:
    client.reset()


def ask_again_and_hang_up(client: Client) -> None:
    client.send(get("/quick"))
    client.close()


@pytest.mark.parametrize("leave", [hang_up, reset, ask_again_and_hang_up])
def test_who_leaves_is_noticed_without_a_word_being_sent(leave: Callable[[Client], None]) -> None:
    app = Pushing()
    with serving(app) as server:
        client = server.client()
        client.send(get("/"))
        push = app.push()
        assert client.head()[0] == 200
        leave(client)
        until(lambda: len(app.ended) == 1, timeout=2)
        assert not push.is_open
        assert not push.send(b"nobody hears")
        assert server.answers() == b"quick"
    assert len(app.ended) == 1


def test_who_leaves_is_in_the_access_log_with_what_he_was_sent() -> None:
    app = Pushing()
    with serving(app) as server:
        with server.client() as client:
            client.send(get("/events"))
            app.push().send(b"hello")
            assert client.head()[0] == 200
            assert client.hear(5) == b"hello"
        until(lambda: server.requests != [])
        assert server.requests[0].startswith("GET /events HTTP/1.1 200 5 ")


def test_who_reads_nothing_is_cut_off_while_the_others_go_on() -> None:
    app = Pushing()
    with serving(app, output_memory=65536) as server:
        deaf = server.client(receive_buffer=4096)
        with deaf, server.client() as attentive:
            deaf.send(get("/"))
            to_deaf = app.push()
            attentive.send(get("/"))
            to_attentive = app.push()
            assert attentive.head()[0] == 200
            sent = 0
            while to_deaf.send(BLOCK):
                sent += len(BLOCK)
                assert sent < KERNEL, "memory without bounds"
                assert to_attentive.send(BLOCK)
                assert attentive.hear(len(BLOCK)) == BLOCK
            assert sent >= 65536, "less than output_memory is allowed"
            until(lambda: len(app.ended) == 1)
            assert not to_deaf.is_open
            assert to_attentive.send(b"on and on")
            assert attentive.hear(9) == b"on and on"
            to_attentive.close()
            assert attentive.hears_the_end()


def test_who_lags_behind_gets_it_all_in_the_end() -> None:
    app = Pushing()
    with serving(app, output_memory=4 << 20) as server:
        with server.client(receive_buffer=4096) as client:
            client.send(get("/"))
            push = app.detached_push()
            blocks = [b"%08d" % number * 1024 for number in range(480)]
            assert all(push.send(block) for block in blocks)
            push.close()
            assert client.answer().body == b"".join(blocks)
            client.send(get("/quick"))
            assert client.answer().body == b"quick"
        until(lambda: len(app.ended) == 1)


def test_who_takes_nothing_of_what_waits_for_him_is_cut_off_in_time() -> None:
    app = Pushing()
    settings = {"output_memory": 32 << 20, "write_timeout": 0.4}
    with serving(app, **settings) as server, server.client(receive_buffer=4096) as client:
        client.send(get("/"))
        push = app.detached_push()
        assert push.send(b"x" * KERNEL)
        until(lambda: not push.is_open, timeout=3)
        until(lambda: len(app.ended) == 1)


def test_an_open_push_is_not_hurried_while_nothing_waits_for_its_client() -> None:
    app = Pushing()
    short = dict.fromkeys(["keep_alive", "head_timeout", "body_timeout", "write_timeout"], 0.2)
    rate = {"min_rate": 100_000, "min_rate_grace": 0.2}
    with serving(app, **rate, **short) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        assert client.head()[0] == 200
        assert client.is_silent(0.7)
        assert push.send(b"after all")
        assert client.hear(9) == b"after all"
        assert client.is_silent(0.7)
        push.close()
        assert client.hears_the_end()


def test_a_client_that_talks_meanwhile_costs_no_processor_and_no_memory() -> None:
    app = Pushing()
    with serving(app) as server, server.client() as client:
        client.send(get("/"))
        push = app.push()
        assert client.head()[0] == 200
        client.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):  # nobody takes it
            client.send(get("/quick") * 500_000)
        before = time.process_time()
        assert client.is_silent(0.5)
        assert time.process_time() - before < 0.25, "somebody polls in circles"
        client.sock.settimeout(SOON)
        assert push.send(b"still here")
        assert client.hear(10) == b"still here"


def test_an_on_close_that_fails_is_told_and_hurts_nobody() -> None:
    class Failing(Pushing):
        def on_close(self) -> None:
            super().on_close()
            raise RuntimeError("on_close failed on purpose")

    app = Failing()
    with serving(app, threads=1) as server, server.client() as client:
        for _ in range(2):
            client.send(get("/"))
            app.push().close()
            assert client.answer().body == b""
        until(lambda: server.errors.count("on_close failed on purpose") >= 2)
        assert server.answers() == b"quick"
    assert len(app.ended) == 2


def test_an_on_close_that_takes_its_time_stalls_nobody_else() -> None:
    enough = threading.Event()

    class Slow(Pushing):
        def on_close(self) -> None:
            super().on_close()
            enough.wait(SOON)

    app = Slow()
    with serving(app, threads=2) as server:
        try:
            with server.client() as leaver, server.client() as stayer:
                stayer.send(get("/"))
                push = app.push()
                assert stayer.head()[0] == 200
                leaver.send(get("/"))
                app.push()
                leaver.close()
                until(lambda: len(app.ended) == 1)
                for _ in range(5):
                    assert server.answers() == b"quick"
                assert push.send(b"and events too")
                assert stayer.hear(14) == b"and events too"
        finally:
            enough.set()


def test_on_close_may_send_to_the_others_and_end_them() -> None:
    others: list[Push] = []

    class Farewell(Pushing):
        def on_close(self) -> None:
            super().on_close()
            for other in others:
                other.send(b"one has left")
                other.close()

    app = Farewell()
    with serving(app) as server, server.client() as stayer:
        stayer.send(get("/"))
        others.append(app.push())
        with server.client() as leaver:
            leaver.send(get("/"))
            app.push()
        assert stayer.answer().body == b"one has left"
        until(lambda: len(app.ended) == 2)
