"""Header fields that make browsers more careful than they are by themselves.

Every answer says that its type is not to be guessed, and what other sites learn of its address. A
document, which is what a browser runs scripts in, also says what it may load and who may frame it.
What a handler has set is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from potstill.web.cookies import keep_private
from potstill.web.errors import SetupError
from potstill.web.headers import field_line
from potstill.web.security.csp import Csp

if TYPE_CHECKING:
    from potstill.web.request import Request
    from potstill.web.response import Response

Lines: TypeAlias = tuple[tuple[str, str], ...]

FRAMED_BY = {"DENY": "'none'", "SAMEORIGIN": "'self'"}
"""What X-Frame-Options says, as CSP says it."""

_NONCE = "\0"  # where a nonce goes; stands in no policy

_COMMON_TYPES = frozenset(
    {
        "application/json",
        "application/octet-stream",
        "application/problem+json",
        "text/css; charset=utf-8",
        "text/event-stream",
        "text/javascript; charset=utf-8",
        "text/plain; charset=utf-8",
    }
)
"""Those that are no documents and come often, as they are written."""
_COMMON_NAMES = frozenset(
    {
        *("Accept-Ranges", "Allow", "Cache-Control", "Content-Encoding", "Content-Length"),
        *("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
        *("Date", "ETag", "Last-Modified", "Link", "Location", "Set-Cookie", "Vary"),
    }
)
"""Those that no policy is about, as they are written."""
_PAGE = "text/html; charset=utf-8"
_DOCUMENTS = frozenset({"text/html", "text/xml", "text/xsl", "application/xml"})


class Security:
    """What the answers of an application say to browsers beside their content.

    `csp`: a `Csp`, or None. `hsts`: seconds for which a browser asks by https only (sent over https
    only; begin with few), or the whole value of Strict-Transport-Security. `frame`: `DENY`,
    `SAMEORIGIN` or None, said in the CSP as well. `permissions`: `{"camera": ["self"], "usb": []}`.
    `coop` and `corp` are the Cross-Origin-Opener- and -Resource-Policy. None leaves one out.
    SetupError for what cannot be sent.
    """

    def __init__(  # noqa: PLR0913 - each is a header field of its own
        self,
        *,
        csp: Csp | None = Csp(),  # noqa: B008 - never changes
        hsts: int | str | None = None,
        referrer_policy: str | None = "strict-origin-when-cross-origin",
        frame: str | None = "DENY",
        permissions: Mapping[str, Sequence[str]] | None = None,
        coop: str | None = "same-origin",
        corp: str | None = None,
    ) -> None:
        if frame is not None and frame not in FRAMED_BY:
            raise SetupError(f"frame is 'DENY', 'SAMEORIGIN' or None, not {frame!r}")
        self._csp = csp
        self._framed_by = None if frame is None else FRAMED_BY[frame]
        always = _lines(
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", referrer_policy),
            ("Cross-Origin-Resource-Policy", corp),
        )
        document = _lines(
            ("X-Frame-Options", frame),
            ("Cross-Origin-Opener-Policy", coop),
            ("Permissions-Policy", _permissions(permissions)),
        )
        policies = _lines(("Content-Security-Policy", _policy(csp, frame, None)))
        over_https = always + _lines(("Strict-Transport-Security", _seconds(hsts)))
        self._http = (always, always + document + policies)
        self._https = (over_https, over_https + document + policies)
        self._has_hsts = hsts is not None
        self._with_nonce = _policy(csp, frame, _NONCE)
        if csp is not None and csp.is_report_only:
            self._http, self._https = _reporting(self._http), _reporting(self._https)

    def finish(self, request: Request, response: Response) -> None:
        """Add what is missing to a response that is about to be sent."""
        fields = self._http
        if self._has_hsts and request.environ["wsgi.url_scheme"] == "https":
            fields = self._https
        added = for_all = fields[0]
        lines = response._lines  # the quick way, for each and every response
        for name, value in lines:
            if name == "Content-Type":
                if value == _PAGE:
                    added = fields[1]
                elif value not in _COMMON_TYPES:
                    break
            elif name not in _COMMON_NAMES:
                break
        else:
            if request._nonce is None and response.status != 304:
                # A new list: what made the response may have the old one in several.
                response._lines = [*lines, *added]
                return
        # A 304 says nothing anew of a page that is kept, whose nonce is that of its own policy.
        is_document = response.status != 304 and _is_document(response.content_type)
        self._add(request, response, fields[1] if is_document else for_all)

    def _add(self, request: Request, response: Response, added: Lines) -> None:
        present = {name.lower() for name, _ in response._lines}
        kept = [(name, value) for name, value in added if name.lower() not in present]
        nonce = request._nonce  # None unless it was asked for
        if nonce is not None:
            kept = [self._with(nonce, *line) for line in kept]
        response._lines = [*response._lines, *kept]
        if nonce is not None:
            keep_private(response.headers)  # a nonce that many get is none

    def _with(self, nonce: str, name: str, value: str) -> tuple[str, str]:
        if self._with_nonce is None or not name.startswith("Content-Security-Policy"):
            return name, value
        return name, self._with_nonce.replace(_NONCE, nonce)


def _policy(csp: Csp | None, frame: str | None, nonce: str | None) -> str | None:
    if csp is None:
        return None
    return csp.text(nonce, framed_by=None if frame is None else FRAMED_BY[frame]) or None


def _reporting(lines: tuple[Lines, Lines]) -> tuple[Lines, Lines]:
    """The same, with a policy that only reports."""
    others, documents = lines
    return others, tuple(
        (f"{name}-Report-Only" if name == "Content-Security-Policy" else name, value)
        for name, value in documents
    )


def _lines(*fields: tuple[str, str | None]) -> Lines:
    try:
        return tuple(field_line(name, value) for name, value in fields if value is not None)
    except ValueError as error:
        raise SetupError(str(error)) from None


def _is_document(content_type: str | None) -> bool:
    if content_type is None:
        return False
    # Of several with commas between them, which nobody should send, browsers take one.
    types = [each.partition(";")[0].strip().lower() for each in content_type.split(",")]
    return any(each in _DOCUMENTS or each.endswith("+xml") for each in types)


def _seconds(hsts: int | str | None) -> str | None:
    if isinstance(hsts, int):
        if hsts < 0:
            raise SetupError(f"hsts is a number of seconds, not {hsts}")
        return f"max-age={hsts}; includeSubDomains"
    if hsts is not None and "max-age=" not in hsts.lower():
        raise SetupError(f"hsts needs max-age, as in 'max-age=31536000', and is {hsts!r}")
    return hsts


def _permissions(allowed: Mapping[str, Sequence[str]] | None) -> str | None:
    """As a structured field (RFC 9651): `camera=(self), usb=()`."""
    if not allowed:
        return None
    if any(isinstance(origins, str) for origins in allowed.values()):
        raise SetupError('a permission has a list of origins, as in {"camera": ["self"]}')
    return ", ".join(
        f"{feature}=({' '.join(map(_allowed, origins))})" for feature, origins in allowed.items()
    )


def _allowed(origin: str) -> str:
    return origin if origin in ("self", "src", "*") else f'"{origin}"'


DEFAULT_SECURITY = Security()
"""What an application has that was not told otherwise."""
