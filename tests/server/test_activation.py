"""sd_listen_fds(3): what the environment says of sockets passed to us."""

from __future__ import annotations

import pytest

from potstill.server.activation import activated_descriptors

OURS = {"LISTEN_PID": "4711", "LISTEN_FDS": "2"}


def test_descriptors_begin_at_three() -> None:
    assert activated_descriptors(OURS | {}, 4711) == [3, 4]


def test_without_the_variables_there_are_none() -> None:
    assert activated_descriptors({}, 4711) == []


def test_those_of_another_process_are_not_ours() -> None:
    assert activated_descriptors(OURS | {}, 4712) == []


def test_their_number_alone_is_not_believed() -> None:
    assert activated_descriptors({"LISTEN_FDS": "2"}, 4711) == []


def test_a_process_alone_has_none() -> None:
    assert activated_descriptors({"LISTEN_PID": "4711"}, 4711) == []


def test_none_at_all_can_be_passed() -> None:
    assert activated_descriptors(OURS | {"LISTEN_FDS": "0"}, 4711) == []


@pytest.mark.parametrize("pid", [4711, 4712])
def test_children_do_not_see_the_variables(pid: int) -> None:
    environ = OURS | {"LISTEN_FDNAMES": "web:web", "LISTEN_PIDFDID": "1", "PATH": "/bin"}
    activated_descriptors(environ, pid)
    assert environ == {"PATH": "/bin"}


@pytest.mark.parametrize("text", ["", "two", "-1", "+2", " 2", "2\n", "1_0", "٢", "99999999999"])
def test_what_is_no_number_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"LISTEN_FDS is .* where a number is expected"):
        activated_descriptors(OURS | {"LISTEN_FDS": text}, 4711)
    with pytest.raises(ValueError, match=r"LISTEN_PID is .* where a number is expected"):
        activated_descriptors(OURS | {"LISTEN_PID": text}, 4711)


def test_children_do_not_see_wrong_variables_either() -> None:
    environ = OURS | {"LISTEN_FDS": "many"}
    with pytest.raises(ValueError, match="'many'"):
        activated_descriptors(environ, 4711)
    assert environ == {}
