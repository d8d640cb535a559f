"""What is asked of an application, and the `environ` that comes of it (PEP 3333)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypedDict
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from potstill.web.headers import field_line, variable
from potstill.web.testing.bodies import Fields, Files, json_bytes, multipart, urlencoded

HeaderLines: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Body: TypeAlias = bytes | str | Iterable[bytes]
FORM = "application/x-www-form-urlencoded"
KEPT = "/%:@!$&'()*+,;=~?-._|"
"""What is sent as it was written; `%` is taken for the start of an escape."""


class Options(TypedDict, total=False):
    """What goes with a request."""

    query: Fields
    headers: HeaderLines
    json: object
    form: Fields
    files: Files
    body: Body
    environ: Mapping[str, Any]
    follow_redirects: bool


_WITHOUT_ORIGIN = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
"""Methods that a browser sends without Origin to the site of the page itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, ready to be made, and to be made again after a redirect."""

    method: str
    url: SplitResult
    """Absolute; without fragment, percent-encoded."""
    root: str
    """What of its path is the mount point of the application."""
    headers: tuple[tuple[str, str], ...]
    body: bytes | Iterable[bytes]
    extra: Mapping[str, Any]

    @property
    def origin(self) -> tuple[str, str]:
        """Scheme, and host with port."""
        return self.url.scheme, self.url.netloc

    def redirected(self, status: int, location: str) -> Asked:
        """What a browser asks next (RFC 9110, 15.4); RuntimeError where it cannot go on here."""
        from urllib.parse import urljoin

        url = urlsplit(urljoin(self.url.geturl(), location))
        is_elsewhere = url.scheme == self.url.scheme and _port(url) != _port(self.url)
        if url.hostname != self.url.hostname or is_elsewhere or not _is_below(url.path, self.root):
            raise RuntimeError(
                f"the redirect to {location!r} leads out of the application; ask with "
                "follow_redirects=False and look at its Location"
            )
        asked = replace(self, url=_normal(url))
        if status in (307, 308) or (status in (301, 302) and self.method != "POST"):
            if not isinstance(self.body, (bytes, list, tuple)):
                raise RuntimeError(f"a body that is streamed cannot be sent again after {status}")
            return asked
        method = "HEAD" if self.method == "HEAD" else "GET"
        lines = tuple(line for line in self.headers if not line[0].lower().startswith("content-"))
        return replace(asked, method=method, headers=lines, body=b"")

    def environ(self, cookies: str) -> dict[str, Any]:
        """The variables of this request, without its streams; `cookies` as in a Cookie field."""
        url = self.url
        port = str(_port(url))
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": _decoded(self.root),
            "PATH_INFO": _decoded(url.path[len(self.root) :]),
            "QUERY_STRING": url.query,
            "SERVER_NAME": url.hostname or "",
            "SERVER_PORT": port,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": url.netloc,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": url.scheme,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        if not isinstance(self.body, bytes):
            environ["HTTP_TRANSFER_ENCODING"] = "chunked"
        elif self.body or self.method in ("POST", "PUT", "PATCH"):
            environ["CONTENT_LENGTH"] = str(len(self.body))
        environ |= header_variables(self.headers)
        if cookies:
            sent = environ.get("HTTP_COOKIE")
            environ["HTTP_COOKIE"] = f"{cookies}; {sent}" if sent else cookies
        environ |= self.extra
        if self.method not in _WITHOUT_ORIGIN and "HTTP_SEC_FETCH_SITE" not in environ:
            environ.setdefault("HTTP_ORIGIN", f"{url.scheme}://{url.netloc}")  # as browsers do
        return {key: value for key, value in environ.items() if value is not None}


def ask(base: SplitResult, method: str, path: str, headers: HeaderLines, options: Options) -> Asked:
    """Put a request together; `path` is below `base`, or a whole URL.

    ValueError for what no client could send, or for several bodies at once.
    """
    url = urlsplit(path)
    if not url.scheme:
        if not path.startswith(("/", "?")) and path:
            raise ValueError(f"a path starts with a slash, unlike {path!r}")
        url = urlsplit(f"{base.scheme}://{base.netloc}{base.path}{path}")
    if "query" in options:
        query = "&".join(filter(None, (url.query, urlencoded(options["query"]))))
        url = url._replace(query=query)
    url = _normal(url)
    if not _is_below(url.path, base.path):
        raise ValueError(f"{path!r} is not below {base.path!r}, where the application is")
    body, content_type = _body_of(options)
    lines = {name.lower(): (name, value) for name, value in _lines(headers)}
    given = _lines(options.get("headers", ()))
    for name, _ in given:
        lines.pop(name.lower(), None)
    sent = [*lines.values(), *given]
    if content_type and not any(name.lower() == "content-type" for name, _ in sent):
        sent.append(("Content-Type", content_type))
    return Asked(method, url, base.path, tuple(sent), body, options.get("environ", {}))


def header_variables(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields as `environ` has them; repeated ones are joined, as servers do."""
    variables: dict[str, str] = {}
    for name, value in lines:
        field_line(name, value)
        if "_" in name:
            raise ValueError(f"{name!r} has an underscore: servers drop such a header, use hyphens")
        key = variable(name)
        between = "; " if key == "HTTP_COOKIE" else ", "
        value = value.strip(" \t")  # noqa: PLW2901 - as on the wire
        variables[key] = variables[key] + between + value if key in variables else value
    return variables


def _lines(headers: HeaderLines) -> list[tuple[str, str]]:
    return list(headers.items() if isinstance(headers, Mapping) else headers)


def _body_of(options: Options) -> tuple[bytes | Iterable[bytes], str]:
    """The body, and the Content-Type that it has by itself."""
    kinds = [kind for kind in ("json", "form", "body") if kind in options]
    if len(kinds) > 1 or ("files" in options and kinds not in ([], ["form"])):
        raise ValueError("a request has one body: json, form with files, or body")
    if "files" in options:
        return multipart(options.get("form", ()), options["files"])
    if "form" in options:
        return urlencoded(options["form"]).encode(), FORM
    if "json" in options:
        return json_bytes(options["json"]), "application/json"
    body = options.get("body", b"")
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    return body, ""


def _normal(url: SplitResult) -> SplitResult:
    """Without fragment; what no URL may hold is percent-encoded, as UTF-8."""
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"{url.geturl()!r} is no address of a web server")
    path = quote(url.path or "/", safe=KEPT)
    query = quote(url.query, safe=KEPT + "[]")
    return url._replace(netloc=url.netloc.rpartition("@")[2], path=path, query=query, fragment="")


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _is_below(path: str, root: str) -> bool:
    return not root or path == root or path.startswith(root + "/")


def _decoded(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")
