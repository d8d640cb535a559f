from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puretodo.access.devices import device_name
from puretodo.access.paths import own_path


@pytest.mark.parametrize(
    "path",
    ["/", "/lists/3", "/lists/3?show=active", "/search?q=caf%C3%A9", "/tags/a.b", "/a..b/.c"],
)
def test_a_path_of_ours_stays(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lists/3",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        " //evil.test",
        "https://evil.test/",
        "javascript:alert(1)",
        "/../other",
        "/lists/../../other",
        "/%2e%2e/other",
        "/.%2E/other",
        "/lists/..",
        "/lists/.",
        "/a\\..\\b",
        "/café",
        "/lists/3\r\nSet-Cookie: a=b",
        "/" + "a" * 2000,
    ],
)
def test_anything_else_leads_to_the_first_page(text: str) -> None:
    assert own_path(text) == "/"


@given(st.text(alphabet="/\\.%2eE:@?#\t\n a", max_size=12))
def test_no_text_leads_out_of_the_application(text: str) -> None:
    target = urlsplit(urljoin("http://ours.test/sub/login", "/sub" + own_path(text)))
    assert target.netloc == "ours.test"
    assert target.path == "/sub" or target.path.startswith("/sub/")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("\x00\x1b" + "x" * 300, "x" * 58),
        ("", ""),
    ],
)
def test_a_device_is_called_by_browser_and_system(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
