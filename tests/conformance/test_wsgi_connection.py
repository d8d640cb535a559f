"""What environ says of a connection that is more than plain TCP from a stranger.

TLS has its own page (`test_http_tls`), the strangers are in `test_wsgi_environ`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conformance.wsgi_fixture import Fixture
from tests.conformance.wsgi_recipes import NEXT_BODY, Served, answered_json, environ_of, serving
from tests.deploy.guest import visit_unix
from tests.support.wire import Client, get

app = Fixture()
APP = f"{__name__}:app"

BELIEVES_ALL = (
    "--forwarded-headers",
    "x-forwarded-for,x-forwarded-proto,x-forwarded-host,x-forwarded-port,x-forwarded-prefix",
)
PASSED_ON = (
    "X-Forwarded-For: 192.0.2.66, 203.0.113.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: shop.example:8443",
    "X-Forwarded-Prefix: /shop",
)
TOLD = {
    "REMOTE_ADDR": "203.0.113.7",
    "REMOTE_PORT": "",
    "wsgi.url_scheme": "https",
    "HTTPS": "on",
    "HTTP_HOST": "shop.example:8443",
    "SERVER_NAME": "shop.example",
    "SERVER_PORT": "8443",
    "SCRIPT_NAME": "/shop",
}
"""What follows from PASSED_ON: the last proxy vouches for the last address only."""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "app.sock")


@pytest.fixture(scope="module")
def trusting() -> Iterator[Served]:
    with serving(APP, "--forwarded-allow-ips", "127.0.0.1", *BELIEVES_ALL) as served:
        yield served


# -- Unix sockets --------------------------------------------------------------------------------


@pytest.mark.requirement("W-S-040", "W-S-034")
def test_the_peer_of_a_unix_socket_has_no_address(path: str) -> None:
    with serving(APP, bind=f"unix:{path}"), visit_unix(path) as client:
        environ = environ_of(client)
        assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("", "")
        assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("localhost", "80")
        assert environ["wsgi.url_scheme"] == "http"
        kinds = answered_json(client, get("/types"))
        assert {kinds["REMOTE_ADDR"], kinds["REMOTE_PORT"], kinds["SERVER_PORT"]} == {"str"}


@pytest.mark.requirement("W-S-040")
def test_the_peer_of_an_abstract_socket_has_none_either() -> None:
    name = "@potstill-conformance"
    with serving(APP, bind=f"unix:{name}"), visit_unix(f"\0{name[1:]}") as client:
        environ = environ_of(client)
        assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("", "")


# -- whom to believe -----------------------------------------------------------------------------


@pytest.mark.requirement("W-S-042")
def test_forwarding_fields_of_a_peer_that_is_trusted_are_believed(trusting: Served) -> None:
    with trusting.client() as proxy:
        environ = environ_of(proxy, get("/env", *PASSED_ON))
        assert {key: environ[key] for key in TOLD} == TOLD
        environ = environ_of(proxy, get("/env"))  # nothing is left over for the next request
        assert environ["REMOTE_ADDR"] == "127.0.0.1"
        assert (environ["wsgi.url_scheme"], environ["SCRIPT_NAME"]) == ("http", "")
        assert "HTTPS" not in environ


@pytest.mark.requirement("W-S-042")
def test_trust_in_one_address_is_none_in_another() -> None:
    with (
        serving(APP, "--forwarded-allow-ips", "192.0.2.1", *BELIEVES_ALL) as served,
        served.client() as client,
    ):
        plain = environ_of(client)
        environ = environ_of(client, get("/env", *PASSED_ON))
        assert {key: value for key, value in environ.items() if key in plain} == plain
        assert not [key for key in environ if key.startswith("HTTP_X_FORWARDED")]


@pytest.mark.requirement("W-S-042")
def test_whoever_reaches_a_unix_socket_can_be_trusted(path: str) -> None:
    believes = ("--forwarded-allow-ips", "unix", *BELIEVES_ALL)
    with serving(APP, *believes, bind=f"unix:{path}"), visit_unix(path) as proxy:
        environ = environ_of(proxy, get("/env", *PASSED_ON))
        assert {key: environ[key] for key in TOLD} == TOLD


@pytest.mark.requirement("W-S-042")
@pytest.mark.parametrize(
    "nonsense",
    [
        "X-Forwarded-Proto: gopher",
        "X-Forwarded-Host: a/b",
        "X-Forwarded-Port: 0",
        "X-Forwarded-Prefix: shop",
        "X-Forwarded-Prefix: /../shop",
    ],
)
def test_what_cannot_be_is_refused_and_not_half_believed(trusting: Served, nonsense: str) -> None:
    events = trusting.events()
    with trusting.client() as proxy:
        proxy.send(get("/env", "X-Forwarded-For: 203.0.113.7", nonsense))
        answer = proxy.answer()
        assert (answer.status, answer.closes) == (400, True)
        assert proxy.at_end()
    assert events() == []


@pytest.mark.requirement("H-022")
def test_a_trusted_proxy_may_name_the_scheme_that_it_serves(trusting: Served) -> None:
    with trusting.client() as proxy:
        for scheme, status in (("https", 200), ("http", 421)):
            proxy.send(get(f"{scheme}://shop.example/x", "X-Forwarded-Proto: https"))
            assert proxy.answer().status == status
        proxy.send(get("https://shop.example/x"))  # about this one it says nothing
        assert proxy.answer().status == 421
        proxy.send(get("/next"))
        assert proxy.answer().body == NEXT_BODY


# -- several processes ---------------------------------------------------------------------------


@pytest.mark.requirement("W-S-045")
def test_who_may_share_the_port_with_other_processes_says_so() -> None:
    """Each of them calls the application, and the kernel chooses among them."""
    with ExitStack() as stack:
        first = stack.enter_context(serving(APP, "--reuse-port"))
        bind = f"127.0.0.1:{first.port}"
        other = stack.enter_context(serving(APP, "--reuse-port", bind=bind))
        assert other.port == first.port
        for _ in range(8):
            with Client(first.port) as client:
                assert environ_of(client)["wsgi.multiprocess"] == "True"
