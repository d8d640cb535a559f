"""observe.escaping: what a client wrote cannot leave its place in a line."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.observe.escaping import (
    LONGEST_REMEMBERED,
    MOST_REMEMBERED,
    Memo,
    escape,
    escape_word,
    quoted,
)

wire_text = st.binary().map(lambda data: data.decode("latin-1"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain text ~!#[]", "plain text ~!#[]"),
        ("a\r\nb", r"a\x0d\x0ab"),
        ('"', r"\x22"),
        ("\\", r"\x5c"),
        (r"\x22", r"\x5cx22"),
        ("\0\t\x1b\x7f", r"\x00\x09\x1b\x7f"),
        ("caf\xe9\x85\xff", r"caf\xe9\x85\xff"),
        ("\u20ac\U0001f600", r"\xe2\x82\xac\xf0\x9f\x98\x80"),
        ("\u2028\ud800", r"\xe2\x80\xa8\xed\xa0\x80"),
    ],
)
def test_what_is_not_printable_ascii_becomes_hexadecimal_bytes(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_each_byte_is_either_shown_as_itself_or_as_hexadecimal() -> None:
    for byte in range(256):
        shown = escape(chr(byte))
        itself = 0x20 <= byte < 0x7F and chr(byte) not in '"\\'
        assert shown == (chr(byte) if itself else f"\\x{byte:02x}")


@given(wire_text)
def test_escaping_loses_nothing(text: str) -> None:
    def original(match: re.Match[str]) -> str:
        return chr(int(match[1], 16))

    assert re.sub(r"\\x([0-9a-f]{2})", original, escape(text)) == text


@given(st.text(alphabet=st.characters()))
def test_any_text_at_all_becomes_printable_ascii_without_quotes(text: str) -> None:
    assert re.fullmatch(r"[ !#-~]*", escape(text))
    assert re.fullmatch(r"[!#-~]*", escape_word(text))


def test_a_word_has_no_spaces() -> None:
    assert escape_word('a b"c') == r"a\x20b\x22c"


def test_a_memo_answers_as_the_function_it_remembers_for() -> None:
    asked: list[str] = []

    def show(text: str) -> str:
        asked.append(text)
        return text.upper()

    memo = Memo(show, absent="none")
    assert [memo["a"], memo["b"], memo["a"], memo[None], memo[None]] == [
        "A",
        "B",
        "A",
        "none",
        "none",
    ]
    assert asked == ["a", "b"]


def test_a_memo_stays_small_whatever_it_is_asked() -> None:
    memo = Memo(escape, absent="-")
    for number in range(3 * MOST_REMEMBERED):
        assert memo[f"/{number}"] == f"/{number}"
        assert memo[None] == "-"
    assert len(memo) <= MOST_REMEMBERED


def test_a_memo_does_not_remember_long_texts() -> None:
    memo = Memo(escape, absent="-")
    assert memo["x" * (LONGEST_REMEMBERED + 1)] == "x" * (LONGEST_REMEMBERED + 1)
    assert not memo
    assert memo["x" * LONGEST_REMEMBERED]
    assert len(memo) == 1


def test_threads_that_share_a_memo_all_get_their_text() -> None:
    memo = Memo(escape, absent="-")

    def ask(start: int) -> bool:
        return all(memo[f"{n}\n"] == f"{n}\\x0a" for n in range(start, start + 4 * MOST_REMEMBERED))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(0, 8000, 1000)))


@given(wire_text)
def test_quoting_is_json_in_ascii(text: str) -> None:
    assert json.loads(quoted[text]) == text
    assert quoted[text].isascii()
    assert quoted[text].isprintable()
