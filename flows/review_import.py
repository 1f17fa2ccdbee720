"""Decisions that come back from review: each checked against the value it was made about, and stored by document.

All decisions on a document are taken, or none of them: half a document would be neither what was read nor what the
reviewer meant. The same file may be imported again: what is stored already is passed over.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows import corrections
from flows.corrected_value import corrected_value
from flows.corrections import Correction, Decision
from flows.errors import nearest
from flows.part_file import open_part
from flows.rescore import stored_schema
from flows.tables import part_name
from review.items import hash_of_value, id_of_item
from schemas.values import format_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flows.output import Output
    from review.csv_decisions import DecidedRow
    from schemas import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that cannot be taken, and why; the other rows of its document are not taken either."""

    row: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the rows."""

    decisions: int
    documents: int
    already: int
    """Decisions that were stored before."""
    left: int
    """Decisions that were not taken because another row of their document was refused."""
    refused: tuple[Refused, ...]
    schemas: tuple[str, ...]
    """Whose tables are to be derived again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A value as the output has it now."""

    state: str
    value: str | None


class RowError(ValueError):
    """Why a row is refused."""


def import_decisions(output: Output, rows: Sequence[DecidedRow], *, reviewer: str, decided_at: dt.datetime) -> Imported:
    """Stores what can be taken as one part; `reviewer` where a row names none. Derives nothing."""
    taken: list[Correction] = []
    refused: list[Refused] = []
    already = left = 0
    documents: set[tuple[str, str]] = set()
    for schema_name, own_rows in _by(rows, "schema").items():
        desk = _desk(output, schema_name, own_rows)
        for document_id, of_document in _by(own_rows, "document_id").items():
            new, old, errors = _document(desk, of_document, reviewer, decided_at)
            refused += errors
            if errors:
                left += len(of_document) - len(errors)
                continue
            already += old
            taken += new
            documents |= {(schema_name, document_id)} if new else set()
    if taken:
        _store(output, taken)
    return Imported(
        decisions=len(taken),
        documents=len(documents),
        already=already,
        left=left,
        refused=tuple(sorted(refused, key=lambda r: r.row)),
        schemas=tuple(sorted({c.schema for c in taken})),
    )


def _store(output: Output, taken: Sequence[Correction]) -> None:
    """Stores the decisions; those on documents that were forgotten at this moment not for long."""
    name = corrections.append(output.store, taken)
    known = {schema: output.index(schema).states() for schema in {c.schema for c in taken}}
    left = [c for c in taken if known[c.schema].of(c.document_id) is not None]
    if name is not None and len(left) < len(taken):
        if left:
            corrections.append(output.store, left)
        output.store.delete(name)


def _by(rows: Sequence[DecidedRow], name: str) -> dict[str, list[DecidedRow]]:
    groups: dict[str, list[DecidedRow]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What decisions on one schema are compared with; `schema` is None where the output does not hold it."""

    name: str
    known: tuple[str, ...]
    schema: Schema | None
    current: Mapping[tuple[str, str], Current]
    """(document, path) -> its value now."""
    decided: Mapping[str, Sequence[Correction]]
    """Document -> its decisions so far, the last of each path."""

    def last(self, document_id: str, path: str | None) -> Correction | None:
        return next((c for c in self.decided.get(document_id, ()) if c.path == path), None)


def _desk(output: Output, name: str, rows: Sequence[DecidedRow]) -> Desk:
    known = output.schemas()
    schema = stored_schema(output, name) if name in known else None
    if schema is None:
        return Desk(name=name, known=known, schema=None, current={}, decided={})
    decided, _ = corrections.load(output.store, name)
    current = _current(output, name, {row.document_id for row in rows})
    return Desk(name=name, known=known, schema=schema, current=current, decided=decided)


def _current(output: Output, schema: str, document_ids: set[str]) -> dict[tuple[str, str], Current]:
    found: dict[tuple[str, str], Current] = {}
    wanted = pa.array(sorted(document_ids), pa.string())
    for part in output.index(schema).parts:
        name = part_name("fields", schema, part)
        if not output.store.exists(name):
            continue
        with open_part(output.store, name, kind="fields") as file:
            rows = file.read(columns=["_document_id", "path", "state", "value"])
        for row in rows.filter(pc.is_in(rows["_document_id"], wanted)).to_pylist():
            found[row["_document_id"], row["path"]] = Current(state=row["state"], value=row["value"])
    return found


