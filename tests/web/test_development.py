"""The development page: who may see it, what it tells, and what it keeps to itself."""

from __future__ import annotations

import io
import json
import re
import time
from collections import ChainMap, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.web import App
from potstill.web.development import answer, is_allowed
from potstill.web.development.failure import story
from potstill.web.development.frames import Frame, Gap, frames_of, library, short
from potstill.web.development.mask import HIDDEN, is_secret, masked
from potstill.web.development.outline import LONGEST, outline, shown
from potstill.web.request import Request
from potstill.web.templates import Templates
from potstill.web.testing import Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LOCAL = {
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": "localhost:8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
}


def request(accept: str = BROWSER, **more: Any) -> Request:
    environ: dict[str, Any] = {**LOCAL, "HTTP_ACCEPT": accept, **more}
    environ.setdefault("wsgi.errors", io.StringIO())
    setup_testing_defaults(environ)
    return Request(environ)


def raised(function: Callable[[], object]) -> BaseException:
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def page_of(error: BaseException, **environ: Any) -> str:
    response = answer(request(**environ), error)
    assert response is not None
    assert response.content_type == "text/html; charset=utf-8"
    assert isinstance(response.body, bytes)
    page = response.body.decode()
    Balance().check(page)
    return page


class Balance(HTMLParser):
    """Every element that is opened is closed in order; there is no script, form or reference."""

    def check(self, page: str) -> None:
        self.opened: list[str] = []
        self.feed(page)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "form", "input", "button", "link", "img", "iframe", "a"}
        for name, _ in attributes:
            assert not name.startswith("on")
            assert name not in {"style", "src", "href"}
        if tag != "meta":
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


# -- who may see it ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8000"]
)
def test_this_machine_under_its_own_names_may_see_it(address: str, host: str) -> None:
    assert is_allowed({"REMOTE_ADDR": address, "HTTP_HOST": host})


@pytest.mark.parametrize(
    "address",
    ["", "192.168.0.1", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "0.0.0.0", "localhost", "127.1"],
)
def test_no_other_machine_may_see_it(address: str) -> None:
    assert not is_allowed({**LOCAL, "REMOTE_ADDR": address})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "example.com",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "localhost@example.com",
        "example.com#localhost",
        "localhost:80:80",
        "localhost:x",
        "localhost.",
        "0.0.0.0",
        "2130706433",
        "0x7f.0.0.1",
        "::1",
        "[::1",
        "[::1]x",
        "[::1].example.com",
        "[127.0.0.1]",
        "[2001:db8::1]",
        "192.168.0.1",
        " localhost",
    ],
)
def test_under_another_name_nobody_may_see_it(host: str) -> None:
    assert not is_allowed({**LOCAL, "HTTP_HOST": host})


def test_without_host_or_address_nobody_may_see_it() -> None:
    assert not is_allowed({"REMOTE_ADDR": "127.0.0.1"})
    assert not is_allowed({"HTTP_HOST": "localhost"})
    assert not is_allowed({})


@pytest.mark.parametrize(
    "key",
    [
        "HTTP_FORWARDED",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_REAL_IP",
        "HTTP_VIA",
        "HTTP_CF_CONNECTING_IP",
    ],
)
def test_what_came_through_a_proxy_may_not_see_it(key: str) -> None:
    assert not is_allowed({**LOCAL, key: "127.0.0.1"})
    assert not is_allowed({**LOCAL, key: ""})


@pytest.mark.parametrize(
    "origin", ["https://example.com", "null", "http://localhost.example.com", "localhost", "x"]
)
def test_a_script_of_another_site_may_not_see_it(origin: str) -> None:
    assert not is_allowed({**LOCAL, "HTTP_ORIGIN": origin})


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1", "http://[::1]:1"])
def test_a_page_of_this_machine_may_see_it(origin: str) -> None:
    assert is_allowed({**LOCAL, "HTTP_ORIGIN": origin, "HTTP_SEC_FETCH_SITE": "same-site"})


def test_a_link_on_another_site_leads_to_it_but_nothing_else_of_that_site_does() -> None:
    crossing = {**LOCAL, "HTTP_SEC_FETCH_SITE": "cross-site"}
    assert is_allowed({**crossing, "HTTP_SEC_FETCH_DEST": "document"})
    for where in ("iframe", "image", "script", "empty", "object"):
        assert not is_allowed({**crossing, "HTTP_SEC_FETCH_DEST": where})
    assert not is_allowed(crossing)


