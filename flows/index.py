"""Which part holds which document, and which of several outcomes of a document counts: columns only, no words.

The same bytes may have been read several times: retried, forced, with another fingerprint, found under two names. One
outcome wins: a reading before a failure, then the list that is youngest, then the first place within it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.listed import mark
from flows.packed_table import PackedTable
from flows.part_file import PartError, open_part
from flows.parts import origins_of
from flows.readings import document_rows
from flows.tables import readings_folder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from flows.store import Store
    from flows.work import Origin

COLUMNS = (
    "kind", "position", "_document_id", "origins", "ended", "page_count", "generation", "listed_at", "_run_id",
)  # fmt: skip
REPEATED = ("kind", "ended", "_run_id")
"""Columns of few values, each kept once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartIndex:
    """The documents of one readings part."""

    name: str
    """Without folder and ending: the same for all tables."""
    tag: str
    part_id: str
    metadata: Mapping[str, Any]
    listed_at: dt.datetime | None
    """When its documents were listed; None where none is left."""
    documents: int
    """How many there are, whether they count or not."""
    has_lost: bool
    """Whether some have no document id."""
    marks: NDArray[np.uint64]
    """Of the keys, in the order of the rows."""
    packed: PackedTable

    @property
    def table(self) -> pa.Table:
        """COLUMNS and `key`: the document id, or the place where there is none."""
        table = self.packed.unpack()
        return table.append_column("key", _keys(table))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Which documents were seen and which of them read, by 64 bits of their keys, sorted."""

    known: NDArray[np.uint64]
    read: NDArray[np.uint64]

    def of(self, key: str) -> bool | None:
        """Whether the outcome that counts is a reading; None: there is none of it."""
        wanted = np.uint64(mark(key))
        return _has(self.read, wanted) if _has(self.known, wanted) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What counts of one part."""

    losers: frozenset[int] = frozenset()
    """Positions of the documents for which another outcome counts."""
    more_origins: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)
    """Position -> where else the document was found."""


_NO_MARKS = np.empty(0, np.uint64)
ALL = Decision()
"""Of a part whose documents are nowhere else."""


