"""Header fields that make browsers careful: on what, and never over what a handler has set."""

from __future__ import annotations

from typing import Any

import pytest

from potstill.web import App
from potstill.web.errors import SetupError
from potstill.web.request import Request
from potstill.web.response import Response, html, json, plain, text
from potstill.web.security.csp import Csp
from potstill.web.security.policy import DEFAULT_SECURITY, Security
from potstill.web.testing import Client
from tests.web.support import environ

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
DOCUMENT = ALWAYS | {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
}


def added(
    response: Response, security: Security = DEFAULT_SECURITY, nonce: str | None = None, **more: Any
) -> dict[str, str]:
    """What a response has more than before."""
    before = list(response.headers)
    request = Request(environ(**more))
    request._nonce = nonce
    security.finish(request, response)
    after = list(response.headers)
    assert after[: len(before)] == before
    names = [name.lower() for name, _ in after]
    assert len(names) == len({*names}) + names.count("set-cookie") - bool("set-cookie" in names)
    return dict(after[len(before) :])


@pytest.mark.parametrize(
    "response",
    [
        text("x"),
        plain(b"{}", "application/json"),
        plain(b"x", "text/plain; charset=utf-8"),
        Response(b""),
        Response(b"x", 303, [("Location", "/")]),
        Response(b"x", content_type="image/png"),
        Response(b"x", content_type="application/json; charset=utf-8"),
        Response(b"x", headers=[("X-Own", "1"), ("content-type", "text/css")]),
        Response(b"x", 404, content_type="application/problem+json"),
    ],
    ids=repr,
)
def test_what_is_no_document_gets_the_two_that_are_for_all(response: Response) -> None:
    assert added(response) == ALWAYS


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/html; charset=utf-8", "text/html", "Text/HTML;charset=utf-8", "text/html ; a=b"),
        *("image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml; charset=utf-8"),
        *("application/atom+xml", "text/xsl", "text/plain, text/html", "text/html, x"),
    ],
)
def test_documents_get_the_rest_as_well(content_type: str) -> None:
    assert added(Response(b"x", content_type=content_type)) == DOCUMENT
    assert added(Response(b"x", headers=[("content-type", content_type), ("X-A", "b")])) == DOCUMENT
    assert added(Response(b"x", 500, content_type=content_type)) == DOCUMENT


@pytest.mark.parametrize("name", [*DOCUMENT])
@pytest.mark.parametrize("spelt", [str, str.lower, str.upper])
def test_what_the_handler_has_set_is_kept(name: str, spelt: Any) -> None:
    response = html("x", headers=[(spelt(name), "own")])
    expected = {known: value for known, value in DOCUMENT.items() if known != name}
    assert added(response) == expected
    assert response.headers.all(name) == ["own"]


def test_finishing_twice_adds_nothing() -> None:
    response = html("x")
    added(response)
    assert added(response) == {}


def test_a_list_of_lines_that_others_have_too_is_not_changed() -> None:
    response = json({})
    lines = response.headers.lines
    added(response)
    assert [name for name, _ in lines] == ["Content-Type"]


def test_a_nonce_that_was_used_is_allowed_for_scripts_and_styles() -> None:
    got = added(html("x"), nonce="abc")
    assert got["Content-Security-Policy"] == (
        DOCUMENT["Content-Security-Policy"]
        + "; script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'"
    )


def test_a_page_with_a_nonce_is_kept_out_of_shared_caches() -> None:
    response = html("x", headers=[("Cache-Control", "public, max-age=60")])
    request = Request(environ())
    assert request.nonce
    DEFAULT_SECURITY.finish(request, response)
    assert response.headers.all("Cache-Control") == ["max-age=60, private"]


def test_the_policy_of_a_page_that_a_browser_has_is_not_replaced_by_a_304() -> None:
    for response in (html("x", 304), Response(b"", 304), html("x", 304, [("X-A", "b")])):
        assert added(response) == ALWAYS
        assert "Content-Security-Policy" not in response.headers
    assert "Content-Security-Policy" not in added(html("x", 304), nonce="abc")


def test_https_is_asked_for_only_over_https() -> None:
    security = Security(hsts=31536000)
    https: dict[str, Any] = {"wsgi.url_scheme": "https"}
    name = "Strict-Transport-Security"
    for response in (text, html):
        assert name not in added(response("x"), security)
        assert added(response("x"), security, **https)[name] == (
            "max-age=31536000; includeSubDomains"
        )
    assert name not in added(text("x"), **https)
    raw = Security(hsts="max-age=5; preload")
    assert added(text("x"), raw, **https)[name] == "max-age=5; preload"


def test_each_part_can_be_left_out_or_changed() -> None:
    nothing = Security(csp=None, referrer_policy=None, frame=None, coop=None)
    assert added(html("x"), nothing) == {"X-Content-Type-Options": "nosniff"}
    other = Security(
        csp=None,
        referrer_policy="no-referrer",
        frame="SAMEORIGIN",
        permissions={"camera": [], "geolocation": ["self", "https://maps.example.com"]},
        coop="unsafe-none",
        corp="same-site",
    )
    assert added(html("x"), other) == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-site",
        "X-Frame-Options": "SAMEORIGIN",
        "Cross-Origin-Opener-Policy": "unsafe-none",
        "Permissions-Policy": 'camera=(), geolocation=(self "https://maps.example.com")',
    }


