"""Hosts and origins: compared as they are meant, whatever an attacker writes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.web import App
from potstill.web.errors import HTTPError, SetupError
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.security.hosts import TrustedHosts, split_host
from potstill.web.security.origins import Origins, split_origin
from potstill.web.testing import Client
from tests.web.support import environ


def answer(hosts: list[str], host: str, scheme: str = "http") -> int:
    """The status for a request to a host."""
    more: dict[str, Any] = {"wsgi.url_scheme": scheme}
    request = Request(environ(HTTP_HOST=host, **more))
    try:
        return TrustedHosts(hosts)(request, lambda _: Response(b"")).status
    except HTTPError as error:
        return error.status


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("example.com", ("example.com", None)),
        ("EXAMPLE.Com:8000", ("example.com", 8000)),
        ("example.com.", ("example.com", None)),
        ("example.com.:80", ("example.com", 80)),
        ("example.com:", ("example.com", None)),
        ("localhost", ("localhost", None)),
        ("my_service:80", ("my_service", 80)),
        ("127.0.0.1:1", ("127.0.0.1", 1)),
        ("[::1]", ("[::1]", None)),
        ("[::1]:8000", ("[::1]", 8000)),
        ("[0:0:0:0:0:0:0:1]", ("[::1]", None)),
        ("[2001:DB8::A]:443", ("[2001:db8::a]", 443)),
        ("xn--bcher-kva.example", ("xn--bcher-kva.example", None)),
    ],
)
def test_a_host_has_one_form(text: str, parsed: tuple[str, int | None]) -> None:
    assert split_host(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "..", "a..b", ".a", "a.com..", "-a.com", "a-.com", ":80", "a:b", "a:-1", "a:0"),
        *("a:65536", "a:999999", "a:80:80", "a b", " a", "a ", "a\t", "a\n", "a\0", "a/b", "a?b"),
        *("user@a.com", "a.com@evil.com", "a.com, evil.com", "a.com#", "a%2ecom", "a.com\\@evil"),
        *("[::1", "::1", "[]", "[:::1]", "[::1]x", "[fe80::1%25eth0]", "[::ffff:1.2.3.4.5]"),
        *("é.com", "a:\uff18\uff10", "a:\u0663", "\uff41.com", "a\u3002com", "a\x85", "\xa0a"),
        "a." * 200,
        "a" * 300,
    ],
)
def test_what_is_no_host_is_none(text: str) -> None:
    assert split_host(text) is None


@given(st.text(max_size=30))
def test_no_text_is_too_much_for_a_host(text: str) -> None:
    parsed = split_host(text)
    if parsed is not None:
        name, port = parsed
        assert split_host(name if port is None else f"{name}:{port}") == parsed
        assert not set(name) & set(" /\\@?#,\r\n")


@pytest.mark.parametrize(
    ("pattern", "host", "status"),
    [
        ("example.com", "example.com", 200),
        ("example.com", "EXAMPLE.COM", 200),
        ("example.com", "example.com.", 200),
        ("example.com", "example.com:80", 200),
        ("example.com", "example.com:8000", 421),
        ("example.com:8000", "example.com:8000", 200),
        ("example.com:8000", "example.com", 421),
        ("example.com", "www.example.com", 421),
        ("example.com", "evil-example.com", 421),
        ("example.com", "example.com.evil.test", 421),
        ("example.com", "evil.test", 421),
        (".example.com", "example.com", 200),
        (".example.com", "a.b.example.com", 200),
        (".example.com", "evilexample.com", 421),
        (".example.com", "example.com.evil.test", 421),
        (".example.com:*", "a.example.com:81", 200),
        ("localhost:*", "localhost", 200),
        ("localhost:*", "localhost:65535", 200),
        ("localhost:*", "localhost.evil.test:80", 421),
        ("[::1]:*", "[0::1]:8000", 200),
        ("[::1]", "[::2]", 421),
        ("Example.COM.", "example.com", 200),
        ("*", "whatever.test:81", 200),
        ("*", "a/b", 400),
        ("*", "evil@example.com", 400),
        ("example.com", "example.com@evil.test", 400),
        ("example.com", "evil.test#example.com", 400),
        ("example.com", "example.com, evil.test", 400),
        ("example.com", "example.com:80:80", 400),
    ],
)
def test_only_hosts_that_are_named_are_answered_for(pattern: str, host: str, status: int) -> None:
    assert answer([pattern], host) == status


def test_the_usual_port_is_that_of_the_scheme() -> None:
    assert answer(["example.com"], "example.com:443", "https") == 200
    assert answer(["example.com"], "example.com:80", "https") == 421
    assert answer(["example.com"], "example.com:443", "http") == 421


def test_a_host_that_was_allowed_once_is_not_allowed_over_another_scheme() -> None:
    hosts = TrustedHosts(["example.com"])
    hosts(Request(environ(HTTP_HOST="example.com:80")), lambda _: Response(b""))
    more: dict[str, Any] = {"wsgi.url_scheme": "https"}
    other = Request(environ(HTTP_HOST="example.com:80", **more))
    with pytest.raises(HTTPError, match="421"):
        hosts(other, lambda _: Response(b""))


def test_without_a_host_the_name_of_the_server_counts() -> None:
    asked = environ(SERVER_NAME="example.com", SERVER_PORT="80")
    del asked["HTTP_HOST"]
    assert TrustedHosts(["example.com"])(Request(asked), lambda _: Response(b"")).status == 200
    with pytest.raises(HTTPError, match="421"):
        TrustedHosts(["other.test"])(Request(asked), lambda _: Response(b""))


def test_the_forwarded_host_is_not_looked_at() -> None:
    asked = environ(HTTP_HOST="evil.test", HTTP_X_FORWARDED_HOST="example.com")
    with pytest.raises(HTTPError, match="421"):
        TrustedHosts(["example.com"])(Request(asked), lambda _: Response(b""))


def test_hosts_without_end_are_not_all_remembered() -> None:
    hosts = TrustedHosts([".example.com"])
    for number in range(1500):
        request = Request(environ(HTTP_HOST=f"h{number}.example.com"))
        assert hosts(request, lambda _: Response(b"")).status == 200
    assert len(hosts._known) <= 1000


@pytest.mark.parametrize(
    "pattern",
    ["", ".", "http://example.com", "example.com/", "*.example.com", "exam ple", ".[::1]", "*:80"],
)
def test_a_pattern_that_is_none_is_refused_at_the_start(pattern: str) -> None:
    with pytest.raises(SetupError, match="is no host"):
        TrustedHosts([pattern])


@pytest.mark.parametrize("hosts", ["example.com", []])
def test_hosts_are_a_list(hosts: list[str]) -> None:
    with pytest.raises(SetupError, match="list of at least one"):
        TrustedHosts(hosts)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "example.com", "https://", "https://a/", "https://a/b", "https://a?b"),
        *("https://user@a", "https://A", "HTTPS://a", "https://a.", "https://a:", "https://a b"),
        *("https://a, https://b", "https:/a", "://a", "java script://a", "https://a\n"),
    ],
)
def test_what_no_browser_sends_is_no_origin(text: str) -> None:
    assert split_origin(text) is None


@pytest.mark.parametrize(
    ("pattern", "origin", "is_allowed"),
    [
        ("https://example.com", "https://example.com", True),
        ("https://example.com:443", "https://example.com", True),
        ("https://example.com", "http://example.com", False),
        ("https://example.com", "https://example.com:8443", False),
        ("https://example.com", "https://example.com.evil.test", False),
        ("https://example.com", "https://evilexample.com", False),
        ("https://example.com", "https://evil.test?https://example.com", False),
        ("https://example.com", "https://example.com@evil.test", False),
        ("https://example.com", "null", False),
        ("https://example.com", "https://example.com.", False),
        ("https://example.com:8443", "https://example.com.:8443", False),
        ("https://*.example.com:*", "https://a.example.com.:8443", False),
        ("https://*.example.com", "https://a.example.com", True),
        ("https://*.example.com", "https://a.b.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "https://evilexample.com", False),
        ("https://*.example.com", "https://a.example.com.evil.test", False),
        ("https://*.example.com", "https://.example.com", False),
        ("https://*.example.com", "https://evil.test/.example.com", False),
        ("https://*.example.com", "https://evil.test#.example.com", False),
        ("https://*.example.com", "http://a.example.com", False),
        ("https://*.example.com", "https://a.example.com:81", False),
        ("https://*.example.com:*", "https://a.example.com:81", True),
        ("http://localhost:*", "http://localhost:5173", True),
        ("http://localhost:*", "http://localhost", True),
        ("http://localhost:*", "http://localhost.evil.test:80", False),
        ("http://[::1]:8000", "http://[::1]:8000", True),
        ("chrome-extension://abcdef", "chrome-extension://abcdef", True),
        ("chrome-extension://abcdef", "chrome-extension://abcdeg", False),
    ],
)
def test_origins_are_compared_and_never_searched(
    pattern: str, origin: str, is_allowed: bool
) -> None:
    assert Origins([pattern]).allows(origin) is is_allowed


@pytest.mark.parametrize(
    "pattern",
    [
        *("null", "*", "example.com", "https://example.com/", "https://Example.com", "https://*"),
        *("https://*.com", "https://a*.example.com", "https://*.*.example.com", "https://*.[::1]"),
    ],
)
def test_an_origin_that_would_never_match_or_always_is_refused(pattern: str) -> None:
    with pytest.raises(SetupError, match="is no origin"):
        Origins([pattern])


def test_origins_are_a_list() -> None:
    with pytest.raises(SetupError, match="are a list"):
        Origins("https://example.com")


def test_an_application_answers_for_its_hosts_only() -> None:
    app = App(hosts=["example.com", "localhost:*"])

    @app.get("/")
    def index(request: Request) -> str:
        return request.url

    client = Client(app, "http://localhost:8000")
    assert client.get("/").text == "http://localhost:8000/"
    for host, status in (("example.com", 200), ("evil.test", 421), ("a b", 400)):
        answer = client.get("/", headers={"Host": host})
        assert answer.status == status
        assert b"evil" not in answer.body
