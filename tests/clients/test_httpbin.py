"""httpbin, every route and method of it, through requests: plain, and behind `wsgiref.validate`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from urllib3 import HTTPConnectionPool

from tests.support.server import RunningServer, potstill

from .httpbin_visits import VISITS, Visit

AUTOMATIC = {"HEAD", "OPTIONS"}


@pytest.fixture(scope="module", params=["httpbin:app", "tests.clients.validated:httpbin_app"])
def httpbin(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    with potstill(request.param) as server:
        yield server
        assert server.stop() == 0
    for complaint in ("[ERROR]", "Traceback", "AssertionError", "garbage collected"):
        assert complaint not in server.output


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def rules() -> dict[str, set[str]]:
    """What httpbin says of itself: its rules, and the methods that each has a function for."""
    from httpbin import app  # here, since it logs a warning as it is imported

    return {rule.rule: set(rule.methods or ()) - AUTOMATIC for rule in app.url_map.iter_rules()}


def test_no_route_or_method_is_forgotten() -> None:
    visited: dict[str, set[str]] = {}
    for visit in VISITS:
        visited.setdefault(visit.rule, set()).update(visit.methods)
    assert visited == rules()


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.path)
def test_each_route_answers_as_it_should(
    httpbin: RunningServer, session: requests.Session, visit: Visit
) -> None:
    options = {"allow_redirects": False, "timeout": 10} | visit.options
    for method in visit.methods:
        answer = session.request(method, httpbin.url + visit.path, **options)
        assert (answer.status_code, visit.check(answer)) == (visit.status, True), answer.text


@pytest.mark.parametrize("visit", [visit for visit in VISITS if "GET" in visit.methods])
def test_head_is_get_without_a_body(
    httpbin: RunningServer, session: requests.Session, visit: Visit
) -> None:
    answer = session.head(httpbin.url + visit.path, timeout=10, **visit.options)
    assert (answer.status_code, answer.content) == (visit.status, b"")


def test_options_names_the_methods(httpbin: RunningServer, session: requests.Session) -> None:
    for visit in VISITS:
        answer = session.options(httpbin.url + visit.path, timeout=10, allow_redirects=False)
        assert answer.status_code == 200
        assert set(answer.headers["Allow"].split(", ")) >= set(visit.methods)


def test_all_of_it_goes_through_one_connection(
    httpbin: RunningServer, session: requests.Session
) -> None:
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=1, pool_block=True)
    session.mount("http://", adapter)
    for visit in VISITS:
        session.get(httpbin.url + visit.path, timeout=10, allow_redirects=False)
    pool = adapter.get_connection_with_tls_context(
        requests.Request("GET", httpbin.url).prepare(), verify=True
    )
    assert isinstance(pool, HTTPConnectionPool)
    assert pool.num_connections == 1
