"""One visit at least to every route and method of httpbin, and what the answer must show."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

Check = Callable[[requests.Response], bool]

EVERY = ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE")
FIELDS = {"a": "1", "b": "\u00e4"}
DIGEST = {"auth": HTTPDigestAuth("malt", "barley")}
BODY = bytes(range(256)) * 1000


@dataclass(frozen=True)
class Visit:
    """Requests for one rule of httpbin's `url_map`; `options` are those of `requests`."""

    rule: str
    path: str
    check: Check
    methods: tuple[str, ...] = ("GET",)
    status: int = 200
    options: dict[str, Any] = field(default_factory=dict)


def has(text: str) -> Check:
    return lambda answer: text in answer.text


def shows(**expected: object) -> Check:
    """The answer is JSON and has these members."""
    return lambda answer: answer.json().items() >= expected.items()


def is_a(kind: str) -> Check:
    return lambda answer: bool(answer.content) and answer.headers["Content-Type"] == kind


def leads_to(location: str) -> Check:
    return lambda answer: answer.headers["Location"].endswith(location)


def has_header(name: str, value: str) -> Check:
    return lambda answer: answer.headers[name] == value


def is_long(length: int) -> Check:
    return lambda answer: len(answer.content) == length


def is_empty(answer: requests.Response) -> bool:
    return not answer.content


def ended_at(path: str, hops: int) -> Check:
    return lambda answer: (
        (answer.json()["url"].endswith(path) and [step.status_code for step in answer.history])
        == [302] * hops
    )


def echoes_the_body(answer: requests.Response) -> bool:
    encoded = base64.b64encode(BODY).decode()
    return bool(answer.json()["data"] == f"data:application/octet-stream;base64,{encoded}")


def visits_of(method: str) -> list[Visit]:
    """The same for the routes that take one method with a body."""
    rule = f"/{method.lower()}"
    file = {"file": ("malt.bin", b"malt", "application/octet-stream")}
    return [
        Visit(rule, rule, shows(form=FIELDS), (method,), options={"data": FIELDS}),
        Visit(rule, rule, shows(json=[1, None]), (method,), options={"json": [1, None]}),
        Visit(rule, rule, shows(files={"file": "malt"}), (method,), options={"files": file}),
        Visit(rule, rule, echoes_the_body, (method,), options={"data": BODY}),
    ]


REQUESTS = [
    *(visit for method in ("POST", "PUT", "PATCH", "DELETE") for visit in visits_of(method)),
    Visit("/get", "/get?a=1&a=2", shows(args={"a": ["1", "2"]})),
    Visit("/anything", "/anything", shows(form=FIELDS), EVERY, options={"data": FIELDS}),
    Visit("/anything/<path:anything>", "/anything/a//b%2Fc?x=%20", shows(args={"x": " "}), EVERY),
    Visit("/headers", "/headers", has('"X-Malt": "dry"'), options={"headers": {"X-Malt": "dry"}}),
    Visit("/ip", "/ip", shows(origin="127.0.0.1")),
    Visit("/user-agent", "/user-agent", has("python-requests/")),
    Visit("/cookies", "/cookies", shows(cookies=FIELDS | {"b": "2"}),
          options={"headers": {"Cookie": "a=1; b=2"}}),
]  # fmt: skip

ANSWERS = [
    Visit("/", "/", has("<html")),
    Visit("/html", "/html", has("Herman Melville")),
    Visit("/forms/post", "/forms/post", has("<form")),
    Visit("/robots.txt", "/robots.txt", has("Disallow: /deny")),
    Visit("/deny", "/deny", has("YOU SHOULDN'T BE HERE")),
    Visit("/encoding/utf8", "/encoding/utf8", has("\u2200x\u2208\u211d")),
    Visit("/json", "/json", has("Sample Slide Show")),
    Visit("/xml", "/xml", is_a("application/xml")),
    Visit("/uuid", "/uuid", lambda answer: len(answer.json()["uuid"]) == 36),
    Visit("/base64/<value>", "/base64/UG90c3RpbGw=", has("Potstill")),
    Visit("/static/<path:filename>", "/static/favicon.ico", lambda answer: bool(answer.content)),
    Visit("/image", "/image", is_a("image/webp"), options={"headers": {"Accept": "image/webp"}}),
    Visit("/image", "/image", has("webp"), status=406, options={"headers": {"Accept": "text/x"}}),
    Visit("/image/jpeg", "/image/jpeg", is_a("image/jpeg")),
    Visit("/image/png", "/image/png", is_a("image/png")),
    Visit("/image/svg", "/image/svg", is_a("image/svg+xml")),
    Visit("/image/webp", "/image/webp", is_a("image/webp")),
    Visit("/links/<int:n>", "/links/3", leads_to("/links/3/0"), status=302),
    Visit("/links/<int:n>/<int:offset>", "/links/3/1", has("/links/3/2")),
    Visit("/gzip", "/gzip", shows(gzipped=True)),
    Visit("/deflate", "/deflate", shows(deflated=True)),
    Visit("/brotli", "/brotli", shows(brotli=True)),
]

