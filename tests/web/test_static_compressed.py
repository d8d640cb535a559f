"""`python -m potstill.web.static.compressed`: what it writes, and that clients can read it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from potstill.web.static import encoders
from potstill.web.static.compressed import compress, main
from potstill.web.static.encoders import encoder_of
from potstill.web.static.options import SUFFIXES
from potstill.web.static.static import Static
from potstill.web.testing import Client
from tests.web.serving import served

CSS = b"body { color: red }\n" * 500
MODIFIED = 784111777.123456789


def decoded(coding: str, data: bytes) -> bytes:
    if coding == "gzip":
        return gzip.decompress(data)
    result = import_module({"br": "brotli", "zstd": "backports.zstd"}[coding]).decompress(data)
    assert isinstance(result, bytes)
    return result


@pytest.fixture
def public(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    (root / "css").mkdir(parents=True)
    (root / "css/app.css").write_bytes(CSS)
    (root / "css/app.css").chmod(0o640)
    os.utime(root / "css/app.css", (MODIFIED, MODIFIED))
    return root


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


CODED = ["css/app.css", "css/app.css.br", "css/app.css.gz", "css/app.css.zst"]


def test_each_file_gets_its_coded_ones(public: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(public)]) == 0
    assert names(public) == CODED
    original = (public / "css/app.css").stat()
    for coding, suffix in SUFFIXES.items():
        place = public / f"css/app.css{suffix}"
        assert decoded(coding, place.read_bytes()) == CSS
        assert place.stat().st_size < len(CSS) / 10
        assert place.stat().st_mtime_ns == original.st_mtime_ns
        assert place.stat().st_mode == original.st_mode
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("css/app.css: 10,000  zstd ")
    assert said[-1].startswith("1 files, 10,000 bytes, ")
    assert said[-1].endswith("; 3 coded files written")


def test_static_sends_what_was_written(public: Path) -> None:
    main([str(public), "--quiet"])
    client = Client(Static(public))
    for coding in SUFFIXES:
        answer = client.get("/css/app.css", headers={"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding
        assert decoded(coding, answer.body) == CSS


def test_curl_reads_what_was_written(public: Path) -> None:
    main([str(public), "--quiet", "--encodings", "gzip"])
    with served(Static(public)) as client:
        url = f"http://127.0.0.1:{client.sock.getpeername()[1]}/css/app.css"
        command = ["curl", "-sSf", "--compressed", "-D", "-", url]
        done = subprocess.run(command, check=True, timeout=30, capture_output=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    assert body == CSS


def test_what_is_there_is_left_alone(public: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(public)])
    (public / "css/app.css.gz").write_bytes(b"mine")
    os.utime(public / "css/app.css.gz", (MODIFIED, MODIFIED))
    main([str(public)])
    assert "; 0 coded files written" in capsys.readouterr().out
    assert (public / "css/app.css.gz").read_bytes() == b"mine"
    main([str(public), "--force"])
    assert (public / "css/app.css.gz").read_bytes() != b"mine"


def test_what_has_changed_is_coded_anew(public: Path) -> None:
    main([str(public), "--quiet"])
    (public / "css/app.css").write_bytes(CSS[::-1])
    main([str(public), "--quiet"])
    assert gzip.decompress((public / "css/app.css.gz").read_bytes()) == CSS[::-1]


def test_what_is_of_no_use_any_more_is_deleted(public: Path) -> None:
    main([str(public), "--quiet"])
    (public / "css/app.css").write_bytes(b"a{}")
    main([str(public), "--quiet"])
    assert names(public) == ["css/app.css"]


def test_the_same_content_becomes_the_same_bytes(public: Path) -> None:
    for coding in SUFFIXES:
        encode = encoder_of(coding)
        assert encode is not None
        assert encode(CSS) == encode(CSS)
    assert encoders.gzip(CSS)[4:10] == b"\0\0\0\0\x02\xff"


def test_what_cannot_become_smaller_is_left_alone(public: Path) -> None:
    (public / "css/app.css").unlink()
    (public / "a.txt").write_bytes(b"a")
    (public / "empty.txt").touch()
    (public / "noise.txt").write_bytes(os.urandom(5000))
    for name in ("a.png", "a.woff2", "a.zip", "a.gz", "a.br", "a.unknown"):
        (public / name).write_bytes(CSS)
    before = names(public)
    assert main([str(public), "--quiet"]) == 0
    assert names(public) == before


def test_hidden_files_and_links_are_left_alone(public: Path) -> None:
    (public / ".secret.css").write_bytes(CSS)
    (public / "link.css").symlink_to("css/app.css")
    main([str(public), "--quiet"])
    assert names(public) == [".secret.css", *CODED, "link.css"]


def test_only_the_codings_that_are_wanted_are_written(public: Path) -> None:
    main([str(public), "--quiet", "--encodings", "gzip"])
    assert names(public) == ["css/app.css", "css/app.css.gz"]


def test_a_coding_that_is_not_installed_is_done_without(
    public: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    assert main([str(public)]) == 0
    assert "br is not installed: pip install 'potstill[compress]'" in capsys.readouterr().out
    assert "css/app.css.br" not in names(public)


def test_what_is_wrong_is_said(public: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(public / "missing")]) == 1
    assert "there is no directory" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main([str(public), "--encodings", "lzma"])
    assert "--encodings are of zstd,br,gzip" in capsys.readouterr().err


def test_a_coding_that_fails_leaves_nothing_behind(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "utime", fail)
    with pytest.raises(OSError, match="full"):
        list(compress(public, {"gzip": encoders.gzip}))
    assert names(public) == ["css/app.css"]


def test_it_is_a_command(public: Path) -> None:
    command = [sys.executable, "-m", "potstill.web.static.compressed", "--quiet", str(public)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert names(public) == CODED


def test_the_window_of_zstd_is_one_that_browsers_have() -> None:
    encode = encoder_of("zstd")
    assert encode is not None
    head = encode(os.urandom(64) * (10 << 14))  # 10 MiB
    descriptor, window = head[4], head[5]
    assert not descriptor & 0x20  # not a single segment (RFC 8878, 3.1.1.1)
    assert (1 << (10 + (window >> 3))) * (8 + (window & 7)) // 8 <= 8 << 20  # RFC 9659


def test_nothing_is_written_through_a_link_in_the_place_of_what_is_unfinished(
    tmp_path: Path,
) -> None:
    public = tmp_path / "public"
    public.mkdir()
    (public / "a.css").write_text("body {}\n" * 200)
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (public / f".a.css.gz.{os.getpid()}").symlink_to(precious)
    assert main([str(public), "--encodings", "gzip", "--quiet"]) == 0
    assert precious.read_text() == "kept"
    assert (public / "a.css.gz").is_file()
    assert not (public / "a.css.gz").is_symlink()
