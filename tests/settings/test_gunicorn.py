from __future__ import annotations

import pytest

from potstill.settings.gunicorn import ABSENT, RENAMED, SHORT, unknown_name
from potstill.settings.table import ROWS

NAMES = {name: name for name in ROWS}


def test_a_setting_of_gunicorns_that_is_not_here_has_its_reason() -> None:
    message = str(unknown_name("--log-config", "log_config", {}))
    assert message == "--log-config: this version does not have it yet"


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("ssl_version", "--tls-minimum"),
        ("forwarder_headers", "--forwarded-headers"),
        ("secure_scheme_headers", "--forwarded-allow-ips"),
        ("umask", "--socket-mode"),
    ],
)
def test_where_another_setting_does_its_work_the_reason_names_it(name: str, instead: str) -> None:
    assert instead in str(unknown_name(name, name, {}))
    assert instead.removeprefix("--").replace("-", "_") in ROWS


def test_a_setting_called_otherwise_here_is_named() -> None:
    message = str(unknown_name("keepalive", "keepalive", NAMES, "potstill.toml: "))
    assert message == "potstill.toml: keepalive: Gunicorn's keepalive is called keep_alive here"


def test_a_typo_is_answered_with_the_nearest_name() -> None:
    message = str(unknown_name("treads", "treads", NAMES))
    assert message == "treads: there is no such setting; did you mean threads?"


def test_the_nearest_name_is_spelled_as_it_is_where_the_typo_stands() -> None:
    message = str(unknown_name("X_TREADS", "treads", {"threads": "X_THREADS"}))
    assert message == "X_TREADS: there is no such setting; did you mean X_THREADS?"


def test_a_name_near_to_none_is_refused_without_a_guess() -> None:
    assert str(unknown_name("zzz", "zzz", NAMES)) == "zzz: there is no such setting"


def test_a_name_that_cannot_be_printed_is_escaped() -> None:
    assert str(unknown_name("a\nb", "a\nb", NAMES)) == r"'a\nb': there is no such setting"


def test_what_is_here_is_not_listed_as_absent() -> None:
    assert not ABSENT.keys() & ROWS.keys()
    assert not RENAMED.keys() & ROWS.keys()


@pytest.mark.parametrize("name", RENAMED.values())
def test_what_is_called_otherwise_is_here(name: str) -> None:
    assert name in ROWS


@pytest.mark.parametrize("name", SHORT.values())
def test_a_short_flag_that_is_absent_has_its_reason(name: str) -> None:
    assert name in ABSENT
