from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from potstill.web import App, Response, json, text
from potstill.web.testing import Answer, Client
from puretodo.compression import compress, takes_gzip

FILE = "/static/app.css"
LONG = "to do or not to do " * 100


def answered(response: Response, accepted: str | None = "gzip, br") -> Answer:
    app = App()
    app.use(compress)
    app.get("/")(lambda: response)
    headers = {"Accept-Encoding": accepted} if accepted is not None else {}
    return Client(app).get("/", headers=headers)


def test_a_text_is_sent_in_fewer_bytes() -> None:
    answer = answered(text(LONG))
    assert gzip.decompress(answer.body).decode() == LONG
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.body) < 200


@pytest.mark.parametrize("accepted", [None, "", "br", "gzip;q=0", "identity, *;q=0"])
def test_who_does_not_take_it_gets_it_plain(accepted: str | None) -> None:
    answer = answered(text(LONG), accepted)
    assert answer.text == LONG
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        text("short"),
        text(LONG, headers=[("Cache-Control", "no-store")]),
        text(LONG, status=404),
        text(LONG, headers=[("Content-Encoding", "identity")]),
        json([LONG], headers=[("ETag", '"3"')]),
        Response(LONG.encode(), content_type="image/png"),
    ],
    ids=["short", "secret", "error", "coded already", "strong tag", "picture"],
)
def test_what_is_left_as_it_is(response: Response) -> None:
    plain = response.body
    answer = answered(response)
    assert answer.body == plain


def test_what_has_a_weak_tag_keeps_it() -> None:
    answer = answered(json([LONG], headers=[("ETag", 'W/"3"')]))
    assert (answer.headers["ETag"], answer.headers["Content-Encoding"]) == ('W/"3"', "gzip")


def test_a_file_is_compressed_and_known_again(tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text(LONG)
    app = App()
    app.use(compress)
    app.static("/static", tmp_path)
    client = Client(app)
    plain, short = client.get(FILE), client.get(FILE, headers={"Accept-Encoding": "gzip"})
    assert (plain.text, gzip.decompress(short.body).decode()) == (LONG, LONG)
    assert short.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert int(short.headers["Content-Length"]) == len(short.body)
    assert "Accept-Ranges" not in short.headers
    for tag in (plain.headers["ETag"], short.headers["ETag"]):
        again = {"Accept-Encoding": "gzip", "If-None-Match": tag}
        assert client.get(FILE, headers=again).status == 304


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [("gzip", True), ("GZIP;q=0.5", True), ("*", True), ("gzip; q=0.0", False), ("deflate", False)],
)
def test_accept_encoding_is_read(accepted: str, taken: bool) -> None:
    assert takes_gzip(accepted) is taken
