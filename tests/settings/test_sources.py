from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from potstill.settings import TCP, ConfigError
from potstill.settings.sources import Configuration, gather, given


def configured(
    directory: Path,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    config: str | None = None,
) -> Configuration:
    """What comes of flags by the names of their settings, variables, and files in `directory`."""
    layer = {name: given(name, value, f"--{name}") for name, value in (flags or {}).items()}
    return gather(layer, environ or {}, directory, config)


def refusal(
    directory: Path, environ: Mapping[str, str] | None = None, config: str | None = None
) -> str:
    with pytest.raises(ConfigError) as refused:
        configured(directory, None, environ, config)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_what_nobody_gives_has_its_default_and_no_origin(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    assert configuration.settings.threads == 8
    assert configuration.origins == {}


def test_each_source_comes_before_the_ones_below_it(tmp_path: Path) -> None:
    (tmp_path / "potstill.toml").write_text("threads = 2\nbacklog = 2\nkeep_alive = 2\n")
    environ = {"POTSTILL_BACKLOG": "3", "POTSTILL_KEEP_ALIVE": "3"}
    configuration = configured(tmp_path, {"keep_alive": "4"}, environ)
    settings = configuration.settings
    assert (settings.threads, settings.backlog, settings.keep_alive) == (2, 3, 4.0)
    assert configuration.origins == {
        "threads": "potstill.toml",
        "backlog": "POTSTILL_BACKLOG",
        "keep_alive": "--keep_alive",
    }


def test_the_table_in_pyproject_toml_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.potstill]\nthreads = 3\n")
    configuration = configured(tmp_path)
    assert configuration.settings.threads == 3
    assert configuration.origins == {"threads": "pyproject.toml"}


def test_a_pyproject_toml_that_says_nothing_of_us_is_no_file_of_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n[tool.ruff]\n")
    (tmp_path / "potstill.toml").write_text("threads = 3\n")
    assert configured(tmp_path).settings.threads == 3


def test_two_files_at_once_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.potstill]\n")
    (tmp_path / "potstill.toml").write_text("")
    assert "both stand in" in refusal(tmp_path)


def test_of_two_files_one_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.potstill]\nthreads = 3\n")
    (tmp_path / "potstill.toml").write_text("threads = 4")
    assert configured(tmp_path, config="pyproject.toml").settings.threads == 3


def test_a_named_file_replaces_the_directorys_own(tmp_path: Path) -> None:
    (tmp_path / "potstill.toml").write_text("threads = 2\n")
    (tmp_path / "other.toml").write_text("backlog = 9\n")
    settings = configured(tmp_path, config="other.toml").settings
    assert (settings.threads, settings.backlog) == (8, 9)


def test_the_environment_may_name_the_file_and_a_flag_comes_before_it(tmp_path: Path) -> None:
    for name, threads in (("a.toml", 2), ("b.toml", 3)):
        (tmp_path / name).write_text(f"threads = {threads}\n")
    environ = {"POTSTILL_CONFIG": "a.toml"}
    assert configured(tmp_path, environ=environ).settings.threads == 2
    assert configured(tmp_path, environ=environ, config="b.toml").settings.threads == 3


def test_every_sort_of_value_can_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "potstill.toml").write_text(
        """
        app = "shop:app"
        bind = ["127.0.0.1:1", "[::1]:2"]
        env = {MODE = "prod"}
        pythonpath = "src"
        threads = 4
        keep_alive = 0.5
        relay_after = "3ms"
        body_memory = "1MiB"
        server_header = false
        access_logfile = "none"
        """
    )
    settings = configured(tmp_path).settings
    assert settings.app == "shop:app"
    assert settings.bind == (TCP("127.0.0.1", 1), TCP("::1", 2))
    assert settings.env == (("MODE", "prod"),)
    assert settings.pythonpath == ("src",)
    assert (settings.keep_alive, settings.relay_after) == (0.5, 0.003)
    assert settings.body_memory == 1 << 20
    assert settings.server_header is False
    assert settings.access_logfile is None


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    assert configured(tmp_path, environ={"POTSTILL_THREADS": ""}).settings.threads == 8


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environ = {"POTSTILLS": "1", "THREADS": "1", "potstill_threads": "1"}
    assert configured(tmp_path, environ=environ).origins == {}


@pytest.mark.parametrize(
    "variable",
    [
        "POTSTILL_SERVICE_HOST",
        "POTSTILL_SERVICE_PORT",
        "POTSTILL_SERVICE_PORT_HTTP",
        "POTSTILL_PORT",
        "POTSTILL_PORT_80_TCP",
        "POTSTILL_PORT_80_TCP_ADDR",
    ],
)
def test_the_variables_of_a_kubernetes_service_are_not_settings(
    tmp_path: Path, variable: str
) -> None:
    assert configured(tmp_path, environ={variable: "tcp://10.0.0.1:80"}).origins == {}


def test_the_platforms_port_opens_all_addresses(tmp_path: Path) -> None:
    configuration = configured(tmp_path, environ={"PORT": "5000"})
    assert configuration.settings.bind == (TCP("0.0.0.0", 5000),)
    assert configuration.origins == {"bind": "PORT"}


