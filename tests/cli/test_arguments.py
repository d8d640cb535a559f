from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.cli.arguments import KNOWN, Action, Arguments, parse
from potstill.settings import TCP, ConfigError


def values(arguments: Arguments) -> dict[str, object]:
    return {name: given.value for name, given in arguments.given.items()}


def refusal(*words: str) -> str:
    with pytest.raises(ConfigError) as refused:
        parse(words)
    return str(refused.value)


def test_an_application_and_nothing_else_is_served() -> None:
    arguments = parse(["shop:app"])
    assert arguments.action is Action.SERVE
    assert arguments.config is None
    assert values(arguments) == {"app": "shop:app"}


@pytest.mark.parametrize(
    "words",
    [
        ["--bind", "[::1]:80", "shop:app"],
        ["--bind=[::1]:80", "shop:app"],
        ["-b", "[::1]:80", "shop:app"],
        ["-b[::1]:80", "shop:app"],
        ["-b=[::1]:80", "shop:app"],
        ["shop:app", "-b", "[::1]:80"],
        ["-b", "[::1]:80", "--", "shop:app"],
    ],
)
def test_a_value_may_stand_in_many_places(words: list[str]) -> None:
    assert values(parse(words)) == {"app": "shop:app", "bind": (TCP("::1", 80),)}


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["-w", "1"], "workers", 1),
        (["--threads", "4"], "threads", 4),
        (["--graceful-timeout", "10"], "graceful_timeout", 10.0),
        (["--keep-alive", "5"], "keep_alive", 5.0),
        (["--backlog", "64"], "backlog", 64),
        (["--worker-connections", "1000"], "worker_connections", 1000),
        (["--access-logfile", "-"], "access_logfile", "-"),
        (["--error-logfile", "e.log"], "error_logfile", "e.log"),
        (["--log-file", "e.log"], "error_logfile", "e.log"),
        (["--log-level", "DEBUG"], "log_level", "debug"),
        (["--access-logformat", '%(h)s "%(r)s"'], "access_logformat", '%(h)s "%(r)s"'),
        (["--limit-request-line", "4094"], "limit_request_line", 4094),
        (["--limit-request-fields", "50"], "limit_request_fields", 50),
        (["--limit-request-field_size", "4096"], "limit_request_field_size", 4096),
        (["--limit-request-field-size", "4096"], "limit_request_field_size", 4096),
        (["--chdir", "/srv"], "chdir", "/srv"),
        (["-e", "A=1"], "env", (("A", "1"),)),
        (["--env", "A=b=c"], "env", (("A", "b=c"),)),
        (["--pythonpath", "src,lib"], "pythonpath", ("src", "lib")),
        (["--root-path", "/app"], "root_path", "/app"),
        (["--header-map", "refuse"], "header_map", "refuse"),
        (["--no-server-header"], "server_header", False),
        (["--server-header"], "server_header", True),
    ],
)
def test_the_flags_people_know_mean_what_they_know(
    words: list[str], name: str, value: object
) -> None:
    arguments = parse(words)
    assert values(arguments) == {name: value}
    assert arguments.given[name].where == words[0]


def test_a_flag_given_again_replaces_its_value() -> None:
    assert values(parse(["--threads", "2", "--threads=4"])) == {"threads": 4}


def test_a_flag_of_several_values_adds_to_them() -> None:
    arguments = parse(["-b", ":1", "--bind", ":2,:3", "-e", "A=1", "-e", "B=2"])
    assert values(arguments) == {
        "bind": (TCP("", 1), TCP("", 2), TCP("", 3)),
        "env": (("A", "1"), ("B", "2")),
    }


@pytest.mark.parametrize("words", [["-c", "a.toml"], ["--config=a.toml"], ["-ca.toml"]])
def test_a_file_may_be_named(words: list[str]) -> None:
    assert parse(words).config == "a.toml"


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("--check-config", Action.CHECK),
        ("--print-config", Action.PRINT),
        ("--version", Action.VERSION),
        ("--help", Action.HELP),
        ("-h", Action.HELP),
    ],
)
def test_an_action_has_a_flag_of_its_own(word: str, action: Action) -> None:
    assert parse([word]).action is action


def test_after_a_call_for_help_nothing_is_judged() -> None:
    assert parse(["--help", "--nonsense"]).action is Action.HELP


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--treads", "4"], "--treads: there is no such setting; did you mean --threads?"),
        (["--treads=4"], "--treads: there is no such setting; did you mean --threads?"),
        (["--log_level", "x"], "--log_level: there is no such setting; did you mean --log-level?"),
        (["--loglevel", "x"], "--loglevel: Gunicorn's loglevel is called --log-level here"),
        (["--versoin"], "--versoin: there is no such setting; did you mean --version?"),
        (["--thread"], "--thread: there is no such setting; did you mean --threads?"),
        (["-threads", "4"], "-threads: there is no such setting; did you mean --threads?"),
        (["-z"], "-z: there is no such setting"),
        (["-"], "-: there is no such setting"),
        (["--threads"], "--threads needs a value"),
        (["--threads", "--workers", "1"], "--threads needs a value"),
        (["--threads", "-w", "1"], "--threads needs a value"),
        (["--config"], "--config needs a value"),
        (["--threads", "-1"], "--threads is '-1': expected a whole number from 1 to 1024"),
        (["--threads="], "--threads is '': expected a whole number from 1 to 1024"),
        (["--help=me"], "--help takes no value"),
        (["--no-server-header=1"], "--no-server-header takes no value"),
        (["a:b", "c:d"], "one application is served, not two: 'a:b' and 'c:d'"),
        (["--", "a:b", "--threads"], "one application is served, not two: 'a:b' and '--threads'"),
        (
            ["--check-config", "--print-config"],
            "--check-config and --print-config: only one at a time",
        ),
        (
            ["-w", "4"],
            "-w is '4': expected 1 (this version runs one process: give it more --threads)",
        ),
        (
            ["-b", "fd:3"],
            "-b is 'fd:3': an inherited socket is written by its number, as in fd://3",
        ),
        (["--proxy-protocol=v1"], "--proxy-protocol takes no value"),
        (["--request-buffering", "-w", "1"], "--request-buffering needs a value"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_flag(words: list[str], message: str) -> None:
    assert refusal(*words) == message


@pytest.mark.parametrize(
    "words",
    [
        ["-t", "30"],
        ["-t30"],
        ["--timeout", "30"],
        ["--preload"],
        ["--reload"],
        ["--max-requests=1000"],
        ["--max-requests-jitter", "50"],
        ["-u", "www"],
        ["-g", "www"],
        ["-m", "007"],
        ["-p", "pid"],
        ["-n", "shop"],
        ["--log-config", "a.ini"],
    ],
)
def test_a_flag_of_a_later_version_is_known_but_not_here_yet(words: list[str]) -> None:
    flag = words[0].removesuffix("30").partition("=")[0]
    assert refusal(*words, "shop:app").startswith(f"{flag}: this version does not have it yet")


@pytest.mark.parametrize("flag", ["-k", "--worker-class"])
def test_a_flag_that_nobody_needs_here_says_why(flag: str) -> None:
    assert refusal(flag, "gthread").startswith(f"{flag}: not needed; all workers are alike")


@given(st.lists(st.one_of(st.sampled_from(KNOWN), st.text(max_size=8)), max_size=5))
def test_any_words_at_all_are_read_or_refused_in_one_line(words: list[str]) -> None:
    assert "\n" not in _refusal(words)


def _refusal(words: list[str]) -> str:
    try:
        parse(words)
    except ConfigError as error:
        return str(error)
    return ""
