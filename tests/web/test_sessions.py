"""Sessions: what comes back, what does not, and what an answer says of it to caches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import itsdangerous
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from potstill.web import App
from potstill.web.cookies import LONGEST
from potstill.web.errors import HTTPError, SetupError
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.sessions.sessions import Session, Sessions
from potstill.web.sessions.signing import Signer
from potstill.web.testing import Client
from tests.web.support import environ

KEY = "k" * 32
OLD = "o" * 32
DAY = 86400


class Browser:
    """Keeps one cookie between calls, and tells the time."""

    def __init__(self, **options: Any) -> None:
        self.now = 1_800_000_000.0
        self.options = {"keys": [KEY]} | options
        self.cookie = ""
        self.line: str | None = None

    def ask(
        self,
        handler: Callable[[Session], object],
        response: Response | None = None,
        **more: Any,
    ) -> Response:
        """One request; `handler` is given its session."""
        sessions = Sessions(clock=lambda: self.now, **self.options)
        if self.cookie:
            more.setdefault("HTTP_COOKIE", self.cookie)

        def handle(request: Request) -> Response:
            handler(request.session)
            return response or Response(b"content")

        answer = sessions(Request(environ(**more)), handle)
        self.line = answer.headers.get("Set-Cookie")
        if self.line is not None:
            pair = self.line.partition(";")[0]
            self.cookie = "" if "Max-Age=0;" in self.line else pair
        return answer

    def read(self) -> dict[str, Any]:
        """What the session has."""
        seen: dict[str, Any] = {}
        self.ask(seen.update)
        return seen


def put(**values: Any) -> Callable[[Session], object]:
    """A handler that keeps values."""
    return lambda session: session.update(values)


def test_what_is_put_in_comes_back() -> None:
    browser = Browser()
    values = {
        "user": 7,
        "name": "Zoë",
        "cart": [{"id": 1, "price": 1.5}],
        "none": None,
        "on": True,
        "n": 2**80 + 1,
    }
    browser.ask(put(**values))
    assert browser.read() == values


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
).filter(lambda value: "inf" not in repr(value))


@given(json_values)
def test_whatever_json_has_comes_back(value: Any) -> None:
    browser = Browser()
    assume(len(repr(value)) < 500)
    browser.ask(put(value=value))
    assert browser.read() == {"value": value}
    assert browser.line is None


def test_a_session_that_nobody_looks_at_sends_nothing_and_reads_nothing() -> None:
    browser = Browser()
    browser.cookie = "session=" + "garbage" * 100
    assert list(browser.ask(lambda _: None).headers) == []


def test_a_session_that_was_looked_at_is_known_to_caches() -> None:
    headers = Browser().ask(lambda session: session.get("user")).headers
    assert list(headers) == [("Vary", "Cookie"), ("Cache-Control", "private")]


def test_looking_does_not_change_what_the_handler_says_of_caches() -> None:
    own = [("Cache-Control", "public, max-age=5"), ("Vary", "Accept")]
    headers = Browser().ask(dict, Response(b"", headers=own)).headers
    assert headers["Cache-Control"] == "public, max-age=5"
    assert headers["Vary"] == "Accept, Cookie"


def test_an_answer_that_sets_the_cookie_is_for_one_client_whatever_the_handler_says() -> None:
    own = [("Cache-Control", "public, s-maxage=5, max-age=9")]
    headers = Browser().ask(put(a=1), Response(b"", headers=own)).headers
    assert headers.all("Cache-Control") == ["max-age=9, private"]
    assert headers["Vary"] == "Cookie"


def test_no_session_of_one_client_stays_in_a_response_that_all_get() -> None:
    shared = Response(b"for all")
    assert "Set-Cookie" in Browser().ask(put(user=1), shared).headers
    assert list(shared.headers) == []


def test_nor_does_it_stay_in_one_of_a_type_of_ones_own() -> None:
    class Page(Response):
        """With an attribute that nobody else knows."""

        def __init__(self, name: str) -> None:
            super().__init__(f"<h1>{name}</h1>", content_type="text/html; charset=utf-8")
            self.name = name

    shared = Page("home")
    answer = Browser().ask(put(user=1), shared)
    assert isinstance(answer, Page)
    assert (answer.name, answer.body) == ("home", b"<h1>home</h1>")
    assert "Set-Cookie" in answer.headers
    assert [name for name, _ in shared.headers] == ["Content-Type"]


def test_the_cookie_is_careful() -> None:
    browser = Browser()
    browser.ask(put(a=1))
    assert browser.line is not None
    assert browser.line.partition("; ")[2] == "Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"


def test_over_https_the_cookie_stays_there() -> None:
    browser = Browser()
    more: dict[str, Any] = {"wsgi.url_scheme": "https"}
    browser.ask(put(a=1), **more)
    assert "; Secure;" in (browser.line or "")


def test_every_attribute_can_be_said() -> None:
    browser = Browser(
        cookie="__Secure-s",
        max_age=60,
        secure=True,
        same_site="None",
        domain="example.com",
        path="/app",
        http_only=False,
        partitioned=True,
    )
    browser.ask(put(a=1))
    assert (browser.line or "").startswith("__Secure-s=")
    rest = "Path=/app; Domain=example.com; Max-Age=60; Secure; SameSite=None; Partitioned"
    assert (browser.line or "").endswith(rest)
    assert browser.read() == {"a": 1}


def test_what_did_not_change_is_not_sent_again() -> None:
    browser = Browser()
    browser.ask(put(a=[1]))
    browser.ask(put(a=[1]))
    assert browser.line is None


def test_a_change_within_a_value_is_noticed() -> None:
    browser = Browser()
    browser.ask(put(cart=[]))
    browser.ask(lambda session: session["cart"].append(5))
    assert browser.line
    assert browser.read() == {"cart": [5]}


def test_the_cookie_of_an_emptied_session_is_deleted() -> None:
    browser = Browser()
    browser.ask(put(a=1, b=2))
    browser.ask(lambda session: session.clear())
    assert browser.line == "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    browser.ask(lambda session: session.clear())
    assert browser.line is None


def test_taking_out_the_last_value_empties_it_too() -> None:
    browser = Browser()
    browser.ask(put(a=1))
    browser.ask(lambda session: session.pop("a"))
    assert "Max-Age=0" in (browser.line or "")


def test_a_session_is_new_until_its_cookie_came_back() -> None:
    browser, seen = Browser(), []

    def handler(session: Session) -> None:
        seen.append(session.is_new)
        session["a"] = 1

    browser.ask(handler)
    browser.ask(handler)
    assert seen == [True, False]


def test_errors_keep_the_session_too() -> None:
    browser = Browser()
    assert browser.ask(put(a=1), Response(b"", 500)).status == 500
    assert browser.read() == {"a": 1}


def test_a_session_expires_by_the_clock_of_the_server() -> None:
    browser = Browser(max_age=100)
    browser.ask(put(a=1))
    cookie = browser.cookie
    browser.now += 101
    assert browser.read() == {}
    browser.now -= 1
    browser.cookie = cookie
    assert browser.read() == {"a": 1}


def test_a_session_in_use_is_renewed_when_half_its_time_is_over() -> None:
    browser = Browser(max_age=100)
    browser.ask(put(a=1))
    sent = []
    for seconds in (50, 1):
        browser.now += seconds
        browser.read()
        sent.append(browser.line is not None)
    assert sent == [False, True]
    browser.now += 99
    assert browser.read() == {"a": 1}


def test_the_clock_of_another_machine_may_be_a_little_ahead_but_not_much() -> None:
    browser = Browser()
    browser.ask(put(a=1))
    browser.now -= 30
    assert browser.read() == {"a": 1}
    browser.now -= DAY
    assert browser.read() == {}


def test_each_change_of_a_letter_makes_the_session_empty() -> None:
    browser = Browser()
    browser.ask(put(user=1))
    name, _, genuine = browser.cookie.partition("=")
    for at, letter in enumerate(genuine):
        forged = genuine[:at] + ("A" if letter != "A" else "B") + genuine[at + 1 :]
        browser.cookie = f"{name}={forged}"
        assert browser.read() == {}, at
    browser.cookie = f"{name}={genuine}"
    assert browser.read() == {"user": 1}


def test_a_signature_has_one_spelling() -> None:
    signer = Signer([KEY])
    signed = signer.sign("a")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [end for end in letters if signer.unsign(signed[:-1] + end) == "a"] == [signed[-1]]
    for other in (
        signed + "=",
        signed + "!",
        signed + "\n",
        " " + signed,
        signed.replace(".", ".."),
    ):
        assert signer.unsign(other) is None


@pytest.mark.parametrize(
    "cookie",
    [
        *("", "x", ".", "..", "...", "a.b", "a.b.c", "a.1." + "A" * 43, "é", "\xff", "\u20ac"),
        *(f".99999999999999999999.{'A' * 43}", f"e30.0.{'A' * 43}", "%00", '"', "null", "{}"),
        "a" * 100_000,
    ],
)
def test_garbage_is_an_empty_session(cookie: str) -> None:
    browser, seen = Browser(), []
    browser.cookie = f"session={cookie}"
    browser.ask(lambda session: seen.append((dict(session), session.is_new)))
    assert seen == [({}, True)]
    assert browser.line is None


@given(st.text(st.characters(max_codepoint=255)))
def test_no_cookie_is_an_error(cookie: str) -> None:
    browser = Browser()
    browser.cookie = f"session={cookie}"
    assert browser.read() == {}


@pytest.mark.parametrize(
    "content", [b"", b"null", b"{}", b"[]", b'[{},"",[1]]', b'[[],"",[]]', b"\xff", b"[" * 900]
)
def test_what_another_version_signed_is_an_empty_session(content: bytes) -> None:
    browser = Browser()
    signer = Signer([KEY], salt="potstill.web.sessions:session", clock=lambda: browser.now)
    browser.cookie = "session=" + signer.sign_bytes(content)
    assert browser.read() == {}


def test_a_signed_session_that_no_browser_would_have_kept_is_not_read() -> None:
    browser = Browser()
    signer = Signer([KEY], salt="potstill.web.sessions:session", clock=lambda: browser.now)
    content = b'[{"a":"' + b"x" * LONGEST + b'"},"",[]]'
    browser.cookie = "session=" + signer.sign_bytes(content)
    assert browser.read() == {}


def test_a_cookie_that_a_neighbouring_host_put_in_front_locks_nobody_out() -> None:
    browser = Browser()
    browser.ask(put(user=7))
    own = browser.cookie
    other = Browser(keys=["x" * 32])
    other.ask(put(user=8))
    for planted in ("session=junk", "session=", other.cookie, "; ".join(["session=a.b.c"] * 9)):
        browser.cookie = f"{planted}; {own}"
        assert browser.read() == {"user": 7}
    browser.cookie = "; ".join(["session=a.b.c"] * 10 + [own])
    assert browser.read() == {}  # there is an end to what is looked at


def test_the_salt_is_not_the_name_of_a_module() -> None:
    """What one version has signed, the next one reads, wherever its code is."""
    browser = Browser(salt="potstill.web.sessions")
    browser.ask(put(user=7))
    browser.options = {"keys": [KEY]}
    assert browser.read() == {"user": 7}


def test_keys_rotate() -> None:
    browser = Browser(keys=[OLD])
    browser.ask(put(a=1))
    browser.options["keys"] = [KEY, OLD]
    assert browser.read() == {"a": 1}
    browser.ask(put(b=2))
    browser.options["keys"] = [KEY]
    assert browser.read() == {"a": 1, "b": 2}
    browser.options["keys"] = [OLD]
    assert browser.read() == {}


def test_a_session_is_not_read_under_another_name_or_salt() -> None:
    browser = Browser()
    browser.ask(put(admin=True))
    value = browser.cookie.partition("=")[2]
    other = Browser(cookie="other")
    other.cookie = f"other={value}"
    assert other.read() == {}
    assert Signer([KEY]).unsign(value) is None
    browser.options["salt"] = "another"
    assert browser.read() == {}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (date(2026, 1, 1), "would not come back as it is"),
        ((1, 2), "would not come back as it is"),
        ({1: 2}, "would not come back as it is"),
        ({1}, "would not come back as it is"),
        (b"x", "would not come back as it is"),
        (Decimal(1), "would not come back as it is"),
        (float("nan"), "would not come back as it is"),
        (float("inf"), "would not come back as it is"),
        (object(), "cannot be kept as JSON"),
        ("\ud800", "cannot be kept as JSON"),
        ([{"deep": (1,)}], "would not come back as it is"),
    ],
)
def test_what_would_come_back_as_something_else_is_refused_where_it_is_put_in(
    value: Any, complaint: str
) -> None:
    def handler(session: Session) -> None:
        with pytest.raises(TypeError, match=complaint) as caught:
            session["what"] = value
        assert "'what'" in str(caught.value)

    browser = Browser()
    browser.ask(handler)
    assert browser.line is None


def test_a_key_is_text() -> None:
    def handler(session: Session) -> None:
        with pytest.raises(TypeError, match="is text, not 1"):
            session[1] = "x"  # type: ignore[index]

    Browser().ask(handler)


def test_what_was_put_into_a_value_later_is_looked_at_as_well() -> None:
    def handler(session: Session) -> None:
        session["days"] = []
        session["days"].append(date(2026, 1, 1))

    with pytest.raises(TypeError, match="'days'"):
        Browser().ask(handler)


def test_a_session_too_large_for_a_cookie_is_an_error_that_names_the_largest_value() -> None:
    with pytest.raises(ValueError, match=r"its largest value is 'text', of 50.. bytes"):
        Browser().ask(put(small="x" * 100, text="x" * 5000))


def test_too_many_messages_are_an_error_as_well() -> None:
    with pytest.raises(ValueError, match="it has 1 messages"):
        Browser().ask(lambda session: session.flash("x" * 5000))


def test_a_body_is_closed_when_its_session_cannot_be_kept() -> None:
    closed = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    with pytest.raises(ValueError, match="too large"):
        Browser().ask(put(text="x" * 5000), Response(Body()))
    assert closed == [True]


def test_a_change_that_comes_too_late_is_told() -> None:
    kept: list[Session] = []
    Browser().ask(kept.append)
    session = kept[0]
    changes: list[Callable[[], object]] = [
        lambda: session.update(a=1),
        session.clear,
        session.renew,
        lambda: session.flash("x"),
        lambda: session.csrf_secret,
        lambda: session.pop("a", None),
    ]
    assert session.get("a") is None
    assert session.pop_flashes() == []
    for change in changes[:-1]:
        with pytest.raises(RuntimeError, match="after its cookie was sent"):
            change()


def test_messages_are_shown_once() -> None:
    browser, seen = Browser(), []

    def tell(session: Session) -> None:
        session.flash("Saved.")
        session.flash("Beware!", "warning")

    browser.ask(tell)
    browser.ask(lambda session: seen.append(session.pop_flashes()))
    assert "Max-Age=0" in (browser.line or "")
    browser.ask(lambda session: seen.append(session.pop_flashes()))
    assert seen == [[("Saved.", "info"), ("Beware!", "warning")], []]
    assert browser.line is None


def test_messages_and_tokens_are_no_values() -> None:
    def handler(session: Session) -> None:
        session.flash("x")
        assert session.csrf_secret
        assert not session
        assert dict(session) == {}

    browser = Browser()
    browser.ask(handler)
    assert browser.line


def test_the_secret_of_the_tokens_stays_until_renewed_or_cleared() -> None:
    browser, seen = Browser(), []
    browser.ask(lambda session: seen.append(session.known_csrf_secret))
    browser.ask(lambda session: seen.append(session.csrf_secret))
    browser.ask(lambda session: seen.append(session.csrf_secret))
    browser.ask(lambda session: session.renew())
    browser.ask(lambda session: seen.append(session.csrf_secret))
    assert seen[0] == ""
    assert len(seen[1]) == 43
    assert seen[1] == seen[2] != seen[3]


def test_renewing_sends_the_same_values_again() -> None:
    browser = Browser(max_age=100)
    browser.ask(put(a=1))
    browser.now += 40
    browser.ask(lambda session: session.renew())
    assert browser.line
    browser.now += 90
    assert browser.read() == {"a": 1}


def test_nothing_secret_is_shown() -> None:
    def handler(session: Session) -> None:
        session["password"] = "secret"
        assert repr(session) == "<Session>"

    browser = Browser()
    browser.ask(handler)
    assert KEY not in repr(Sessions([KEY])) + repr(Signer([KEY]))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"keys": []}, "list of at least one key"),
        ({"keys": KEY}, "list of at least one key"),
        ({"keys": KEY.encode()}, "list of at least one key"),
        ({"keys": ["short"]}, "at least 32 characters.*token_urlsafe"),
        ({"keys": [KEY, "short"]}, "at least 32 characters"),
        ({"keys": [None]}, "environment variable"),
        ({"keys": [KEY], "max_age": 0}, "above 0"),
        ({"keys": [KEY], "cookie": "a b"}, "is no cookie name"),
        ({"keys": [KEY], "same_site": "Loose"}, "same_site is"),
        ({"keys": [KEY], "same_site": "None"}, "needs secure=True"),
        ({"keys": [KEY], "partitioned": True}, "needs secure=True"),
        ({"keys": [KEY], "cookie": "__Host-s"}, "needs secure=True"),
        ({"keys": [KEY], "cookie": "__Host-s", "secure": True, "path": "/a"}, "path='/'"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SetupError, match=complaint) as caught:
        Sessions(**options)
    assert KEY not in str(caught.value)


def test_signed_text_can_stand_anywhere_and_comes_back() -> None:
    signer = Signer([KEY.encode()])
    signed = signer.sign("Zoë; DROP, \r\n\0")
    assert set(signed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert signer.unsign(signed) == "Zoë; DROP, \r\n\0"
    assert signer.unsign(signer.sign("")) == ""


def test_signed_text_has_an_age() -> None:
    now = [1000.0]
    signer = Signer([KEY], clock=lambda: now[0])
    signed = signer.sign("x")
    now[0] += 10
    assert signer.unsign(signed, max_age=10) == "x"
    assert signer.unsign(signed, max_age=9.5) is None
    assert signer.unsign(signed) == "x"


def test_the_time_cannot_be_put_forward() -> None:
    signer = Signer([KEY], clock=lambda: 1000.0)
    data, _, signature = signer.sign("x").split(".")
    assert signer.unsign(f"{data}.2000.{signature}") is None


def test_signing_is_hmac_with_sha_256_as_itsdangerous_does_it() -> None:
    from hashlib import sha256
    from hmac import digest

    theirs = itsdangerous.Signer(
        digest(KEY.encode(), b"mail", "sha256"), key_derivation="none", digest_method=sha256
    )
    assert theirs.validate(Signer([KEY], salt="mail").sign("x"))
    assert not theirs.validate(Signer([KEY], salt="other").sign("x"))


def test_an_application_with_sessions_logs_in_and_out() -> None:
    app = App(csrf=None)
    app.use(Sessions([KEY]))

    @app.post("/login")
    def login(request: Request) -> None:
        request.session.renew()
        request.session["user"] = "Zoë"

    @app.post("/logout")
    def logout(request: Request) -> None:
        request.session.clear()

    @app.get("/me")
    def me(request: Request) -> dict[str, Any]:
        return dict(request.session)

    @app.get("/public")
    def public(request: Request) -> str:
        return "for all"

    @app.get("/fails")
    def fails(request: Request) -> None:
        request.session["seen"] = True
        raise HTTPError(409)

    client = Client(app)
    assert client.get("/me").json() == {}
    assert client.post("/login").status == 204
    assert client.get("/me").json() == {"user": "Zoë"}
    assert "Vary" not in client.get("/public").headers
    assert client.get("/fails").status == 409
    assert client.get("/me").json() == {"user": "Zoë", "seen": True}
    client.post("/logout")
    assert dict(client.cookies) == {}
    assert client.get("/me").json() == {}


def test_a_session_that_cannot_be_kept_is_an_error_of_the_application() -> None:
    app = App()
    app.use(Sessions([KEY]))

    @app.get("/")
    def index(request: Request) -> None:
        request.session["text"] = "x" * 5000

    answer = Client(app, raise_errors=False).get("/")
    assert answer.status == 500
    assert "its largest value is 'text'" in answer.errors
    assert "Set-Cookie" not in answer.headers


def test_a_session_without_its_layer_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match=r"app.use\(Sessions"):
        _ = Request(environ()).session