def test_the_platforms_variables_count_only_where_nobody_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "potstill.toml").write_text('bind = "localhost:1"\nworkers = 1\n')
    configuration = configured(tmp_path, environ={"PORT": "x", "WEB_CONCURRENCY": "4"})
    assert configuration.settings.bind == (TCP("localhost", 1),)
    assert configuration.origins == {"bind": "potstill.toml", "workers": "potstill.toml"}


def test_web_concurrency_is_the_number_of_workers(tmp_path: Path) -> None:
    assert configured(tmp_path, environ={"WEB_CONCURRENCY": "1"}).origins == {
        "workers": "WEB_CONCURRENCY"
    }
    message = refusal(tmp_path, {"WEB_CONCURRENCY": "4"})
    assert message.startswith("WEB_CONCURRENCY is '4': expected 1 (this version runs one process")


def test_forwarded_allow_ips_are_the_proxies_to_believe(tmp_path: Path) -> None:
    environ = {"FORWARDED_ALLOW_IPS": "10.0.0.1,*"}
    configuration = configured(tmp_path, environ=environ)
    assert configuration.settings.forwarded_allow_ips == ("10.0.0.1", "*")
    assert configuration.origins == {"forwarded_allow_ips": "FORWARDED_ALLOW_IPS"}
    stated = configured(tmp_path, {"forwarded_allow_ips": ""}, environ)
    assert stated.settings.forwarded_allow_ips == ()
    assert configured(tmp_path, environ={"FORWARDED_ALLOW_IPS": ""}).origins == {}
    assert refusal(tmp_path, {"FORWARDED_ALLOW_IPS": "proxy"}).startswith(
        "FORWARDED_ALLOW_IPS is 'proxy': expected an IP address"
    )


def test_the_file_of_the_changed_directory_is_read(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "potstill.toml").write_text("threads = 2\n")
    configuration = configured(tmp_path, {"chdir": "site"})
    assert configuration.settings.threads == 2
    assert configuration.settings.chdir == str(tmp_path / "site")
    assert configuration.origins["threads"] == "site/potstill.toml"
    assert configured(tmp_path, environ={"POTSTILL_CHDIR": "site"}).settings.threads == 2


def test_a_change_of_directory_in_a_file_starts_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "etc" / "site").mkdir(parents=True)
    (tmp_path / "etc" / "potstill.toml").write_text('chdir = "site"\n')
    settings = configured(tmp_path, config="etc/potstill.toml").settings
    assert settings.chdir == str(tmp_path / "etc" / "site")


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"POTSTILL_THREADS": "many"},
            "POTSTILL_THREADS is 'many': expected a whole number from 1 to 1024",
        ),
        (
            {"POTSTILL_TREADS": "4"},
            "POTSTILL_TREADS: there is no such setting; did you mean POTSTILL_THREADS?",
        ),
        (
            {"POTSTILL_Threads": "4"},
            "POTSTILL_Threads: there is no such setting; did you mean POTSTILL_THREADS?",
        ),
        (
            {"POTSTILL_PRELOAD": "1"},
            "POTSTILL_PRELOAD: this version does not have it yet; it runs one process",
        ),
        (
            {"POTSTILL_ENV": "A=1"},
            "POTSTILL_ENV: set the variables themselves; env is for files and flags",
        ),
        ({"POTSTILL_CHDIR": "away"}, "POTSTILL_CHDIR is 'away': no such directory"),
        ({"PORT": "http"}, "PORT is 'http': expected a port number"),
        ({"PORT": "65536"}, "PORT is '65536': expected a port number"),
        ({"POTSTILL_CONFIG": "a.toml"}, "POTSTILL_CONFIG is 'a.toml': no such file"),
    ],
)
def test_a_mistake_in_the_environment_is_one_line(
    tmp_path: Path, environ: dict[str, str], message: str
) -> None:
    assert refusal(tmp_path, environ) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("threads = 0", "threads is 0: expected a whole number from 1 to 1024"),
        ("treads = 4", "treads: there is no such setting; did you mean threads?"),
        ("timeout = 30", "timeout: this version does not have it yet; a call of the application"),
        ("loglevel = 'info'", "loglevel: Gunicorn's loglevel is called log_level here"),
        ("log-level = 'info'", "log-level: there is no such setting; did you mean log_level?"),
        ("bind = 'fd:3'", "bind is 'fd:3': an inherited socket is written by its number"),
        ("socket_mode = 660", "socket_mode is 660: expected three octal digits as chmod has them"),
        ("proxy_allow_ips = '*'", "proxy_allow_ips: Gunicorn's proxy_allow_ips is called proxy_"),
        ("chdir = 'away'", "chdir is 'away': no such directory"),
        ("[tool.potstill]", "tool: there is no such setting"),
    ],
)
def test_a_mistake_in_a_file_is_one_line_that_names_the_file(
    tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "potstill.toml").write_text(content)
    assert refusal(tmp_path).startswith(f"potstill.toml: {message}")


def test_a_mistake_is_refused_also_where_another_source_overrides_it(tmp_path: Path) -> None:
    (tmp_path / "potstill.toml").write_text("threads = 0\n")
    with pytest.raises(ConfigError, match=r"^potstill\.toml: threads is 0"):
        configured(tmp_path, {"threads": "4"})
