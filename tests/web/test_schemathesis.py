"""Schemathesis calls an API of forty operations by its own OpenAPI document, and finds it true.

It is run as its users run it, against a real server. What it says is checked: no answer of 500 and
above, statuses, media types and bodies as documented, wrong data refused and right data taken, 405
with Allow for other methods.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT, RunningServer, potstill

URLENCODED = "application/x-www-form-urlencoded"
CONFIGURATION = """
[checks.positive_data_acceptance]
# what fits the schema may still meet another state of things: 409, 412, 428
expected-statuses = ["2xx", "3xx", "401", "404", "409", "412", "428"]
"""


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_api_does_what_its_document_says(phase: str, tmp_path: Path) -> None:
    with potstill("tests.web.api.site:app", "--threads", "4") as server:
        document = strict_document(server.url)
        done = schemathesis(server, phase, document, tmp_path)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr
        assert f"{len(operations(document))} selected" in done.stdout.replace("\n", " ")
    assert "Traceback" not in server.output


def schemathesis(
    server: RunningServer, phase: str, document: dict[str, Any], where: Path
) -> subprocess.CompletedProcess[str]:
    (where / "openapi.json").write_text(json.dumps(document), "utf-8")
    (where / "schemathesis.toml").write_text(CONFIGURATION, "utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--no-color"]
    command += ["--config-file", "schemathesis.toml", "run", "openapi.json", "--url", server.url]
    command += ["--phases", phase, "--checks", "all", "--max-examples", "15", "--seed", "1"]
    command += ["--generation-deterministic", "--no-shrink"]
    command += ["--request-timeout", "10", "--warnings", "off", "--continue-on-failure"]
    return subprocess.run(
        command,
        cwd=where,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.web.api.hooks", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def strict_document(address: str) -> dict[str, Any]:
    """The document as it is served, without the promise that any other error may come as well.

    Also without forms that have lists: Schemathesis takes a list of one for a text, as the form
    does, and is astonished that the application accepts it.
    """
    with urllib.request.urlopen(f"{address}/openapi.json", timeout=10) as answer:
        document: dict[str, Any] = json.load(answer)
    for operation in operations(document):
        if "content" in operation["responses"]["default"]:
            del operation["responses"]["default"]
        content = operation.get("requestBody", {}).get("content", {})
        form = content.get(URLENCODED, {}).get("schema", {}).get("properties", {})
        if any(field.get("type") == "array" for field in form.values()):
            del content[URLENCODED]
    return document


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in document["paths"].values() for operation in item.values()]