def test_a_proxy_that_says_nothing_but_speaks_an_old_protocol_may_not_see_it() -> None:
    assert is_allowed(LOCAL | {"SERVER_PROTOCOL": "HTTP/1.1"})
    assert not is_allowed(LOCAL | {"SERVER_PROTOCOL": "HTTP/1.0"})
    assert not is_allowed(LOCAL | {"potstill.forwarded": True})


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_who_may_not_see_it_gets_nothing_of_it(accept: str) -> None:
    assert answer(request(accept, REMOTE_ADDR="10.0.0.1"), ValueError("x")) is None


# -- the answer ----------------------------------------------------------------------------------


def test_the_page_is_a_500_that_nobody_keeps_and_that_loads_nothing() -> None:
    asked = request()
    response = answer(asked, ValueError("x"))
    assert response is not None
    assert response.status == 500
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Vary"] == "Accept"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'nonce-{asked.nonce}';")
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'none'" in policy


@pytest.mark.parametrize("accept", ["application/json", "*/*", "", "application/xml"])
def test_a_client_that_is_no_browser_gets_the_traceback_as_json(accept: str) -> None:
    response = answer(request(accept), raised(lambda: {"tea": 1}["milk"]))
    assert response is not None
    assert response.content_type == "application/problem+json"
    assert isinstance(response.body, bytes)
    problem = json.loads(response.body)
    assert problem["status"] == 500
    assert problem["exception"] == "KeyError"
    assert problem["detail"] == "KeyError: 'milk'"
    assert problem["traceback"][0] == "Traceback (most recent call last):"
    assert problem["traceback"][-1] == "KeyError: 'milk'"


def test_text_that_no_utf8_can_carry_is_shown_escaped() -> None:
    error = ValueError("odd \ud800")
    assert "odd \\ud800" in page_of(error)
    response = answer(request("application/json"), error)
    assert response is not None
    assert isinstance(response.body, bytes)
    assert json.loads(response.body)["detail"] == "ValueError: odd \\ud800"


def test_a_page_that_cannot_be_made_is_told_to_the_log_and_left_out() -> None:
    class BrokenError(ValueError):
        def __getattribute__(self, name: str) -> object:
            if name == "__notes__":
                raise LookupError("no notes today")
            return super().__getattribute__(name)

    log = io.StringIO()
    asked = request()
    asked.environ["wsgi.errors"] = log
    assert answer(asked, BrokenError("x")) is None
    assert "could not be made: LookupError('no notes today')" in log.getvalue()


# -- the exception -------------------------------------------------------------------------------


def test_type_message_call_and_place_are_told() -> None:
    def spill() -> None:
        liquid = "<milk>"
        raise ValueError(f"spilt {liquid}")

    page = page_of(raised(spill), PATH_INFO="/shop/<x>", REQUEST_METHOD="POST")
    assert "<title>ValueError at POST /shop/%3Cx%3E</title>" in page
    assert '<p class="message">spilt &lt;milk&gt;</p>' in page
    assert "spill</b>" in page
    assert "test_development.py" in page
    assert "&#x27;&lt;milk&gt;&#x27;" in page
    assert "<milk>" not in page


def test_causes_and_contexts_are_told_in_turn() -> None:
    def fail() -> None:
        try:
            try:
                raise KeyError("first")
            except KeyError:
                raise ValueError("second")  # noqa: B904 - the context is wanted
        except ValueError as error:
            raise RuntimeError("third") from error

    told = story(raised(fail))
    assert [(each.kind, each.was_cause) for each in told] == [
        ("RuntimeError", False),
        ("ValueError", True),
        ("KeyError", False),
    ]
    page = page_of(raised(fail))
    told_in = [
        '<p class="message">third',
        "It was raised from",
        '<p class="message">second',
        "It was raised while handling",
        '<p class="message">&#x27;first&#x27;',
    ]
    places = [page.index(part) for part in told_in]
    assert places == sorted(places)


def test_a_suppressed_context_is_not_told() -> None:
    def fail() -> None:
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second") from None

    assert [each.kind for each in story(raised(fail))] == ["ValueError"]


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert len(story(first)) == 2


