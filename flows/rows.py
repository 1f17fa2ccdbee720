"""A stored document as rows of the derived tables: a record or a failure, its fields, its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from extractors import FieldStatus, FieldValue, Match, Record, RecordStatus, ReviewReason
from flows.corrections import Correction, applied, rejection
from flows.parts import Row, clean
from flows.twins import with_twins
from tiling import Document, Failure, Page, Reason, Stage
from tiling.upright import displayed_size, to_displayed

if TYPE_CHECKING:
    from extractors import Reading
    from flows.parts import StoredDocument
    from flows.work import Origin
    from schemas import Kind, Schema

ROW = re.compile(r"\[\d+\]")
"""The row in `line_items[2].quantity`."""
Merge = Callable[[Document, "Schema", "Sequence[Reading]"], Record]


@dataclass(slots=True, kw_only=True)
class Rows:
    """Rows of the four derived tables, by table."""

    records: list[Row] = field(default_factory=list)
    fields: list[Row] = field(default_factory=list)
    pages: list[Row] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)

    def of(self, table: str) -> list[Row]:
        rows: list[Row] = getattr(self, table)
        return rows


def add_rows(
    rows: Rows,
    stored: StoredDocument,
    more: Sequence[Origin],
    *,
    schema: Schema,
    merge: Merge,
    corrections: Sequence[Correction],
    twins: Sequence[str] = (),
) -> None:
    """Adds what is derived of one document; `twins` are the sources of others that say the same seller and number.

    Whatever goes wrong here is a failure of this document alone.
    """
    failures = list(stored.failures)
    if stored.read:
        try:
            record = with_twins(_record(stored, schema, merge, corrections), schema, twins)
            record_row, field_rows = _record_row(record, stored, more), _field_rows(record, stored, schema)
            record_row |= _own_columns(record_row, field_rows, record, schema)
        except _RejectedError as rejected:
            failures.append(rejected.failure)
        except Exception as error:  # noqa: BLE001 - the document's border; its readings stay, and a later version may merge them
            failures.append(_merge_failure(stored, error))
        else:
            rows.records.append(record_row)
            rows.fields.extend(field_rows)
    rows.failures.extend(_failure_row(f, stored, more) for f in failures)
    rows.pages.extend(_page_rows(stored))


class _RejectedError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def _record(stored: StoredDocument, schema: Schema, merge: Merge, corrections: Sequence[Correction]) -> Record:
    if no := rejection(corrections):
        message = f"{no.reviewer or 'a reviewer'} said that this document is none of ours; its readings are kept"
        raise _RejectedError(_failure(stored, Stage.VALIDATE, Reason.QUARANTINED, message))
    if stored.document is None:
        msg = "there are readings, but no document"
        raise ValueError(msg)
    record = merge(stored.document, schema, stored.readings)
    return applied(record, schema, corrections)


def _failure(stored: StoredDocument, stage: Stage, reason: Reason, message: str) -> Failure:
    return Failure(source=stored.source, document_id=stored.document_id, stage=stage, reason=reason, message=message)


def _merge_failure(stored: StoredDocument, error: Exception) -> Failure:
    message = (
        f"its readings are kept, but merging them failed ({type(error).__name__}: {error}); "
        "please report this, and run `extract rescore` with a version that can"
    )
    return _failure(stored, Stage.MERGE, Reason.INTERNAL, message)


def _sources(stored: StoredDocument, more: Sequence[Origin]) -> list[str]:
    own = [o.source for o in stored.origins] or [stored.source]
    return list(dict.fromkeys([stored.source, *own, *(o.source for o in more)]))


def _own_columns(row: Row, fields: list[Row], record: Record, schema: Schema) -> Row:
    """The schema's own columns; a value that its column cannot hold is left out, and waits for a person."""
    from schemas.arrow import arrow_row

    own, misfits = arrow_row(schema, record.values)
    for misfit in misfits:
        row["_status"] = RecordStatus.INCOMPLETE.value
        for field_row in (f for f in fields if f["path"] == misfit.path):
            field_row["status"] = FieldStatus.REVIEW.value
            field_row["reasons"] = list(dict.fromkeys([*field_row["reasons"], ReviewReason.INCOMPLETE.value]))
            field_row["notes"] = [*field_row["notes"], f"not in the record: {misfit.why}"]
    return own | {"_schema_version": schema.version}


