"""A shard's readings as one file, the commit; its first row group is light and says which documents it holds."""

from __future__ import annotations

import secrets
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.part_file import Metadata, PartError, batches, open_part, parquet_bytes
from flows.parts import Packed, Row, clean, pack, unpack
from flows.schema_text import schema_digest, schema_of, schema_text
from flows.tables import READINGS
from tiling import Failure, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.outcome import DocumentOutcome
    from flows.part_file import PartFile
    from flows.parts import StoredDocument
    from flows.store import Store
    from flows.work import Entry, Origin, Shard, Work
    from schemas import Schema

BODY_ROWS = 2_000
"""Of a row group behind the first; bounds what is decoded at once."""


def readings_bytes(work: Work, shard: Shard, outcomes: Sequence[Packed | DocumentOutcome]) -> bytes:
    """The readings part of a shard. An entry without an outcome becomes an internal failure: nothing vanishes."""
    waiting: dict[str, deque[Packed]] = defaultdict(deque)
    for outcome in outcomes:
        packed = outcome if isinstance(outcome, Packed) else pack(outcome)
        waiting[clean(packed.source) or ""].append(packed)
    heads: list[Row] = []
    body: list[Row] = []
    for entry in shard.entries:
        queue = waiting[clean(entry.source) or ""]
        packed = queue.popleft() if queue else _lost(entry)
        for part, origins in _split(packed, entry):
            document_id = part.document_id or entry.document_id
            identity = {"position": len(heads), "_source": clean(part.source), "_document_id": document_id}
            heads.append({**part.document, **identity, **_stamp(work, shard, entry, origins)})
            body.extend({**row, **identity} for row in part.body)
    if left := [source for source, queue in waiting.items() if queue]:
        msg = f"outcomes of documents that are not in {shard.name}: {', '.join(left[:5])}"
        raise ValueError(msg)
    for alias in shard.aliases:
        identity = {"kind": "origin", "position": len(heads), "_source": clean(alias.source)}
        row = {**identity, "_document_id": alias.document_id, "_source_version": clean(alias.version)}
        heads.append({**row, **_stamp(work, shard, alias, alias.origins)})
    tables = [pa.Table.from_pylist(heads, schema=READINGS)]
    tables += batches(body, READINGS, BODY_ROWS) if body else []
    return parquet_bytes(tables, READINGS, _metadata(work, shard))


def _stamp(work: Work, shard: Shard, entry: Entry, origins: Sequence[Origin]) -> Row:
    rows = [{"source": clean(o.source), "location": clean(o.location), "version": clean(o.version)} for o in origins]
    return {
        "origins": rows,
        "generation": entry.generation,
        "listed_at": shard.listed_at,
        "_run_id": work.run_id,
        "_fingerprint": work.fingerprint,
    }


def _metadata(work: Work, shard: Shard) -> Metadata:
    values = {
        # Not of the content: a copy of the output keeps it, and what is derived from it stays valid.
        "part_id": secrets.token_hex(16),
        "part": shard.name,
        "schema": work.schema.name,
        "schema_version": work.schema.version,
        "schema_digest": schema_digest(work.schema),
        "schema_text": schema_text(work.schema),
        "run_id": work.run_id,
        "fingerprint": work.fingerprint,
        "settings": dict(work.settings),
    }
    return Metadata(kind="readings", values=values)


def _split(packed: Packed, entry: Entry) -> list[tuple[Packed, tuple[Origin, ...]]]:
    """The outcome with its origins; where the bytes changed since they were listed, the other origins are failures."""
    if entry.document_id is None or packed.document_id in {None, entry.document_id}:
        return [(packed, entry.origins)]
    changed = [(_changed(entry, o), (o,)) for o in entry.origins[1:]]
    return [(packed, entry.origins[:1]), *changed]


def _lost(entry: Entry) -> Packed:
    message = "the worker gave nothing back; run again with --retry-failed, and report it if it stays"
    return _failed(entry.source, entry.version, entry.document_id, Stage.READ, message)


def _changed(entry: Entry, origin: Origin) -> Packed:
    message = (
        f"it had the same bytes as {entry.source}, which changed before it was read; run again with --retry-failed"
    )
    return _failed(origin.source, origin.version, entry.document_id, Stage.OPEN, message)


def _failed(source: str, version: str | None, document_id: str | None, stage: Stage, message: str) -> Packed:
    from flows.outcome import DocumentOutcome

    failure = Failure(source=source, document_id=document_id, stage=stage, reason=Reason.INTERNAL, message=message)
    return pack(DocumentOutcome(source=source, source_version=version, failures=(failure,)))


def document_rows(part: PartFile, columns: Sequence[str] | None = None) -> pa.Table:
    """The document and origin rows of a readings part; nothing else is read from the file."""
    return part.read([0], columns)


def stored_documents(part: PartFile, positions: Sequence[int] | None = None) -> Iterator[StoredDocument]:
    """The documents at these positions (ascending; None: all) of a readings part, in order, one at a time."""
    documents = document_rows(part)
    groups: Sequence[int] = range(1, part.row_groups)
    chosen = None if positions is None else pa.array(positions, pa.int32())
    if positions is not None:
        documents = _at(documents, chosen)
        groups = part.groups_with("position", positions[0], positions[-1]) if positions else ()
    heads = [r for r in documents.to_pylist() if r["kind"] == "document"]
    body: Iterator[Row] = (row for g in groups if g > 0 for row in _at(part.read([g]), chosen).to_pylist())
    row = next(body, None)
    for head in heads:
        rows: list[Row] = []
        while row is not None and row["position"] == head["position"]:
            rows.append(row)
            row = next(body, None)
        yield unpack(head, rows)


def _at(table: pa.Table, positions: pa.Array | None) -> pa.Table:
    return table if positions is None else table.filter(pc.is_in(table["position"], positions))


def part_schema(part: PartFile) -> Schema:
    """The schema that a readings part was read with."""
    text: Any = part.metadata.get("schema_text")
    if not isinstance(text, str):
        raise PartError(part.name, "it does not say its schema", "move it out of the output")
    return schema_of(text)


def read_documents(store: Store, name: str) -> tuple[StoredDocument, ...]:
    """All documents of a readings part."""
    with open_part(store, name, kind="readings") as part:
        return tuple(stored_documents(part))
