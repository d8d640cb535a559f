"""Valid messages of every shape, each with what it has to be understood as."""

from __future__ import annotations

import string
from dataclasses import dataclass

from hypothesis import strategies as st

TOKEN = (string.ascii_letters + string.digits + "!#$%&'*+-.^`|~").encode()  # without "_"
VISIBLE = bytes(range(0x21, 0x7F))
IN_VALUE = bytes([*range(0x20, 0x7F), *range(0x80, 0x100), 9])
PLAIN_IN_PATH = bytes(set(VISIBLE) - set(b"%?#"))
IN_QUERY = bytes(set(VISIBLE) - set(b"#"))
TAKEN = {
    *[b"host", b"content-length", b"transfer-encoding", b"connection", b"expect", b"cookie"],
    *[b"authorization", b"content-type", b"date", b"from", b"if-modified-since", b"if-range"],
    *[b"if-unmodified-since", b"max-forwards", b"origin", b"proxy-authorization", b"range"],
    *[b"referer", b"user-agent"],
}
"""Names with rules of their own; those of `fields` have none."""


def text_of(alphabet: bytes, least: int = 0, most: int = 20) -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(alphabet), min_size=least, max_size=most).map(bytes)


tokens = text_of(TOKEN, least=1, most=12)
names = tokens.filter(lambda name: name.lower() not in TAKEN)
values = text_of(IN_VALUE).map(lambda value: value.strip(b" \t"))
blanks = text_of(b" \t", most=3)


@dataclass(frozen=True, slots=True)
class Field:
    """A field line, and the name and the value in it."""

    line: bytes
    name: bytes
    value: bytes


@st.composite
def fields(draw: st.DrawFn) -> Field:
    name, value = draw(names), draw(values)
    line = b"%b:%b%b%b" % (name, draw(blanks), value, draw(blanks))
    return Field(line, name, value)


@dataclass(frozen=True, slots=True)
class Path:
    """A path as it is sent and as it is meant."""

    raw: bytes
    decoded: str


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Bytes, sent as they are where they may be, and escaped in either case where not."""
    meant = draw(st.binary(max_size=20))
    raw = bytearray(b"/")
    for byte in meant:
        if byte in PLAIN_IN_PATH and draw(st.booleans()):
            raw.append(byte)
        else:
            raw += (b"%%%02x" if draw(st.booleans()) else b"%%%02X") % byte
    return Path(bytes(raw), "/" + meant.decode("latin-1"))


@dataclass(frozen=True, slots=True)
class Head:
    """A request head without a body, and what it says."""

    data: bytes
    method: str
    target: str
    path: str
    query: str
    protocol: str
    variables: dict[str, str]


@st.composite
def heads(draw: st.DrawFn) -> Head:
    method = draw(tokens.filter(lambda name: name != b"CONNECT"))
    path, query = draw(paths()), draw(st.none() | text_of(IN_QUERY))
    target = path.raw if query is None else path.raw + b"?" + query
    protocol = draw(st.sampled_from([b"HTTP/1.0", b"HTTP/1.1", b"HTTP/1.5"]))
    some = draw(st.lists(fields(), max_size=8))
    lines = [field.line for field in some]
    lines.insert(draw(st.integers(0, len(lines))), b"hOST: a.example")
    data = b"\r\n".join([b"%b %b %b" % (method, target, protocol), *lines, b"", b""])
    return Head(
        data,
        method.decode(),
        target.decode(),
        path.decoded,
        (query or b"").decode(),
        protocol.decode(),
        variables(some) | {"HTTP_HOST": "a.example"},
    )


def variables(some: list[Field]) -> dict[str, str]:
    """The variables these fields become."""
    together: dict[str, list[str]] = {}
    for field in some:
        key = "HTTP_" + field.name.decode().upper().replace("-", "_")
        together.setdefault(key, []).append(field.value.decode("latin-1"))
    return {key: ", ".join(values) for key, values in together.items()}


@dataclass(frozen=True, slots=True)
class Chunked:
    """A body in chunks, and the content in it."""

    encoded: bytes
    content: bytes


quoted = text_of(bytes(set(IN_VALUE) - set(b'"\\'))).map(lambda text: b'"%b\\"\\\\"' % text)


@st.composite
def extensions(draw: st.DrawFn) -> bytes:
    written = b""
    for name in draw(st.lists(tokens, max_size=2)):
        written += b"%b;%b%b" % (draw(blanks), draw(blanks), name)
        if draw(st.booleans()):
            written += b"%b=%b%b" % (draw(blanks), draw(blanks), draw(tokens | quoted))
    return written


@st.composite
def chunked(draw: st.DrawFn) -> Chunked:
    pieces = draw(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
    encoded = b""
    for piece in pieces:
        size = draw(st.sampled_from([b"%x", b"%X", b"000%x"])) % len(piece)
        encoded += b"%b%b\r\n%b\r\n" % (size, draw(extensions()), piece)
    encoded += b"0" * draw(st.integers(1, 3)) + draw(extensions()) + b"\r\n"
    encoded += b"".join(field.line + b"\r\n" for field in draw(st.lists(fields(), max_size=2)))
    return Chunked(encoded + b"\r\n", b"".join(pieces))


places = st.lists(st.integers(0, 400), max_size=6)
"""Where to cut a stream; beyond its end means not at all."""