def _record_row(record: Record, stored: StoredDocument, more: Sequence[Origin]) -> Row:
    return {
        "_source": stored.source,
        "_sources": _sources(stored, more),
        "_source_version": stored.source_version,
        "_document_id": stored.document_id,
        "_status": record.status.value,
        "_confidence": record.confidence,
        "_reader": record.reader,
        "_model": record.model,
        "_pages": len(stored.pages),
        "_checks": [
            {"name": c.name, "outcome": c.outcome.value, "paths": list(c.paths), "message": clean(c.message)}
            for c in record.checks
        ],
        "_notes": [clean(n) for n in record.notes],
        "_run_id": stored.run_id,
        "_fingerprint": stored.fingerprint,
        "_extracted_at": stored.read_at,
    }


def _field_rows(record: Record, stored: StoredDocument, schema: Schema) -> list[Row]:
    pages = {p.index: p for p in stored.pages}
    kinds = {f.name: f.kind for f in schema.fields}
    kinds |= {f"{f.name}.{c.name}": c.kind for f in schema.fields for c in f.columns}
    return [_field_row(f, stored, kinds, pages) for f in record.fields]


def _field_row(value: FieldValue, stored: StoredDocument, kinds: dict[str, Kind], pages: dict[int, Page]) -> Row:
    evidence = value.evidence
    page = pages.get(evidence.page) if evidence else None
    return {
        "_source": stored.source,
        "_document_id": stored.document_id,
        "path": value.path,
        "value": _canonical(value, kinds),
        "text": clean(value.text),
        "state": value.state.value,
        "confidence": value.confidence,
        "status": value.status.value,
        "reasons": [r.value for r in value.reasons],
        "page": evidence.page + 1 if evidence and evidence.match is not Match.NONE else None,
        "box": _box(evidence.box, page) if evidence else None,
        "page_width_pt": displayed_size(page)[0] if page else None,
        "page_height_pt": displayed_size(page)[1] if page else None,
        "match": evidence.match.value if evidence else None,
        "reader": value.reader,
        "signals": sorted(value.signals.items()),
        "alternatives": [clean(a) for a in value.alternatives],
        "notes": [clean(n) for n in value.notes],
    }


def _canonical(value: FieldValue, kinds: dict[str, Kind]) -> str | None:
    """The value as the `fields` table holds it; None where there is none."""
    from schemas.values import format_value

    if value.value is None:
        return None
    return clean(format_value(kinds[ROW.sub("", value.path)], value.value))


def _box(box: Any, page: Page | None) -> Row | None:  # noqa: ANN401 - Box | None
    if box is None or page is None or not page.width_pt or not page.height_pt:
        return None
    width, height = displayed_size(page)
    share = to_displayed(page, box).scaled(1 / width, 1 / height)
    return {k: round(getattr(share, k), 6) for k in ("x0", "y0", "x1", "y1")}


def _failure_row(failure: Failure, stored: StoredDocument, more: Sequence[Origin]) -> Row:
    return {
        "_source": stored.source,
        "_sources": _sources(stored, more),
        "_source_version": stored.source_version,
        "_document_id": stored.document_id,
        "stage": failure.stage.value,
        "reason": failure.reason.value,
        "message": clean(failure.message),
        "page": None if failure.page is None else failure.page + 1,
        "_run_id": stored.run_id,
        "_fingerprint": stored.fingerprint,
        "_failed_at": stored.read_at,
    }


def _page_rows(stored: StoredDocument) -> list[Row]:
    return [
        {
            "_source": stored.source,
            "_document_id": stored.document_id,
            "page": p.index + 1,
            "state": p.state.value,
            "words_source": p.words_source.value,
            "words": count,
            "ink": p.ink,
            "rotation": p.rotation,
            "turned": p.turned,
            "skew_deg": p.skew_deg,
            "width_pt": displayed_size(p)[0],
            "height_pt": displayed_size(p)[1],
            "tiles": stored.tokens.get(p.index, (None, None))[0],
            "tokens": stored.tokens.get(p.index, (None, None))[1],
        }
        for p, count in zip(stored.pages, stored.word_counts, strict=True)
    ]
