"""What makes the pages an application of the device: manifest, service worker, the offline page."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from potstill.web import Group, Request, Response, json
from potstill.web.templates import Templates
from puretodo.pages.modules import module_addresses
from puretodo.pages.paper import Paper

group = Group()

WORKER = Path(__file__).parent / "static" / "sw.js"


@group.get("/manifest.webmanifest", name="manifest")
def manifest(paper: Paper) -> Response:
    """The name, the icons and the colours (W3C Application Manifest)."""
    request, asset = paper.request, paper.templates.asset_url
    assert asset is not None
    icons = [
        {"src": request.root + asset(name), "sizes": "any", "type": "image/svg+xml", "purpose": use}
        for name, use in (("icon.svg", "any"), ("icon-maskable.svg", "maskable"))
    ]
    answer = json(
        {
            "name": "Pure Todo",
            "short_name": "Pure Todo",
            "description": paper.words("slogan"),
            "lang": paper.words.language,
            "start_url": f"{request.root}/",
            "scope": f"{request.root}/",
            "display": "standalone",
            "background_color": "#f8f4ef",
            "theme_color": "#9a4417",
            "icons": icons,
        }
    )
    answer.headers["Content-Type"] = "application/manifest+json"
    return answer


@group.get("/sw.js", name="service_worker")
def service_worker(request: Request, templates: Templates) -> Response:
    """The service worker; it differs when any asset does, so that browsers fetch the new ones."""
    addresses = " ".join(module_addresses(templates, request).values())
    assert templates.asset_url is not None
    addresses += templates.asset_url("app.css")
    version = sha256(addresses.encode()).hexdigest()[:16]
    text = f"// {version}\n{WORKER.read_text('utf-8')}"
    headers = [("Cache-Control", "no-cache"), ("Service-Worker-Allowed", f"{request.root}/")]
    return Response(text.encode(), headers=headers, content_type="text/javascript; charset=utf-8")


@group.get("/offline", name="offline_page")
def offline_page(paper: Paper) -> Response:
    """What is shown without a connection where nothing was kept."""
    return paper.page("offline.html")
