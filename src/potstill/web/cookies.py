"""Cookies, read and written (RFC 6265, as its revision 6265bis has it).

What came is never an error: a cookie may have been set by another application, or by an attacker on
a neighbouring host, and must not lock its owner out. What is to be set is refused when no browser
would keep it, because browsers drop such cookies without a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from potstill.web.headers import Headers

MOST_COOKIES = 1000
"""How many are read of one request; browsers keep fewer than 200 for a site."""
LONGEST = 4096
"""Bytes of a cookie, name and attributes included, that every browser keeps (6265bis, 5.6)."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*").fullmatch
_PATH = re.compile(r"/[\x20-\x3a\x3c-\x7e]*").fullmatch
_DOMAIN = re.compile(r"\.?[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*").fullmatch
_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}


def parse_cookies(header: str) -> dict[str, str]:
    """The cookies of a `Cookie` field as WSGI hands it over; of several with one name, the first.

    The first is that of the longest path (RFC 6265, 5.4). A pair of quotes around a value is taken
    off, but `;` ends a cookie inside of quotes as well, as it does for browsers: otherwise one
    cookie could swallow the next. What is not UTF-8, or has no name, is left out.
    """
    cookies: dict[str, str] = {}
    for name, value in _pairs(header):
        cookies.setdefault(name, value)
    return cookies


def values_of(header: str, name: str) -> list[str]:
    """Every value that came with a name: a neighbouring host may have put its own in front."""
    return [value for known, value in _pairs(header) if known == name]


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    for pair in header.split(";", MOST_COOKIES)[:MOST_COOKIES]:
        name, equals, value = pair.partition("=")
        # Blank and tab only: \xa0, a blank to str.strip(), ends many a UTF-8 sequence.
        name = name.strip(" \t")
        value = value.strip(" \t")
        if not equals or not name:
            continue
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        if not pair.isascii():
            try:
                name = name.encode("latin-1").decode()
                value = value.encode("latin-1").decode()
            except UnicodeError:
                continue
        yield name, value


def set_cookie(  # noqa: PLR0913 - a cookie has that many attributes (RFC 6265bis, 5.6)
    name: str,
    value: str,
    *,
    max_age: int | None = None,
    path: str = "/",
    domain: str | None = None,
    secure: bool = True,
    http_only: bool = True,
    same_site: str = "Lax",
    partitioned: bool = False,
) -> tuple[str, str]:
    """The field line that sets a cookie (RFC 6265, 4.1); ValueError, with the fix, for a void one.

    `max_age` in seconds (browsers cap it at 400 days); None: until the browser is closed; 0: it is
    deleted. There is no Expires beside it: every browser of this decade prefers Max-Age, which does
    not go wrong with the client's clock. `same_site` is `Strict`, `Lax` or `None`.
    """
    _check_characters(name, value, path, domain, max_age)
    site = _SAME_SITE.get(same_site.lower())
    if site is None:
        raise ValueError(f"same_site is 'Strict', 'Lax' or 'None', not {same_site!r}")
    _check_prefix(name, path, domain, secure=secure, http_only=http_only)
    if not secure and (site == "None" or partitioned):
        what = "Partitioned" if partitioned else "SameSite=None"
        raise ValueError(f"browsers drop the cookie {name}: {what} needs secure=True")
    line = f"{name}={value}; Path={path}"
    if domain is not None:
        line += f"; Domain={domain.removeprefix('.')}"
    if max_age is not None:
        line += f"; Max-Age={max(max_age, 0)}"
    if secure:
        line += "; Secure"
    if http_only:
        line += "; HttpOnly"
    line += f"; SameSite={site}"
    if partitioned:
        line += "; Partitioned"
    if len(line) > LONGEST:
        raise ValueError(
            f"browsers drop the cookie {name}: it has {len(line)} bytes and {LONGEST} are kept; "
            "store what is large elsewhere, and its id in the cookie"
        )
    return "Set-Cookie", line


def _check_characters(
    name: str, value: str, path: str, domain: str | None, max_age: int | None
) -> None:
    if not _NAME(name):
        raise ValueError(f"{name!r} is no cookie name: letters, digits, hyphens, underscores are")
    if not _VALUE(value):  # not shown: it may be secret
        raise ValueError(
            f"the value of the cookie {name} has a blank, a quote, a comma, a semicolon, a "
            "backslash or what is not ASCII; encode it, as urllib.parse.quote or base64 do"
        )
    if not _PATH(path) or len(path) > 1024:  # 6265bis, 5.6: a longer attribute is ignored
        raise ValueError(
            f"{path[:80]!r} is no path of a cookie: it begins with '/', has at most 1024 "
            "characters and no ';', and is percent-encoded where it is not ASCII"
        )
    if domain is not None and not (_DOMAIN(domain) and len(domain) <= 255):
        raise ValueError(
            f"{domain[:80]!r} is no domain of a cookie: it is a host name without a port, "
            "in its IDNA form (xn--...) where it is not ASCII"
        )
    if max_age is not None and not isinstance(max_age, int):
        raise ValueError(f"max_age is a whole number of seconds, not {max_age!r}")


def _check_prefix(
    name: str, path: str, domain: str | None, *, secure: bool, http_only: bool
) -> None:
    """What a name promises has to be so (RFC 6265bis, 4.1.3; its case does not matter to them)."""
    prefix = name.lower()
    if not prefix.startswith(("__secure-", "__host-", "__http-")):
        return
    if not secure:
        raise ValueError(f"browsers drop the cookie {name}: its prefix needs secure=True")
    if prefix.startswith("__host-") and (path != "/" or domain is not None):
        raise ValueError(f"browsers drop the cookie {name}: it needs path='/' and no domain")
    if prefix.startswith(("__http-", "__host-http-")) and not http_only:
        raise ValueError(f"browsers drop the cookie {name}: its prefix needs http_only=True")


def keep_private(headers: Headers) -> None:
    """See to it that no shared cache keeps this response, which is for one (RFC 9111, 5.2.2.7).

    `private` or `no-store` is added unless one of them is there; `public` and `s-maxage` go.
    """
    elements = [part.strip() for value in headers.all("Cache-Control") for part in value.split(",")]
    names = {element.partition("=")[0].lower() for element in elements}
    if names & {"private", "no-store"} and "public" not in names and "s-maxage" not in names:
        return
    kept = [part for part in elements if part and not _is_shared(part)]
    if not names & {"private", "no-store"}:
        kept.append("private")
    headers["Cache-Control"] = ", ".join(kept)


def _is_shared(element: str) -> bool:
    return element.partition("=")[0].lower() in ("public", "s-maxage")
