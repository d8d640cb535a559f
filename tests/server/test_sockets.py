"""Where a Potstill process listens: Unix sockets, many addresses, shared and inherited ones."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.server.inheriting import inheriting
from tests.support.server import potstill

APP = "tests.server.whereabouts:app"


class UnixConnection(http.client.HTTPConnection):
    """The standard library's client, connected to a path."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=20)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "socket")


def ask(connection: http.client.HTTPConnection, body: bytes = b"") -> dict[str, Any]:
    """What the application tells over a connection that stays open."""
    connection.request("POST", "/", body)
    answer = connection.getresponse()
    assert answer.status == 200
    told: dict[str, Any] = json.load(answer)
    return told


def ask_tcp(port: int, host: str = "127.0.0.1") -> dict[str, Any]:
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        return ask(connection)
    finally:
        connection.close()


def ask_unix(path: str) -> dict[str, Any]:
    connection = UnixConnection(path)
    try:
        return ask(connection)
    finally:
        connection.close()


def ask_with_curl(*arguments: str, body: bytes = b"") -> dict[str, Any]:
    command = ["curl", "--silent", "--show-error", "--max-time", "20", *arguments]
    command += ["--data-binary", "@-", "http://localhost/"]
    done = subprocess.run(command, input=body, capture_output=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def refusal(*arguments: str, env: dict[str, str] | None = None) -> str:
    """The output of a server that cannot listen where it should."""
    with potstill(APP, *arguments, bind=None, env=env, ready=False) as server:
        assert server.process.wait(20) == 1
        server.stop()
        return server.output


def tcp() -> socket.socket:
    """A listening socket that is not Potstill's."""
    return socket.create_server(("127.0.0.1", 0))


def unix(path: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    sock.listen()
    return sock


# -- Unix sockets ----------------------------------------------------------------------------------


def test_a_unix_socket_serves_many_requests_of_a_connection(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None) as server:
        connection = UnixConnection(path)
        told = [ask(connection, b"x" * size) for size in (0, 5, 3_000_000)]
        connection.close()
        assert [one["size"] for one in told] == [0, 5, 3_000_000]
        assert {one["pid"] for one in told} == {server.pid}


def test_a_unix_client_has_no_address(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None):
        told = ask_unix(path)
    assert (told["REMOTE_ADDR"], told["REMOTE_PORT"]) == ("", "")
    assert (told["SERVER_NAME"], told["SERVER_PORT"]) == ("localhost", "80")
    assert told["wsgi.url_scheme"] == "http"


def test_curl_speaks_to_a_unix_socket(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None):
        assert ask_with_curl("--unix-socket", path, body=b"x" * 100_000)["size"] == 100_000


def test_curl_speaks_to_an_abstract_socket() -> None:
    name = f"potstill-sockets-{os.getpid()}"
    with potstill(APP, "--bind", f"unix:@{name}", bind=None) as server:
        server.wait_for(f"Listening at unix:@{name}$")
        assert ask_with_curl("--abstract-unix-socket", name, body=b"12345")["size"] == 5


def test_the_file_is_for_its_user_and_group_unless_told_otherwise(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None):
        found = Path(path).stat()
        assert stat.S_IMODE(found.st_mode) == 0o660
        assert (found.st_uid, found.st_gid) == (os.geteuid(), os.getegid())


def test_mode_and_owner_are_settings(path: str) -> None:
    flags = ["--socket-mode", "600", "--socket-owner", "4711:daemon"]
    with potstill(APP, "--bind", f"unix:{path}", *flags, bind=None):
        found = Path(path).stat()
        assert stat.S_IMODE(found.st_mode) == 0o600
        assert (found.st_uid, Path(path).group()) == (4711, "daemon")


def test_the_file_goes_with_the_server(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None) as server:
        assert server.stop() == 0
    assert not Path(path).exists()


def test_the_file_of_a_server_that_was_killed_is_replaced(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None) as killed:
        killed.stop(signal.SIGKILL)
        assert Path(path).is_socket()
    with potstill(APP, "--bind", f"unix:{path}", bind=None) as server:
        assert ask_unix(path)["pid"] == server.pid


def test_two_servers_never_share_a_path(path: str) -> None:
    with potstill(APP, "--bind", f"unix:{path}", bind=None) as first:
        output = refusal("--bind", f"unix:{path}")
        assert f"cannot listen at unix:{path}: somebody listens there already" in output
        assert ask_unix(path)["pid"] == first.pid


def test_a_file_that_is_no_socket_is_left_alone(path: str) -> None:
    Path(path).write_text("precious")
    output = refusal("--bind", f"unix:{path}")
    assert f"cannot listen at unix:{path}: there is a file already, and it is no socket" in output
    assert Path(path).read_text() == "precious"


def test_an_unknown_owner_is_refused_in_a_line(path: str) -> None:
    output = refusal("--bind", f"unix:{path}", "--socket-owner", "no-such-user")
    assert f"cannot listen at unix:{path}: there is no user no-such-user" in output
    assert not Path(path).exists()


# -- many addresses, and a shared one --------------------------------------------------------------


def test_one_process_listens_at_many_addresses(path: str) -> None:
    binds = ["127.0.0.1:0", "[::1]:0", f"unix:{path}", f"unix:{path}.too"]
    flags = [part for bind in binds for part in ("--bind", bind)]
    with potstill(APP, *flags, bind=None) as server:
        four = server.wait_for(r"Listening at http://127\.0\.0\.1:(\d+)$")
        six = server.wait_for(r"Listening at http://\[::1\]:(\d+)$")
        server.wait_for(f"Listening at unix:{path}.too$")
        told = [
            ask_tcp(int(four[1])),
            ask_tcp(int(six[1]), "::1"),
            ask_unix(path),
            ask_unix(f"{path}.too"),
        ]
        assert {one["pid"] for one in told} == {server.pid}
        assert [one["REMOTE_ADDR"] for one in told] == ["127.0.0.1", "::1", "", ""]


def test_what_was_opened_is_given_back_when_another_address_cannot_be_had(path: str) -> None:
    with tcp() as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        assert f"cannot listen at {bind}" in refusal("--bind", f"unix:{path}", "--bind", bind)
    assert not Path(path).exists()


def test_processes_that_agree_share_a_port() -> None:
    with potstill(APP, "--reuse-port") as first:
        bind = f"127.0.0.1:{first.port}"
        with potstill(APP, "--reuse-port", bind=bind) as second:
            assert {ask_tcp(first.port)["pid"] for _ in range(60)} == {first.pid, second.pid}
            assert first.stop() == 0
            assert {ask_tcp(second.port)["pid"] for _ in range(5)} == {second.pid}


def test_a_port_is_shared_only_when_it_is_asked_for() -> None:
    with potstill(APP) as first:
        bind = f"127.0.0.1:{first.port}"
        assert f"cannot listen at {bind}: Address already in use" in refusal("--bind", bind)


# -- inherited sockets -----------------------------------------------------------------------------


def test_an_inherited_tcp_socket_is_served() -> None:
    with tcp() as sock:
        port = sock.getsockname()[1]
        bind = f"fd://{sock.fileno()}"
        with inheriting(sock, arguments=(APP, "--bind", bind)) as server:
            assert server.port == port
            told = ask_tcp(port)
            assert (told["pid"], told["SERVER_PORT"]) == (server.pid, str(port))


def test_an_inherited_unix_socket_keeps_its_file(path: str) -> None:
    with unix(path) as sock:
        bind = f"fd://{sock.fileno()}"
        with inheriting(sock, arguments=(APP, "--bind", bind)) as server:
            assert server.path == path
            assert ask_unix(path)["pid"] == server.pid
        assert Path(path).is_socket()


def test_a_descriptor_that_is_no_socket_is_refused_in_a_line() -> None:
    output = refusal("--bind", "fd://0")
    assert "cannot listen at fd://0: descriptor 0 is no socket" in output


# -- systemd ---------------------------------------------------------------------------------------


def test_activated_sockets_are_served_instead_of_the_addresses_set(path: str) -> None:
    with tcp() as first, unix(path) as second:
        port = first.getsockname()[1]
        arguments = (APP, "--bind", f"unix:{path}.unused")
        with inheriting(first, second, arguments=arguments, activated=True) as server:
            server.wait_for(f"Listening at http://127.0.0.1:{port}$")
            server.wait_for(f"Listening at unix:{path}$")
            assert ask_tcp(port)["pid"] == ask_unix(path)["pid"] == server.pid
            assert not Path(f"{path}.unused").exists()
        assert Path(path).is_socket()


def test_the_application_is_not_told_of_activation() -> None:
    with tcp() as sock, inheriting(sock, arguments=(APP,), activated=True):
        assert ask_tcp(sock.getsockname()[1])["listen"] == []


def test_who_comes_while_no_server_runs_is_served_by_the_next() -> None:
    with tcp() as sock:
        port = sock.getsockname()[1]
        with inheriting(sock, arguments=(APP,), activated=True) as first:
            assert ask_tcp(port)["pid"] == first.pid
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        waiting.connect()
        with inheriting(sock, arguments=(APP,), activated=True) as second:
            assert ask(waiting)["pid"] == second.pid
            waiting.close()


def test_sockets_of_another_process_are_not_taken() -> None:
    with potstill(APP, env={"LISTEN_FDS": "1", "LISTEN_PID": "1"}) as server:
        told = ask_tcp(server.port)
        assert (told["pid"], told["listen"]) == (server.pid, [])


def test_an_activation_that_makes_no_sense_is_refused_in_a_line() -> None:
    output = refusal("--bind", "127.0.0.1:0", env={"LISTEN_FDS": "1", "LISTEN_PID": "me"})
    assert "LISTEN_PID is 'me' where a number is expected" in output
    assert "Traceback" not in output
