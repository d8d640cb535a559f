"""What makes a page an application of the device, and how much of it is fetched at first."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from potstill.web.testing import Client
from puretodo.pages import installing

STATIC = Path(installing.__file__).parent / "static"
BUDGET = 30 * 1024


def test_the_manifest_says_where_it_begins(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["start_url"], manifest["scope"], manifest["lang"]) == ("/", "/", "en")
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).content_type == "image/svg+xml"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_the_service_worker_is_asked_for_anew_and_may_see_all_pages(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.content_type == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert re.match(r"// [0-9a-f]{16}\n", answer.text)


def test_the_offline_page_names_all_that_has_to_be_kept(client: Client) -> None:
    text = client.get("/offline").text
    kept = {Path(each).name.split(".")[0] for each in re.findall(r"/static/([^\"]+)\"", text)}
    expected = {path.stem for path in STATIC.iterdir()} - {"sw", "icon-maskable"}
    assert kept == expected


def test_modules_import_only_what_the_page_knows(client: Client) -> None:
    known = {path.stem for path in STATIC.glob("*.js")} - {"sw"}
    for path in STATIC.glob("*.js"):
        imported = re.findall(r'^import (?:[^"]*from )?"([^"]+)";', path.read_text("utf-8"), re.M)
        assert set(imported) <= known, path.name


def test_what_a_module_imports_is_exported_there() -> None:
    exported = {
        path.stem: set(
            re.findall(r"^export (?:async )?(?:const|function|class) (\w+)", path.read_text(), re.M)
        )
        for path in STATIC.glob("*.js")
    }
    for path in STATIC.glob("*.js"):
        for names, module in re.findall(
            r'^import \{([^}]*)\} from "(\w+)";', path.read_text(), re.M
        ):
            assert {name.strip() for name in names.split(",")} - {""} <= exported[module], path.name


def test_the_first_page_is_at_most_thirty_kilobytes(client: Client) -> None:
    for number in range(20):
        client.post("/lists/1/add", form={"text": f"to-do {number} #shop !2 tomorrow"})
    answer = client.get("/")
    parts = set(re.findall(r'(?:href|src)="(/[^"]+\.(?:js|css|svg|webmanifest))"', answer.text))
    assert len(parts) == len(list(STATIC.glob("*.js"))) - 1 + 3
    bodies = [answer.body] + [client.get(each).body for each in parts]
    assert sum(len(gzip.compress(body, 9)) for body in bodies) <= BUDGET
