"""Whatever a client sends, an application answers it, and never with a fault of its own."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from potstill.web import App, Cookie, FormField, Header, Query, Request, Upload
from potstill.web.testing import Client


class Colour(enum.Enum):
    RED = "red"
    NONE = ""


class Flat(msgspec.Struct):
    a: int
    b: Decimal = Decimal(1)
    c: dt.timedelta = dt.timedelta()
    d: dt.datetime | None = None
    e: dt.time | None = None
    f: dt.date | None = None
    g: bytes = b""
    h: Colour = Colour.RED
    i: set[int] = set()
    j: uuid.UUID | None = None
    k: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None


class Deep(msgspec.Struct, forbid_unknown_fields=True):
    a: int
    b: float = 0
    c: dict[int, str] = {}
    d: list[Deep] = []
    e: tuple[int, str] = (1, "")
    f: Literal[1, "x", None] = None
    g: Flat | None = None


app = App()


@app.get("/query")
def _query(
    a: int = 0,
    b: Decimal | None = None,
    c: float = 0,
    d: list[Colour] = [],  # noqa: B006 - never changed
    e: tuple[int, int] | None = None,
    f: Literal[1, "x"] = 1,
    g: int | str = 0,
    h: bool = False,
    x: Annotated[str, Header] = "",
    ck: Annotated[int, Cookie] = 1,
) -> Any:
    return [a, b, c, d, e, f, g, h, x, ck]


@app.get("/whole")
def _whole(all: Annotated[Flat, Query]) -> Flat:
    return all


@app.get("/{a}/{b:int}/{c:date}/{d:uuid}/{e:path}")
def _path(a: dt.date, b: int, c: dt.date, d: uuid.UUID, e: str) -> Any:
    return [a, b, c, d, e]


@app.get("/one/{a}")
def _one(a: dt.datetime) -> Any:
    return a


@app.post("/any")
def _any(body: Any) -> Any:
    return body


@app.post("/deep")
def _deep(body: Deep) -> Deep:
    return body


@app.post("/flat")
def _flat(body: Flat) -> Flat:
    return body


@app.post("/text")
def _text(body: str) -> str:
    return body


@app.post("/form")
def _form(request: Request) -> Any:
    form = request.form()
    files = [(each.filename, each.content_type, each.size) for _, each in form.files.pairs()]
    return [form.pairs(), files]


@app.post("/fields")
def _fields(
    a: Annotated[int, FormField] = 1,
    b: Upload | None = None,
    c: list[Upload] = [],  # noqa: B006 - never changed
) -> Any:
    return [a, b and b.filename, len(c)]


@app.get("/preferred")
def _preferred(request: Request) -> str:
    return request.prefers("text/html", "application/json") or "none"


CLIENT = Client(app)  # what is raised in an application is raised here

TEXTS = [
    *("", "0", "-1", "07", "1e5", "1e999", "nan", "inf", "true", "on", "red", "YWJj", "YQ", "x"),
    *("2026-01-31", "2026-02-30", "2026-01-31T00:00", "2026-01-31T00:00:00Z", "0000-00-00"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999999-23:59", "12:00", "23:59:60"),
    *("PT5M", "P9999999D", "-PT1S", "P", "PT", "9" * 400, "9" * 5000, "9223372036854775808"),
    *("%", "%zz", "1_000", " 1", "+1", "0x10", "1.", ".", "-", "1e", "0e9999999999", "1e-400"),
    *("\u0663", "\uff11", "\u2028", "\0", "\r\n", '"', "<script>", "\u20ac", "a - at `$.a"),
    "7f0c2a526d0c4f0e9d430d2f6a1f2f11",
]
TEXT = st.sampled_from(TEXTS) | st.text(max_size=20)
LETTERS = st.sampled_from("abcdefghijk")
RAW = st.sampled_from(["%ff", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%", "+", "&", "=", ";"])
PAIRS = st.lists(st.tuples(LETTERS, TEXT.map(quote) | RAW), max_size=6).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS | TEXT, inner, max_size=5),
    max_leaves=12,
)
CONTENT_TYPES = [
    *("application/json", "application/json; charset=utf-16", "application/problem+json", "+json"),
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=latin-1"),
    *(
        "multipart/form-data; boundary=x",
        'multipart/form-data; boundary="x"',
        "multipart/form-data",
    ),
    *("multipart/form-data; boundary=x; boundary=y", "multipart/form-data; boundary=" + "z" * 80),
    *("text/plain", "text/json", "", "/", ";;;", "\xe9"),
]
PIECES = [
    *(b"--x", b"--x--", b"\r\n", b"\r\n\r\n", b"\n", b"abc", b"\xff\xfe", b": x", b"A:\x00"),
    b'Content-Disposition: form-data; name="a"\r\n',
    b'Content-Disposition: form-data; name="b"; filename="../../\\\xe2\x80\xae\x00"\r\n',
    b"Content-Disposition: form-data; filename*=utf-8''x\r\n",
    b'Content-Disposition: form-data; name="\xff"; filename=""\r\n',
    b'Content-Disposition: form-data; name="_charset_"\r\n',
    b"Content-Disposition: attachment\r\n",
    b"Content-Type: text/plain; charset=utf-16\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
]


def wire(text: str) -> str:
    """Text as `environ` has it."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def check(method: str, path: str, body: bytes = b"", **environ: str) -> None:
    """Send it, and look at what is answered; a fault is raised by the client itself."""
    environ["PATH_INFO"] = wire(path)
    answer = CLIENT.request(method, "/", body=body, environ=environ)
    assert answer.status < 500
    if answer.status >= 400 and answer.headers["Content-Type"] == "application/problem+json":
        for error in answer.json().get("errors", ()):
            assert set(error) == {"in", "field", "detail"}
            assert len(error["field"]) < 400
            assert len(error["detail"]) < 300


