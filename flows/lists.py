"""What runs of one schema and fingerprint have set out to read: numbered lists, each committed before its first shard.

A list is made only if its number is free. Whoever comes second reads the first's list, takes out what is in it and
takes the next number: two runs that start together never list the same bytes twice, and nobody holds a lock.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, overload

import pyarrow as pa
import pyarrow.compute as pc

from flows.packed_table import PackedTable
from flows.part_file import Metadata, PartError, batches, open_part, parquet_bytes
from flows.parts import clean
from flows.store import MissingError
from flows.tables import LIST
from flows.work import Entry, Origin, Shard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.store import Store
    from flows.work import Work

SHARD_DOCUMENTS = 500
ROWS = 5_000
"""Made into columns together."""
LIST_NAME = re.compile(r"/(\d+)\.parquet$")
BYTE_IN_NAME = re.compile(r"\\udc([89a-f][0-9a-f])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardList:
    """One committed list; entries are made from its rows only when a shard is asked for."""

    number: int
    prefix: str
    listed_at: dt.datetime
    run_id: str
    shards: int
    """How many shards it is cut into."""
    packed: PackedTable

    @property
    def table(self) -> pa.Table:
        """Its rows (see `flows.tables.LIST`)."""
        return self.packed.unpack()

    def name(self, shard: int) -> str:
        """Of a shard's parts."""
        return f"{self.prefix}-{self.number:05d}-{shard:05d}"

    def reads(self, number: int) -> bool:
        """Whether a shard has something to read, and does not only add origins."""
        mine = pc.equal(self.table["shard"], number)
        return bool(pc.any(pc.and_(mine, self.table["known_in"].is_null())).as_py())

    def shard(self, number: int) -> Shard:
        """One shard with its entries."""
        entries = [entry_of(r) for r in self.table.filter(pc.equal(self.table["shard"], number)).to_pylist()]
        return Shard(
            name=self.name(number),
            list_number=self.number,
            listed_at=self.listed_at,
            entries=tuple(e for e in entries if e.known_in is None),
            aliases=tuple(e for e in entries if e.known_in is not None),
        )


class Shards(Sequence[Shard]):
    """Shards that are made when they are looked at: a list of a million documents stays small."""

    def __init__(self, places: Sequence[tuple[ShardList, int]]) -> None:
        self.places = tuple(places)

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> Shard: ...
    @overload
    def __getitem__(self, index: slice) -> Shards: ...
    def __getitem__(self, index: int | slice) -> Shard | Shards:
        if isinstance(index, slice):
            return Shards(self.places[index])
        shards, number = self.places[index]
        return shards.shard(number)

    def __iter__(self) -> Iterator[Shard]:
        return (shards.shard(number) for shards, number in self.places)

    @property
    def documents(self) -> int:
        """To be read in all of them, without making them."""
        chosen: dict[int, tuple[ShardList, list[int]]] = {}
        for shards, number in self.places:
            chosen.setdefault(id(shards), (shards, []))[1].append(number)
        return sum(
            int(
                pc.sum(
                    pc.and_(pc.is_in(s.table["shard"], pa.array(n, pa.int32())), s.table["known_in"].is_null())
                ).as_py()
                or 0
            )
            for s, n in chosen.values()
        )


def entry_of(row: dict[str, object]) -> Entry:
    """The entry of a list's row."""
    origins: list[dict[str, str]] = row["origins"]  # type: ignore[assignment]
    return Entry(
        origins=tuple(
            Origin(source=o["source"], location=_restored(o["location"]), version=o["version"]) for o in origins
        ),
        document_id=row["_document_id"],  # type: ignore[arg-type]
        generation=row["generation"],  # type: ignore[arg-type]
        seconds=row["seconds"],  # type: ignore[arg-type]
        known_in=row["known_in"],  # type: ignore[arg-type]
    )


def _restored(location: str) -> str:
    """The location with the bytes that are no text as Python's file functions want them (see `clean`)."""
    return BYTE_IN_NAME.sub(lambda m: chr(0xDC00 + int(m[1], 16)), location) if "\\udc" in location else location


def lists_folder(schema: str, fingerprint: str) -> str:
    """Where the lists of a schema and fingerprint lie."""
    return f"runs/_lists/schema={schema}/{fingerprint}/"


def list_name(work: Work, number: int) -> str:
    """Of one of its lists."""
    return f"{lists_folder(work.schema.name, work.fingerprint)}{number:05d}.parquet"


def read_lists(store: Store, schema: str, fingerprint: str, known: int = 0) -> list[ShardList]:
    """All lists but the `known` first ones, oldest first."""
    folder = lists_folder(schema, fingerprint)
    lists: list[ShardList] = []
    # Names are in the order of letters: number 100000 stands before 99999.
    numbers = {int(found[1]): stat.name for stat in store.names(folder) if (found := LIST_NAME.search(stat.name))}
    for _, name in sorted(numbers.items())[known:]:
        with open_part(store, name, kind="list") as part:
            lists.append(_list_of(part.metadata, part.read(), fingerprint))
    return lists


