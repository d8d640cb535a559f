"""What a client likes best (RFC 9110, 12.5; RFC 4647)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from potstill.web.negotiation import best, best_encoding, best_language

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
HTML, JSON, PROBLEM = "text/html", "application/json", "application/problem+json"
LEVEL = "text/html;level=1"
UTF8 = "application/json; charset=utf-8"
QUOTED = 'application/json;p="a,b;c"'
BOTH = (HTML, JSON)


@pytest.mark.parametrize(
    ("accept", "offers", "expected"),
    [
        ("", BOTH, HTML),
        ("*/*", BOTH, HTML),
        (BROWSER, (JSON, HTML), HTML),
        (BROWSER, (PROBLEM, HTML), HTML),
        (JSON, BOTH, JSON),
        ("Application/JSON", BOTH, JSON),
        ("application/*", BOTH, JSON),
        ("text/*;q=0.5, application/json;q=0.4", BOTH, HTML),
        ("text/html;q=0, */*", BOTH, JSON),
        ("*/*;q=0.1, text/html;q=0", BOTH, JSON),
        ("text/*, text/html;q=0.1, */*;q=0.5", (HTML, "text/plain"), "text/plain"),
        ("image/png", BOTH, None),
        ("text/html;q=0", (HTML,), None),
        ("*/*;q=0", BOTH, None),
        ("text/html, application/json", (JSON, HTML), JSON),
        ("text/html;q=0.001", BOTH, HTML),
        (" text/html ; q=0.3 ,\tapplication/json ; Q=0.4", BOTH, JSON),
        ("text/html;q=1.000;ext=1, application/json;q=0.9", BOTH, HTML),
        ("text/html,,application/json;q=0.5,", BOTH, HTML),
        ("text/html", (), None),
        # parameters
        ("text/html;level=1", (HTML, LEVEL), LEVEL),
        ("text/html;level=1;q=0, text/html", (LEVEL, HTML), HTML),
        ("text/*;q=0.3, text/html;q=0.7, text/html;level=1", (LEVEL,), LEVEL),
        ("application/json", (UTF8,), UTF8),
        ("application/json;charset=UTF-8", (UTF8,), UTF8),
        ("application/json;version=2", (JSON,), None),
        ('application/json;p="a,b;c";q=0.5, text/html;q=0.4', (HTML, QUOTED), QUOTED),
        # malformed
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", (JSON, HTML), HTML),
        ("nonsense", BOTH, HTML),
        ("text/html;q=x", (JSON, HTML), JSON),
        ("text/html;q=1.5, application/json;q=0.1", BOTH, JSON),
        ("text/html;q=-1, application/json;q=0.1", BOTH, JSON),
        ("text/html;q=, application/json", BOTH, JSON),
        ("text/html;q=0.1234, application/json;q=0.1", BOTH, JSON),
        ("text/html;q=nan, application/json;q=inf", BOTH, HTML),
        ("text, /html, text/, a b/c", BOTH, HTML),
        ('"', BOTH, HTML),
        ('text/html;a="unclosed', (JSON, HTML), JSON),
    ],
)
def test_the_media_type_liked_best(
    accept: str, offers: tuple[str, ...], expected: str | None
) -> None:
    assert best(accept, offers) == expected


@given(some.text(), some.lists(some.sampled_from([HTML, JSON, "text/plain;a=b"])))
def test_no_header_makes_it_fail(accept: str, offers: list[str]) -> None:
    for find in (best, best_language, best_encoding):
        assert find(accept, offers) in (*offers, "identity", None)


@given(some.text('*/,;q=0.51ab" \\', max_size=40))
def test_no_header_of_familiar_characters_makes_it_fail(accept: str) -> None:
    for find in (best, best_language, best_encoding):
        assert find(accept, ("a/b", "*", "a")) in ("a/b", "*", "a", "identity", None)


@pytest.mark.parametrize(
    ("accept", "offers", "expected"),
    [
        ("", ("en", "de"), "en"),
        ("*", ("en", "de"), "en"),
        ("de", ("en", "de"), "de"),
        ("DE-ch", ("en", "de"), "de"),
        ("de-CH, en", ("en", "de"), "de"),
        ("zh-Hant-CN-x-private1-private2", ("zh-Hant", "zh"), "zh-Hant"),
        ("zh-Hant-x-a", ("zh-Hant-x", "zh"), "zh"),
        ("de", ("de-AT", "en"), None),
        ("fr, en;q=0.5", ("en", "de"), "en"),
        ("fr;q=0.4, en;q=0.5, de;q=0.9", ("en", "de"), "de"),
        ("en;q=0, *", ("en", "de"), "de"),
        ("*;q=0.1, de;q=0.5", ("en", "de"), "de"),
        ("fr", ("en", "de"), None),
        ("en;q=0", ("en",), None),
        ("", (), None),
        ("12345678901", ("en",), "en"),
        ("de_DE", ("en", "de"), "en"),
    ],
)
def test_the_language_found(accept: str, offers: tuple[str, ...], expected: str | None) -> None:
    assert best_language(accept, offers) == expected


@pytest.mark.parametrize(
    ("accept", "offers", "expected"),
    [
        (None, ("br", "gzip"), "identity"),
        ("", ("br", "gzip"), "identity"),
        ("gzip, deflate, br, zstd", ("br", "gzip"), "br"),
        ("gzip", ("br", "gzip"), "gzip"),
        ("x-gzip", ("br", "gzip"), "gzip"),
        ("br;q=0.5, gzip;q=0.9", ("br", "gzip"), "gzip"),
        ("*", ("br", "gzip"), "br"),
        ("br;q=0, *", ("br", "gzip"), "gzip"),
        ("deflate", ("br", "gzip"), "identity"),
        ("identity, gzip;q=0.5", ("br", "gzip"), "identity"),
        ("gzip;q=0", ("gzip",), "identity"),
        ("*;q=0", ("gzip",), None),
        ("identity;q=0", ("gzip",), None),
        ("identity;q=0, *", ("gzip",), "gzip"),
        ("*;q=0, identity;q=0.1", ("gzip",), "identity"),
    ],
)
def test_the_coding_found(
    accept: str | None, offers: tuple[str, ...], expected: str | None
) -> None:
    assert best_encoding(accept, offers) == expected


@pytest.mark.parametrize("piece", ['"\\', '"', ",", ";", ";a=", "a/b;q=0.1,", 'a/b;c="d",', "*"])
def test_a_hostile_header_takes_no_time(piece: str) -> None:
    def took(size: int, number: int) -> float:
        header = f"x{number}/y," + piece * (size // len(piece))
        began = time.perf_counter()
        for find in (best, best_language, best_encoding):
            find(header, BOTH)
        return (time.perf_counter() - began) / size

    tries = ((took(64_000, n), took(4_000, n)) for n in range(5))
    assert any(large < 4 * small for large, small in tries)
