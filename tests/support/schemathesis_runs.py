"""Schemathesis, run as its users run it: against a server, by the document that it serves.

What it says is checked: no answer of 500 and above, statuses, media types and bodies as documented,
wrong data refused and right data taken, 405 with Allow for other methods.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.server import ROOT, RunningServer

URLENCODED = "application/x-www-form-urlencoded"
CONFIGURATION = """
[checks.positive_data_acceptance]
# what fits the schema may still meet another state of things: 409, 412, 428
expected-statuses = ["2xx", "3xx", "401", "404", "409", "412", "428"]
"""
UNTOLD = """
[[operations]]
include-path = "{path}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "403", "409", "422"]
"""


def assert_true_to_its_document(
    server: RunningServer,
    phase: str,
    where: Path,
    *,
    hooks: str,
    path: str = "/openapi.json",
    without: str = "",
    endless: str = "",
    files: str = "",
) -> None:
    """Run one phase; `hooks` is a module that says which things there are.

    `without` names a check that does not apply, `endless` a path whose answer has no end, `files`
    one that takes files, of which no schema tells whether they make sense.
    """
    document = strict_document(server.url + path)
    if endless:
        del document["paths"][endless]
    options = ["--phases", phase, "--url", server.url]
    options += ["--exclude-checks", without] if without else []
    configuration = CONFIGURATION + (UNTOLD.format(path=files) if files else "")
    (where / "schemathesis.toml").write_text(configuration, "utf-8")
    done = _run(options, document, where, hooks)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr + server.output[-4000:]
    assert f"{len(operations(document))} selected" in done.stdout.replace("\n", " ")
    assert "Traceback" not in server.output


def _run(
    options: list[str], document: dict[str, Any], where: Path, hooks: str
) -> subprocess.CompletedProcess[str]:
    (where / "openapi.json").write_text(json.dumps(document), "utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--no-color"]
    command += ["--config-file", "schemathesis.toml", "run", "openapi.json", *options]
    command += ["--checks", "all", "--max-examples", "15", "--seed", "1"]
    command += ["--generation-deterministic", "--no-shrink"]
    command += ["--request-timeout", "10", "--warnings", "off", "--continue-on-failure"]
    return subprocess.run(
        command,
        cwd=where,
        env=os.environ | {"SCHEMATHESIS_HOOKS": hooks, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def strict_document(address: str) -> dict[str, Any]:
    """The document as it is served, without the promise that any other error may come as well.

    Also without forms that have lists or booleans: a list of one is a text there, and 0 is false,
    and Schemathesis is astonished that the application accepts it.
    """
    with urllib.request.urlopen(address, timeout=10) as answer:
        document: dict[str, Any] = json.load(answer)
    for operation in operations(document):
        if "content" in operation["responses"]["default"]:
            del operation["responses"]["default"]
        content = operation.get("requestBody", {}).get("content", {})
        form = content.get(URLENCODED, {}).get("schema", {}).get("properties", {})
        if any(_kinds(field) & {"array", "boolean"} for field in form.values()):
            del content[URLENCODED]
    return document


def _kinds(schema: dict[str, Any]) -> set[Any]:
    """The types that a field may have."""
    return {each.get("type") for each in (schema, *schema.get("anyOf", ()))}


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """All that can be called."""
    return [operation for item in document["paths"].values() for operation in item.values()]
