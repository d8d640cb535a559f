"""`listen_unix`: who may connect to the socket's file, and whose file it is."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import shutil
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from potstill.net.listener import Listener
from potstill.net.unix_listener import listen_unix
from tests.net.pair import descriptors

NOBODY = pwd.getpwnam("nobody")
DAEMON = grp.getgrnam("daemon")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "socket")


@contextmanager
def listening(path: str, mode: int = 0o660, owner: str = "") -> Iterator[Listener]:
    listener = listen_unix(path, 16, mode=mode, owner=owner)
    try:
        yield listener
    finally:
        listener.close()


@contextmanager
def connected(path: str) -> Iterator[socket.socket]:
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(address)
        yield client


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
        assert os.umask(mask) == mask, "it was left changed"
    finally:
        os.umask(before)


@contextmanager
def unprivileged(mode: int, dead: int = 0o600) -> Iterator[str]:
    """A folder of root's with a dead socket of root's in it, seen by an ordinary user."""
    with tempfile.TemporaryDirectory() as folder:
        leave_dead(f"{folder}/dead")
        Path(f"{folder}/dead").chmod(dead)
        Path(folder).chmod(mode)
        os.seteuid(NOBODY.pw_uid)
        try:
            yield folder
        finally:
            os.seteuid(0)


def bound(path: str, kind: int = socket.SOCK_STREAM) -> socket.socket:
    """A socket that somebody else has bound, and does not listen at yet."""
    sock = socket.socket(socket.AF_UNIX, kind)
    sock.bind(path)
    return sock


def leave_dead(path: str) -> None:
    """What a server that was killed leaves behind."""
    with bound(path) as sock:
        sock.listen()


def access(path: str) -> tuple[int, int, int]:
    """Mode, user and group."""
    found = Path(path).lstat()
    return stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid


def surroundings(path: str) -> set[Path]:
    return set(Path(path).parent.glob("*"))


def refused(path: str, sentence: str, mode: int = 0o660, owner: str = "") -> OSError:
    """Why nobody can listen there; no descriptor, no file and no umask may be left of the trial."""
    before = descriptors(), surroundings(path)
    with umask(0o22), pytest.raises(OSError, match=sentence) as error:
        listen_unix(path, 16, mode=mode, owner=owner)
    assert error.value.errno
    assert error.value.strerror
    assert (descriptors(), surroundings(path)) == before
    return error.value


def test_it_listens_at_a_file(path: str) -> None:
    with listening(path) as listener, connected(path) as client:
        ((sock, peer, server),) = listener.accept(10)
        with sock:
            assert not sock.getblocking()
            sock.send(b"welcome")
            assert client.recv(7) == b"welcome"
        assert (peer, server) == (("", ""), ("localhost", "80"))


def test_it_is_called_by_its_path_and_never_speaks_tls(path: str) -> None:
    with listening(path) as listener:
        assert listener.server_address == path
        assert str(listener) == f"unix:{path}"
        assert listener.fd == listener.sock.fileno()
        assert not listener.is_secure


def test_a_client_with_a_name_of_its_own_is_nobody_all_the_same(path: str) -> None:
    with listening(path) as listener, bound(path + ".client") as client:
        client.connect(path)
        ((sock, peer, _),) = listener.accept(10)
        with sock:
            assert peer == ("", "")


@pytest.mark.parametrize("mask", [0, 0o22, 0o777])
@pytest.mark.parametrize("mode", [0o600, 0o660, 0o666, 0o777])
def test_the_file_has_the_mode_that_was_asked_for_whatever_the_umask(
    path: str, mode: int, mask: int
) -> None:
    with umask(mask), listening(path, mode):
        assert access(path)[0] == mode


@pytest.mark.parametrize(
    ("owner", "user", "group"),
    [
        ("", os.geteuid(), os.getegid()),
        ("nobody", NOBODY.pw_uid, os.getegid()),
        ("nobody:daemon", NOBODY.pw_uid, DAEMON.gr_gid),
        (":daemon", os.geteuid(), DAEMON.gr_gid),
        ("4711:4712", 4711, 4712),
        ("nobody:", NOBODY.pw_uid, os.getegid()),
    ],
)
def test_the_file_is_given_to_its_owner(path: str, owner: str, user: int, group: int) -> None:
    with listening(path, 0o640, owner):
        assert access(path) == (0o640, user, group)


def test_at_no_moment_is_the_file_wider_nor_open_before_it_is_the_owners(path: str) -> None:
    seen: list[tuple[str, tuple[int, int, int]]] = []

    def watch(frame: FrameType, event: str, what: object) -> None:
        if event.startswith("c_") and Path(path).is_socket():
            seen.append((getattr(what, "__name__", ""), access(path)))

    with umask(0):
        sys.setprofile(watch)
        try:
            listener = listen_unix(path, 16, mode=0o620, owner="4711:4712")
        finally:
            sys.setprofile(None)
        listener.close()
    assert {mode for _, (mode, _, _) in seen} == {0o620}
    assert {tuple(owner) for call, (_, *owner) in seen if call == "listen"} == {(4711, 4712)}


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        ("no-such-user", "there is no user no-such-user"),
        (":no-such-group", "there is no group no-such-group"),
        ("4294967295", "there is no user 4294967295"),
        ("0:99999999999", "there is no group 99999999999"),
        ("-1", "there is no user -1"),
    ],
)
def test_an_owner_that_nobody_is_is_refused(path: str, owner: str, sentence: str) -> None:
    refused(path, sentence, owner=owner)
    assert not Path(path).exists()


def test_an_ordinary_user_gives_nothing_away() -> None:
    with unprivileged(0o777) as folder:
        refused(
            f"{folder}/socket",
            "this user may not give the socket to daemon:daemon",
            owner="daemon:daemon",
        )


def test_a_dead_socket_is_replaced(path: str) -> None:
    leave_dead(path)
    with listening(path, 0o600) as listener, connected(path):
        assert access(path)[0] == 0o600
        for sock, _, _ in listener.accept(10):
            sock.close()


def test_a_live_one_is_left_in_peace(path: str) -> None:
    with listening(path) as listener:
        error = refused(path, "somebody listens there already")
        assert error.errno == errno.EADDRINUSE
        with connected(path):
            sockets = [sock for sock, _, _ in listener.accept(10)]
        assert len(sockets) == 2  # the trial, and a client
        for sock in sockets:
            sock.close()


def test_a_live_one_whose_backlog_is_full_is_left_in_peace(path: str) -> None:
    with bound(path) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.listen(0)
        waiting.connect(path)
        refused(path, "somebody listens there already")
        assert Path(path).is_socket()


def test_one_that_takes_datagrams_is_left_in_peace(path: str) -> None:
    with bound(path, socket.SOCK_DGRAM):
        refused(path, "somebody listens there already")
        assert Path(path).is_socket()


@pytest.mark.parametrize("kind", ["file", "directory", "link to a socket", "link to nothing"])
def test_what_is_no_socket_is_never_replaced(path: str, kind: str) -> None:
    match kind:
        case "file":
            Path(path).write_text("precious")
        case "directory":
            Path(path).mkdir()
        case "link to a socket":
            leave_dead(path + ".dead")
            Path(path).symlink_to(path + ".dead")
        case _:
            Path(path).symlink_to(path + ".missing")
    before = Path(path).lstat()
    refused(path, "there is a file already, and it is no socket")
    assert Path(path).lstat() == before


def test_a_path_that_does_not_fit_is_refused(path: str) -> None:
    long = path + "x" * 200
    refused(long, f"{len(long)} bytes are too long for a Unix socket's path")


def test_a_name_that_does_not_fit_is_refused() -> None:
    refused("@" + "x" * 200, "201 bytes are too long")


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused(f"{tmp_path}/no/socket", f"there is no directory {tmp_path}/no$")


def test_a_file_where_a_directory_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(f"{tmp_path}/file/socket", f"{tmp_path}/file is no directory")


def test_a_directory_that_is_not_ours_is_named() -> None:
    with unprivileged(0o755) as folder:
        refused(f"{folder}/socket", f"this user may not make files in {folder}$")


def test_a_dead_socket_in_anothers_directory_stays() -> None:
    with unprivileged(0o755, dead=0o666) as folder:
        refused(f"{folder}/dead", "this user may not remove the dead socket there")
        assert Path(f"{folder}/dead").is_socket()


def test_a_socket_that_is_closed_to_us_stays() -> None:
    with unprivileged(0o777, dead=0o600) as folder:
        refused(f"{folder}/dead", r"a socket already that cannot be tried \(Permission denied\)")
        assert Path(f"{folder}/dead").is_socket()


def test_the_file_goes_when_the_listener_closes(path: str) -> None:
    with listening(path):
        assert Path(path).is_socket()
    assert not Path(path).exists()


def test_it_is_found_again_from_another_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with listening("socket") as listener:
        assert str(listener) == "unix:socket"
        monkeypatch.chdir("/")
    assert not (tmp_path / "socket").exists()


def test_a_file_that_took_its_place_stays(path: str) -> None:
    with listening(path):
        Path(path).unlink()
        Path(path).write_text("another's")
    assert Path(path).read_text() == "another's"


def test_a_listener_that_took_its_place_goes_on(path: str) -> None:
    with listening(path):
        Path(path).unlink()
        other = listen_unix(path, 16, mode=0o660, owner="")
    with connected(path):
        (sock,) = (sock for sock, _, _ in other.accept(10))
        sock.close()
    other.close()


def test_a_file_that_is_gone_already_is_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with listening(str(folder / "socket")) as listener:
        shutil.rmtree(folder)
    assert listener.sock.fileno() == -1


def test_an_abstract_name_needs_no_file() -> None:
    name = f"@potstill-test-{os.getpid()}"
    with listening(name, owner="nobody") as listener, connected(name):
        assert listener.server_address == name
        assert str(listener) == f"unix:{name}"
        ((sock, peer, server),) = listener.accept(10)
        sock.close()
        assert (peer, server) == (("", ""), ("localhost", "80"))
        refused(name, "somebody listens there already")
    assert not Path(name).exists()
    with pytest.raises(ConnectionRefusedError), connected(name):
        pass
