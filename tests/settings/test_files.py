from __future__ import annotations

import os
from pathlib import Path

import pytest

from potstill.settings import ConfigError, files


def test_a_directory_without_a_file_has_nothing_to_say(tmp_path: Path) -> None:
    assert files.found(tmp_path) is None


def test_a_found_file_comes_with_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "potstill.toml"
    path.write_text("threads = 'x'\n")
    assert files.found(tmp_path) == (path, {"threads": "x"})


def test_a_named_file_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "production.conf"
    path.write_text("threads = 2\n")
    assert files.named(tmp_path, "production.conf", "-c") == (path, {"threads": 2})
    assert files.named(Path("/"), str(path), "-c") == (path, {"threads": 2})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"threads = ", "is no valid TOML: Invalid value (at end of document)"),
        (b"threads = 1\nthreads = 2", "is no valid TOML: Cannot overwrite a value"),
        (b"app = '\xff'", "is no valid TOML: 'utf-8' codec can't decode"),
    ],
)
def test_what_is_no_toml_is_refused_with_the_place(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "potstill.toml").write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        files.found(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path / 'potstill.toml'} {reason}")


def test_a_table_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\npotstill = 4\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml: \[tool\.potstill\] is not a table$"):
        files.found(tmp_path)


@pytest.mark.parametrize("name", ["gunicorn.conf.py", "python:shop.conf", "file:gunicorn.conf.py"])
def test_a_configuration_in_python_is_refused_with_what_to_write(tmp_path: Path, name: str) -> None:
    (tmp_path / "gunicorn.conf.py").write_text("workers = 4\n")
    with pytest.raises(ConfigError) as refused:
        files.named(tmp_path, name, "-c")
    assert str(refused.value) == (
        f"-c is {name!r}: a configuration in Python is not read; "
        "write the settings as TOML, one `name = value` a line"
    )


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^-c is 'a.toml': no such file$"):
        files.named(tmp_path, "a.toml", "-c")


def test_a_named_pyproject_toml_without_our_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(ConfigError, match=r"it has no table \[tool\.potstill\]$"):
        files.named(tmp_path, "pyproject.toml", "-c")


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match=r"^-c is 'pipe.toml': no such file$"):
        files.named(tmp_path, "pipe.toml", "-c")
