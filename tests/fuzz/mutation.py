"""Requests that are nearly right: those of the corpus, damaged where parsers are weak."""

from __future__ import annotations

from random import Random

from tests.wire import corpus

LONGEST = 2000
SEEDS = [
    recipe.data
    # What is accepted is nearer to the edge: it comes up twice as often as what is refused.
    for recipe in [*corpus.accepted() * 4, *corpus.refused()]
    if 0 < len(recipe.data) <= LONGEST
]
TOKENS = [
    *[b"\r\n", b"\r", b"\n", b"\r\n\r\n", b"\0", b" ", b"\t", b"\x0b", b"\x7f", b"\x80", b"\xff"],
    *[b":", b": ", b" :", b",", b";", b"=", b'"', b"\\", b"/", b"?", b"#", b"%", b"%0d%0a", b"_"],
    *[b"0", b"5", b"-1", b"+5", b"0x5", b"F" * 16, b"9" * 20, b"0\r\n\r\n", b"5\r\nhello\r\n"],
    *[b"GET /evil HTTP/1.1\r\n", b"HTTP/1.0", b"HTTP/1.1", b"http://b", b"*", b"@", b"[::1]"],
    *[b"Host: b\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Expect: foo\r\n"],
    *[b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"chunked", b"close", b"X: "],
]  # fmt: skip


def mutated(random: Random) -> bytes:
    """A request of the corpus after a few accidents."""
    data = random.choice(SEEDS)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        data = random.choice(ACCIDENTS)(data, random)
    return data


def cuts(data: bytes, random: Random) -> list[int]:
    """A few places to cut the data at."""
    return [random.randint(0, len(data)) for _ in range(random.randint(1, 4))]


def _insert(data: bytes, random: Random) -> bytes:
    place = random.randint(0, len(data))
    return data[:place] + random.choice(TOKENS) + data[place:]


def _replace_byte(data: bytes, random: Random) -> bytes:
    place = random.randint(0, len(data))
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def _delete(data: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:start] + data[end:]


def _repeat(data: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:end] + data[start:]


def _move_line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        line = lines.pop(random.randrange(len(lines)))
        lines.insert(random.randint(0, len(lines)), line)
    return b"".join(lines)


def _take_line_of_another(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    line = random.choice(random.choice(SEEDS).splitlines(keepends=True))
    lines.insert(random.randint(0, len(lines)), line)
    return b"".join(lines)


def _splice(data: bytes, random: Random) -> bytes:
    other = random.choice(SEEDS)
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _swap_case(data: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:start] + data[start:end].swapcase() + data[end:]


def _slice(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.choice((1, 1, 2, 2, 4, 8, 30)))


ACCIDENTS = [
    _insert,
    _insert,
    _replace_byte,
    _replace_byte,
    _delete,
    _repeat,
    _move_line,
    _take_line_of_another,
    _splice,
    _swap_case,
]
