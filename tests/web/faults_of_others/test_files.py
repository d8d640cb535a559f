"""What goes wrong with files elsewhere: validators, parts, and addresses that lead outside."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from potstill.web import App
from potstill.web.testing import Answer, Client

STYLE = b"body { color: navy }\n" * 100
LAST = "Fri, 21 Nov 2025 10:00:00 GMT"
EARLIER = "Thu, 20 Nov 2025 10:00:00 GMT"
MTIME = 1_763_719_200


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """An application with a style sheet, in a directory that has neighbours."""
    public = tmp_path / "public"
    (public / "css").mkdir(parents=True)
    (public / "css" / "app.css").write_bytes(STYLE)
    (public / "css" / "app.css.gz").write_bytes(gzip.compress(STYLE))
    os.utime(public / "css" / "app.css", (MTIME, MTIME))
    (public / "index.html").write_text("<!doctype html><title>Index</title>")
    (public / "docs").mkdir()
    (public / "docs" / "index.html").write_text("<!doctype html><title>Docs</title>")
    (public / ".env").write_text("SECRET")
    (tmp_path / "secret.txt").write_text("SECRET")
    (tmp_path / "public-not").mkdir()
    (tmp_path / "public-not" / "a.txt").write_text("SECRET")
    (public / "link.txt").symlink_to(tmp_path / "secret.txt")
    (public / "linked").symlink_to(tmp_path)
    app = App()
    app.static("/assets", public)
    return Client(app)


def ask(client: Client, **headers: str) -> Answer:
    """Ask for the style sheet."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/assets/css/app.css", headers=named)


def tag(client: Client) -> str:
    return ask(client).headers["ETag"]


def test_the_entity_tag_is_strong_and_quoted(client: Client) -> None:
    assert tag(client)[0] == tag(client)[-1] == '"'
    assert len(tag(client)) > 10
    assert ask(client).headers["Last-Modified"] == LAST


@pytest.mark.parametrize("listed", ["{}", "W/{}", '"other", {}', '"other",W/{} , "more"', "*"])
def test_a_tag_is_found_in_a_list_and_when_weak(client: Client, listed: str) -> None:
    answer = ask(client, If_None_Match=listed.format(tag(client)))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == tag(client)


@pytest.mark.parametrize("listed", ['"other"', '"other", "more"', "unquoted", ""])
def test_a_tag_that_differs_is_not_overruled_by_an_old_date(client: Client, listed: str) -> None:
    assert ask(client, If_None_Match=listed, If_Modified_Since=LAST).status == 200


def test_a_date_alone_makes_304(client: Client) -> None:
    assert ask(client, If_Modified_Since=LAST).status == 304
    assert ask(client, If_Modified_Since=EARLIER).status == 200
    assert ask(client, If_Modified_Since="yesterday").status == 200


@pytest.mark.parametrize(
    ("wanted", "content_range", "body"),
    [
        ("bytes=0-3", "bytes 0-3/2100", STYLE[:4]),
        ("bytes=-2", "bytes 2098-2099/2100", STYLE[-2:]),
        ("bytes=2098-", "bytes 2098-2099/2100", STYLE[-2:]),
        ("bytes=2098-9999", "bytes 2098-2099/2100", STYLE[-2:]),
    ],
)
def test_a_part_is_206_with_its_place(
    client: Client, wanted: str, content_range: str, body: bytes
) -> None:
    answer = ask(client, Range=wanted)
    assert (answer.status, answer.body) == (206, body)
    assert answer.headers["Content-Range"] == content_range


def test_a_part_beyond_the_end_is_416_with_the_size(client: Client) -> None:
    answer = ask(client, Range="bytes=2100-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */2100")


@pytest.mark.parametrize("known", ['"stale"', 'W/"stale"', "W/{}", EARLIER, "nonsense"])
def test_a_stale_if_range_gets_all_of_it_and_no_part_of_something_else(
    client: Client, known: str
) -> None:
    answer = ask(client, Range="bytes=0-3", If_Range=known.format(tag(client)))
    assert (answer.status, answer.body) == (200, STYLE)


def test_a_current_if_range_gets_the_part(client: Client) -> None:
    for known in (tag(client), LAST):
        assert ask(client, Range="bytes=0-3", If_Range=known).status == 206


def test_several_parts_come_as_multipart(client: Client) -> None:
    answer = ask(client, Range="bytes=0-1, 4-5")
    assert (answer.status, answer.content_type) == (206, "multipart/byteranges")
    assert answer.body.count(b"Content-Range: bytes") == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_file_is_not_answered_with_200_to_what_would_change_it(
    client: Client, method: str
) -> None:
    answer = client.request(method, "/assets/css/app.css")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_head_of_a_file_says_what_get_does(client: Client) -> None:
    got, headed = client.get("/assets/css/app.css"), client.head("/assets/css/app.css")
    assert sorted(headed.headers) == sorted(got.headers)
    assert headed.body == b""


OUTSIDE = [
    "/assets/../secret.txt",
    "/assets/../../../../../../etc/hostname",
    "/assets/css/../../secret.txt",
    "/assets/%2e%2e/secret.txt",
    "/assets/..%2fsecret.txt",
    "/assets/..\\secret.txt",
    "/assets/%252e%252e/secret.txt",
    "/assets//etc/hostname",
    "/assets/%2fetc/hostname",
    "/assets-not/a.txt",
    "/assets/../public-not/a.txt",
    "/assets/link.txt",
    "/assets/linked/secret.txt",
    "/assets/.env",
    "/assets/css/app.css/",
    "/assets/css/app.css%00",
    "/assets/css/app.css%00.txt",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_and_no_link_leads_out_of_the_directory(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    assert b"SECRET" not in answer.body


def test_dots_that_no_client_took_out_lead_nowhere_either(client: Client) -> None:
    for path in ("/assets/../secret.txt", "/assets/css/../css/app.css", "/../assets/css/app.css"):
        assert client.get("/", environ={"PATH_INFO": path}).status == 404


def test_a_coded_file_beside_it_is_sent_to_whom_understands_it(client: Client) -> None:
    coded = ask(client, Accept_Encoding="br, gzip")
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.body) == STYLE
    assert coded.headers["ETag"] != tag(client)
    for answer in (coded, ask(client), ask(client, Accept_Encoding="gzip;q=0")):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert ask(client, Accept_Encoding="gzip;q=0").body == STYLE


def test_assets_are_never_stale_since_their_address_tells_their_content(client: Client) -> None:
    assert isinstance(client.app, App)
    address = client.app.asset_url("css/app.css")
    assert address != "/assets/css/app.css"
    answer = client.get(address)
    assert answer.body == STYLE
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in ask(client).headers["Cache-Control"]


def test_a_directory_has_its_index_at_the_slash(client: Client) -> None:
    assert "Docs" in client.get("/assets/docs/").text
    answer = client.get("/assets/docs?x")
    assert (answer.status, answer.headers["Location"]) == (308, "/assets/docs/?x")
    assert client.get("/assets/css/").status == 404  # nothing is listed


def test_a_missing_file_is_404_and_not_an_empty_200(client: Client) -> None:
    assert client.get("/assets/css/none.css").status == 404


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.js", "text/javascript"), ("a.mjs", "text/javascript"), ("a.css", "text/css")],
)
def test_scripts_have_the_type_that_browsers_run_and_it_is_not_guessed(
    tmp_path: Path, name: str, media_type: str
) -> None:
    (tmp_path / name).write_text("")
    app = App()
    app.static("/", tmp_path)
    answer = Client(app).get("/" + name)
    assert answer.content_type == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
