"""A push alone: kept until it is sent without a thread, sent from any, and ended once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from potstill.http11.errors import ApplicationError, Disconnected
from potstill.wsgi.push import EARLY, Push
from tests.support.wire import until


class Answer:
    """What a push is part of, without a connection."""

    def __init__(self) -> None:
        self.is_over = False
        self.is_complete = False
        self.has_begun = False
        self.has_client = True
        self.sent: list[bytes] = []
        self.ends = 0
        self.finished = 0

    def begin(self) -> None:
        self.has_begun = True

    def send(self, block: bytes) -> None:
        assert self.has_begun
        if not self.has_client:
            raise Disconnected
        self.sent.append(block)

    def is_gone(self) -> bool:
        return not self.has_client

    def finish(self) -> None:
        self.finished += 1

    def end_push(self) -> None:
        self.ends += 1


@pytest.fixture
def answer() -> Answer:
    return Answer()


@pytest.fixture
def push(answer: Answer) -> Push:
    return Push(answer, None)


@pytest.fixture
def detached(push: Push) -> Push:
    push.detach()
    return push


def test_what_is_sent_early_is_kept_and_then_sent_in_order(answer: Answer, push: Push) -> None:
    assert all([push.send(b"a"), push.send(b"b")])
    assert answer.sent == []
    push.detach()
    assert push.send(b"c")
    assert answer.sent == [b"a", b"b", b"c"]


def test_an_empty_block_is_not_sent(answer: Answer, detached: Push) -> None:
    assert detached.send(b"")
    assert answer.sent == []


def test_more_than_a_bound_is_not_kept(answer: Answer, push: Push) -> None:
    block = b"x" * (EARLY // 4)
    assert [push.send(block) for _ in range(6)] == [True] * 4 + [False] * 2
    assert not push.is_open
    with pytest.raises(ApplicationError, match="before they could be sent"):
        push.detach()
    assert len(answer.sent) == 4


def test_a_closed_push_takes_nothing_and_asks_once_for_its_end(
    answer: Answer, detached: Push
) -> None:
    detached.close()
    detached.close()
    assert not detached.is_open
    assert not detached.send(b"too late")
    assert (answer.sent, answer.ends) == ([], 1)


def test_a_push_closed_early_leaves_its_end_to_whoever_sends_it(answer: Answer, push: Push) -> None:
    push.send(b"all")
    push.close()
    assert not push.send(b"too late")
    push.detach()
    assert (answer.sent, answer.ends) == ([b"all"], 0)


def test_who_has_left_is_noticed_once(answer: Answer, detached: Push) -> None:
    answer.has_client = False
    assert not detached.send(b"a")
    assert not detached.is_open
    assert not detached.send(b"b")
    detached.close()
    assert answer.ends == 1


def test_an_answer_that_is_over_takes_nothing(answer: Answer, detached: Push) -> None:
    answer.is_over = True
    assert not detached.is_open
    assert not detached.send(b"too late")
    assert answer.sent == []


@pytest.mark.parametrize("data", ["text", None, 1, bytearray(b"a"), memoryview(b"a")])
def test_what_is_not_bytes_is_its_sender_s_mistake(
    answer: Answer, detached: Push, data: Any
) -> None:
    with pytest.raises(ApplicationError, match="not bytes"):
        detached.send(data)
    assert detached.is_open
    assert answer.sent == []


def test_on_close_is_called_once_by_whoever_ends_the_answer(answer: Answer) -> None:
    calls: list[int] = []
    push = Push(answer, lambda: calls.append(1))
    push.detach()
    push.close()
    assert calls == [], "not by the sender"
    push.release()
    push.release()
    assert calls == [1]


def test_on_close_may_fail_and_is_not_called_again(answer: Answer) -> None:
    push = Push(answer, lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        push.release()
    push.release()
    assert not push.send(b"too late")


def test_on_close_may_use_the_push(answer: Answer) -> None:
    told: list[bool] = []
    ended = Push(answer, lambda: told.append(ended.send(b"too late")))
    ended.detach()
    ended.release()
    assert told == [False]


def test_iterated_it_gives_what_was_sent_until_it_is_closed(push: Push) -> None:
    push.send(b"a")
    push.send(b"b")
    push.close()
    assert list(push) == [b"a", b"b"]


def test_an_iteration_waits_for_what_others_send(push: Push) -> None:
    taken: list[bytes] = []
    thread = threading.Thread(target=lambda: taken.extend(push))
    thread.start()
    for number in range(100):
        push.send(b"%d" % number)
    until(lambda: len(taken) == 100)
    push.close()
    thread.join(5)
    assert taken == [b"%d" % number for number in range(100)]


def test_an_iteration_ends_when_its_client_has_left(answer: Answer, push: Push) -> None:
    answer.has_client = False
    push.send(b"last")
    assert list(push) == [b"last"]


def test_the_end_is_sent_unless_the_answer_is_over(answer: Answer, detached: Push) -> None:
    detached.close()
    detached.finish()
    assert answer.finished == 1
    answer.is_over = True
    detached.finish()
    assert answer.finished == 1


@pytest.mark.parametrize("end", [Push.close, Push.end, Push.release])
def test_an_iteration_ends_when_the_push_does(push: Push, end: Any) -> None:
    thread = threading.Thread(target=lambda: list(push), daemon=True)
    thread.start()
    end(push)
    thread.join(2)
    assert not thread.is_alive(), "its thread waits for ever"


def test_blocks_of_many_threads_stay_whole(answer: Answer, detached: Push) -> None:
    def talk(name: bytes) -> None:
        for _ in range(300):
            detached.send(name * 10)

    threads = [threading.Thread(target=talk, args=(b"%d" % name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.sent) == sorted(b"%d" % name * 10 for name in range(4) for _ in range(300))
