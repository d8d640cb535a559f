from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.settings.errors import ConfigError
from potstill.settings.server_names import ServerNames

A, B = ("a.example", "a.pem", ""), ("*.b.example", "tls/b.pem", "tls/b key.pem")
NAMES = st.from_regex(r"(\*\.)?[a-z0-9]([a-z0-9_-]{0,10}[a-z0-9])?(\.[a-z]{1,5})*", fullmatch=True)
PATHS = st.from_regex(r"[A-Za-z0-9._/=*ä-][A-Za-z0-9._/=* ä-]*[A-Za-z0-9._/]", fullmatch=True)


@pytest.mark.parametrize(
    "value",
    [
        "a.example=a.pem,*.b.example=tls/b.pem:tls/b key.pem",
        "A.Example=a.pem, *.b.example.=tls/b.pem:tls/b key.pem",
        ["a.example=a.pem", "*.b.example=tls/b.pem:tls/b key.pem"],
        (A, B),
        [A, "*.b.example=tls/b.pem:tls/b key.pem"],
    ],
)
def test_names_come_as_texts_or_in_their_parts(value: object) -> None:
    assert ServerNames().read(value) == (A, B)


def test_three_texts_are_three_names() -> None:
    texts = ("a=1.pem", "b=2.pem", "c=3.pem")
    assert [name for name, *_ in ServerNames().read(texts)] == ["a", "b", "c"]


def test_a_path_may_hold_an_equals_sign() -> None:
    assert ServerNames().read("a=b=c.pem") == (("a", "b=c.pem", ""),)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a.example",
        "a.example=",
        "=a.pem",
        "a.example=:a.key",
        "a.example=a.pem:",
        "a.example=a.pem:b.key:c",
        "*=a.pem",
        "*.*.example=a.pem",
        "a.*.example=a.pem",
        "w*.example=a.pem",
        ".example=a.pem",
        "a..example=a.pem",
        "-a.example=a.pem",
        "ä.example=a.pem",
        "a b.example=a.pem",
        "a.example=a\n.pem",
        f"{'a' * 64}.example=a.pem",
        "a.example=a.pem,",
        3,
        None,
        [("a.example", "a.pem")],
        [("a.example", "", "a.key")],
        [("a.example", "a,b.pem", "")],
    ],
)
def test_what_is_no_name_with_its_files_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected NAME=CERTFILE or NAME=CERTFILE:KEYFILE, "):
        ServerNames().read(value)


def test_a_name_has_one_certificate() -> None:
    with pytest.raises(ConfigError, match=r"^a\.example has more than one certificate$"):
        ServerNames().read(["a.example=a.pem", "b.example=b.pem", "A.example=c.pem"])


@given(st.dictionaries(NAMES, st.tuples(PATHS, st.one_of(st.just(""), PATHS)), max_size=4))
def test_names_read_back_as_they_are_written(files: dict[str, tuple[str, str]]) -> None:
    names = tuple((name, *paths) for name, paths in files.items())
    assert ServerNames().read(names) == names
    assert ServerNames().read(ServerNames().plain(names)) == names