def test_a_very_long_chain_is_cut() -> None:
    error: BaseException = ValueError(0)
    for number in range(1, 100):
        following = ValueError(number)
        following.__cause__ = error
        error = following
    assert len(story(error)) == 10


def test_notes_are_told() -> None:
    error = ValueError("x")
    error.add_note("buy <milk>")
    assert '<p class="note">buy &lt;milk&gt;</p>' in page_of(error)


def test_members_of_a_group_are_told_each() -> None:
    inner = ExceptionGroup("inner", [KeyError("c")])
    group = BaseExceptionGroup("outer", [raised(lambda: 1 / 0), ValueError("b"), inner])
    page = page_of(group)
    assert "Member 1: <b>ZeroDivisionError</b> division by zero" in page
    assert "Member 2: <b>ValueError</b> b" in page
    assert "Member 1: <b>KeyError</b>" in page


def test_a_message_that_raises_is_told_to() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    [told] = story(MuteError())
    assert told.message == "(its message cannot be shown: __str__ raises RuntimeError)"


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_secrets_in_messages_and_notes_are_hidden(accept: str) -> None:
    secret = "".join(("hun", "ter", "2"))

    def connect() -> None:
        url = f"postgres://bob:{secret}@db/todo"
        try:
            raise OSError(f"no way to {url}")
        except OSError as error:
            error.add_note(f"see {url}")
            raise ExceptionGroup("both", [RuntimeError(f"{url}\nfailed"), ValueError()]) from error

    response = answer(request(accept), raised(connect))
    assert response is not None
    assert isinstance(response.body, bytes)
    assert secret.encode() not in response.body
    assert b"db/todo" in response.body


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_groups_of_groups_and_endless_messages_are_bounded(accept: str) -> None:
    def grown(depth: int) -> Exception:
        if not depth:
            return raised(lambda: int("x" * 10_000))  # type: ignore[return-value]
        return ExceptionGroup("group", [grown(depth - 1) for _ in range(10)])

    error = grown(4)
    for _ in range(1000):
        error.add_note("password=" * 1000)
    response = answer(request(accept), error)
    assert response is not None
    assert isinstance(response.body, bytes)
    assert len(response.body) < 2_000_000


def test_what_was_never_raised_has_no_frames() -> None:
    assert "It was never raised" in page_of(ValueError("x"))


def test_endless_recursion_is_cut_in_the_middle() -> None:
    def again(depth: int) -> int:
        return again(depth + 1)

    error = raised(lambda: again(0))
    frames = frames_of(error.__traceback__)
    assert len(frames) == 51
    [gap] = [each for each in frames if isinstance(each, Gap)]
    assert gap.count > 500
    page = page_of(error)
    assert f"… {gap.count} more calls …" in page
    assert len(page) < 600_000


# -- frames --------------------------------------------------------------------------------------


def last_frame(error: BaseException) -> Frame:
    frame = frames_of(error.__traceback__)[-1]
    assert isinstance(frame, Frame)
    return frame


def test_source_is_shown_around_and_what_was_evaluated_is_marked() -> None:
    def fail() -> object:
        rows = {"é": {"a": 1}}
        return rows["é"]["a"] + rows["é"]["b"]

    frame = last_frame(raised(fail))
    [here] = [line for line in frame.source if line.number == frame.line]
    assert here.marks is not None
    assert here.text[slice(*here.marks)] == 'rows["é"]["b"]'
    assert len(frame.source) == 11
    assert "<mark>rows[&quot;é&quot;][&quot;b&quot;]</mark>" in page_of(raised(fail))


def test_an_expression_over_several_lines_is_marked_in_each() -> None:
    def fail() -> object:
        return 1 + int(
            "x"
        )  # fmt: skip

    frame = last_frame(raised(fail))
    marked = [line.text[slice(*line.marks)] for line in frame.source if line.marks]
    assert marked == ["int(", '"x"', ")"]


def test_a_line_that_is_all_of_it_has_no_mark() -> None:
    def fail() -> None:
        raise ValueError("x")

    assert all(line.marks is None for line in last_frame(raised(fail)).source)


