"""What believed proxies say of a request, as variables of its environ."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potstill.http11.errors import ProtocolError
from potstill.wsgi.account import Account

Said = dict[str, str]

latin = st.text(st.characters(max_codepoint=0xFF), max_size=12)


def variables(
    said: Said, sent_host: str = "a.example", own_scheme: str = "http"
) -> dict[str, str | None]:
    return Account(None, **said).variables(sent_host, own_scheme)


def test_who_says_nothing_changes_nothing() -> None:
    assert variables({}) == {}


@pytest.mark.parametrize("client", [("192.0.2.1", "40000"), ("2001:db8::1", "")])
def test_the_client_alone_leaves_the_server_as_it_is(client: tuple[str, str]) -> None:
    changes = Account(client).variables("b.example:8080", "https")
    assert changes == {"REMOTE_ADDR": client[0], "REMOTE_PORT": client[1]}


@pytest.mark.parametrize(
    ("told", "scheme", "https"),
    [
        *[("http", "http", None), ("https", "https", "on"), ("HTTPS", "https", "on")],
        *[("Http", "http", None), ("wss", "https", "on"), ("WS", "http", None)],
    ],
)
@pytest.mark.parametrize("own_scheme", ["http", "https"])
def test_the_scheme_is_http_or_https(
    told: str, scheme: str, https: str | None, own_scheme: str
) -> None:
    changes = variables({"proto": told}, own_scheme=own_scheme)
    assert changes["wsgi.url_scheme"] == scheme
    assert changes["HTTPS"] == https


@pytest.mark.parametrize(
    ("said", "sent_host", "own_scheme", "authority", "name", "port"),
    [
        # The Host field's own port, else that of the scheme.
        ({"proto": "https"}, "a.example", "http", "a.example", "a.example", "443"),
        ({"proto": "http"}, "a.example", "https", "a.example", "a.example", "80"),
        ({"proto": "https"}, "a.example:8443", "http", "a.example:8443", "a.example", "8443"),
        ({"proto": "https"}, "a.example:80", "http", "a.example:80", "a.example", "80"),
        ({"proto": "https"}, "a.example:443", "http", "a.example:443", "a.example", "443"),
        ({"proto": "https"}, "a.example:", "http", "a.example:", "a.example", "443"),
        ({"proto": "https"}, "a.example:0443", "http", "a.example:0443", "a.example", "443"),
        ({"proto": "https"}, "[::1]", "http", "[::1]", "[::1]", "443"),
        ({"proto": "https"}, "[::1]:80", "http", "[::1]:80", "[::1]", "80"),
        # A host that is told stands for the Host field.
        ({"host": "b.example"}, "a.example:81", "http", "b.example", "b.example", "80"),
        ({"host": "b.example"}, "a.example:81", "https", "b.example", "b.example", "443"),
        ({"host": "b.example:82"}, "a.example:81", "http", "b.example:82", "b.example", "82"),
        ({"host": "[::1]:82"}, "a.example", "http", "[::1]:82", "[::1]", "82"),
        ({"host": "B.example"}, "", "http", "B.example", "B.example", "80"),
        ({"host": "b", "proto": "https"}, "a", "http", "b", "b", "443"),
        # A port that is told stands for any other, and shows where it is not to be expected.
        ({"port": "81"}, "a.example", "http", "a.example:81", "a.example", "81"),
        ({"port": "80"}, "a.example", "http", "a.example", "a.example", "80"),
        ({"port": "80"}, "a.example:81", "http", "a.example", "a.example", "80"),
        ({"port": "80"}, "a.example:80", "http", "a.example:80", "a.example", "80"),
        ({"port": "81"}, "a.example:81", "http", "a.example:81", "a.example", "81"),
        ({"port": "65535"}, "[::1]:1", "http", "[::1]:65535", "[::1]", "65535"),
        ({"port": "80", "proto": "https"}, "a", "http", "a:80", "a", "80"),
        ({"port": "443", "proto": "https"}, "a:8000", "http", "a", "a", "443"),
        ({"port": "443"}, "a:8000", "https", "a", "a", "443"),
        ({"port": "82", "host": "b:81"}, "a", "http", "b:82", "b", "82"),
        ({"port": "1", "host": "b", "proto": "wss"}, "a", "http", "b:1", "b", "1"),
    ],
)
def test_name_and_port_are_what_the_client_meant(
    said: Said, sent_host: str, own_scheme: str, authority: str, name: str, port: str
) -> None:
    changes = variables(said, sent_host, own_scheme)
    assert changes["HTTP_HOST"] == authority
    assert (changes["SERVER_NAME"], changes["SERVER_PORT"]) == (name, port)


@pytest.mark.parametrize("sent_host", ["", ":81"])
def test_without_a_host_the_server_keeps_its_name(sent_host: str) -> None:
    changes = variables({"proto": "https", "port": "444"}, sent_host)
    assert changes == {"wsgi.url_scheme": "https", "HTTPS": "on", "SERVER_PORT": "444"}


@pytest.mark.parametrize(
    ("told", "prefix"),
    [
        *[("/", ""), ("/app", "/app"), ("/app/", "/app"), ("/a/b.c/d", "/a/b.c/d")],
        *[("/a%20b", "/a b"), ("/%c3%a9", "/Ã©"), ("/%2525", "/%25"), ("/...", "/...")],
        *[("/~a!$&'()*+;=:@-_", "/~a!$&'()*+;=:@-_"), ("/.well-known", "/.well-known")],
    ],
)
def test_the_prefix_is_a_decoded_path_without_a_slash_behind(told: str, prefix: str) -> None:
    assert variables({"prefix": told}) == {"SCRIPT_NAME": prefix}


IMPOSSIBLE = {
    "proto": ["", "ftp", "http ", "https:", "h2", "http/1.1", "é"],
    "host": [
        *["", ":80", "a b", "a/b", "u@a", "a:b", "a:65536", "[::1", "é", "http://a", "a#b", "a?b"],
        *["[v1.x]", "[::g]", "a:80:80", "::1", "a,b"],
    ],
    "port": ["", "0", "65536", "080", "-1", "+1", "1 ", "x", "²", "123456"],
    "prefix": [
        *["", "a", "//", "//a", "/a//b", "/a//", "/.", "/..", "/a/../b", "/a/.", "/a/./"],
        *["/%2e%2E/b", "/a/%2e/", "/%2F", "/%2f/a", "/a%2f", "/a%2f%2fb", "/a%2f.."],
        *["/%", "/%2", "/%zz", "/a?b", "/a#b", "/a b", "/\\a", "/é", "/\n", "http://a/b"],
    ],
}


@pytest.mark.parametrize(
    "said", [{name: value} for name, values in IMPOSSIBLE.items() for value in values]
)
def test_what_cannot_be_is_refused(said: Said) -> None:
    with pytest.raises(ProtocolError) as refusal:
        variables(said)
    assert refusal.value.status == 400


names = st.sampled_from(["proto", "host", "port", "prefix"])


@settings(deadline=None)
@given(st.dictionaries(names, latin), st.sampled_from(["", "a", "a:81", "[::1]:"]))
def test_any_account_gives_variables_or_is_refused(said: Said, sent_host: str) -> None:
    with suppress(ProtocolError):
        variables(said, sent_host)
