"""The reader of the corpus says what a file says, or that it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import corpus
from .corpus import CorpusError, read_accepted, read_refused, unescape

ACCEPTED = r"""# A request with everything.
requirement: H-001 H-002
method: POST
path: /caf\xe9
query: a=b
environ: HTTP_X_A=1=2
environ: HTTP_X_B=
absent: HTTP_X_C
body: \(ab*2)\r\n
interim: 100
connection: closed
---
POST /caf%E9?a=b HTTP/1.1\r\n
\r\n
"""
REFUSED = r"""# A request that is none.
status: 400
---
\x00\\\t
"""


def test_a_file_tells_the_bytes_and_what_the_application_sees(tmp_path: Path) -> None:
    recipe = read_accepted(_written(tmp_path, ACCEPTED))
    assert recipe.title == "A request with everything."
    assert recipe.requirements == ("H-001", "H-002")
    assert recipe.lines == (b"POST /caf%E9?a=b HTTP/1.1\r\n", b"\r\n")
    assert (recipe.method, recipe.path, recipe.query) == ("POST", "/caf\xe9", "a=b")
    assert recipe.environ == {"HTTP_X_A": "1=2", "HTTP_X_B": ""}
    assert recipe.absent == ("HTTP_X_C",)
    assert recipe.body == b"abab\r\n"
    assert recipe.status == 200
    assert recipe.interim
    assert recipe.called
    assert not recipe.stays_open


def test_a_refused_request_has_a_status(tmp_path: Path) -> None:
    recipe = read_refused(_written(tmp_path, REFUSED))
    assert (recipe.status, recipe.data) == (400, b"\x00\\\t")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A request", "A request"),
        ("---\n", ""),
        ("connection: closed", "connection: shut"),
        ("connection: closed\n", ""),
        ("method: POST\n", ""),
        ("method: POST", "method: POST\nmethod: GET"),
        ("environ: HTTP_X_A=1=2", "environ: HTTP_X_A"),
        ("interim: 100", "interim: yes"),
        ("interim: 100", "status: 400"),
        ("path:", "Path:"),
        ("absent:", "absent"),
        ("\\r\\n\n", "\\r\\n \n"),
        ("a=b HTTP", "a=b\tHTTP"),
        ("a=b HTTP", "a=b\\qHTTP"),
        ("a=b HTTP", "a=b\\xE9HTTP"),
        ("a=b HTTP", "a=b\\(HTTP"),
    ],
)
def test_a_file_that_says_something_else_is_an_error(tmp_path: Path, old: str, new: str) -> None:
    assert old in ACCEPTED
    with pytest.raises(CorpusError):
        read_accepted(_written(tmp_path, ACCEPTED.replace(old, new, 1)))


@pytest.mark.parametrize("status", ["200", "4000", "no"])
def test_a_refusal_is_a_client_or_a_server_error(tmp_path: Path, status: str) -> None:
    with pytest.raises(CorpusError):
        read_refused(_written(tmp_path, REFUSED.replace("400", status)))


@pytest.mark.parametrize(
    ("text", "bytes_meant"),
    [
        ("", b""),
        ("plain (text) * 3", b"plain (text) * 3"),
        (r"\r\n\t\\", b"\r\n\t\\"),
        (r"\x00\xff\x5c", b"\x00\xff\\"),
        (r"\(a*3)b", b"aaab"),
        (r"<\(a: b\r\n*2)\(**2)>", b"<a: b\r\na: b\r\n**>"),
        (r"\\(a*3)", b"\\(a*3)"),
    ],
)
def test_escapes_and_repetitions_stand_for_bytes(text: str, bytes_meant: bytes) -> None:
    assert unescape(text).encode("latin-1") == bytes_meant


def test_every_file_of_the_corpus_has_a_name_of_its_own() -> None:
    names = [recipe.name for recipe in [*corpus.accepted(), *corpus.refused()]]
    assert len(names) == len(set(names))


def _written(directory: Path, text: str) -> Path:
    path = directory / "recipe.http"
    path.write_text(text)
    return path