def test_code_without_source_is_shown_without() -> None:
    error = raised(lambda: exec("def f():\n  1/0\nf()"))
    assert last_frame(error).source == ()
    assert "There is no source to show" in page_of(error)


def test_own_code_is_told_from_that_of_others() -> None:
    import encodings.idna

    import jinja2

    from potstill.web import request as core

    assert library(__file__) == ""
    assert library("/srv/shop/app.py") == ""
    assert library(jinja2.__file__) == "jinja2"
    assert library(str(encodings.idna.__file__)) == "python"
    assert library("<frozen importlib._bootstrap>") == "python"
    assert library(str(core.__file__)) == "potstill"
    assert short(jinja2.__file__) == "jinja2/__init__.py"
    assert short("/srv/shop/app.py") == "/srv/shop/app.py"


def test_calls_of_libraries_are_folded() -> None:
    page = page_of(raised(lambda: json.loads("{")))
    assert re.search(r'<details class="library"><summary>\d calls in python</summary>', page)
    assert page.count('<details class="frame" open>') == 1


def test_a_template_is_own_code_and_shows_no_more_than_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>\n{{ todo.titel }}\n")
    templates = Templates(tmp_path)
    error = raised(lambda: templates.render(request(), "a.html", todo={"title": "milk"}))
    frames = [each for each in frames_of(error.__traceback__) if isinstance(each, Frame)]
    [frame] = [each for each in frames if each.file.endswith("a.html")]
    assert frame.library == ""
    assert frame.function == "top-level template code"
    assert frame.code == "{{ todo.titel }}"
    assert frame.variables == (("todo", "{'title': 'milk'}"),)
    assert f"In the template {tmp_path}/a.html:2." in page_of(error)


def test_very_many_variables_are_cut() -> None:
    names = {f"name{number}": number for number in range(100)}
    error = raised(lambda: exec("1/0", {}, names))
    variables = last_frame(error).variables
    assert len(variables) == 41
    assert variables[-1] == ("…", "60 more")


# -- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("password", "PASSWORD", "db_password", "passwd", "userPassword", "passphrase", "pwd"),
        *("token", "access_token", "csrfToken", "tokens", "secret", "SECRET_KEY", "client_secret"),
        *("key", "keys", "api_key", "apikey", "X-Api-Key", "apiKey", "privateKey", "key_1"),
        *("auth", "Authorization", "HTTP_AUTHORIZATION", "PROXY_AUTHORIZATION", "basic_auth"),
        *("cookie", "HTTP_COOKIE", "cookies", "session", "sessionid", "session_id", "dsn", "jwt"),
        *("credentials", "signature", "nonce"),
    ],
)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)
    assert shown(name, "hunter2") == HIDDEN
    assert "hunter2" not in outline({name: "hunter2"})
    assert "hunter2" not in outline({"in": [{name.encode(): b"hunter2"}]})
    assert "hunter2" not in outline([(name, "hunter2")])


def test_the_name_of_a_secret_may_be_long() -> None:
    assert is_secret("a" * 1000 + "password")
    assert "hunter2" not in outline({"a" * 1000 + "password": "hunter2"})


@pytest.mark.parametrize(
    "name", ["author", "monkey", "keyboard", "spin", "opinion", "name", "design", "turkeys", "user"]
)
def test_what_only_sounds_like_a_secret_is_shown(name: str) -> None:
    assert not is_secret(name)
    assert shown(name, "x") == "'x'"


def test_that_there_is_no_secret_is_no_secret() -> None:
    assert shown("password", None) == "None"
    assert outline({"token": None, "secret": False}) == "{'token': None, 'secret': False}"


class Settings:
    def __init__(self) -> None:
        self.password = "hunter2"

    def __repr__(self) -> str:
        return f"Settings(user='bob', password={self.password!r}, token=\"a'b\", n=1)"


def test_secrets_in_the_repr_of_an_object_are_hidden() -> None:
    told = f"Settings(user='bob', password={HIDDEN}, token={HIDDEN}, n=1)"
    assert outline(Settings()) == told
    assert outline([Settings()]) == f"[{told}]"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://bob:hunter2@db/todo",
        "https://:hunter2@example.com/",
        "/login?user=bob&password=hunter2&x=1",
        "Authorization: Bearer hunter2",
        "{'api_key': 'hunter2'}",
        "token = 'hunter2'",
        "session=hunter2; theme=dark",
        "password='it\\'s hunter2'",
        "password='cut off hunter2",
    ],
)
def test_secrets_in_text_are_hidden(text: str) -> None:
    assert "hunter2" not in masked(text)
    assert HIDDEN in masked(text)


