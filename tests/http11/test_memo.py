"""A memo is a dict that stays small."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from potstill.http11.memo import Memo


def test_what_is_remembered_is_returned_and_found() -> None:
    memo: Memo[str, list[int]] = Memo(3)
    value = [1]
    assert memo.remember("a", value) is value
    assert memo["a"] is value
    assert memo.get("b") is None


def test_it_never_holds_more_than_its_entries() -> None:
    memo: Memo[int, int] = Memo(10)
    for number in range(100):
        memo.remember(number, number)
        assert len(memo) <= 10
        assert memo[number] == number


def test_what_comes_once_is_kept_with_its_second_coming() -> None:
    memo: Memo[str, list[int]] = Memo(3)
    first, second = [1], [2]
    assert memo.remember_second("a", first) is first
    assert "a" not in memo
    assert memo.remember_second("a", second) is second
    assert memo["a"] is second


def test_what_never_comes_again_drives_nothing_out() -> None:
    memo: Memo[int, int] = Memo(10)
    memo.remember(-5, -5)
    for number in range(1000):
        memo.remember_second(number, number)
    assert dict(memo) == {-5: -5}


def test_threads_may_fill_it_together() -> None:
    memo: Memo[int, int] = Memo(100)

    def fill(start: int) -> None:
        for number in range(start, start + 20_000):
            assert memo.remember(number, number) == number
            assert memo.get(number, number) == number

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(fill, range(0, 400_000, 100_000)))
    assert len(memo) <= 100 + 4
