"""What type checkers see of the framework: all of it, and mistakes where they are made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

RIGHT = """
from typing import Annotated, assert_type

from potstill.web import App, Created, Group, Next, Provide, Request, Response, created, verb
from potstill.web.testing import Client

app = App(title="typed")
group = Group("/x", tags=["x"])


@app.get("/a/{id:int}", name="a", max_body=10, csrf=False)
def a(request: Request, id: int) -> dict[str, int]:
    return created(request, {"id": id}, "/a/1")


assert_type(a(Request({}), 1), dict[str, int])


@app.resource("/b")
class B:
    def get(self) -> Created[str]:
        return "b"

    @verb("PURGE")
    def purge(self) -> None:
        return None


assert_type(B().get(), str)


@app.use
def layer(request: Request, call: Next) -> Response:
    return call(request)


assert_type(Client(app).get("/").status, int)
"""

WRONG = {
    'app.get("/x", nmae="x")': "nmae",
    "Request({}).headers['a'] = 'b'": "__setitem__",
    "Response(body=1)": "body",
    "app.use(lambda request: Response())": "Middleware",
    'Response().set_cookie("a", "b", samesite="Lax")': "samesite",
}


def pyright(*arguments: str) -> dict[str, Any]:
    """What it reports."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    command = [sys.executable, "-m", "pyright", "--outputjson", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    reported: dict[str, Any] = json.loads(done.stdout)
    return reported


def test_every_public_name_has_a_complete_type() -> None:
    found = pyright("--verifytypes", "potstill.web", "--ignoreexternal")["typeCompleteness"]
    incomplete = [
        (symbol["name"], diagnostic["message"])
        for symbol in found["symbols"]
        for diagnostic in symbol["diagnostics"]
        if diagnostic["severity"] == "error"
    ]
    assert incomplete == []
    assert found["completenessScore"] == 1


def checked(tmp_path: Path, source: str) -> list[str]:
    """The complaints of pyright, strict, about a module."""
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    (tmp_path / "site.py").write_text(source)
    reported = pyright("--project", str(tmp_path))
    return [each["message"] for each in reported["generalDiagnostics"]]


def test_what_is_right_is_right_under_pyright_strict(tmp_path: Path) -> None:
    unused = "is not accessed"
    assert [each for each in checked(tmp_path, RIGHT) if unused not in each] == []


def test_mistakes_are_found_under_pyright(tmp_path: Path) -> None:
    source = "from potstill.web import App, Request, Response\n\napp = App()\n" + "\n".join(WRONG)
    complaints = "\n".join(checked(tmp_path, source))
    assert [named for named in WRONG.values() if named not in complaints] == []


@pytest.mark.parametrize("line", WRONG)
def test_mistakes_are_found_under_mypy(tmp_path: Path, line: str) -> None:
    site = tmp_path / "site_of_mistakes.py"
    site.write_text(f"from potstill.web import App, Request, Response\n\napp = App()\n{line}\n")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(site)]
    environment = os.environ | {"MYPYPATH": str(ROOT / "src")}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 1, done.stdout
    assert f"{site.name}:4:" in done.stdout
