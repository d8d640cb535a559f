"""Each pattern matches what its ABNF allows, over all bytes, in one pass."""

from __future__ import annotations

import re
import string

import pytest

from potstill.http11 import grammar

from .pace import grows_linearly

BYTES = [bytes([byte]) for byte in range(256)]
TOKEN_BYTES = set((string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~").encode())
VALUE_BYTES = {9, *range(0x20, 0x7F), *range(0x80, 0x100)}


def matching(pattern: re.Pattern[bytes], template: bytes) -> set[int]:
    """The bytes that may stand for the @ in the template."""
    return {byte[0] for byte in BYTES if pattern.fullmatch(template.replace(b"@", byte))}


def test_a_method_is_made_of_token_characters() -> None:
    assert matching(grammar.REQUEST_LINE, b"A@B / HTTP/1.1") == TOKEN_BYTES


def test_a_target_is_made_of_visible_ascii() -> None:
    assert matching(grammar.REQUEST_LINE, b"GET /@ HTTP/1.1") == set(range(0x21, 0x7F))


def test_one_space_and_nothing_else_parts_a_request_line() -> None:
    assert matching(grammar.REQUEST_LINE, b"GET@/ HTTP/1.1") == {0x20}
    assert matching(grammar.REQUEST_LINE, b"GET /@HTTP/1.1") == {0x20}


def test_a_version_has_two_ascii_digits() -> None:
    digits = set(b"0123456789")
    assert matching(grammar.REQUEST_LINE, b"GET / HTTP/@.1") == digits
    assert matching(grammar.REQUEST_LINE, b"GET / HTTP/1.@") == digits
    assert matching(grammar.REQUEST_LINE, b"GET / HTTP/1@1") == {ord(".")}
    assert matching(grammar.REQUEST_LINE, b"GET / HTTP/1.1@") == set()
    assert matching(grammar.REQUEST_LINE, b"GET / @TTP/1.1") == {ord("H")}


def test_a_field_name_is_a_token() -> None:
    assert matching(grammar.FIELD_LINE, b"A@B: c") == TOKEN_BYTES | {ord(":")}
    assert matching(grammar.FIELD_LINE, b"@A: c") == TOKEN_BYTES
    assert not grammar.FIELD_LINE.fullmatch(b": c")


def test_a_field_value_holds_no_controls_but_the_tab() -> None:
    for template in (b"A: @", b"A:@b", b"A: b@c", b"A: b@"):
        assert matching(grammar.FIELD_LINE, template) == VALUE_BYTES


def test_a_lone_cr_or_lf_is_found_and_a_pair_is_not() -> None:
    lone = grammar.LONE_CR_OR_LF
    assert not lone.search(b"a\r\nb\r\n\r\n")
    assert not lone.search(b"a\r")
    assert all(lone.search(data) for data in (b"\n", b"a\nb", b"\ra", b"\r\r\n", b"\r\n\n"))


HOST_BYTES = set((string.ascii_letters + string.digits + "-._~!$&'()*+;=").encode())


def test_a_host_is_made_of_unreserved_characters_and_sub_delimiters_but_the_comma() -> None:
    assert matching(grammar.HOST, b"a@b") == HOST_BYTES
    assert matching(grammar.HOST, b"a:8@") == set(b"0123456789")
    assert matching(grammar.HOST, b"a%4@") == set(string.hexdigits.encode())


@pytest.mark.parametrize(
    "line",
    [
        b"5",
        b"00ff",
        b"5;a",
        b"5;a=b",
        b'5;a=""',
        b'5;a="\\"\\\\ \xff;"',
        b"5 ; a\t=\tb ;c",
        b"5;a;a",
    ],
)
def test_a_chunk_line_is_a_size_and_extensions(line: bytes) -> None:
    assert grammar.CHUNK_LINE.fullmatch(line)


@pytest.mark.parametrize(
    "line",
    [
        *[b"", b";a", b"g", b"5 ", b"5;", b"5;a=", b"5;=b", b"5;a b", b"5;a ;", b"5;\xe9"],
        *[b'5;a="', b'5;a="\\"', b'5;a"b"', b'5;a="b"c', b'5;a="\r"', b'5;a="\n"', b'5;a="\x00"'],
        *[b'5;a="\x7f"', b'5;a="\\\x00"'],
    ],
)
def test_a_chunk_line_is_nothing_else(line: bytes) -> None:
    assert not grammar.CHUNK_LINE.fullmatch(line)


def test_a_quoted_string_holds_what_is_no_control() -> None:
    assert matching(grammar.CHUNK_LINE, b'5;a="@"') == VALUE_BYTES - {ord('"'), ord("\\")}
    assert matching(grammar.CHUNK_LINE, b'5;a="\\@"') == VALUE_BYTES


@pytest.mark.parametrize(
    ("pattern", "unit"),
    [
        (grammar.REQUEST_LINE, b"G"),
        (grammar.REQUEST_LINE, b"G /"),
        (grammar.FIELD_LINE, b"a: \t"),
        (grammar.FIELD_LINE, b" "),
        (grammar.HOST, b"a%41:"),
        (grammar.ABSOLUTE_FORM, b"a:/"),
        (grammar.CHUNK_LINE, b"5;a "),
        (grammar.CHUNK_LINE, b';a="\\" '),
        (grammar.CHUNK_LINE, b" \t"),
        (grammar.LONE_CR_OR_LF, b"\r\n"),
        (grammar.PERCENT_ENCODED, b"%4"),
    ],
)
def test_no_input_makes_a_pattern_think_twice(pattern: re.Pattern[bytes], unit: bytes) -> None:
    def match(size: int) -> None:
        data = unit * size
        for beginning in (b"", b"5", b"A:", b"http://", b"GET /"):
            pattern.fullmatch(beginning + data + b"\x00")

    assert grows_linearly(match, 2_000)
