from __future__ import annotations

from potstill.web.templates import Templates
from puretodo.pages.installing import HERE


def test_every_template_compiles() -> None:
    Templates(HERE / "templates").check()