DATA = [
    Visit("/bytes/<int:n>", "/bytes/1000", is_long(1000)),
    Visit("/bytes/<int:n>", "/bytes/0", is_empty),
    Visit("/stream-bytes/<int:n>", "/stream-bytes/50000?chunk_size=333", is_long(50_000)),
    Visit("/stream-bytes/<int:n>", "/stream-bytes/0", is_empty),
    Visit("/stream/<int:n>", "/stream/7", lambda answer: len(answer.text.splitlines()) == 7),
    Visit("/drip", "/drip?numbytes=20&duration=0.1", has("*" * 20)),
    Visit("/drip", "/drip?numbytes=3&duration=0&code=500", has("***"), status=500),
    Visit("/delay/<delay>", "/delay/0.02", has("/delay/0.02"), EVERY),
    Visit("/range/<int:numbytes>", "/range/30", has("abcdefghijklmnopqrstuvwxyzabcd")),
    Visit("/range/<int:numbytes>", "/range/100000?chunk_size=100", is_long(100_000)),
    Visit("/range/<int:numbytes>", "/range/30", has("klm"), status=206,
          options={"headers": {"Range": "bytes=10-12"}}),
    Visit("/range/<int:numbytes>", "/range/30", is_empty, status=416,
          options={"headers": {"Range": "bytes=40-"}}),
]  # fmt: skip

STATUSES = [
    *(Visit("/status/<codes>", f"/status/{code}", is_empty, EVERY, code)
      for code in (200, 201, 202, 204, 205, 304, 400, 404, 405, 410, 451, 500, 503)),
    Visit("/status/<codes>", "/status/301", leads_to("/redirect/1"), EVERY, 301),
    Visit("/status/<codes>", "/status/401",
          has_header("WWW-Authenticate", 'Basic realm="Fake Realm"'), EVERY, 401),
    Visit("/status/<codes>", "/status/418", has("teapot"), EVERY, 418),
    Visit("/status/<codes>", "/status/200:1,204:0", is_empty),
    Visit("/response-headers", "/response-headers?X-A=b&X-A=c", has_header("X-A", "b, c"),
          ("GET", "POST")),
    Visit("/cache", "/cache", lambda answer: "ETag" in answer.headers),
    Visit("/cache", "/cache", is_empty, status=304, options={"headers": {"If-None-Match": "x"}}),
    Visit("/cache/<int:value>", "/cache/60", has_header("Cache-Control", "public, max-age=60")),
    Visit("/etag/<etag>", "/etag/malt", has_header("ETag", "malt")),
    Visit("/etag/<etag>", "/etag/malt", is_empty, status=304,
          options={"headers": {"If-None-Match": '"malt"'}}),
    Visit("/etag/<etag>", "/etag/malt", is_empty, status=412,
          options={"headers": {"If-Match": '"rye"'}}),
    Visit("/basic-auth/<user>/<passwd>", "/basic-auth/malt/barley", shows(authenticated=True),
          options={"auth": HTTPBasicAuth("malt", "barley")}),
    Visit("/basic-auth/<user>/<passwd>", "/basic-auth/malt/barley", is_empty, status=401),
    Visit("/hidden-basic-auth/<user>/<passwd>", "/hidden-basic-auth/malt/barley",
          shows(authenticated=True), options={"auth": HTTPBasicAuth("malt", "barley")}),
    Visit("/hidden-basic-auth/<user>/<passwd>", "/hidden-basic-auth/malt/barley", is_empty,
          status=404),
    Visit("/bearer", "/bearer", shows(token="dram"),
          options={"headers": {"Authorization": "Bearer dram"}}),
    Visit("/bearer", "/bearer", has_header("WWW-Authenticate", "Bearer"), status=401),
    Visit("/digest-auth/<qop>/<user>/<passwd>", "/digest-auth/auth/malt/barley",
          shows(authenticated=True), options=DIGEST),
    Visit("/digest-auth/<qop>/<user>/<passwd>/<algorithm>", "/digest-auth/auth/malt/barley/SHA-256",
          shows(authenticated=True), options=DIGEST),
    Visit("/digest-auth/<qop>/<user>/<passwd>/<algorithm>/<stale_after>",
          "/digest-auth/auth/malt/barley/MD5/5", shows(authenticated=True), options=DIGEST),
]  # fmt: skip

FOLLOW = {"allow_redirects": True}
REDIRECTS = [
    Visit("/redirect/<int:n>", "/redirect/4", ended_at("/get", 4), options=FOLLOW),
    Visit("/relative-redirect/<int:n>", "/relative-redirect/4", ended_at("/get", 4),
          options=FOLLOW),
    Visit("/absolute-redirect/<int:n>", "/absolute-redirect/4", ended_at("/get", 4),
          options=FOLLOW),
    Visit("/redirect-to", "/redirect-to?url=%2Fget&status_code=307", leads_to("/get"), EVERY, 307),
    Visit("/cookies/set", "/cookies/set?a=1&b=2", shows(cookies={"a": "1", "b": "2"}),
          options=FOLLOW),
    Visit("/cookies/set/<name>/<value>", "/cookies/set/a/1", shows(cookies={"a": "1"}),
          options=FOLLOW),
    Visit("/cookies/delete", "/cookies/delete?a=1", shows(cookies={}), options=FOLLOW),
]  # fmt: skip

VISITS = [*REQUESTS, *ANSWERS, *DATA, *STATUSES, *REDIRECTS]
