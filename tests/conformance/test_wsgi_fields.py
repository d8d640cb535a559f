"""How the fields of a request become variables of environ (PEP 3333; RFC 9110, section 5)."""

from __future__ import annotations

import pytest

from tests.conformance.wsgi_fixture import Fixture
from tests.conformance.wsgi_recipes import Served, environ_of, refused, serving
from tests.support.wire import Client, get, post

app = Fixture()


def variable(client: Client, name: str, *lines: str) -> str:
    value: str = environ_of(client, get("/env", *lines))[name]
    return value


@pytest.mark.requirement("W-S-031")
def test_no_spelling_makes_http_content_length_or_type(client: Client) -> None:
    forged = ("Content_Length: 9", "Content_Type: x/y", "CONTENT_LENGTH: 9")
    environ = environ_of(client, post("/env", b"hello", "Content-Type: a/b", *forged))
    assert not [key for key in environ if key.startswith("HTTP_CONTENT")]
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("5", "a/b")
    bare = environ_of(client, get("/env", *forged))
    assert not [key for key in bare if "CONTENT" in key and bare[key]]


@pytest.mark.requirement("W-S-034")
def test_each_field_becomes_an_http_variable(client: Client) -> None:
    environ = environ_of(client, get("/env", "X-Some-Name: v", "x!#$%&'*+.^`|~9: w"))
    assert environ["HTTP_HOST"] == "a"
    assert environ["HTTP_X_SOME_NAME"] == "v"
    assert environ["HTTP_X!#$%&'*+.^`|~9"] == "w"


@pytest.mark.requirement("W-S-034")
@pytest.mark.parametrize("line", ["X-W:", "X-W: ", "X-W:\t "])
def test_an_empty_field_is_there_and_empty(client: Client, line: str) -> None:
    assert variable(client, "HTTP_X_W", line) == ""


@pytest.mark.requirement("W-S-034")
def test_a_field_that_is_not_sent_makes_no_variable(client: Client) -> None:
    sent = {key for key in environ_of(client) if key.startswith("HTTP_")}
    assert sent == {"HTTP_HOST"}


@pytest.mark.requirement("W-S-035")
@pytest.mark.parametrize(
    "lines", [("X-U: good", "X_U: evil"), ("X_U: evil", "X-U: good")], ids=["after", "before"]
)
def test_an_underscore_cannot_impersonate_a_hyphen(client: Client, lines: tuple[str, str]) -> None:
    assert variable(client, "HTTP_X_U", *lines) == "good"


@pytest.mark.requirement("W-S-035")
def test_a_field_with_an_underscore_is_dropped(client: Client) -> None:
    assert "HTTP_X_U" not in environ_of(client, get("/env", "X_U: evil"))


@pytest.mark.requirement("W-S-035")
def test_a_dropped_name_is_logged_once(served: Served) -> None:
    with served.client() as client:
        for _ in range(3):
            environ_of(client, get("/env", "X_Logged_Once: 1"))
        environ_of(client, get("/env", "X_Logged_Later: 1"))
    served.server.wait_for("X_Logged_Later")
    assert served.server.output.count("X_Logged_Once") == 1


@pytest.mark.requirement("W-S-035")
def test_fields_with_an_underscore_can_be_refused() -> None:
    with serving(f"{__name__}:app", "--header-map", "refuse") as served:
        events = served.events()
        with served.client() as client:
            refused(client, get("/env", "X_U: evil"))
        assert events() == []


@pytest.mark.requirement("W-S-035")
def test_fields_with_an_underscore_can_be_let_through() -> None:
    with (
        serving(f"{__name__}:app", "--header-map", "dangerous") as served,
        served.client() as client,
    ):
        assert variable(client, "HTTP_X_U", "X_U: wanted") == "wanted"
        assert "HTTP_CONTENT_LENGTH" not in environ_of(client, get("/env", "Content_Length: 9"))


@pytest.mark.requirement("W-S-036")
@pytest.mark.parametrize("between", [(), ("X-Other: z",)], ids=["adjacent", "apart"])
def test_repeated_fields_are_joined_in_order(client: Client, between: tuple[str, ...]) -> None:
    assert variable(client, "HTTP_X_D", "X-D: 1", *between, "x-d: 2", "X-D: 0") == "1, 2, 0"


@pytest.mark.requirement("W-S-037")
def test_repeated_cookies_are_joined_as_cookies(client: Client) -> None:
    lines = ("Cookie: a=1; b=2", "X-Other: z", "cookie: c=3")
    assert variable(client, "HTTP_COOKIE", *lines) == "a=1; b=2; c=3"


@pytest.mark.requirement("W-S-038")
@pytest.mark.parametrize("name", ["Content-Type", "Authorization", "If-Modified-Since"])
def test_a_repeated_field_that_may_stand_once_is_refused(client: Client, name: str) -> None:
    refused(client, get("/env", f"{name}: a", f"{name.lower()}: b"))


@pytest.mark.requirement("W-S-039")
def test_spaces_and_tabs_around_a_value_are_trimmed_and_those_inside_kept(client: Client) -> None:
    assert variable(client, "HTTP_X_W", "X-W:\t  v \t v\t ") == "v \t v"


@pytest.mark.requirement("W-S-039")
@pytest.mark.parametrize("value", ["\xa0v\x85", "\x85", "\xa0", "v\xa0\x85"])
def test_other_white_space_belongs_to_the_value(client: Client, value: str) -> None:
    assert variable(client, "HTTP_X_W", f"X-W: {value} ") == value


@pytest.mark.requirement("W-S-039")
@pytest.mark.parametrize("control", ["\x0b", "\x0c", "\x1c", "\x1f"])
def test_a_control_character_is_not_trimmed_but_refused(client: Client, control: str) -> None:
    refused(client, get("/env", f"X-W: {control}v{control}"))