@given(
    st.sampled_from(["/query", "/whole"]), PAIRS | TEXT.map(wire), TEXT.map(wire), TEXT.map(wire)
)
def test_any_query_header_and_cookie(path: str, query: str, header: str, cookie: str) -> None:
    check("GET", path, QUERY_STRING=query, HTTP_X=header, HTTP_COOKIE=f"ck={cookie}")


@given(
    st.sampled_from(["/any", "/deep", "/flat", "/form", "/fields", "/text"]),
    st.sampled_from(CONTENT_TYPES),
    JSON.map(lambda value: json.dumps(value).encode())
    | PAIRS.map(str.encode)
    | st.binary(max_size=60),
)
def test_any_body_of_any_content_type(path: str, content_type: str, body: bytes) -> None:
    check("POST", path, body, CONTENT_TYPE=content_type)


@given(
    st.sampled_from(["/form", "/fields", "/flat"]),
    st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join),
    st.sampled_from([b"", b"\r\n--x--\r\n"]),
)
def test_any_multipart_body(path: str, body: bytes, end: bytes) -> None:
    content_type = "multipart/form-data; boundary=x"
    check("POST", path, b"--x\r\n" + body + end, CONTENT_TYPE=content_type)


@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from(["/", "/one/"]))
def test_any_path(segments: list[str], before: str) -> None:
    check("GET", before + "/".join(segments))


MEDIA = [*("text/html", "*/*", "text/*", "a", ";q=", "0", "0.5", ",", ";", '"', "=", "\\", " ")]


@given(st.lists(st.sampled_from(MEDIA), max_size=30).map("".join) | TEXT.map(wire))
def test_any_preference(accept: str) -> None:
    check("GET", "/preferred", HTTP_ACCEPT=accept)
    check("GET", "/nowhere", HTTP_ACCEPT=accept, HTTP_ACCEPT_LANGUAGE=accept)
