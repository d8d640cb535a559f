from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.settings.address import TCP, Unix
from potstill.settings.errors import ConfigError
from potstill.settings.lists import Addresses, Paths, Variables, Words

HERE, THERE = TCP("127.0.0.1", 1), TCP("::1", 2, "https")
FIELDS = Words("for", "proto", "host")


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1:1,https://[::1]:2",
        "127.0.0.1:1, https://[::1]:2",
        ["127.0.0.1:1", "https://[::1]:2"],
        (HERE, THERE),
        [HERE, "https://[::1]:2"],
    ],
)
def test_addresses_come_as_a_text_or_as_a_list(value: object) -> None:
    assert Addresses().read(value) == (HERE, THERE)


@pytest.mark.parametrize("value", [[], (), [80], 80, None, "a:1,", ","])
def test_what_holds_no_address_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected HOST:PORT, \[IPv6\]:PORT, :PORT, HOST,"):
        Addresses().read(value)


def test_addresses_read_back_as_they_are_written() -> None:
    assert Addresses().read(Addresses().plain((HERE, THERE))) == (HERE, THERE)


def test_addresses_of_all_kinds_stand_side_by_side() -> None:
    addresses = Addresses().read("127.0.0.1:1,unix:/run/a b.sock")
    assert addresses == (HERE, Unix("/run/a b.sock"))


@pytest.mark.parametrize("value", ["src,lib", ["src", "lib"], ["src,lib"], ("src", "lib")])
def test_paths_come_as_a_text_or_as_a_list(value: object) -> None:
    assert Paths().read(value) == ("src", "lib")


@pytest.mark.parametrize("value", ["src,", [""], [1], 1])
def test_what_is_no_path_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected a path, or several with commas between$"):
        Paths().read(value)


@pytest.mark.parametrize("value", ["for,host", "FOR, host,for", ["for", "host"], ("for", "host")])
def test_words_come_as_a_text_or_as_a_list_and_each_once(value: object) -> None:
    assert FIELDS.read(value) == ("for", "host")
    assert FIELDS.read(FIELDS.plain(("for", "host"))) == ("for", "host")


@pytest.mark.parametrize("value", ["", [], "for,", "zz", 3, None, [3]])
def test_what_is_none_of_the_words_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected for, proto or host$"):
        FIELDS.read(value)


def test_a_word_that_is_nearly_one_of_them_is_named() -> None:
    with pytest.raises(ConfigError, match=r"; did you mean proto\?$"):
        FIELDS.read("for,prot")


@pytest.mark.parametrize(
    "value", [["A=1", "B=x=y, z"], {"A": "1", "B": "x=y, z"}, (("A", "1"), ("B", "x=y, z"))]
)
def test_variables_come_as_texts_or_as_a_table(value: object) -> None:
    assert Variables().read(value) == (("A", "1"), ("B", "x=y, z"))


def test_one_variable_may_stand_alone_and_be_empty() -> None:
    assert Variables().read("DEBUG=") == (("DEBUG", ""),)


def test_of_two_variables_of_one_name_the_last_counts() -> None:
    assert Variables().read(["A=1", "A=2"]) == (("A", "2"),)


@pytest.mark.parametrize(
    "value", ["A", "=1", "1A=1", "A B=1", ["A=1", "B"], {"A": 1}, {"A=B": "C", "": ""}, 3, "A=\0"]
)
def test_what_is_no_variable_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"^expected NAME=VALUE"):
        Variables().read(value)


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    )
)
def test_variables_read_back_as_they_are_written(variables: dict[str, str]) -> None:
    read = Variables().read(variables)
    assert dict(read) == variables
    assert Variables().read(Variables().plain(read)) == read
