"""The requests that are sent to each server, and the status that each must have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

BOUNDARY = "a-boundary"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}
GZIP = {"Accept-Encoding": "gzip"}
TAGGED = '"v1"'


@dataclass(frozen=True, slots=True)
class Case:
    """One request; `fails` when the application is to raise."""

    name: str
    path: str
    status: int = 200
    method: str = "GET"
    fields: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    contains: bytes = b""
    fails: bool = False


def _part(head: str, content: bytes) -> bytes:
    return (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
        + content
        + b"\r\n"
    )


def _upload(content: bytes, *, ends: bool = True) -> bytes:
    parts = _part('name="note"', b"a note") + _part('name="file"; filename="a/b.bin"', content)
    return parts + (f"--{BOUNDARY}--\r\n".encode() if ends else b"")


def _posted(
    name: str, path: str, status: int, fields: dict[str, str], body: bytes, contains: bytes = b""
) -> Case:
    return Case(name, path, status, "POST", fields, body, contains)


def _todo(**todo: object) -> bytes:
    return json.dumps(todo).encode()


CASES = (
    Case("text", "/text", contains="Grüße, 世界!".encode()),
    Case("bytes", "/bytes", contains=bytes(range(256))),
    Case("page", "/page", fields=PAGE, contains=b"<title>Page"),
    Case("json", "/json?verbose=true&tag=a&tag=b", contains=b'"tags":["a","b"]'),
    Case("json without a query", "/json", contains=b'"verbose":false'),
    Case("query of a wrong type", "/json?verbose=perhaps", 422),
    Case("segment with UTF-8", "/hello/J%C3%BCrgen%20%26%20Co", contains="Jürgen & Co!".encode()),
    Case("segment with a percent sign", "/hello/100%2525", contains=b"Hello, 100%25!"),
    Case("segment that is no UTF-8", "/hello/%FF", 400),
    Case("rest of the path", "/files/a/b%20c/d.txt", contains=b"a/b c/d.txt"),
    Case("list of objects", "/todos?limit=3", contains=b'"id":2'),
    _posted("typed object", "/todos", 201, JSON, _todo(title="Buy milk"), b'"title":"Buy milk"'),
    _posted("typed object of a form", "/todos", 201, FORM, b"title=Buy+milk&priority=2"),
    _posted("object that is invalid", "/todos", 422, JSON, _todo(title="")),
    _posted("object that is no JSON", "/todos", 400, JSON, b"{"),
    _posted("object of another type", "/todos", 415, {"Content-Type": "text/csv"}, b"title\nx"),
    Case("member", "/todos/5", contains=b'"id":5'),
    Case("member that is unknown", "/todos/500", 404),
    Case("member that is no number", "/todos/five", 404),
    Case("member deleted", "/todos/5", 204, "DELETE"),
    Case("method not allowed", "/todos/5", 405, "PUT", body=b"x"),
    Case("options", "/todos", 204, "OPTIONS"),
    Case("nothing there", "/nowhere", 404),
    Case("nothing there, for a browser", "/nowhere", 404, fields=PAGE, contains=b"<"),
    Case("nothing there, head", "/nowhere", 404, "HEAD"),
    Case("slash too many", "/text/", 308),
    Case("head", "/text", 200, "HEAD"),
    Case("head of a stream", "/stream", 200, "HEAD"),
    Case("no content", "/nothing", 204),
    _posted("form", "/form", 200, FORM, b"a=1&b=%C3%BC&a=2", '["b","ü"]'.encode()),
    _posted("form that is no UTF-8", "/form", 400, FORM, b"a=%FF"),
    _posted("upload", "/upload", 200, MULTIPART, _upload(b"\0\xff" * 40), b'"name":"b.bin"'),
    _posted("large upload", "/upload", 200, MULTIPART, _upload(b"x" * 900_000), b'"size":900000'),
    _posted("upload that is cut off", "/upload", 400, MULTIPART, _upload(b"x", ends=False)),
    _posted("large body", "/raw", 200, JSON, b"y" * 1_400_000, b'"size":1400000'),
    _posted("body that is too large", "/raw", 413, JSON, b"y" * 1_500_001),
    _posted("empty body", "/raw", 200, JSON, b"", b'"size":0'),
    _posted("body that nobody reads", "/unread", 200, JSON, b"z" * 300_000, b"unread"),
    _posted("forged form", "/form", 403, FORM | {"Sec-Fetch-Site": "cross-site"}, b"a=1"),
    Case("redirect", "/old", 308),
    Case("cookies", "/cookies", fields={"Cookie": "a=1; b=2"}, contains=b"a=1; b=2"),
    Case("stream", "/stream", contains=b"block 49\n"),
    Case("stream of a known length", "/stream-sized", contains=b"abcdef"),
    Case("events", "/events", contains=b"data: of three"),
    Case("large answer", "/large"),
    Case("tagged", "/cut", contains=b"tagged"),
    Case("tagged and known", "/cut", 304, fields={"If-None-Match": TAGGED}),
    Case("tagged and changed", "/cut", 412, fields={"If-Match": '"v0"'}),
    Case("file", "/file"),
    Case("part of a file", "/file", 206, fields={"Range": "bytes=1000-1999"}),
    Case("end of a file", "/file", 206, fields={"Range": "bytes=-5"}),
    Case("part behind the end", "/file", 416, fields={"Range": "bytes=9999999-"}),
    Case("file, head", "/file", 200, "HEAD"),
    Case("asset", "/assets/style.css", contains=b"navy"),
    Case("asset, compressed", "/assets/style.css", fields=GZIP, contains=b"\x1f\x8b"),
    Case("asset, part", "/assets/style.css", 206, fields={"Range": "bytes=0-9"}),
    Case("asset, large", "/assets/large.bin"),
    Case("asset, head", "/assets/large.bin", 200, "HEAD"),
    Case("asset with UTF-8", "/assets/gr%C3%BC%C3%9Fe.txt", contains="Grüße".encode()),
    Case("asset that is unknown", "/assets/none.css", 404),
    Case("asset outside", "/assets/..%2f..%2fetc/passwd", 404),
    Case("asset posted", "/assets/style.css", 405, "POST", body=b"x"),
    Case("mounted", "/classic/a%20b?x=1", contains=b"/classic|/a b|x=1|"),
    _posted("mounted, body", "/classic/", 200, FORM, b"body", b"/classic|/||body"),
    Case("failure", "/broken", 500, fails=True),
    Case("failure, for a browser", "/broken", 500, fields=PAGE, fails=True),
    Case("openapi", "/openapi.json", contains=b'"openapi":"3.1'),
)
