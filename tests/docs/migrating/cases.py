"""What is asked of the sites: `ALIKE` of both, `OWN` of those of one framework."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request to both sites, and what of the answers has to be the same beside the body."""

    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    statuses: tuple[int, int] | None = None
    """Before and after, where they differ and the page says so."""
    is_explained: bool = True
    """Is the body an own one, and not the framework's words for a status?"""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def get(path: str, *headers: str, **options: Any) -> Asked:
    """A GET, and the header fields that have to be the same."""
    return Asked("GET", path, options, headers)


def post(path: str, *headers: str, **options: Any) -> Asked:
    """A POST, and the header fields that have to be the same."""
    return Asked("POST", path, options, headers)


FORM = {"title": "tea: ", "extra": ["a", "b"]}
ALIKE = [
    get("/", "Content-Type", "X-Stamp"),
    get("/both"),
    post("/both"),
    get("/teas/7", "Content-Type"),
    Asked("DELETE", "/teas/7"),
    Asked("PUT", "/teas/7", is_explained=False),
    get("/hello/Ada%20L"),
    get("/files/note.txt", "Content-Type", "Content-Length"),
    get("/price/1.5"),
    get("/search?page=3&tag=a&tag=b"),
    get("/search"),
    post("/form", form=FORM),
    post("/form", form=FORM, files={}),
    post("/json", json={"name": "Assam"}),
    post("/upload", files={"picture": ("a.png", b"...")}),
    post("/raw", body=b"12345"),
    get("/who", headers={"X-Token": "t", "Cookie": "theme=dark"}),
    post("/teas", "Location"),
    get("/gone"),
    get("/conflict"),
    get("/nowhere", "X-Stamp"),
    get("/me", headers={"X-User": "Ada"}),
    get("/me"),
    get("/page", "Content-Type"),
    get("/numbers", "Content-Type"),
    get("/ping"),
    get("/whoami"),
    post("/login"),
    get("/whoami"),
]
OWN = {
    "flask": [
        get("/key/0b5e7a7e-8d4c-4a63-8f1c-5a3c1f0c9a11"),
        get("/kind/tea"),
        get("/kind/milk"),
        get("/sizes", "Content-Type"),
        Asked("POST", "/order", {}, ("Location",), (302, 303), is_explained=False),
        get("/mate"),
        get("/sum"),
        get("/admin/teas"),
        get("/whoami"),
        post("/logout"),
        get("/whoami"),
        get("/cups/3"),
        Asked("DELETE", "/cups/3"),
        get("/address"),
        get("/absolute"),
        get("/static/app.css", "Content-Type"),
        get("/ping", "X-Loud"),
        Asked("POST", "/json", {"json": {"name": "x" * 2000}}, is_explained=False),
    ],
    "bottle": [
        get("/save/note.txt"),
        get("/code/abc"),
        get("/code/ABC"),
        get("/environ"),
        get("/lines"),
        get("/plain", "Content-Type"),
        Asked("POST", "/order", is_explained=False),
        get("/conflict", "Retry-After"),
        get("/shout"),
        get("/inner/teas"),
        get("/module"),
        get("/static/app.css"),
        get("/full?a=b"),
    ],
}
