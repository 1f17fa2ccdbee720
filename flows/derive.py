"""The derived tables as a function of readings, corrections and settings: built where they are missing or older.

Each derived part says, in its metadata, what it was made from (its key). One whose key differs from what it would be
now is built again. What other parts ask of it (the same seller and number, `flows.twins`) is looked up once all parts
are there, and has a key of its own. A reader who looks with a plain glob never sees a document twice: parts that lose a
document are replaced, without it, before any part that gains one.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import corrections as decided
from flows.building import TableBuilder
from flows.part_file import Metadata, PartError, open_part, parquet_bytes
from flows.pieces import PIECE_DOCUMENTS, Piece, one_by_one
from flows.run_files import installed
from flows.schema_text import schema_digest
from flows.store import ReplacedError
from flows.tables import TABLES, part_name
from flows.twins import Twins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flows.corrections import Correction
    from flows.index import Decision, Index, PartIndex
    from flows.pieces import Spread
    from flows.rows import Merge
    from flows.store import Stat, Store
    from schemas import Schema

DERIVATION = "3"
"""Goes up whenever the same readings, corrections and settings give other rows, as the version of the package does.

All tables are then built again: those of an output never differ in how they came to be."""
WRITTEN_LAST = "pages"
"""The table whose key is looked at: the others of its part were written before it, and it knows their sizes."""
ROUNDS = 10
LOOKING_SHARE = 0.05
"""Of the time: what looking for parts that are to be built takes at most. It grows with the parts that are there."""
Sizes = dict[str, int | None]
"""Table -> bytes of its file."""
Who = tuple[str | None, str | None]
"""A document in a derived table: its id and source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What `derive` did."""

    built: int
    """Parts."""
    documents: int
    """In those parts."""
    damaged: tuple[PartError, ...]
    """Readings and corrections that could not be used; all others were."""


class OvertakenError(Exception):
    """Another process has replaced a derived file since it was looked at, perhaps with newer knowledge."""


class Deriver:
    """Keeps the derived tables of one schema in step with its readings."""

    def __init__(
        self,
        store: Store,
        index: Index,
        schema: Schema,
        *,
        merge: Merge,
        policy: Any = None,  # noqa: ANN401
        twins: Twins | None = None,
    ) -> None:
        self._store, self._index, self._schema, self._merge = store, index, schema, merge
        score_model = getattr(policy, "score_model", None)  # the packaged one is not part of the policy's own text
        self._settings = [
            DERIVATION,
            installed("pagewise-extract"),
            schema_digest(schema),
            repr(policy),
            repr(score_model),
        ]
        self._schema_bytes = pickle.dumps(schema)
        self._twins = twins or Twins(store, schema)
        self._keys: dict[str, tuple[str, str, str, Sizes]] = {}
        """Part -> (tag of its last written file, its keys, sizes of the others), so that a footer is read once."""
        self._seen: dict[str, str | None] = {}
        """Derived file -> its tag when its part was found to be stale: it is replaced only if it still is that file."""
        self._broken: dict[str, tuple[str, PartError]] = {}
        """Part -> (tag, what is wrong), of readings whose damage shows only when all of them are read."""
        self._looked = 0.0
        """When it was last looked for what is to be built, by a monotonic clock."""
        self._looking = 0.0
        """Seconds that it took."""

    def run(self, *, force: bool = False, settle: bool = True, spread: Spread = one_by_one) -> Derived:
        """Builds what is missing or older (`force`: everything); looks again until nothing changed meanwhile.

        Without `settle` parts that only lack what other parts ask of them are left for later: while a run goes on, each
        new part would have older ones built again.
        """
        built = documents = 0
        broken: Sequence[PartError] = ()
        self._looking = 0.0
        for _ in range(ROUNDS):
            began = time.monotonic()
            self._index.refresh()
            decisions = self._index.decisions()
            corrections, broken = decided.load(self._store, self._schema.name)
            stale = self._stale(decisions, corrections, force=force, settle=settle)
            self._looked = time.monotonic()
            self._looking += self._looked - began
            if not stale:
                break
            try:
                for name in stale:
                    self._drop_losers(self._index.parts[name], decisions[name])
            except OvertakenError:
                continue
            force = False
            for name, key in stale.items():
                part = self._index.parts[name]
                try:
                    documents += self._build(part, decisions[name], corrections, key, spread)
                except PartError as error:  # what was derived of it before stays
                    self._broken[name] = (part.tag, error)
                except (OvertakenError, ReplacedError):  # the next round looks at what another process has made of it
                    continue
                else:
                    built += 1
        damaged = (*self._index.damaged.values(), *(error for _, error in self._broken.values()), *broken)
        return Derived(built=built, documents=documents, damaged=damaged)

    @property
    def is_due(self) -> bool:
        """Whether it is so long ago that it was looked for what is to be built that it may be done again."""
        return time.monotonic() - self._looked >= self._looking / LOOKING_SHARE

    def stale(self) -> int:
        """How many parts are missing or older than what they are made from."""
        self._index.refresh()
        corrections, _ = decided.load(self._store, self._schema.name)
        return len(self._stale(self._index.decisions(), corrections, force=False, settle=True))

    def _stale(
        self,
        decisions: Mapping[str, Decision],
        corrections: Mapping[str, Sequence[Correction]],
        *,
        force: bool,
        settle: bool,
    ) -> dict[str, str]:
        """Part -> key, of the parts to be built."""
        files = {
            table: {s.name: s for s in self._store.names(f"{table}/schema={self._schema.name}/")} for table in TABLES
        }
        if settle:
            records = {name: files["records"].get(part_name("records", self._schema.name, name)) for name in decisions}
            self._twins.look({name: stat for name, stat in records.items() if stat is not None})
        stale: dict[str, str] = {}
        for name, part in self._index.parts.items():
            if name in self._broken:
                if self._broken[name][0] == part.tag:
                    continue
                del self._broken[name]
            key = self._key(part, decisions[name], corrections)
            found = {t: files[t].get(part_name(t, self._schema.name, name)) for t in TABLES}
            if force or not self._fits(name, key, found, settle=settle):
                self._seen |= {
                    part_name(t, self._schema.name, name): stat.tag if stat else None for t, stat in found.items()
                }
                stale[name] = key
        return stale

    def _key(self, part: PartIndex, decision: Decision, corrections: Mapping[str, Sequence[Correction]]) -> str:
        more = [(i, [o.source for o in origins]) for i, origins in sorted(decision.more_origins.items())]
        content: list[Any] = [*self._settings, part.part_id, sorted(decision.losers), more]
        if corrections:
            ids = pa.array(list(corrections), pa.string())
            here = pc.unique(part.table.filter(pc.is_in(part.table["key"], ids))["key"]).to_pylist()
            content.append([decided.digest_of(corrections[i]) for i in sorted(here)])
        else:
            content.append([])
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

    def _twin_key(self, name: str) -> str:
        """Of what other parts ask of a part; empty where they ask nothing."""
        twins = self._twins.by_part.get(name)
        return hashlib.sha256(json.dumps(sorted(twins.items())).encode()).hexdigest()[:32] if twins else ""

    def _fits(self, name: str, key: str, found: Mapping[str, Stat | None], *, settle: bool) -> bool:
        """Whether the files of a part are there, made from what they would be made from now, and not cut or foreign."""
        last, stored = found[WRITTEN_LAST], self._keys.get(name)
        if last is None:
            return False
        if stored is None or stored[0] != last.tag:
            try:
                with open_part(self._store, last.name, kind=WRITTEN_LAST) as part:
                    metadata = part.metadata
            except PartError:  # a damaged derived part is built again, nothing is lost with it
                metadata = {}
            keys = str(metadata.get("key", "")), str(metadata.get("twins", ""))
            stored = self._keys[name] = (last.tag, *keys, metadata.get("sizes") or {})
        sizes = {table: stat and stat.size_bytes for table, stat in found.items() if table != WRITTEN_LAST}
        twins = self._twin_key(name) if settle else stored[2]
        return stored[1:] == (key, twins, sizes)

    def _build(
        self,
        part: PartIndex,
        decision: Decision,
        corrections: Mapping[str, Sequence[Correction]],
        key: str,
        spread: Spread,
    ) -> int:
        """Derives one part and puts its four files in place; returns how many documents are in it."""
        pieces = self._pieces(part, decision, corrections)
        derived = [TableBuilder(self._schema, self._merge).tables(), *spread(pieces)]
        tables = {table: pa.concat_tables([d[table] for d in derived]).combine_chunks() for table in TABLES}
        for table in ("records", "failures"):  # a document that moves from one to the other leaves before it arrives
            self._shrink(part, table, _who(tables[table]).__contains__)
        sizes: Sizes = {}
        for table in sorted(TABLES, key=lambda t: t == WRITTEN_LAST):
            sizes[table] = self._write(part, table, tables[table], key, sizes)
        return sum(len(piece.positions) for piece in pieces)

    def _pieces(
        self, part: PartIndex, decision: Decision, corrections: Mapping[str, Sequence[Correction]]
    ) -> list[Piece]:
        """The documents that count of a part, a few at a time."""
        rows = part.table.filter(pc.equal(part.table["kind"], "document"))
        ids = dict(zip(rows["position"].to_pylist(), rows["_document_id"].to_pylist(), strict=True))
        counting = [position for position in sorted(ids) if position not in decision.losers]
        twins = self._twins.by_part.get(part.name, {})
        groups = [counting[i : i + PIECE_DOCUMENTS] for i in range(0, len(counting), PIECE_DOCUMENTS)]
        return [
            Piece(
                store=self._store,
                name=part_name("readings", self._schema.name, part.name),
                positions=tuple(group),
                more_origins={p: decision.more_origins[p] for p in group if p in decision.more_origins},
                corrections={ids[p]: corrections[ids[p]] for p in group if ids[p] in corrections},
                twins={ids[p]: twins[ids[p]] for p in group if ids[p] in twins},
                schema_bytes=self._schema_bytes,
                merge=self._merge,
            )
            for group in groups
        ]

    def _write(self, part: PartIndex, table: str, rows: pa.Table, key: str, sizes: Sizes) -> int:
        """Puts a table in place; its size in bytes."""
        about = {k: part.metadata.get(k) for k in ("part", "schema", "fingerprint", "settings")}
        values = {**about, "schema_version": self._schema.version, "key": key, "sizes": dict(sizes)}
        values["twins"] = self._twin_key(part.name) if key else ""
        data = parquet_bytes([rows], rows.schema, Metadata(kind=table, values=values))
        name = part_name(table, self._schema.name, part.name)
        tag = self._store.replace(name, data, seen=self._seen.get(name))
        if tag is None:
            raise OvertakenError(name)
        self._seen[name] = tag
        return len(data)

    def _drop_losers(self, part: PartIndex, decision: Decision) -> None:
        """Takes documents that count elsewhere out of a derived part, before they appear elsewhere."""
        if not decision.losers:
            return
        rows = part.table.filter(pc.is_in(part.table["position"], pa.array(sorted(decision.losers), pa.int32())))
        lost = {(r["_document_id"], r["origins"][0]["source"]) for r in rows.to_pylist()}
        for table in TABLES:
            self._shrink(part, table, lambda who: who not in lost)

    def _shrink(self, part: PartIndex, table: str, keeps: Callable[[Who], bool]) -> None:
        """Replaces a derived part by itself without some documents; its key then says that it is to be built again."""
        name = part_name(table, self._schema.name, part.name)
        if not self._store.exists(name):
            return
        try:
            with open_part(self._store, name, kind=table) as file:
                who = file.read(columns=["_document_id", "_source"])
                mask = [keeps((i, s)) for i, s in zip(*(c.to_pylist() for c in who.columns), strict=True)]
                if all(mask):
                    return
                rows = file.read().filter(pa.array(mask))
        except PartError:
            return  # it is replaced whole in a moment
        except ReplacedError as error:
            raise OvertakenError(name) from error
        self._write(part, table, rows, "", {})


def _who(table: pa.Table) -> set[Who]:
    return set(zip(table["_document_id"].to_pylist(), table["_source"].to_pylist(), strict=True))