def test_who_may_frame_a_page_is_said_in_one_way() -> None:
    policy = "Content-Security-Policy"
    assert "frame-ancestors 'self'" in added(html("x"), Security(frame="SAMEORIGIN"))[policy]
    assert "frame-ancestors" not in added(html("x"), Security(frame=None))[policy]
    own = Security(csp=Csp({"frame-ancestors": "https://a.test"}))
    assert added(html("x"), own)[policy].endswith("frame-ancestors https://a.test")
    out = Security(csp=Csp({"frame-ancestors": None}))
    assert "frame-ancestors" not in added(html("x"), out)[policy]


@pytest.mark.parametrize("nonce", [None, "abc"])
def test_a_policy_may_only_report(nonce: str | None) -> None:
    got = added(html("x"), Security(csp=Csp(report_only=True)), nonce)
    assert "Content-Security-Policy" not in got
    policy = got["Content-Security-Policy-Report-Only"]
    assert policy.startswith("default-src 'self'")
    assert ("'nonce-abc'" in policy) is (nonce is not None)
    assert got["X-Frame-Options"] == "DENY"


def test_a_policy_without_directives_is_not_sent() -> None:
    for report_only in (True, False):
        csp = Csp(defaults=False, report_only=report_only)
        expected = ALWAYS | {"Cross-Origin-Opener-Policy": "same-origin"}
        assert added(html("x"), Security(csp=csp, frame=None)) == expected
        security = Security(csp=csp, frame=None, coop=None, referrer_policy=None)
        assert added(html("x"), security) == {"X-Content-Type-Options": "nosniff"}


def test_directives_replace_those_of_the_default() -> None:
    csp = Csp({"img-src": ["'self'", "data:"], "form-action": None, "base-uri": "'self'"})
    assert csp.text() == (
        "default-src 'self'; object-src 'none'; base-uri 'self'; img-src 'self' data:"
    )
    assert Csp({"upgrade-insecure-requests": ""}, defaults=False).text() == (
        "upgrade-insecure-requests"
    )
    assert repr(Csp(defaults=False)) == "Csp('')"


@pytest.mark.parametrize(
    ("directives", "policy"),
    [
        (
            {"default-src": "'none'"},
            "default-src 'none'; script-src 'nonce-n'; style-src 'nonce-n'",
        ),
        (
            {"script-src": "'self' 'unsafe-inline'", "style-src": "https://a.test"},
            "script-src 'self' 'unsafe-inline'; style-src https://a.test 'nonce-n'",
        ),
        ({"script-src-elem": "'self'"}, "script-src-elem 'self' 'nonce-n'"),
        ({"img-src": "'self'"}, "img-src 'self'"),
    ],
)
def test_a_nonce_allows_more_and_never_less(directives: dict[str, str], policy: str) -> None:
    assert Csp(directives, defaults=False).text("n") == policy


@pytest.mark.parametrize(
    ("directives", "complaint"),
    [
        ({"script_src": "'self'"}, "is 'script-src' meant"),
        ({"scirpt-src": "'self'"}, "is 'script-src' meant"),
        ({"xyz": "'self'"}, "is no directive"),
        ({"script-src": "self"}, "needs self in single quotes"),
        ({"script-src": "nonce-abc"}, "needs nonce-abc in single quotes"),
        ({"base-uri": "none"}, "needs none in single quotes"),
        ({"frame-ancestors": "Self"}, "needs Self in single quotes"),
        ({"img-src": "https://a.test; script-src *"}, "is no source"),
        ({"img-src": ["https://a.test script-src"]}, "is no source"),
        ({"img-src": "a,b"}, "is no source"),
        ({"img-src": ["a\r\nb"]}, "is no source"),
        ({"img-src": "é"}, "is no source"),
        ({"img-src": "'none' https://a.test"}, "'none' and more"),
    ],
)
def test_a_policy_that_browsers_would_not_heed_is_refused(
    directives: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(SetupError, match=complaint):
        Csp(directives)


def test_the_tokens_of_a_sandbox_need_no_quotes() -> None:
    policy = {"sandbox": "allow-scripts", "require-trusted-types-for": "'script'"}
    assert Csp(policy, defaults=False).text() == (
        "sandbox allow-scripts; require-trusted-types-for 'script'"
    )


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"frame": "ALLOW-FROM https://a.test"}, "frame is"),
        ({"hsts": -1}, "number of seconds"),
        ({"hsts": "includeSubDomains"}, "needs max-age"),
        ({"hsts": "max-age=5\r\nX: y"}, "no header can carry"),
        ({"referrer_policy": "a\nb"}, "no header can carry"),
        ({"permissions": {"camera": "self"}}, "list of origins"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_the_start(
    options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(SetupError, match=complaint):
        Security(**options)


def test_each_answer_of_an_application_is_finished_errors_included() -> None:
    app = App()

    @app.get("/page")
    def page(request: Request) -> Response:
        return html(f"<script nonce={request.nonce}></script>")

    @app.get("/data")
    def data(request: Request) -> dict[str, int]:
        return {}

    client = Client(app, headers={"Accept": "text/html"})
    nonces = set()
    for _ in range(2):
        answer = client.get("/page")
        nonce = answer.text.partition("nonce=")[2].partition(">")[0]
        assert f"script-src 'self' 'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 2
    for path in ("/page", "/data", "/nowhere"):
        assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in client.get("/data").headers
    assert "frame-ancestors 'none'" in client.get("/nowhere").headers["Content-Security-Policy"]


def test_an_application_can_do_without_policies() -> None:
    app = App(security=None)

    @app.get("/")
    def page(request: Request) -> Response:
        return html("x")

    assert "X-Content-Type-Options" not in Client(app).get("/").headers
