"""benchmarks.scenarios and benchmarks.contenders: the two tables hold together."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.commands import Assignment
from benchmarks.contenders import CONTENDERS, REFERENCE, Contender
from benchmarks.kit import PEERS, Kit
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.wrk import SCRIPTS

KIT = Kit(Path("/env/bin/python"), Path("/floor"), Path("/certificate"), Path("/key"))
PORT = 18000


def command(contender: Contender, scenario: Scenario) -> list[str]:
    return contender.command(Assignment(scenario, 36, PORT, KIT))


def scenario(name: str) -> Scenario:
    return next(each for each in SCENARIOS if each.name == name)


def contender(key: str) -> Contender:
    return next(each for each in CONTENDERS if each.key == key)


def test_names_are_given_once() -> None:
    for names in (
        [each.name for each in SCENARIOS],
        [each.title for each in SCENARIOS],
        [each.key for each in CONTENDERS],
        [each.name for each in CONTENDERS],
    ):
        assert len(set(names)) == len(names)


def test_the_reference_comes_first() -> None:
    assert CONTENDERS[0].key == REFERENCE


@pytest.mark.parametrize("each", SCENARIOS, ids=lambda each: each.name)
def test_a_scenario_has_its_script_and_a_title_that_fits(each: Scenario) -> None:
    assert (SCRIPTS / each.script).is_file()
    assert len(each.title) <= 48
    assert bool(each.upload) == (each.script == "posting.lua")


@pytest.mark.parametrize("each", CONTENDERS, ids=lambda each: each.key)
def test_what_a_server_cannot_do_is_the_name_of_a_scenario(each: Contender) -> None:
    assert set(each.cannot) <= {scenario.name for scenario in SCENARIOS}


@pytest.mark.parametrize("each", CONTENDERS, ids=lambda each: each.key)
def test_a_server_is_told_its_port_and_its_application(each: Contender) -> None:
    words = command(each, scenario("flask"))
    assert any(str(PORT) in word for word in words)
    if "flask" not in each.cannot:
        assert "benchmarks.apps.flask_hello:app" in words


@pytest.mark.parametrize("each", CONTENDERS, ids=lambda each: each.key)
def test_a_server_that_speaks_tls_is_told_certificate_and_key(each: Contender) -> None:
    if "tls" in each.cannot:
        assert "TLS" in each.cannot["tls"]
        return
    words = " ".join(command(each, scenario("tls")))
    assert "/certificate" in words
    assert "/key" in words
    assert "/key" not in " ".join(command(each, scenario("hello")))


@pytest.mark.parametrize(
    ("key", "closing", "lasting"),
    [
        ("uwsgi-router", "Connection: close", "--http-keepalive=1"),
        ("uwsgi-socket", "--http-socket", "--http11-socket"),
        ("floor", "close", "keep"),
    ],
)
def test_servers_that_do_not_follow_the_request_are_told_when_to_close(
    key: str, closing: str, lasting: str
) -> None:
    once, kept = (command(contender(key), scenario(name)) for name in ("connect", "hello"))
    assert closing in once
    assert closing not in kept
    assert lasting in kept
    assert lasting not in once


def test_peers_are_pinned() -> None:
    packages = {each.package for each in CONTENDERS if each.package}
    assert packages <= {peer.partition("==")[0] for peer in PEERS if "==" in peer}
