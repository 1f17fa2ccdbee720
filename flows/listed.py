"""Which documents the lists name, by place and version and by content; sixteen bytes for each of the two."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from flows.lists import entry_of
from flows.parts import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from flows.lists import ShardList
    from flows.work import Entry

ROW_BITS = 32
AT_ONCE = 500
"""Rows of a list that become objects together."""
RECENT, SHARE = 4_096, 8
"""Marks that may be held loosely: so many, or as large a part of those that are sorted."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a document stands in the lists."""

    shards: ShardList
    row: int

    @cached_property
    def entry(self) -> Entry:
        return entry_of(self.shards.table.slice(self.row, 1).to_pylist()[0])

    @property
    def shard(self) -> str:
        return self.shards.name(self.shards.table["shard"][self.row].as_py())


class Listed:
    """All that runs with one schema and fingerprint have listed; later lists count before earlier ones.

    Documents are known by 64 bits of a digest; what is found by them is compared with the list itself.
    """

    def __init__(self) -> None:
        self.lists: tuple[ShardList, ...] = ()
        self._by_origin, self._by_id = _Marks(), _Marks()
        self._last: tuple[tuple[int, int], Place] | None = None
        """A document is often looked up by its place and then by its content."""

    def extend(self, lists: Sequence[ShardList]) -> None:
        """Takes in lists that are later than those it has."""
        for number, shards in enumerate(lists, len(self.lists)):
            for row, (document_id, origins, known_in) in enumerate(_rows(shards.table)):
                for origin in origins:
                    if origin["version"] is not None:
                        self._by_origin.put(_origin_mark(origin["location"], origin["version"]), number, row)
                if document_id is not None and known_in is None:
                    self._by_id.put(mark(document_id), number, row)
        self.lists += tuple(lists)

    def has(self, location: str, version: str | None) -> bool:
        """Whether this version of a source is listed; False where there is no version to compare."""
        return version is not None and self._by_origin.find(_origin_mark(location, version)) is not None

    def has_document(self, document_id: str) -> bool:
        """Whether these bytes are listed."""
        return self.of_document(document_id) is not None

    def at_origin(self, location: str, version: str | None) -> Place | None:
        """The entry that has this version of a source."""
        if version is None:
            return None
        place = self._place(self._by_origin.find(_origin_mark(location, version)))
        wanted = clean(location), version
        if place is None or not any((clean(o.location), o.version) == wanted for o in place.entry.origins):
            return None
        return place

    def of_document(self, document_id: str) -> Place | None:
        """The entry of these bytes that is to be read."""
        place = self._place(self._by_id.find(mark(document_id)))
        return None if place is None or place.entry.document_id != document_id else place

    def _place(self, found: tuple[int, int] | None) -> Place | None:
        if found is None:
            return None
        if self._last is None or self._last[0] != found:
            self._last = found, Place(shards=self.lists[found[0]], row=found[1])
        return self._last[1]


def _rows(table: pa.Table) -> Iterator[tuple[str | None, list[dict[str, str]], str | None]]:
    """Document id, origins and where it is known, of each row; as objects only a few at a time."""
    for batch in table.select(["_document_id", "origins", "known_in"]).to_batches(max_chunksize=AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def mark(text: str) -> int:
    """64 bits that stand for it."""
    return int.from_bytes(hashlib.blake2b((clean(text) or "").encode(), digest_size=8).digest())


def _origin_mark(location: str, version: str) -> int:
    return mark(f"{location}\0{version}")


class _Marks:
    """A mark of 64 bits -> number of the list and row in it; what is put later counts."""

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._sorted = np.empty(0, np.uint64)
        self._values = np.empty(0, np.uint64)

    def put(self, mark: int, number: int, row: int) -> None:
        self._recent[mark] = number << ROW_BITS | row
        if len(self._recent) > max(RECENT, len(self._sorted) // SHARE):
            self._settle()

    def find(self, mark: int) -> tuple[int, int] | None:
        value = self._recent.get(mark)
        if value is None and len(self._sorted):
            key = np.uint64(mark)
            at = int(self._sorted.searchsorted(key))
            if at < len(self._sorted) and self._sorted[at] == key:
                value = int(self._values[at])
        return None if value is None else (value >> ROW_BITS, value & (2**ROW_BITS - 1))

    def _settle(self) -> None:
        """Sorts the recent ones in."""
        marks = np.fromiter(self._recent, np.uint64, len(self._recent))
        values = np.fromiter(self._recent.values(), np.uint64, len(self._recent))
        kept = ~np.isin(self._sorted, marks)
        all_marks = np.concatenate((self._sorted[kept], marks))
        order = np.argsort(all_marks)
        self._sorted = all_marks[order]
        self._values = np.concatenate((self._values[kept], values))[order]
        self._recent.clear()
