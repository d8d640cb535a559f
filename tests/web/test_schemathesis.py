"""Schemathesis calls an API of forty operations by its own OpenAPI document, and finds it true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.schemathesis_runs import assert_true_to_its_document
from tests.support.server import potstill


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_api_does_what_its_document_says(phase: str, tmp_path: Path) -> None:
    with potstill("tests.web.api.site:app", "--threads", "4") as server:
        assert_true_to_its_document(server, phase, tmp_path, hooks="tests.web.api.hooks")