def _document(
    desk: Desk, rows: Sequence[DecidedRow], reviewer: str, decided_at: dt.datetime
) -> tuple[list[Correction], int, list[Refused]]:
    """New decisions on a document, how many are stored already, and what is wrong."""
    new: list[Correction] = []
    errors: list[Refused] = []
    already = 0
    seen: dict[str, int] = {}
    rejected = any(row.decision == Decision.REJECT for row in rows)
    for row in rows:
        try:
            _once(row, seen)
            correction = _correction(desk, row, rejected, reviewer, decided_at)
        except RowError as error:
            errors.append(Refused(row=row.row, message=str(error)))
        else:
            already += correction is None
            new += [correction] if correction and correction.path not in {c.path for c in new} else []
    return new, already, errors


def _once(row: DecidedRow, seen: dict[str, int]) -> None:
    if row.path in seen:
        msg = f"{row.path} of this document is decided in row {seen[row.path]} too"
        raise RowError(msg)
    seen[row.path] = row.row


def _correction(
    desk: Desk, row: DecidedRow, rejected: bool, reviewer: str, decided_at: dt.datetime
) -> Correction | None:
    """The decision of a row; None where it is stored already, RowError where it cannot be taken."""
    decision, schema = _decision(row), _schema(desk)
    if row.item_id != id_of_item(row.document_id, row.schema, row.path):
        msg = "item_id, document_id, schema and path do not belong together; leave these cells as they were exported"
        raise RowError(msg)
    if rejected and decision is not Decision.REJECT:
        msg = "another row rejects the whole document; say `reject` in all its rows, or leave the others empty"
        raise RowError(msg)
    value = _value(schema, row) if decision is Decision.CORRECT else None
    path = None if decision is Decision.REJECT else row.path
    last = desk.last(row.document_id, path)
    if last is not None and (last.decision, last.value) == (decision, value):
        return None
    _unchanged(desk, row)
    if last is not None:  # clocks of machines differ; later decisions are later all the same
        decided_at = max(decided_at, last.decided_at + dt.timedelta(microseconds=1))
    return Correction(
        document_id=row.document_id,
        schema=row.schema,
        path=path,
        decision=decision,
        value=value,
        reviewer=row.reviewer or reviewer,
        decided_at=decided_at,
        note=row.note,
    )


def _decision(row: DecidedRow) -> Decision:
    named = row.decision or ("correct" if row.corrected_value else "")
    try:
        decision = Decision(named)
    except ValueError as error:
        known = [d.value for d in Decision]
        msg = f"`{row.decision}` is no decision.{nearest(row.decision, known)} Decisions: {', '.join(known)}"
        raise RowError(msg) from error
    if row.corrected_value and decision is not Decision.CORRECT:
        msg = f"it says `{decision}` and has a corrected value; clear one of the two, or say `correct`"
        raise RowError(msg)
    return decision


def _schema(desk: Desk) -> Schema:
    if desk.schema is None:
        msg = f"the output holds no schema {desk.name!r}.{nearest(desk.name, desk.known)}"
        raise RowError(msg)
    return desk.schema


def _value(schema: Schema, row: DecidedRow) -> str:
    try:
        field = schema.field(row.path)
    except KeyError as error:
        msg = f"{schema.name} has no field {row.path!r}"
        raise RowError(msg) from error
    try:
        return format_value(field.kind, corrected_value(field, row.corrected_value))
    except ValueError as error:
        raise RowError(str(error)) from error


def _unchanged(desk: Desk, row: DecidedRow) -> None:
    """The lock: a decision counts for the value it was made about."""
    now = desk.current.get((row.document_id, row.path))
    if now is None:
        msg = "the output has no such document or value any more; export the queue again"
        raise RowError(msg)
    if hash_of_value(row.document_id, row.path, now.state, now.value) != row.value_hash:
        shown = now.state if now.value is None else f"`{now.value}`"
        msg = f"{row.path} has changed since the export (it is {shown} now); export the queue again and decide on that"
        raise RowError(msg)
