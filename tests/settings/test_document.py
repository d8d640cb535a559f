from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from potstill.settings.document import document, toml
from potstill.settings.sources import Configuration, gather
from potstill.settings.sources import given as stated
from potstill.settings.table import ROWS, Settings

CHANGED: dict[str, object] = {
    "access_log_mask": ["/s/", "/reset/"],
    "app": 'shop:create("prod")',
    "env": {"GREETING": 'a "quoted"\n\ttext \\ ä \x7f', "EMPTY": ""},
    "pythonpath": ["src", "lib dir"],
    "root_path": "/shop",
    "bind": [":80", "https://[::1]:8000", "127.0.0.1:0", "unix:/run/a b", "unix:@x", "fd://3"],
    "reuse_port": True,
    "socket_mode": "600",
    "socket_owner": "www-data:adm",
    "backlog": 17,
    "worker_connections": 99,
    "certfile": "tls/site.pem",
    "keyfile": "tls/site key.pem",
    "sni": ["a.example=a.pem", "*.b.example=b.pem:b key.pem"],
    "ca_certs": "tls/clients.pem",
    "cert_reqs": 2,
    "ciphers": "ECDHE+AESGCM:!SHA1",
    "tls_minimum": "1.3",
    "forwarded_allow_ips": ["10.0.0.0/8", "unix"],
    "forwarded_headers": "forwarded",
    "forwarded_hops": 2,
    "strip_forwarded": "off",
    "proxy_protocol": True,
    "proxy_allow_from": "*",
    "workers": 1,
    "threads": 4,
    "relay_after": "1.9ms",
    "limit_request_line": "9000",
    "limit_request_fields": 101,
    "limit_request_field_size": "1KiB",
    "limit_request_head": 70001,
    "limit_request_body": "3MiB",
    "limit_chunk_line": 100,
    "limit_trailers": 200,
    "min_rate": "1KiB",
    "body_memory": 0,
    "output_memory": "2MiB",
    "output_spill": 0,
    "request_buffering": "off",
    "head_timeout": 0.1 + 0.2,
    "body_timeout": "2m",
    "write_timeout": 1.25,
    "min_rate_grace": "3s",
    "handshake_timeout": 2,
    "keep_alive": "5s",
    "graceful_timeout": 0,
    "header_map": "refuse",
    "server_header": False,
    "access_logfile": "none",
    "access_logformat": '%(h)s "%(r)s"\t%({user-agent}i)s',
    "error_logfile": "error.log",
    "log_level": "debug",
}


def read_back(text: str, directory: Path) -> Configuration:
    (directory / "potstill.toml").write_text(text, "utf-8")
    return gather({}, {}, directory)


def test_the_defaults_saved_as_a_file_are_the_defaults(tmp_path: Path) -> None:
    text = document(Configuration(Settings(), {}))
    assert read_back(text, tmp_path).settings == Settings()


def test_settings_saved_as_a_file_are_the_same_settings(tmp_path: Path) -> None:
    layer = {name: stated(name, value, "-x") for name, value in CHANGED.items()}
    layer["chdir"] = stated("chdir", str(tmp_path), "--chdir")
    configuration = gather(layer, {}, tmp_path)
    assert configuration.origins.keys() == ROWS.keys(), "this test changes every setting"
    again = read_back(document(configuration), tmp_path)
    assert again.settings == configuration.settings


def test_each_line_says_where_its_value_came_from(tmp_path: Path) -> None:
    layer = {"threads": stated("threads", "4", "--threads")}
    lines = document(gather(layer, {"PORT": "80"}, tmp_path)).splitlines()
    assert any(line.split() == ["threads", "=", "4", "#", "--threads"] for line in lines)
    assert any(line.split() == ["bind", "=", '["0.0.0.0:80"]', "#", "PORT"] for line in lines)
    assert any(line.split() == ["backlog", "=", "2048", "#", "default"] for line in lines)


def test_every_setting_stands_in_it_once() -> None:
    lines = document(Configuration(Settings(), {})).splitlines()
    for name in ROWS:
        assert sum(line.startswith((f"{name} =", f"# {name} is")) for line in lines) == 1, name


@given(
    st.one_of(
        st.booleans(),
        st.integers(0, 1 << 60),
        st.floats(0, 1e9),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
        st.dictionaries(
            st.from_regex(r"[A-Za-z_]\w*", fullmatch=True).filter(str.isascii), st.just("x")
        ),
    )
)
def test_every_value_is_written_as_toml_reads_it(
    value: bool | int | float | str | list[str] | dict[str, str],
) -> None:
    assert tomllib.loads(f"value = {toml(value)}") == {"value": value}
