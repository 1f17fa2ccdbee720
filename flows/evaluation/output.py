"""What a run says of its documents, as evaluation needs it: values, confidence, status, by path."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flows.errors import UsageError, nearest
from flows.part_file import open_part
from flows.status import LOOKS, files_of
from flows.tables import part_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flows.output import Output
    from schemas import Field, Schema

RECORD = ("_source", "_sources", "_document_id", "_confidence", "_reader")
VALUE = ("_source", "_document_id", "path", "state", "confidence", "status", "reasons", "reader", "signals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of one value beside the value."""

    confidence: float | None
    status: str
    reasons: tuple[str, ...] = ()
    reader: str = ""
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One document as the run left it."""

    document_id: str | None
    sources: tuple[str, ...]
    values: Mapping[str, Any]
    confidence: float | None
    told: Mapping[str, Told]
    """By path."""


def chosen_schema(output: Output, wanted: str | None) -> Schema:
    """The schema whose records are meant; UsageError where several are stored and none is named."""
    from flows.rescore import stored_schema

    names = output.schemas()
    if wanted is None and len(names) == 1:
        wanted = names[0]
    if wanted not in names:
        what = f"holds no {wanted!r}" if wanted else f"holds {len(names)} schemas" if names else "holds no readings"
        known = ", ".join(names) or "(nothing yet)"
        msg = f"{output.store.uri} {what}; --schema can be {known}.{nearest(wanted or '', names)}"
        raise UsageError(msg)
    schema = stored_schema(output, wanted)
    if schema is None:
        msg = f"{output.store.uri}: all readings of {wanted} are damaged."
        raise UsageError(msg)
    return schema


def judging_schema(output: Output, wanted: str | None) -> Schema:
    """As `chosen_schema`; where a file is named, what it says of comparisons is taken, and nothing else of it."""
    from schemas.registry import load_schema

    if wanted is None or wanted in output.schemas() or not PurePath(wanted).suffix:
        return chosen_schema(output, wanted)
    newer = load_schema(wanted)
    return replace(chosen := chosen_schema(output, newer.name), fields=_judged_as(chosen.fields, newer.fields))


def _judged_as(fields: Sequence[Field], newer: Sequence[Field]) -> tuple[Field, ...]:
    known = {(f.name, f.kind): f for f in newer}
    return tuple(
        field
        if (other := known.get((field.name, field.kind))) is None
        else replace(field, comparison=other.comparison, columns=_judged_as(field.columns, other.columns))
        for field in fields
    )


def read_given(output: Output, schema: Schema) -> tuple[Given, ...]:
    """All records of a schema; read again where a run changed them meanwhile: one that moves would be there twice."""
    for _ in range(LOOKS):
        before = files_of(output, schema.name)
        given = _read(output, schema)
        if files_of(output, schema.name) == before:
            break
    return given


def _read(output: Output, schema: Schema) -> tuple[Given, ...]:
    told: dict[tuple[str | None, str], dict[str, Told]] = defaultdict(dict)
    for row in _rows(output, "fields", schema, VALUE):
        told[row["_document_id"], row["_source"]][row["path"]] = Told(
            confidence=row["confidence"],
            status=row["status"],
            reasons=tuple(row["reasons"] or ()),
            reader=row["reader"] or "",
            signals=dict(row["signals"] or ()),
        )
    columns = (*RECORD, *(f.name for f in schema.fields))
    return tuple(
        Given(
            document_id=row["_document_id"],
            sources=tuple(dict.fromkeys((row["_source"], *(row["_sources"] or ())))),
            values={f.name: row[f.name] for f in schema.fields},
            confidence=row["_confidence"],
            told=told[row["_document_id"], row["_source"]],
        )
        for row in _rows(output, "records", schema, columns)
    )


def _rows(output: Output, table: str, schema: Schema, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    found: list[pa.Table] = []
    for name in sorted(output.index(schema.name).parts):
        file_name = part_name(table, schema.name, name)
        if output.store.exists(file_name):
            with open_part(output.store, file_name, kind=table) as part:
                found.append(part.read(columns=list(columns)))
    rows: list[dict[str, Any]] = pa.concat_tables(found).to_pylist() if found else []
    return rows
