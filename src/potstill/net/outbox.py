"""What the kernel would not take yet: the rest of an answer on its way to a slow client.

Up to a mark it stays in memory, beyond it goes to a temporary file, and past that file's limit
the application is made to wait. Files are sent by the kernel itself.

The thread that serves a request adds, the thread with the baton flushes; the lock is theirs.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from tempfile import TemporaryFile
from typing import BinaryIO

from potstill.net.wire import Wire

SENDFILE_PIECE = 1 << 20
PART = 300
"""Bytes of memory that a part costs beside its data."""
FEW_PARTS = 64
"""So many may be queued however little memory there is."""
PIECES_AT_A_TIME = 8
"""A fast reader gets so many pieces before the others have their turn."""


class FileCutError(OSError):
    """A file became shorter while it was being sent."""


class FilePart:
    """A part of a file, sent by the kernel; the descriptor is ours."""

    __slots__ = ("_file", "_offset", "end")

    def __init__(self, file: BinaryIO, offset: int, end: int) -> None:
        self._file = file
        self._offset = offset
        self.end = end

    @property
    def is_sent(self) -> bool:
        return self._offset == self.end

    def send(self, wire: Wire) -> int:
        """Send what the kernel takes of a piece; how much that was."""
        count = min(self.end - self._offset, SENDFILE_PIECE)
        sent = wire.send_file(self._file.fileno(), self._offset, count)
        if not sent:
            raise FileCutError("the file became shorter while it was sent")
        self._offset += sent
        return sent

    def close(self) -> None:
        self._file.close()


class SpillPart(FilePart):
    """What did not stay in memory: a temporary file, written at its end while it is being sent."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        file = TemporaryFile(prefix="potstill-answer-", buffering=0)  # noqa: SIM115
        super().__init__(file, 0, 0)
        self.size = 0

    def append(self, data: bytes | memoryview) -> None:
        """Write behind what is there."""
        while data:
            written = os.pwrite(self._file.fileno(), data, self.end)
            self.end += written
            self.size += written
            data = memoryview(data)[written:]


class MemoryPart:
    """A block that the application gave, sent from where it lies."""

    __slots__ = ("data", "size")

    def __init__(self, data: bytes | memoryview) -> None:
        self.data = memoryview(data)
        self.size = len(self.data)

    @property
    def is_sent(self) -> bool:
        return not self.data

    def send(self, wire: Wire) -> int:
        """Send what the kernel takes; how much that was."""
        sent = wire.send(self.data)
        self.data = self.data[sent:]
        return sent

    def close(self) -> None:
        self.data.release()


class Outbox:
    """A queue of parts. `lock` is held by `add`, `flush` and whoever acts on `is_empty`."""

    def __init__(self, memory: int, spill: int) -> None:
        self._memory_limit = memory
        self._spill_limit = spill
        self._most_parts = FEW_PARTS + memory // PART
        self._parts: deque[MemoryPart | FilePart] = deque()
        self._spilled = 0
        self._in_memory = 0
        self.taken = 0
        """Bytes that the kernel has taken, ever."""
        self.lock = threading.RLock()
        self._has_room = threading.Condition(self.lock)
        self.is_broken = False
        """True once nobody will take anything any more."""

    @property
    def is_empty(self) -> bool:
        return not self._parts

    @property
    def is_idle(self) -> bool:
        """True when bytes may go to the kernel directly: none wait before them."""
        return not self._parts and not self.is_broken

    @property
    def is_full(self) -> bool:
        """True when the application has to wait."""
        return 0 < self._spilled >= self._spill_limit

    def has_memory_for(self, data: bytes | memoryview) -> bool:
        """Will it stay in memory?"""
        has_room = self._in_memory + len(data) <= self._memory_limit
        return has_room and len(self._parts) < self._most_parts

    def add(self, data: bytes | memoryview) -> None:
        """Queue bytes behind what is there."""
        with self.lock:
            if self.is_broken:
                return
            last = self._parts[-1] if self._parts else None
            if not isinstance(last, SpillPart):
                if self.has_memory_for(data):
                    self._parts.append(MemoryPart(self._detached(data)))
                    self._in_memory += len(data)
                    return
                last = SpillPart()
                self._parts.append(last)
            last.append(data)
            self._spilled += len(data)

    def _detached(self, data: bytes | memoryview) -> bytes | memoryview:
        """A small rest must not keep a large block in memory."""
        if isinstance(data, memoryview) and memoryview(data.obj).nbytes > self._memory_limit:
            return bytes(data)
        return data

    def add_file(self, descriptor: int, offset: int, count: int) -> None:
        """Queue a part of a file; the descriptor is duplicated."""
        with self.lock:
            if self.is_broken:
                return
            file = open(os.dup(descriptor), "rb", buffering=0)  # noqa: SIM115, PTH123 - closed when sent
            self._parts.append(FilePart(file, offset, offset + count))

    def flush(self, wire: Wire) -> bool:
        """Send what the kernel takes now; True when nothing is left. OSError when it fails."""
        with self.lock:
            for _ in range(PIECES_AT_A_TIME):
                if not self._parts:
                    break
                try:
                    self.taken += self._parts[0].send(wire)
                    if self._parts[0].is_sent:
                        self._done(self._parts.popleft())
                except BlockingIOError:
                    break
            if not self.is_full:
                self._has_room.notify_all()
            return not self._parts

    def wait_for_room(self) -> bool:
        """Block until the client has caught up; False when it never will."""
        with self.lock:
            while self.is_full and not self.is_broken:
                self._has_room.wait()
            return not self.is_broken

    def give_up(self) -> None:
        """Drop everything; whoever waits for room is told."""
        with self.lock:
            self.is_broken = True
            while self._parts:
                self._done(self._parts.popleft())
            self._has_room.notify_all()

    def _done(self, part: MemoryPart | FilePart) -> None:
        if isinstance(part, SpillPart):
            self._spilled -= part.size
        elif isinstance(part, MemoryPart):
            self._in_memory -= part.size
        part.close()