class ListsNow:
    """Lists as they are now: without what was forgotten since they were made. The last one is kept while it stays."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: tuple[str, str, ShardList] | None = None

    def shard(self, work: Work, shard: Shard) -> Shard:
        """The shard as its list has it now; as it was where the list is gone."""
        name = list_name(work, shard.list_number)
        tag = self._store.tag(name)
        if tag is None:
            return shard
        if self._last is None or self._last[:2] != (name, tag):
            try:
                with open_part(self._store, name, kind="list") as part:
                    self._last = name, tag, _list_of(part.metadata, part.read(), work.fingerprint)
            except (MissingError, PartError):
                return shard
        return self._last[2].shard(int(shard.name.rpartition("-")[2]))


def _prefix(fingerprint: str) -> str:
    """What the names of all its parts begin with."""
    return f"part-{fingerprint[:8]}"


def _list_of(metadata: dict[str, object], table: pa.Table, fingerprint: str) -> ShardList:
    return ShardList(
        number=int(str(metadata["number"])),
        prefix=_prefix(fingerprint),
        listed_at=dt.datetime.fromisoformat(str(metadata["listed_at"])),
        run_id=str(metadata["run_id"]),
        shards=int(pc.max(table["shard"]).as_py()) + 1 if table.num_rows else 0,
        packed=PackedTable(table),
    )


def first_number(fingerprint: str, earlier: Sequence[ShardList], parts: Iterable[str]) -> int:
    """The lowest for new lists: above all that are there, and above those that are gone and whose parts are not.

    A shard whose part is there is done: were a number used twice, other documents would pass for read.
    """
    shard = re.compile(rf"{_prefix(fingerprint)}-(\d+)-\d+")
    used = (int(found[1]) for name in parts if (found := shard.fullmatch(name)))
    return 1 + max((*used, *(each.number for each in earlier)), default=-1)


def create_list(
    store: Store, work: Work, entries: Sequence[Entry], earlier: Sequence[ShardList], first: int
) -> ShardList | None:
    """Commits the next list, of number `first` at least; None where somebody else took its number meanwhile."""
    number = max(first, earlier[-1].number + 1) if earlier else first
    now = dt.datetime.now(dt.UTC)
    if earlier:  # clocks of machines differ; later lists are later all the same
        now = max(now, earlier[-1].listed_at + dt.timedelta(microseconds=1))
    rows = (_row(entry, shard) for shard, group in enumerate(cut(entries, work.shard_seconds)) for entry in group)
    table = pa.concat_tables(list(batches(rows, LIST, ROWS)))
    values = {"number": number, "listed_at": now.isoformat(), "run_id": work.run_id, "schema": work.schema.name}
    values |= {"schema_version": work.schema.version, "fingerprint": work.fingerprint}
    metadata = Metadata(kind="list", values=values)
    if not store.create(list_name(work, number), parquet_bytes([table], LIST, metadata)):
        return None
    return _list_of(values, table, work.fingerprint)


def cut(entries: Sequence[Entry], shard_seconds: float) -> Iterator[Sequence[Entry]]:
    """Entries in as few groups as the limits allow, of about the same expected work.

    The last group is committed when the workers have nothing else to do: it should not be small. Entries that only add
    origins weigh nothing.
    """
    weights = [0.0 if entry.known_in else entry.seconds for entry in entries]
    fewest = sum(1 for _ in _begins(weights, shard_seconds, math.inf))
    begins = _begins(weights, shard_seconds, sum(weights) / max(1, fewest))
    for begin, end in pairwise((*begins, len(entries))):
        yield entries[begin:end]


def _begins(weights: Sequence[float], limit: float, even: float) -> Iterator[int]:
    """Where groups begin: each time that so much more work went by, and before one gets over its limits."""
    begun, count, seconds, total = 0, 0, 0.0, 0.0
    for place, weight in enumerate(weights):
        full = seconds + weight > limit or count >= SHARD_DOCUMENTS
        if not begun or (weight and (full or total + weight / 2 > even * begun)):
            yield place
            begun, count, seconds = begun + 1, 0, 0.0
        count, seconds, total = count + 1, seconds + weight, total + weight


def _row(entry: Entry, shard: int) -> dict[str, object]:
    origins = [
        {"source": clean(o.source), "location": clean(o.location), "version": clean(o.version)} for o in entry.origins
    ]
    return {
        "shard": shard,
        "_document_id": entry.document_id,
        "origins": origins,
        "generation": entry.generation,
        "seconds": entry.seconds,
        "known_in": entry.known_in,
    }
