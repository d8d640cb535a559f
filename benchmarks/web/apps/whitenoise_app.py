"""WhiteNoise, which serves files and nothing else, in front of an application that has none."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from wsgiref.types import WSGIApplication

from benchmarks.web.apps import bare

whitenoise: Any = import_module("whitenoise")


def static(directory: str) -> WSGIApplication:
    """Files below `/static`."""
    app: WSGIApplication = whitenoise.WhiteNoise(bare.hello(), root=directory, prefix="static/")
    return app
