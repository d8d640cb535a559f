"""What is opened, while somebody changes what its path leads to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from potstill.web.files.opening import open_inside, open_regular, within
from potstill.web.static import Static
from potstill.web.testing import Client

INSIDE = b"inside" * 20_000
SECRET = b"secret" * 20_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory with a file in another one, and a secret of the same name outside."""
    for name, content in (("root/a/f.bin", INSIDE), ("outside/f.bin", SECRET)):
        place = tmp_path / name
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    return tmp_path / "root"


def put_a_link(root: Path) -> None:
    """What an attacker who can write in the directory does after its path was looked at."""
    (root / "a").rename(root / "moved")
    (root / "a").symlink_to(root.parent / "outside")


def opened_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_file_inside_is_opened(root: Path) -> None:
    opened = open_inside(str(root), str(root / "a/f.bin"))
    assert opened is not None
    with opened:
        assert opened.read() == INSIDE
        assert opened.name == str(root / "a/f.bin")
        assert not os.get_inheritable(opened.fileno())


def test_below_the_root_of_the_system_as_well(root: Path) -> None:
    opened = open_inside("/", os.path.realpath(root / "a/f.bin"))
    assert opened is not None
    opened.close()


def test_a_directory_that_became_a_link_is_not_passed(root: Path) -> None:
    found = within(str(root), "a/f.bin")
    assert found is not None
    put_a_link(root)
    before = opened_files()
    assert open_inside(*found) is None
    assert opened_files() == before
    followed = open_regular(found[1])
    assert followed is not None  # so the test can fail
    with followed:
        assert followed.read() == SECRET


@pytest.mark.parametrize("name", ["a", "a/missing", "missing/f.bin", "a/f.bin/below", "x" * 300])
def test_what_is_no_file_inside_is_not_opened(root: Path, name: str) -> None:
    before = opened_files()
    assert open_inside(str(root), str(root / name)) is None
    assert opened_files() == before


def test_a_pipe_inside_blocks_nobody(root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert open_inside(str(root), str(root / "pipe")) is None


@pytest.mark.parametrize("refresh", [False, True])
def test_static_files_follow_no_link_that_came_after_the_look(root: Path, refresh: bool) -> None:
    static = Static(root, refresh=refresh)
    tree = static._index.tree
    if not refresh:
        (root / "a/f.bin").write_bytes(INSIDE + b"changed")  # so that it is looked for again

    class Swapping(type(tree)):  # type: ignore[misc]
        def _found(self, *what: object) -> object:
            found = super()._found(*what)
            if (root / "a").is_dir() and not (root / "a").is_symlink():
                put_a_link(root)
            return found

    tree.__class__ = Swapping
    answer = Client(static).get("/a/f.bin")
    assert (root / "a").is_symlink()
    assert answer.status == 404
    assert Client(static).get("/a/f.bin").status == 404
