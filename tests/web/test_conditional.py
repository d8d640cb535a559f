"""RFC 9110, 13: each condition by itself, in the order of 13.2.2, and against nonsense."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from potstill.web.conditional import (
    check,
    entity_tags,
    is_not_modified,
    is_range_current,
    not_modified,
    quoted,
    status_of,
    validators,
)
from potstill.web.errors import HTTPError, Respond
from potstill.web.http_date import http_date, modification_date, parse_http_date

TAG = '"v2"'
MODIFIED = 784111777.625  # Sun, 06 Nov 1994 08:49:37 GMT, and a bit
SAME = "Sun, 06 Nov 1994 08:49:37 GMT"
BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT"
AFTER = "Sun, 06 Nov 1994 08:49:38 GMT"


def environ(method: str = "GET", **fields: str) -> dict[str, str]:
    return {"REQUEST_METHOD": method} | {f"HTTP_{name}": value for name, value in fields.items()}


# -- one condition ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "tag", "status"),
    [
        ('"v2"', TAG, 0),
        ('"v1"', TAG, 412),
        ('"v1", "v2"', TAG, 0),
        ('"v1","v2","v3"', TAG, 0),
        ('  "v1" ,\t"v2"  ', TAG, 0),
        ('"v1",,"v2"', TAG, 0),
        ('W/"v2"', TAG, 412),  # the strong comparison
        ('"v2"', 'W/"v2"', 412),
        ('W/"v2"', 'W/"v2"', 412),
        ("*", TAG, 0),
        (" * ", TAG, 0),
        ("*", None, 412),
        ('"v2"', None, 412),
        ("v2", TAG, 412),  # unquoted: no tag
        ('"v2', TAG, 412),
        ("", TAG, 412),
        ('"V2"', TAG, 412),
        ('"a,b"', '"a,b"', 0),
        ('"a", "a,b"', '"a,b"', 0),
        ('x"v1", "v2"', TAG, 0),
        ('"v1"x, "v2"', TAG, 0),
        ('"v2"', "v2", 0),  # bare text of the application is quoted
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "POST"])
def test_if_match_wants_the_very_content(
    method: str, value: str, tag: str | None, status: int
) -> None:
    assert status_of(environ(method, IF_MATCH=value), tag, None) == status


@pytest.mark.parametrize(
    ("value", "tag", "is_known"),
    [
        ('"v2"', TAG, True),
        ('"v1"', TAG, False),
        ('"v1", "v2"', TAG, True),
        ('W/"v2"', TAG, True),
        ('"v2"', 'W/"v2"', True),
        ('"v1", W/"v2"', 'W/"v2"', True),
        ("*", TAG, True),
        ("*", None, False),
        ('"v2"', None, False),
        ("v2", TAG, False),
        ('w/"v2"', TAG, False),  # the prefix is case-sensitive
        ("", TAG, False),
        (",,,", TAG, False),
        ('"v2"', "v2", True),
    ],
)
@pytest.mark.parametrize(
    ("method", "status"), [("GET", 304), ("HEAD", 304), ("PUT", 412), ("DELETE", 412)]
)
def test_if_none_match_finds_what_the_client_has(
    method: str, status: int, value: str, tag: str | None, is_known: bool
) -> None:
    expected = status if is_known else 0
    assert status_of(environ(method, IF_NONE_MATCH=value), tag, None) == expected


@pytest.mark.parametrize(
    ("value", "modified", "status"),
    [
        (SAME, MODIFIED, 304),
        (AFTER, MODIFIED, 304),
        (BEFORE, MODIFIED, 0),
        (SAME, None, 0),
        ("yesterday", MODIFIED, 0),
        ("784111777", MODIFIED, 0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", MODIFIED, 304),
        ("Sun Nov  6 08:49:37 1994", MODIFIED, 304),
    ],
)
def test_if_modified_since_is_for_reading(value: str, modified: float | None, status: int) -> None:
    for method in ("GET", "HEAD"):
        assert status_of(environ(method, IF_MODIFIED_SINCE=value), TAG, modified) == status
    for method in ("PUT", "POST", "DELETE"):
        assert status_of(environ(method, IF_MODIFIED_SINCE=value), TAG, modified) == 0


@pytest.mark.parametrize(
    ("value", "modified", "status"),
    [
        (SAME, MODIFIED, 0),
        (AFTER, MODIFIED, 0),
        (BEFORE, MODIFIED, 412),
        (BEFORE, None, 0),
        ("yesterday", MODIFIED, 0),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_if_unmodified_since_is_for_every_method(
    method: str, value: str, modified: float | None, status: int
) -> None:
    assert status_of(environ(method, IF_UNMODIFIED_SINCE=value), TAG, modified) == status


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT"])
def test_conditions_mean_nothing_to_methods_without_a_representation(method: str) -> None:
    assert status_of(environ(method, IF_MATCH='"other"', IF_NONE_MATCH="*"), TAG, MODIFIED) == 0


# -- several: the order of 13.2.2 ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        # If-Match overrules If-Unmodified-Since
        ({"IF_MATCH": TAG, "IF_UNMODIFIED_SINCE": BEFORE}, 0),
        ({"IF_MATCH": '"v1"', "IF_UNMODIFIED_SINCE": SAME}, 412),
        # If-None-Match overrules If-Modified-Since, both ways
        ({"IF_NONE_MATCH": '"v1"', "IF_MODIFIED_SINCE": AFTER}, 0),
        ({"IF_NONE_MATCH": TAG, "IF_MODIFIED_SINCE": BEFORE}, 304),
        ({"IF_NONE_MATCH": "nonsense", "IF_MODIFIED_SINCE": AFTER}, 0),
        # the first that fails decides
        ({"IF_MATCH": '"v1"', "IF_NONE_MATCH": TAG}, 412),
        ({"IF_MATCH": TAG, "IF_NONE_MATCH": TAG}, 304),
        ({"IF_UNMODIFIED_SINCE": BEFORE, "IF_NONE_MATCH": TAG}, 412),
        ({"IF_UNMODIFIED_SINCE": SAME, "IF_MODIFIED_SINCE": SAME}, 304),
        ({"IF_MATCH": TAG, "IF_MODIFIED_SINCE": SAME}, 304),
        ({}, 0),
    ],
)
def test_conditions_are_looked_at_in_the_order_of_the_rfc(
    fields: dict[str, str], status: int
) -> None:
    assert status_of(environ(**fields), TAG, MODIFIED) == status


# -- what comes of it ------------------------------------------------------------------------------


def test_check_goes_on_in_silence() -> None:
    check(environ("PUT", IF_MATCH=TAG), "v2", MODIFIED)


def test_check_raises_412_for_a_lost_update() -> None:
    with pytest.raises(HTTPError) as caught:
        check(environ("PUT", IF_MATCH='"v1"'), "v2", MODIFIED)
    assert caught.value.status == 412


def test_check_raises_412_where_something_is_to_be_made_that_is_there() -> None:
    with pytest.raises(HTTPError) as caught:
        check(environ("PUT", IF_NONE_MATCH="*"), "v2", None)
    assert caught.value.status == 412
    check(environ("PUT", IF_NONE_MATCH="*"), None, None)


def test_check_raises_a_304_that_tells_the_tag() -> None:
    with pytest.raises(Respond) as caught:
        check(environ(IF_NONE_MATCH='"v1", W/"v2"'), "v2", MODIFIED)
    response = caught.value.response
    assert (response.status, response.body) == (304, b"")
    assert response.headers.lines == [("ETag", '"v2"')]


def test_check_raises_a_304_that_tells_the_date_where_there_is_no_tag() -> None:
    with pytest.raises(Respond) as caught:
        check(environ(IF_MODIFIED_SINCE=SAME), None, MODIFIED)
    assert caught.value.response.headers.lines == [("Last-Modified", SAME)]


def test_a_304_keeps_what_is_not_about_the_content() -> None:
    lines = [
        ("Content-Type", "text/css"),
        ("content-length", "5"),
        ("Content-Encoding", "br"),
        ("Last-Modified", SAME),
        ("Vary", "Accept-Encoding"),
        ("Cache-Control", "max-age=60"),
        ("Content-Security-Policy", "default-src 'self'"),
        ("Access-Control-Allow-Origin", "https://example.com"),
        ("Set-Cookie", "a=b"),
    ]
    kept = not_modified(lines, "v2", MODIFIED).headers
    assert [name for name, _ in kept] == [
        "Vary",
        "Cache-Control",
        "Content-Security-Policy",
        "Access-Control-Allow-Origin",
        "Set-Cookie",
        "ETag",
    ]


def test_is_not_modified_asks_only_for_304() -> None:
    assert is_not_modified(environ(IF_NONE_MATCH=TAG), TAG, None)
    assert not is_not_modified(environ(IF_MATCH='"v1"'), TAG, None)
    assert not is_not_modified(environ("PUT", IF_NONE_MATCH=TAG), TAG, None)


def test_validators_are_told_as_they_are_sent() -> None:
    assert list(validators("v2", MODIFIED)) == [("ETag", TAG), ("Last-Modified", SAME)]
    assert list(validators(None, None)) == []


# -- If-Range --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "tag", "modified", "holds"),
    [
        ('"v2"', TAG, MODIFIED, True),
        ('"v1"', TAG, MODIFIED, False),
        ('W/"v2"', TAG, MODIFIED, False),
        ('W/"v2"', 'W/"v2"', MODIFIED, False),
        ('"v2"', 'W/"v2"', MODIFIED, False),
        ('"v2"', None, MODIFIED, False),
        ('"v1", "v2"', TAG, MODIFIED, False),  # it is one tag, not a list
        ("*", TAG, MODIFIED, False),
        (SAME, TAG, MODIFIED, True),
        (BEFORE, TAG, MODIFIED, False),
        (AFTER, TAG, MODIFIED, False),  # a date has to be the very one
        (SAME, TAG, None, False),
        ("v2", TAG, MODIFIED, False),
        ("", TAG, MODIFIED, False),
    ],
)
def test_if_range_wants_the_very_content(
    value: str, tag: str | None, modified: float | None, holds: bool
) -> None:
    assert is_range_current(environ(IF_RANGE=value), tag, modified) is holds


def test_without_if_range_parts_are_always_right() -> None:
    assert is_range_current(environ(), None, None)


# -- tags ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["v1", "", "a-b_c", "\x80\xff", "!#$%,;\\"])
def test_bare_text_is_quoted(tag: str) -> None:
    assert quoted(tag) == f'"{tag}"'
    assert quoted(f'"{tag}"') == f'"{tag}"'
    assert quoted(f'W/"{tag}"') == f'W/"{tag}"'


@pytest.mark.parametrize("tag", ["a b", 'a"b', "a\r\nb", "é€", '"a', 'W/"', "\x7f", '"a" "b"'])
def test_what_cannot_be_a_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="is no entity tag"):
        quoted(tag)


@given(st.text(alphabet=st.characters(max_codepoint=255)))
@example('"' * 1000)
@example('W/"a' * 1000)
def test_no_list_of_tags_is_an_error(listed: str) -> None:
    assert all(tag.removeprefix("W/").count('"') == 2 for tag in entity_tags(listed))
    for name in ("IF_MATCH", "IF_NONE_MATCH", "IF_RANGE", "IF_MODIFIED_SINCE"):
        assert status_of(environ(**{name: listed}), TAG, MODIFIED) in (0, 304, 412)


@given(st.lists(st.from_regex(r'(W/)?"[!#-~]*"', fullmatch=True), max_size=5))
def test_a_well_formed_list_comes_apart_into_its_tags(tags: list[str]) -> None:
    assert list(entity_tags(", ".join(tags))) == tags


@pytest.mark.parametrize("element", ['"a,', '"', ",", 'W/"', " ", '"a" ', 'x"a",', '"a"b', "W/"])
def test_time_for_a_list_grows_as_its_length(element: str) -> None:
    def seconds(count: int) -> float:
        listed = element * count
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            list(entity_tags(listed))
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(16000) < 64 * seconds(1000) + 0.01  # 256 times, were it quadratic


# -- dates -----------------------------------------------------------------------------------------


@given(st.integers(min_value=0, max_value=253402300799))
def test_a_date_is_written_as_the_standard_library_does(seconds: int) -> None:
    assert http_date(seconds) == formatdate(seconds, usegmt=True)
    assert parse_http_date(http_date(seconds)) == seconds


@given(st.floats(min_value=0, max_value=4e9))
def test_fractions_are_cut_off(seconds: float) -> None:
    assert parse_http_date(http_date(seconds)) == int(seconds)


def test_fractions_before_the_epoch_are_cut_off_towards_the_past() -> None:
    assert http_date(-0.5) == "Wed, 31 Dec 1969 23:59:59 GMT"


def test_no_modification_is_told_from_the_future() -> None:
    told = parse_http_date(modification_date(time.time() + 3600))
    assert told is not None
    assert told <= time.time()


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        " Sun, 06 Nov 1994 08:49:37 GMT\t",
        "Mon, 06 Nov 1994 08:49:37 GMT",  # not that day's name, but one
    ],
)
def test_the_three_forms_of_a_date_are_read(text: str) -> None:
    assert parse_http_date(text) == 784111777


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Nov 1994  08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT; length=5",
        "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT",
        "Sonntag, 06-Nov-94 08:49:37 GMT",
        "1994-11-06T08:49:37Z",
    ],
)
def test_what_is_no_http_date_is_none(text: str) -> None:
    assert parse_http_date(text) is None


def test_a_leap_second_is_a_time() -> None:
    assert parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT") == 1483228800


def test_a_year_of_two_digits_is_never_far_ahead() -> None:
    this_year = datetime.now(UTC).year
    near = parse_http_date(f"Monday, 01-Jan-{(this_year + 10) % 100:02} 00:00:00 GMT")
    far = parse_http_date(f"Monday, 01-Jan-{(this_year + 60) % 100:02} 00:00:00 GMT")
    assert near is not None
    assert far is not None
    assert datetime.fromtimestamp(near, UTC).year == this_year + 10
    assert datetime.fromtimestamp(far, UTC).year == this_year - 40
