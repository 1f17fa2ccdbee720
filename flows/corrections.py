"""What people decided: appended as parts of their own, never changed, laid over the records when they are derived."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from extractors import FieldStatus, FieldValue, Record, ReviewReason, State, Value
from flows.part_file import Metadata, PartError, batches, open_part, parquet_bytes
from flows.tables import CORRECTIONS
from schemas import Field, Kind, Schema
from schemas.compare import same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flows.store import Store

FOLDER = "corrections/"
STEP = re.compile(r"^(?P<table>\w+)\[(?P<row>\d+)\]\.(?P<column>\w+)$")


class Decision(StrEnum):
    """What a person said of a value; `reject`: the document is none of ours."""

    ACCEPT = "accept"
    CORRECT = "correct"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One decision on one value (path None: on the whole document)."""

    document_id: str
    schema: str
    path: str | None
    decision: Decision
    value: str | None = None
    """Canonical text of the value, as the `fields` table has it; only of `correct`."""
    reviewer: str = ""
    decided_at: dt.datetime
    note: str = ""


def append(store: Store, corrections: Sequence[Correction]) -> str | None:
    """Stores decisions as one new part; None where this very set is stored already (an import that ran twice)."""
    rows = [_row(c) for c in corrections]
    digest = hashlib.sha256(repr([list(r.values()) for r in rows]).encode()).hexdigest()[:20]
    name = f"{FOLDER}part-{digest}.parquet"
    metadata = Metadata(kind="corrections", values={"part": f"part-{digest}"})
    made = store.create(name, parquet_bytes(batches(rows, CORRECTIONS, 10_000), CORRECTIONS, metadata))
    return name if made else None


def load(store: Store, schema: str) -> tuple[dict[str, tuple[Correction, ...]], list[PartError]]:
    """Document id -> its decisions of a schema, the last one of each path; and the parts that could not be read."""
    last: dict[str, dict[str | None, Correction]] = defaultdict(dict)
    damaged: list[PartError] = []
    found: list[Correction] = []
    for stat in store.names(FOLDER):
        try:
            with open_part(store, stat.name, kind="corrections") as part:
                found += [_correction(r) for r in part.read().to_pylist() if r["schema"] == schema]
        except PartError as error:
            damaged.append(error)
    for c in sorted(found, key=lambda c: (c.decided_at, c.path or "", c.decision, c.value or "", c.reviewer)):
        last[c.document_id][c.path] = c
    return {key: tuple(by_path.values()) for key, by_path in last.items()}, damaged


def digest_of(corrections: Sequence[Correction]) -> str:
    """Of what the decisions change in the derived tables."""
    content = sorted((c.document_id, c.path or "", c.decision.value, c.value or "", c.reviewer) for c in corrections)
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def rejection(corrections: Sequence[Correction]) -> Correction | None:
    """The decision that the document is none of ours, if there is one and it was not taken back."""
    reject = [c for c in corrections if c.decision is Decision.REJECT]
    return reject[-1] if reject else None


def applied(record: Record, schema: Schema, corrections: Sequence[Correction]) -> Record:
    """The record with the decisions laid over it, and its checks evaluated again."""
    wanted = {c.path: c for c in corrections if c.path is not None and c.decision is not Decision.REJECT}
    if not wanted:
        return record
    values = {k: [dict(row) for row in v] if isinstance(v, list) else v for k, v in record.values.items()}
    fields: list[FieldValue] = []
    for value in record.fields:
        correction = wanted.pop(value.path, None)
        fields.append(value if correction is None else _decided(value, schema, correction))
    for path, correction in wanted.items():
        if path is not None and _known(schema, path):
            unseen = FieldValue(
                path=path, state=State.ABSENT, value=None, text="", confidence=None, status=FieldStatus.REVIEW
            )
            fields.append(_decided(unseen, schema, correction))
    for value in fields:
        if value.status is FieldStatus.CORRECTED:
            _put(values, value.path, value.value)
    return _checked_again(dataclasses.replace(record, values=values, fields=tuple(fields)), schema)


