"""One table out of several readings' tables: the rows of the reader that is believed first, checked by the others'."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.agreement import aligned
from extractors.draft import Draft, draft_of
from extractors.merge_fields import compare, valid_draft
from extractors.reading import State
from extractors.record import ReviewReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.policy import Policy
    from extractors.reading import Finding, Reading, Value
    from schemas import Field

CELL = re.compile(r"\[(\d+)\]\.(\w+)$")
Row = dict[str, "Finding"]


def cell_of(table: str, path: str) -> tuple[int, str] | None:
    """Row and column of a path within a table; None where it is no cell of this table."""
    cell = CELL.fullmatch(path.removeprefix(table)) if path.startswith(f"{table}[") else None
    return (int(cell.group(1)), cell.group(2)) if cell else None


def merged_table(spec: Field, readings: Sequence[Reading], policy: Policy) -> list[Draft]:
    """The drafts of a table's cells, row by row; before them one of the table itself where there is a word on it.

    `readings` are in the order in which readers are believed; readings of single pages give their rows page by page.
    """
    rows: dict[str, list[Row]] = {}
    for reading in readings:
        rows.setdefault(reading.reader, []).extend(_rows(spec.name, reading.findings))
    tables = [(reader, found) for reader, found in rows.items() if found]
    whole = [draft_of(f.path, spec, f, r.reader) for r in readings for f in r.findings if f.path == spec.name]
    if not tables:
        return whole[:1] or [Draft(path=spec.name, spec=spec, state=State.ABSENT)]
    (reader, chosen), *others = tables
    drafts = [_row_drafts(spec, n, row, reader) for n, row in enumerate(chosen)]
    for other, other_rows in others:
        _compare(spec, drafts, other, other_rows, policy)
    before = [r.reader for r in readings].index(reader)
    denying = [d for d in whole if d.reader in {r.reader for r in readings[:before]} and not d.reasons]
    for cell in (cell for row in drafts for cell in row.values() if denying):
        cell.signals["agreement"] = 0.0
    return [*_of_the_table(spec, tables, drafts, whole, denying), *(d for row in drafts for d in row.values())]


def _rows(table: str, findings: Sequence[Finding]) -> list[Row]:
    """The rows of one reading in order; row numbers that it left out are closed up."""
    rows: dict[int, Row] = defaultdict(dict)
    for finding in findings:
        if cell := cell_of(table, finding.path):
            rows[cell[0]].setdefault(cell[1], finding)
    return [rows[n] for n in sorted(rows)]


def _row_drafts(spec: Field, number: int, row: Row, reader: str) -> dict[str, Draft]:
    return {
        column.name: valid_draft(f"{spec.name}[{number}].{column.name}", column, row[column.name], reader)
        for column in spec.columns
        if column.name in row
    }


def _of_the_table(
    spec: Field,
    tables: Sequence[tuple[str, Sequence[Row]]],
    drafts: Sequence[Mapping[str, Draft]],
    whole: Sequence[Draft],
    denying: Sequence[Draft],
) -> list[Draft]:
    """What there is to say of the whole table: a reader's doubt, rows that only another reader has, or sees at all."""
    doubted = next((d for d in whole if d.reasons), None)
    if doubted is not None:
        doubted.state, doubted.value = State.VALUE, None
        return [doubted]
    (reader, rows), *others = tables
    if denying:
        draft = Draft(path=spec.name, spec=spec, state=State.VALUE, reader=reader)
        draft.doubt(ReviewReason.DISAGREEMENT, f"{denying[0].reader} sees no rows, {reader} has {len(rows)}")
        return [draft]
    longest = max(others, key=lambda t: len(t[1]), default=("", ()))
    if len(longest[1]) <= len(rows) or any(d.from_xml for row in drafts for d in row.values()):
        return []
    draft = Draft(path=spec.name, spec=spec, state=State.VALUE, reader=reader)
    draft.doubt(ReviewReason.INCOMPLETE, f"{longest[0]} sees {len(longest[1])} rows, {reader} has {len(rows)}")
    return [draft]


def _compare(
    spec: Field, drafts: Sequence[Mapping[str, Draft]], reader: str, rows: Sequence[Row], policy: Policy
) -> None:
    """Cell by cell with the rows that are the same; what the other reader lacks is left as it is."""
    own = [_values({name: d.value for name, d in row.items()}) for row in drafts]
    others = [_row_drafts(spec, n, row, reader) for n, row in enumerate(rows)]
    theirs = [_values({name: d.value for name, d in row.items()}) for row in others]
    for row, partner in zip(drafts, aligned(spec.columns, own, theirs), strict=True):
        for name, draft in row.items() if partner is not None else ():
            other = others[partner].get(name) if partner is not None else None
            if other is not None and other.state is State.VALUE and draft.state is State.VALUE:
                compare(draft, [other], policy)


def _values(row: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in row.items() if value is not None}
