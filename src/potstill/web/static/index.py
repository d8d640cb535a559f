"""What a `Static` can send, by address: looked up, not looked for.

An address that is not in the index cannot be served, so no path leads elsewhere. Small files are
kept in memory; of the others, only how they looked.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from potstill.web.files.media_types import content_type
from potstill.web.http_date import modification_date
from potstill.web.static.codings import IDENTITY
from potstill.web.static.entries import SMALL, Choice, Entry, Source, with_vary
from potstill.web.static.hashed_names import names_in, with_digest
from potstill.web.static.tree import Found, Shape, StaticTree

BUDGET = 16 << 20
"""Bytes of all files that are."""
COPYING = 2 * 10**9
"""Nanoseconds that a coded file may be older than its original: copies and archives round times."""

IMMUTABLE = "public, max-age=31536000, immutable"
"""To be kept for a year, which is as good as ever, and not asked for again (RFC 8246)."""


class Index:
    """The addresses of a tree, as its names are: `css/app.css`. Safe to use from any thread."""

    def __init__(
        self,
        tree: StaticTree,
        *,
        suffixes: Mapping[str, str],
        index: str | None,
        cache_control: str,
        headers: Sequence[tuple[str, str]],
    ) -> None:
        self.tree = tree
        self.entries: dict[str, Entry] = {}
        self.directories: set[str] = set()
        """Addresses that want a slash behind them: of directories that have an index page."""
        self._suffixes = suffixes
        self._index = index
        self._cache_control = cache_control
        self._headers = headers
        self._kept = 0
        self._lock = threading.RLock()

    def scan(self) -> None:
        """Find every file, and read the small ones, the smallest first."""
        for found in sorted(self.tree.files(), key=lambda found: (found.shape.size, found.name)):
            with self._lock:
                self._add(found)

    def find(self, address: str) -> Entry | None:
        """The entry of an address; a hashed one is found by the name that is in it."""
        entry = self.entries.get(address)
        if entry is None:
            for name in names_in(address):
                named = self.entries.get(name)
                with self._lock:  # who asks for it at once waits, and reads no large file again
                    if named is not None and self.address(named) == address:
                        self.hashed(named)
                        return self.entries.get(address)  # None: it has changed meanwhile
        return entry

    def refresh(self, address: str) -> Entry | None:
        """The entry of an address by what is on the disk now."""
        if self._index is not None:
            slash = "" if not address or address.endswith("/") else "/"
            self.renew(f"{address}{slash}{self._index}")
        for name in (address, *names_in(address)):
            self.renew(name)
        return self.find(address)

    def renew(self, name: str, *, even_if_known: bool = False) -> Entry | None:
        """The entry of a file by what is on the disk now; None if it is gone.

        `even_if_known`: it could not be opened as it was known; it is kept in mind, if it is gone.
        """
        with self._lock:
            known = self.entries.get(name)
            if known is not None and known.name != name:  # a directory's, or a hashed address
                return known
            found = self.tree.find(name)
            if known is not None:
                is_same = found is not None and known.plain.source.shape == found.shape
                if is_same and not even_if_known:
                    return known
                if found is None and even_if_known:  # some deployments delete before they write
                    return None
                self._release(known)
            if found is not None:
                return self._add(found)  # in its place: who asks meanwhile finds one or the other
            if known is not None:
                self._remove(known)
            return None

    def address(self, entry: Entry) -> str:
        """The hashed address of an entry: `/app.css` has `/app.3f2a9c1b7d0e.css`.

        Reads the file, the first time. When it has changed, it is that of what is there now;
        its own name when it is gone.
        """
        current = entry
        for _ in range(3):  # what changes all the time has no hash
            digest = current.plain.source.digest()
            if digest is not None:
                return with_digest(current.name, digest)
            renewed = self.renew(current.name, even_if_known=True)
            if renewed is None:
                break
            current = renewed
        return entry.name

    def hashed(self, entry: Entry) -> Entry:
        """The entry of an entry's hashed address: to be kept for ever (RFC 8246)."""
        with self._lock:
            address = self.address(self.entries.get(entry.name, entry))
            current = self.entries.get(entry.name, entry)  # it may have been read anew for that
            if address == current.name:
                return current
            immutable = {
                coding: self._choice(choice.source, entry.name, IMMUTABLE)
                for coding, choice in current.choices.items()
            }
            current.hashed = address
            self.entries[address] = made = Entry(entry.name, with_vary(immutable))
            return made

    def _add(self, found: Found) -> Entry:
        sources = {IDENTITY: self._source(found, IDENTITY)}
        for coding, suffix in self._suffixes.items():
            sibling = self.tree.beside(found, suffix)
            if sibling is not None and _is_fit(sibling.shape, found.shape):
                sources[coding] = self._source(sibling, coding)
        choices = {
            coding: self._choice(source, found.name, self._cache_control)
            for coding, source in sources.items()
        }
        entry = Entry(found.name, with_vary(choices))
        self.entries[found.name] = entry
        directory = self._directory(found.name)
        if directory is not None:
            self.entries[directory] = entry
            self.directories.add(directory.rstrip("/"))
        return entry

    def _release(self, entry: Entry) -> None:
        """Give back what an entry that is read anew has kept, and its hashed address."""
        self._kept -= sum(choice.source.kept for choice in entry.choices.values())
        if entry.hashed:
            self.entries.pop(entry.hashed, None)

    def _remove(self, entry: Entry) -> None:
        """Forget a file that is gone."""
        self.entries.pop(entry.name, None)
        directory = self._directory(entry.name)
        if directory is not None:
            self.entries.pop(directory, None)
            self.directories.discard(directory.rstrip("/"))

    def _directory(self, name: str) -> str | None:
        """The directory whose index page this is, with a slash behind it unless it is the root."""
        parent, slash, last = name.rpartition("/")
        return parent + slash if last == self._index else None

    def _source(self, found: Found, coding: str) -> Source:
        keep = found.shape.size <= min(SMALL, BUDGET - self._kept)
        source = Source(found, coding, keep=keep)
        self._kept += source.kept
        return source

    def _choice(self, source: Source, name: str, cache_control: str) -> Choice:
        etag = source.etag()
        lines = [
            ("Content-Length", str(source.shape.size)),  # first: it is looked for
            ("Content-Type", content_type(name)),
            ("ETag", etag),
            ("Last-Modified", modification_date(source.last_modified)),
            ("Accept-Ranges", "bytes"),
        ]
        if cache_control:
            lines.append(("Cache-Control", cache_control))
        if source.coding:
            lines.append(("Content-Encoding", source.coding))
        return Choice(source, etag, [*lines, *self._headers])


def _is_fit(coded: Shape, plain: Shape) -> bool:
    """Is a coded file worth sending, and not older than what it should have been made from?"""
    return coded.size < plain.size and coded.modified + COPYING >= plain.modified
