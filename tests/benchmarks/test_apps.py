"""benchmarks.apps: each gives the answer that its scenario expects."""

from __future__ import annotations

import io
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from wsgiref.handlers import SimpleHandler
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

import pytest

from benchmarks.apps import plain
from benchmarks.kit import ROOT
from benchmarks.scenarios import SCENARIOS, Scenario

PLAIN = [each for each in SCENARIOS if each.app.startswith("plain:")]
FRAMEWORKS = [each.name for each in SCENARIOS if each not in PLAIN]
ASK = """
import sys
from tests.benchmarks.test_apps import SCENARIOS, answer
each = next(each for each in SCENARIOS if each.name == sys.argv[1])
assert answer(each) == each.answer
"""


def answer(scenario: Scenario) -> bytes:
    """The body that the application of a scenario answers with, under the library's own gateway."""
    module, _, name = scenario.app.partition(":")
    app: WSGIApplication = getattr(import_module(f"benchmarks.apps.{module}"), name)
    environ: dict[str, str] = {"HTTP_HOST": "127.0.0.1", "CONTENT_LENGTH": str(scenario.upload)}
    if scenario.upload:
        environ["REQUEST_METHOD"] = "POST"
    setup_testing_defaults(environ)
    written = io.BytesIO()
    SimpleHandler(io.BytesIO(bytes(scenario.upload)), written, sys.stderr, environ).run(app)
    head, _, body = written.getvalue().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 OK\r\n"), head
    return body


@pytest.mark.parametrize("each", PLAIN, ids=lambda each: each.name)
def test_an_application_answers_as_its_scenario_expects(
    each: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "megabyte").write_bytes(plain.MEGABYTE)
    monkeypatch.setattr(plain, "FILE", tmp_path / "megabyte")
    assert answer(each) == each.answer


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_so_does_a_framework_in_a_process_of_its_own(name: str) -> None:
    subprocess.run([sys.executable, "-c", ASK, name], cwd=ROOT, check=True)
