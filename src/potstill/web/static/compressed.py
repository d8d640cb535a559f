"""Coded files beside the files of a directory, for `Static` and whatever else sends them.

    python -m potstill.web.static.compressed public

Run it where the files are built. For each file that is worth it, `app.css.br`, `app.css.zst` and
`app.css.gz` are written, if they are smaller, with its time and its permissions. What is there
already and of the same time is left alone; what is of another, and of no use any more, is deleted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from potstill.web.files.media_types import is_compressible, media_type
from potstill.web.static.encoders import Encoder, encoder_of
from potstill.web.static.options import SUFFIXES
from potstill.web.static.tree import StaticTree

LARGEST = 256 << 20
"""Bytes of the largest file that is coded: all of it is in memory for that."""


class Result(NamedTuple):
    """What became of a file."""

    name: str
    size: int
    sizes: Mapping[str, int]
    """Bytes by coding; a coding that makes it no smaller is missing."""
    written: int
    """How many coded files were not there before."""


def compress(
    directory: str | os.PathLike[str],
    encoders: Mapping[str, Encoder],
    *,
    force: bool = False,
) -> Iterator[Result]:
    """Write coded files beside the files of a directory; each result as it is there.

    `encoders` by their codings; `force` writes also what is there. Hidden files and links are left
    alone. OSError for what cannot be read or written.
    """
    tree = StaticTree(os.fspath(directory), hidden=False, follow_symlinks=False)
    if not Path(tree.root).is_dir():
        raise NotADirectoryError(f"there is no directory {tree.root}")
    for found in sorted(tree.files()):
        is_link = found.place != f"{tree.root}/{found.name}"
        if is_link or found.shape.size > LARGEST or not is_compressible(media_type(found.name)):
            continue
        yield _compressed(found.name, Path(found.place), encoders, force=force)


def _compressed(name: str, place: Path, encoders: Mapping[str, Encoder], *, force: bool) -> Result:
    status = place.stat()
    sizes = {}
    written = 0
    data: bytes | None = None
    for coding, encode in encoders.items():
        target = place.with_name(place.name + SUFFIXES[coding])
        known = target.lstat() if target.exists() else None
        if known is not None and known.st_mtime_ns == status.st_mtime_ns and not force:
            sizes[coding] = known.st_size
            continue
        data = place.read_bytes() if data is None else data
        coded = encode(data)
        if len(coded) < len(data):
            _write(target, coded, status)
            sizes[coding] = len(coded)
            written += 1
        elif known is not None:
            target.unlink()
    return Result(name, status.st_size, sizes, written)


def _write(target: Path, data: bytes, status: os.stat_result) -> None:
    """Write a whole file or none, with the times and permissions of another one."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.unlink(missing_ok=True)
        with unfinished.open("xb") as file:  # through no link that somebody has put there
            file.write(data)
        unfinished.chmod(status.st_mode & 0o777)
        os.utime(unfinished, ns=(status.st_atime_ns, status.st_mtime_ns))
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code: 0, or 1 when something could not be read or written."""
    from argparse import ArgumentParser

    parser = ArgumentParser(
        prog="python -m potstill.web.static.compressed",
        description="Write .br, .zst and .gz files beside the files of a directory.",
    )
    parser.add_argument("directory", nargs="+", help="where the files are, and below")
    parser.add_argument("--encodings", default=",".join(SUFFIXES), help="of %(default)s")
    parser.add_argument("--force", action="store_true", help="write also what is there")
    parser.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")
    chosen = parser.parse_args(arguments)
    codings = chosen.encodings.split(",")
    if not set(codings) <= set(SUFFIXES):
        parser.error(f"--encodings are of {','.join(SUFFIXES)}")
    say = _silence if chosen.quiet else print
    encoders = _encoders(codings, say)
    try:
        for directory in chosen.directory:
            _report(compress(directory, encoders, force=chosen.force), say)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _encoders(codings: Sequence[str], say: Callable[[str], object]) -> dict[str, Encoder]:
    """Those that are installed."""
    encoders = {}
    for coding in codings:
        encoder = encoder_of(coding)
        if encoder is None:
            say(f"{coding} is not installed: pip install 'potstill[compress]'")
        else:
            encoders[coding] = encoder
    return encoders


def _report(results: Iterator[Result], say: Callable[[str], object]) -> None:
    """A line for each file as it is done, and one for all of them."""
    files = before = after = written = 0
    for result in results:
        smallest = min(result.sizes.values(), default=result.size)
        files, before, after = files + 1, before + result.size, after + smallest
        written += result.written
        coded = "  ".join(f"{coding} {size:,}" for coding, size in result.sizes.items())
        say(f"{result.name}: {result.size:,}  {coded or 'is as small as can be'}")
    say(f"{files} files, {before:,} bytes, {after:,} at best; {written} coded files written")


def _silence(_line: str) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