def _decided(value: FieldValue, schema: Schema, correction: Correction) -> FieldValue:
    note = f"{correction.decision.value} by {correction.reviewer or 'a reviewer'}"
    done = dataclasses.replace(value, status=FieldStatus.CORRECTED, reasons=(), notes=(*value.notes, note))
    match correction.decision:
        case Decision.CORRECT:
            return _corrected(value, done, schema, correction.value or "")
        case Decision.ABSENT:
            return dataclasses.replace(done, state=State.ABSENT, value=None, text="", evidence=None, confidence=None)
        case Decision.UNREADABLE:
            return dataclasses.replace(done, state=State.UNREADABLE, value=None, confidence=None)
        case _:
            return done


def _corrected(value: FieldValue, done: FieldValue, schema: Schema, text: str) -> FieldValue:
    """The value that a person gave; one that the field cannot hold is noted, and the value waits as before."""
    try:
        new = value_of(schema.field(value.path), text)
    except ValueError as error:
        return dataclasses.replace(value, status=FieldStatus.REVIEW, notes=(*value.notes, f"a correction: {error}"))
    if value.value is not None and same(schema.field(value.path), new, value.value):
        return dataclasses.replace(done, value=new)  # what was read counts as right, by the field's own comparison
    return dataclasses.replace(done, state=State.VALUE, value=new, evidence=None, confidence=None)


def value_of(field: Field, text: str) -> Value:
    """The value of a canonical text; ValueError where it is none."""
    readers: dict[Kind, Callable[[str], Value]] = {
        Kind.MONEY: Decimal,
        Kind.NUMBER: Decimal,
        Kind.PERCENT: Decimal,
        Kind.INTEGER: int,
        Kind.DATE: dt.date.fromisoformat,
        Kind.TIME: dt.time.fromisoformat,
        Kind.BOOLEAN: lambda t: {"true": True, "false": False}[t.lower()],
    }
    try:
        return readers.get(field.kind, str)(text)
    except (InvalidOperation, KeyError, ValueError) as error:
        msg = f"{text!r} is no {field.kind.value} ({field.name}); write it as the fields table does"
        raise ValueError(msg) from error


def _put(values: dict[str, Any], path: str, value: Value | None) -> None:
    step = STEP.match(path)
    if step is None:
        values[path] = value
        return
    rows = values.get(step["table"]) or []
    if int(step["row"]) < len(rows):
        rows[int(step["row"])][step["column"]] = value


def _known(schema: Schema, path: str) -> bool:
    try:
        schema.field(path)
    except KeyError:
        return False
    return True


def _checked_again(record: Record, schema: Schema) -> Record:
    """Checks on the corrected values; a value that waited only for a check that now passes waits no longer."""
    from schemas.checks import Outcome, run_checks

    try:
        checks = run_checks(schema, record.values)
    except Exception as error:  # noqa: BLE001 - a late step; what people decided stays, and so do the checks before it
        note = f"the checks could not be run on the corrected values: {type(error).__name__}: {error}"
        return dataclasses.replace(record, notes=(*record.notes, note))
    failing = {p for c in checks if c.outcome is Outcome.FAIL for p in c.paths}
    fields = tuple(_rechecked(f, f.path in failing) for f in record.fields)
    return dataclasses.replace(record, fields=fields, checks=checks)


def _rechecked(value: FieldValue, fails: bool) -> FieldValue:
    if value.status is FieldStatus.CORRECTED or fails or ReviewReason.CHECK_FAILED not in value.reasons:
        return value
    reasons = tuple(r for r in value.reasons if r is not ReviewReason.CHECK_FAILED)
    return dataclasses.replace(value, reasons=reasons, status=FieldStatus.REVIEW if reasons else FieldStatus.ACCEPTED)


def _row(c: Correction) -> Mapping[str, Any]:
    return {
        "_document_id": c.document_id,
        "schema": c.schema,
        "path": c.path,
        "decision": c.decision.value,
        "value": c.value,
        "reviewer": c.reviewer,
        "decided_at": c.decided_at,
        "note": c.note,
    }


def _correction(row: Mapping[str, Any]) -> Correction:
    return Correction(
        document_id=row["_document_id"],
        schema=row["schema"],
        path=row["path"],
        decision=Decision(row["decision"]),
        value=row["value"],
        reviewer=row["reviewer"] or "",
        decided_at=row["decided_at"],
        note=row["note"] or "",
    )