class Index:
    """The readings parts of one schema; `refresh` reads only what is new or changed."""

    def __init__(self, store: Store, schema: str) -> None:
        self._store = store
        self._schema = schema
        self.parts: dict[str, PartIndex] = {}
        self.damaged: dict[str, PartError] = {}
        """Parts that cannot be used, and why; all others can."""

    def refresh(self) -> None:
        """Takes in parts that were committed, rewritten or removed since."""
        folder = readings_folder(self._schema)
        seen: set[str] = set()
        for stat in self._store.names(folder):
            name = stat.name.removeprefix(folder).removesuffix(".parquet")
            if not stat.name.endswith(".parquet"):
                continue
            seen.add(name)
            if name in self.parts and self.parts[name].tag == stat.tag:
                continue
            self.damaged.pop(name, None)
            try:
                self.parts[name] = _read(self._store, stat.name, name, stat.tag)
            except PartError as error:
                self.parts.pop(name, None)
                self.damaged[name] = error
        for gone in set(self.parts) - seen:
            del self.parts[gone]
        for gone in set(self.damaged) - seen:
            del self.damaged[gone]

    def decisions(self) -> dict[str, Decision]:
        """Part -> what counts of it."""
        doubles = self._doubles()
        losers: dict[str, set[int]] = defaultdict(set)
        more: dict[str, dict[int, tuple[Origin, ...]]] = defaultdict(dict)
        for rows in doubles.values():
            outcomes = sorted((r for r in rows if r["kind"] == "document"), key=_rank)
            if not outcomes:
                continue
            winner = outcomes[0]
            for loser in outcomes[1:]:
                losers[loser["part"]].add(loser["position"])
            others = [r for r in rows if r is not winner]
            others.sort(key=lambda r: (r["listed_at"], r["part"], r["position"]))
            more[winner["part"]][winner["position"]] = _more(winner, others)
        for part, position in self._overtaken():
            losers[part].add(position)
        return {
            name: Decision(losers=frozenset(losers[name]), more_origins=more[name])
            if name in losers or name in more
            else ALL
            for name in self.parts
        }

    def states(self) -> Outcomes:
        """Of all documents: whether the outcome that counts is a reading."""
        known, read = [_NO_MARKS], [_NO_MARKS]
        for part in self.parts.values():
            table = part.table
            documents = _true(pc.equal(table["kind"], "document"))
            known.append(part.marks[documents])
            read.append(part.marks[documents & _true(pc.equal(table["ended"], "read"))])
        return Outcomes(known=np.unique(np.concatenate(known)), read=np.unique(np.concatenate(read)))

    def states_by_origin(self) -> dict[tuple[str, str | None], bool]:
        """(place, version) -> whether the outcome that counts of what was found there is a reading.

        Of several that were listed with other settings, that of the youngest list. A version that was overwritten
        before it was read has none: nobody has seen it, and it may come back.
        """
        states = self.states()
        by_origin: dict[tuple[str, str | None], bool] = {}
        for part in sorted((p for p in self.parts.values() if p.listed_at), key=attrgetter("listed_at")):
            columns = (part.table[c].to_pylist() for c in ("key", "origins", "ended"))
            for key, origins, ended in zip(*columns, strict=True):
                read = states.of(key)
                if read is not None and ended != "replaced":
                    by_origin |= {(o["location"], o["version"]): read for o in origins}
        return by_origin

    def find(self, text: str) -> list[tuple[str, int, str]]:
        """(part, position, key) of all rows whose document id starts with, or one of whose origins is, the text."""
        found = []
        for part in self.parts.values():
            for row in part.table.to_pylist():
                names = {n for o in origins_of(row) for n in (o.source, o.location)}
                if text in names or (len(text) >= 8 and row["key"].startswith(text)):
                    found.append((part.name, row["position"], row["key"]))
        return found

    def _doubles(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of the documents that are in more than one row, by key."""
        if not self.parts:
            return {}
        marks, counts = np.unique(np.concatenate([p.marks for p in self.parts.values()]), return_counts=True)
        several = marks[counts > 1]
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for part in self.parts.values() if several.size else ():
            chosen = np.isin(part.marks, several)
            if chosen.any():
                for row in part.table.filter(pa.array(chosen)).to_pylist():
                    rows[row["key"]].append({**row, "part": part.name})
        return {key: found for key, found in rows.items() if len(found) > 1}

    def _overtaken(self) -> Iterable[tuple[str, int]]:
        """Failures without bytes (nobody could open the source) whose place has given a document since."""
        lost: dict[str, list[tuple[str, int, dt.datetime | None]]] = defaultdict(list)
        for part in self.parts.values():
            table = part.table.filter(pc.is_null(part.table["_document_id"])) if part.has_lost else None
            for row in table.to_pylist() if table else ():
                # Where the bytes were overwritten before they were read, those that are there count, whenever listed.
                listed_at = None if row["ended"] == "replaced" else row["listed_at"]
                lost[row["key"].removeprefix("place:")].append((part.name, row["position"], listed_at))
        if not lost:
            return
        for part in self.parts.values():
            table = part.table
            for row in table.filter(table["_document_id"].is_valid()).to_pylist():
                for origin in origins_of(row):
                    for name, position, listed_at in lost.get(origin.location, ()):
                        if listed_at is None or row["listed_at"] > listed_at:
                            yield name, position


def _read(store: Store, file_name: str, name: str, tag: str) -> PartIndex:
    with open_part(store, file_name, kind="readings") as part:
        if part.metadata.get("part") != name:
            why = f"it is a copy or a renamed file of {part.metadata.get('part')}"
            raise PartError(file_name, why, "delete it, or give it its name back")
        table = document_rows(part, COLUMNS)
        metadata = {k: v for k, v in part.metadata.items() if k != "schema_text"}
    for column in REPEATED:
        table = table.set_column(table.schema.get_field_index(column), column, table[column].dictionary_encode())
    keys = _keys(table)
    return PartIndex(
        name=name,
        tag=tag,
        part_id=str(metadata.get("part_id")),
        metadata=metadata,
        listed_at=pc.max(table["listed_at"]).as_py(),
        documents=int(_true(pc.equal(table["kind"], "document")).sum()),
        has_lost=table["_document_id"].null_count > 0,
        marks=np.fromiter((mark(key) for key in keys.to_pylist()), np.uint64, len(keys)),
        packed=PackedTable(table),
    )


def _true(values: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Where it is true; null is not."""
    found: NDArray[np.bool_] = pc.fill_null(values, fill_value=False).to_numpy()
    return found


def _has(marks: NDArray[np.uint64], wanted: np.uint64) -> bool:
    at = int(marks.searchsorted(wanted))
    return at < len(marks) and bool(marks[at] == wanted)


def _keys(table: pa.Table) -> pa.ChunkedArray:
    ids = table["_document_id"]
    if not ids.null_count:
        return ids  # the same memory, not a copy
    place = pc.struct_field(pc.list_element(table["origins"], 0), "location")
    return pc.coalesce(ids, pc.binary_join_element_wise("place", place, ":"))


def _rank(row: dict[str, Any]) -> tuple[bool, float, str, int]:
    """Smaller is better."""
    return row["ended"] != "read", -row["listed_at"].timestamp(), row["part"], row["position"]


def _more(winner: dict[str, Any], others: Iterable[dict[str, Any]]) -> tuple[Origin, ...]:
    seen = {o.source for o in origins_of(winner)}
    more: list[Origin] = []
    for origin in (o for row in others for o in origins_of(row)):
        if origin.source not in seen:
            seen.add(origin.source)
            more.append(origin)
    return tuple(more)
