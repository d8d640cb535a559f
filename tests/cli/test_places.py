"""The settings of the server's edges, each given at every place a setting can stand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from potstill.cli.arguments import parse
from potstill.settings import TCP, ConfigError, Descriptor, Settings, Unix
from potstill.settings.document import document
from potstill.settings.sources import Configuration, gather
from potstill.settings.table import ROWS


class Case(NamedTuple):
    """One setting as it is written at each place; `needs` are the flags it cannot stand without."""

    name: str
    flags: list[str]
    variable: str
    toml: str
    value: object
    needs: tuple[str, ...] = ()


CERTIFIED = ("--certfile", "site.pem")
CASES = [
    Case(
        "bind",
        ["-b", "unix:/run/a.sock", "-b", "fd://3", "-b", "http://:80"],
        "unix:/run/a.sock, fd://3, http://:80",
        '["unix:/run/a.sock", "fd://3", "http://:80"]',
        (Unix("/run/a.sock"), Descriptor(3), TCP("", 80, "http")),
    ),
    Case("reuse_port", ["--reuse-port"], "on", "true", True),
    Case("socket_mode", ["--socket-mode", "600"], "0600", "0o600", 0o600),
    Case("socket_owner", ["--socket-owner=www:adm"], "www:adm", '"www:adm"', "www:adm"),
    Case("socket_owner", ["--socket-owner", ":adm"], ":adm", '":adm"', ":adm"),
    Case("certfile", ["--certfile", "a b.pem"], "a b.pem", '"a b.pem"', "a b.pem"),
    Case("keyfile", ["--keyfile", "a.key"], "a.key", '"a.key"', "a.key", CERTIFIED),
    Case(
        "sni",
        ["--sni", "a.example=a.pem", "--sni=*.b.example=b.pem:b.key"],
        "a.example=a.pem,*.b.example=b.pem:b.key",
        '["a.example=a.pem", "*.b.example=b.pem:b.key"]',
        (("a.example", "a.pem", ""), ("*.b.example", "b.pem", "b.key")),
        CERTIFIED,
    ),
    Case(
        "ca_certs",
        ["--ca-certs", "ca.pem"],
        "ca.pem",
        '"ca.pem"',
        "ca.pem",
        (*CERTIFIED, "--cert-reqs", "optional"),
    ),
    Case(
        "cert_reqs",
        ["--cert-reqs", "2"],
        "Required",
        "2",
        "required",
        (*CERTIFIED, "--ca-certs", "ca.pem"),
    ),
    Case("ciphers", ["--ciphers", "HIGH:!SHA1"], "HIGH:!SHA1", '"HIGH:!SHA1"', "HIGH:!SHA1"),
    Case("tls_minimum", ["--tls-minimum", "1.3"], "1.3", "1.3", "1.3"),
    Case(
        "forwarded_allow_ips",
        ["--forwarded-allow-ips", "10.0.0.0/8,unix", "--forwarded-allow-ips=::1"],
        "10.0.0.0/8,unix,::1",
        '["10.0.0.0/8", "unix", "::1"]',
        ("10.0.0.0/8", "unix", "::1"),
    ),
    Case("forwarded_allow_ips", ["--forwarded-allow-ips", "*"], "*", '"*"', ("*",)),
    Case(
        "forwarded_headers",
        ["--forwarded-headers", "X-Forwarded-For,X-Forwarded-Host"],
        "x-forwarded-for, x-forwarded-host",
        '["x-forwarded-for", "x-forwarded-host"]',
        ("x-forwarded-for", "x-forwarded-host"),
    ),
    Case(
        "forwarded_headers",
        ["--forwarded-headers=forwarded"],
        "Forwarded",
        '"forwarded"',
        ("forwarded",),
    ),
    Case("forwarded_hops", ["--forwarded-hops", "2"], "2", "2", 2),
    Case("strip_forwarded", ["--no-strip-forwarded"], "off", "false", False),
    Case(
        "proxy_protocol",
        ["--proxy-protocol"],
        "yes",
        "true",
        True,
        ("--proxy-allow-from", "10.0.0.1"),
    ),
    Case("proxy_allow_from", ["--proxy-allow-from", "unix"], "unix", '"unix"', ("unix",)),
    Case("min_rate", ["--min-rate", "1KiB"], "1024", "1024", 1024),
    Case("min_rate", ["--min-rate", "0"], "0", "0", 0),
    Case("min_rate_grace", ["--min-rate-grace", "5"], "5s", "5", 5.0),
    Case("handshake_timeout", ["--handshake-timeout", "500ms"], "0.5", '"500ms"', 0.5),
    Case("request_buffering", ["--request-buffering", "off"], "off", "false", False),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}:{case.variable}")


def configured(
    case: Case, directory: Path, words: list[str], environ: dict[str, str] | None = None
) -> Configuration:
    """What comes of these words, these variables and the file in the directory."""
    return gather(parse([*case.needs, *words]).given, environ or {}, directory)


@EACH
def test_it_may_stand_on_the_command_line(case: Case, tmp_path: Path) -> None:
    configuration = configured(case, tmp_path, case.flags)
    assert getattr(configuration.settings, case.name) == case.value
    assert getattr(Settings(), case.name) != case.value


@EACH
def test_it_may_stand_in_the_environment(case: Case, tmp_path: Path) -> None:
    variable = f"POTSTILL_{case.name.upper()}"
    configuration = configured(case, tmp_path, [], {variable: case.variable})
    assert getattr(configuration.settings, case.name) == case.value
    assert configuration.origins[case.name] == variable


@EACH
def test_it_may_stand_in_a_file(case: Case, tmp_path: Path) -> None:
    (tmp_path / "potstill.toml").write_text(f"{case.name} = {case.toml}\n")
    configuration = configured(case, tmp_path, [])
    assert getattr(configuration.settings, case.name) == case.value
    assert configuration.origins[case.name] == "potstill.toml"


@EACH
def test_it_is_printed_as_a_file_would_have_it(case: Case, tmp_path: Path) -> None:
    configuration = configured(case, tmp_path, case.flags)
    text = document(configuration)
    (tmp_path / "potstill.toml").write_text(text)
    assert tomllib.loads(text)[case.name] == ROWS[case.name].kind.plain(case.value)
    assert gather({}, {}, tmp_path).settings == configuration.settings


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "--socket-mode 880",
            "'880': expected three octal digits as chmod has them, as in \"660\"",
        ),
        ("--socket-owner :", "':': expected USER, USER:GROUP or :GROUP"),
        ("--certfile=", "'': expected a path"),
        (
            "--sni a.example",
            "'a.example': expected NAME=CERTFILE or NAME=CERTFILE:KEYFILE, the name",
        ),
        ("--sni a=b,A=c", "'a=b,A=c': a has more than one certificate"),
        ("--cert-reqs require", "'require': expected none, optional or required; did you mean req"),
        ("--ciphers=", "'': expected a cipher list as OpenSSL has it"),
        ("--tls-minimum 1.1", "'1.1': expected 1.2 or 1.3"),
        ("--forwarded-allow-ips lb", "'lb': expected an IP address, a network as in 10.0.0.0/8,"),
        ("--forwarded-allow-ips 10.0.0.1/8", "'10.0.0.1/8': 10.0.0.1/8 is an address within 10.0."),
        (
            "--forwarded-headers via",
            "'via': expected x-forwarded-for, x-forwarded-proto, x-forward",
        ),
        ("--forwarded-hops 0", "'0': expected a whole number from 1 to 32"),
        ("--proxy-allow-from unix:/a", "'unix:/a': expected an IP address, a network as in 10.0"),
        ("--min-rate -1", "'-1': expected a size from 0 to 1GiB, in bytes or with KiB, MiB, GiB"),
        ("--min-rate-grace 0", "'0': expected a time from 1ms to 60m, in seconds or with ms, s, m"),
        ("--handshake-timeout never", "'never': expected a time from 1ms to 60m, in seconds or"),
        ("--request-buffering maybe", "'maybe': expected on or off"),
    ],
)
def test_what_it_cannot_be_is_refused_in_one_line(words: str, message: str) -> None:
    flag = words.replace("=", " ").partition(" ")[0]
    with pytest.raises(ConfigError) as refused:
        parse(words.split())
    assert str(refused.value).startswith(f"{flag} is {message}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["reuse_port", "strip_forwarded", "proxy_protocol"])
def test_a_switch_turned_in_a_file_is_turned_back_by_a_flag(name: str, tmp_path: Path) -> None:
    default = bool(getattr(Settings(), name))
    lines = f"{name} = {str(not default).lower()}\nproxy_allow_from = '*'\n"
    (tmp_path / "potstill.toml").write_text(lines)
    flag = name.replace("_", "-")
    words = [f"--{flag}" if default else f"--no-{flag}"]
    assert getattr(gather(parse(words).given, {}, tmp_path).settings, name) is default