def test_a_long_text_is_cut_at_its_end_so_that_no_secret_loses_its_name() -> None:
    text = "x" * 300 + "&token=" + "hunter2" * 500
    assert "hunter2" not in outline(text)
    assert "hunter2" not in outline(text.encode())
    assert len(outline("x" * 10**6)) == LONGEST
    assert len(outline(b"x" * 10**6)) == LONGEST


def test_values_that_misbehave_are_told_so() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError("go away")

    class Odd:
        def __repr__(self) -> str:
            return 5  # type: ignore[return-value]

    assert outline(Rude()) == "<Rude, whose repr raises RuntimeError>"
    assert outline({"a": [Rude()]}) == "{'a': [<Rude, whose repr raises RuntimeError>]}"
    assert outline(Odd()) == "<Odd, whose repr raises TypeError>"
    endless: list[Any] = []
    endless.append(endless)
    assert len(outline(endless)) < 100
    assert len(outline({number: list(range(1000)) for number in range(1000)})) <= LONGEST


def test_the_environ_of_a_call_is_not_shown_as_a_variable() -> None:
    assert outline({"wsgi.version": (1, 0), "HOME": "/root"}) == "<the environ of a WSGI call>"


SECRET = "hunter2"


@dataclass
class User:
    name: str
    password: object


class Account(msgspec.Struct):
    name: str
    tokens: list[str]


class Login(NamedTuple):
    name: str
    password: str


class Spoken:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def cookies() -> SimpleCookie:
    jar = SimpleCookie()
    jar["sid"] = SECRET
    return jar


@pytest.mark.parametrize(
    "value",
    [
        User("bob", Spoken(f"Key({SECRET!r})")),
        User("bob", [SECRET, "x"]),
        [User("bob", {"x": SECRET})],
        {"user": User("bob", ("bob", SECRET))},
        Account("bob", [SECRET]),
        Login("bob", SECRET),
        defaultdict(list, {"tokens": [SECRET]}),
        ChainMap({"secret": [SECRET]}),
        deque([User("bob", [SECRET])]),
        SimpleNamespace(password=[SECRET]),
        MappingProxyType({"secret": SECRET}),
        [(b"cookie", SECRET.encode()), (b"x-token", SECRET.encode())],
        [["password", SECRET]],
        cookies(),
        Spoken(f"Settings(api_key=SecretKey(value={SECRET!r}), n=1)"),
        Spoken(f"Settings(tokens=['a', {SECRET!r}], n=1)"),
        repr({"a": 'it\'s "x"', "password": SECRET}),
        json.dumps({"inner": json.dumps({"password": SECRET, "tokens": [SECRET]})}),
        f"postgres://bob:p@{SECRET}@db/todo",
        f"Server=x;Pwd={{{SECRET};x}};Uid=y",
        f"Cookie: theme=dark; other={SECRET}",
    ],
    ids=lambda value: type(value).__name__,
)
def test_secrets_inside_of_values_are_hidden(value: object) -> None:
    assert SECRET not in outline(value)
    assert SECRET not in outline({"in": [value]})
    assert HIDDEN in outline(value)


def test_what_stands_beside_a_secret_is_shown() -> None:
    assert masked("Settings(token=f(1, 'x'), n=1)") == f"Settings(token={HIDDEN}, n=1)"
    assert masked("['/?token=a', 'b', 'c']") == f"['/?token={HIDDEN}', 'b', 'c']"
    once = masked("a token=[x, y] b")
    assert masked(once) == once == f"a token={HIDDEN} b"


def test_of_something_huge_only_its_beginning_is_made_into_text() -> None:
    class Numbers(list[object]):
        """Of one's own."""

    told: list[int] = []

    class Told:
        def __repr__(self) -> str:
            told.append(1)
            return "x"

    many = [Told()] * 100_000
    for value in (
        *(User("bob", None), User("bob", 5), Numbers(many), Account("bob", many)),  # type: ignore[arg-type]
        *(deque(many), User(many, None), OrderedDict(enumerate(many))),  # type: ignore[arg-type]
    ):
        assert len(outline(value)) <= LONGEST
    assert len(told) < 200


