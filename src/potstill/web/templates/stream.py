"""A rendered template as blocks of bytes; never all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import chain

BLOCK = 16 * 1024
"""Characters that a block has at least, but the last."""


class TemplateStream:
    """The pieces that a template yields, joined into blocks of some size.

    The first block is made when the stream is; `on_error` is told what any of them raises.
    """

    def __init__(self, pieces: Iterator[str], on_error: Callable[[Exception], object]) -> None:
        self._blocks = _joined(pieces, on_error)
        first = next(self._blocks, b"")
        self._all = chain((first,) if first else (), self._blocks)

    def __iter__(self) -> Iterator[bytes]:
        return self._all

    def close(self) -> None:
        """End the template where it is, so that its `finally` blocks run."""
        self._blocks.close()


def _joined(
    pieces: Iterator[str], on_error: Callable[[Exception], object]
) -> Generator[bytes, None, None]:
    block: list[str] = []
    size = 0
    try:
        for piece in pieces:
            block.append(piece)
            size += len(piece)
            if size >= BLOCK:
                yield "".join(block).encode()
                block, size = [], 0
    except Exception as error:
        on_error(error)
        raise
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    if block:
        yield "".join(block).encode()
