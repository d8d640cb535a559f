"""Content codings as a build makes them: as small as can be, however long it takes.

The same content always becomes the same bytes, whatever the machine and the time. Brotli and zstd
come from the extra `compress`, or are not there.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TypeAlias

Encoder: TypeAlias = Callable[[bytes], bytes]

_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
"""No name, no time, slowest method, unknown system (RFC 1952, 2.3)."""
_ZSTD_LEVEL = 19
"""The last level whose window is 8 MiB, as RFC 9659 wants of a content coding."""


def encoder_of(coding: str) -> Encoder | None:
    """What codes for `gzip`, `br` or `zstd`; None where it is not installed."""
    if coding == "gzip":
        return gzip
    if coding == "br":
        return _brotli(_module("brotli"))
    return _zstd(_module("compression.zstd") or _module("backports.zstd"))


def gzip(data: bytes) -> bytes:
    """RFC 1952."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) % 2**32).to_bytes(4, "little")
    return _GZIP_HEAD + deflate.compress(data) + deflate.flush() + tail


def _brotli(module: ModuleType | None) -> Encoder | None:
    if module is None:
        return None
    compress = module.compress

    def encode(data: bytes) -> bytes:
        coded: bytes = compress(data, quality=11)
        return coded

    return encode


def _zstd(module: ModuleType | None) -> Encoder | None:
    if module is None:
        return None
    compress = module.compress

    def encode(data: bytes) -> bytes:
        coded: bytes = compress(data, level=_ZSTD_LEVEL)
        return coded

    return encode


def _module(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None