@pytest.mark.parametrize("text", ["password=(", "password=['", "\\", "://a:", "((", "token: \\'"])
def test_no_text_is_slow_to_mask(text: str) -> None:
    def seconds(size: int) -> float:
        started = time.process_time()
        masked(text * (size // len(text)))
        return time.process_time() - started

    assert seconds(80_000) < 20 * max(seconds(10_000), 0.005)


@given(st.text(alphabet=st.sampled_from("token=:'\"(),[]{} \\&/@a"), max_size=60))
def test_masking_takes_any_text(text: str) -> None:
    masked(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_any_value_has_a_bounded_outline(value: object) -> None:
    assert len(outline(value)) <= LONGEST


# -- the call ------------------------------------------------------------------------------------


def test_the_request_is_told_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYED_BY", "wsgiref copies this")
    page = unescape(
        page_of(
            ValueError("x"),
            PATH_INFO="/caf\xc3\xa9",
            SCRIPT_NAME="",
            QUERY_STRING="a=1&token=hunter2",
            RAW_URI="/caf%C3%A9?a=1&token=hunter2",
            HTTP_COOKIE="session=hunter2",
            HTTP_AUTHORIZATION="Basic hunter2",
            HTTP_X_API_KEY="hunter2",
            HTTP_REFERER="http://bob:hunter2@localhost/?password=hunter2",
            HTTP_ACCEPT_LANGUAGE="de<",
            CONTENT_TYPE="text/x",
            DEPLOYED_BY="wsgiref copies this",
            **{"shop.token": "hunter2", "shop.name": "milk<"},
        )
    )
    assert "hunter2" not in page
    assert "GET /caf%C3%A9?a=1&token=(hidden) HTTP/1.1" in page
    assert "\nCookie: (hidden)" in page
    assert "\nAccept-Language: de<" in page
    assert "\nContent-Type: text/x" in page
    assert "shop.name" in page
    assert "'milk<'" in page
    assert "DEPLOYED_BY" not in page
    assert "where the application begins; empty at the root" in page
    assert page.index("PATH_INFO") < page.index("QUERY_STRING") < page.index("REQUEST_METHOD")


def test_the_traceback_is_there_as_text_with_the_versions() -> None:
    page = unescape(page_of(raised(lambda: 1 / 0)))
    assert "Traceback (most recent call last):\n  File " in page
    assert "ZeroDivisionError: division by zero" in page
    assert re.search(r"Python</th><td><code>3\.\d+\.\d+", page)


@given(st.text(), st.text(), st.text())
def test_nothing_of_the_world_becomes_markup(message: str, query: str, value: str) -> None:
    def fail() -> None:
        local = value  # noqa: F841 - to be shown
        raise ValueError(message)

    latin = query.encode(errors="replace").decode("latin-1")
    page_of(raised(fail), QUERY_STRING=latin, HTTP_X_VALUE=latin)


# -- in an application ---------------------------------------------------------------------------


def failing(*, debug: bool) -> Client:
    app = App(debug=debug)

    @app.get("/")
    def crash(request: Request) -> str:
        raise ValueError("the inner truth")

    return Client(app, raise_errors=False)


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_the_page_is_for_debugging_on_this_machine_only(accept: str) -> None:
    headers = {"Accept": accept}
    here, elsewhere = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "192.0.2.1"}
    told = failing(debug=True).get("/", headers=headers, environ=here)
    assert told.status == 500
    assert "the inner truth" in told.text
    for client, where in ((failing(debug=True), elsewhere), (failing(debug=False), here)):
        answered = client.get("/", headers=headers, environ=where)
        assert answered.status == 500
        assert "the inner truth" not in answered.text
        assert "ValueError" not in answered.text


def test_the_page_keeps_its_own_policy_beside_those_of_the_application() -> None:
    answered = failing(debug=True).get(
        "/", headers={"Accept": BROWSER}, environ={"REMOTE_ADDR": "127.0.0.1"}
    )
    assert len(answered.headers.all("Content-Security-Policy")) == 1
    assert "default-src 'none'" in answered.headers["Content-Security-Policy"]
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["X-Frame-Options"] == "DENY"
