"""Rows of documents gathered into Arrow tables, a few documents at a time: a large part stays small in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from flows.rows import Rows, add_rows, without_value
from flows.tables import FAILURES, FIELDS, PAGES, RECORD_COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.corrections import Correction
    from flows.parts import Row, StoredDocument
    from flows.rows import Merge
    from flows.work import Origin
    from schemas import Schema

AT_ONCE = 64
"""Documents."""


def records_schema(schema: Schema) -> pa.Schema:
    """The columns of `records`: the schema's own, then those that every record has."""
    from schemas.arrow import arrow_schema

    return pa.schema([*arrow_schema(schema), *RECORD_COLUMNS])


class TableBuilder:
    """Takes stored documents one by one, gives the four derived tables of their part."""

    def __init__(self, schema: Schema, merge: Merge) -> None:
        self._schema, self._merge = schema, merge
        self._columns = {"records": records_schema(schema), "fields": FIELDS, "pages": PAGES, "failures": FAILURES}
        self._done: dict[str, list[pa.Table]] = {t: [] for t in TABLES}
        self._rows = Rows()
        self.documents = 0

    def add(self, stored: StoredDocument, more: Sequence[Origin], corrections: Sequence[Correction]) -> None:
        """Derives one document."""
        add_rows(self._rows, stored, more, schema=self._schema, merge=self._merge, corrections=corrections)
        self.documents += 1
        if self.documents % AT_ONCE == 0:
            self._flush()

    def tables(self) -> dict[str, pa.Table]:
        """All rows so far, one table each."""
        self._flush()
        return {t: pa.concat_tables([self._columns[t].empty_table(), *self._done[t]]).combine_chunks() for t in TABLES}

    def _flush(self) -> None:
        rows, self._rows = self._rows, Rows()
        self._done["records"].append(self._records(rows))
        for table in ("fields", "pages", "failures"):
            self._done[table].append(pa.Table.from_pylist(rows.of(table), schema=self._columns[table]))

    def _records(self, rows: Rows) -> pa.Table:
        """The records; a value that its column cannot hold (too many digits) is left out and goes to a person."""
        columns = self._columns["records"]
        try:
            return pa.Table.from_pylist(rows.records, schema=columns)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            for row in rows.records:
                self._fit(row, [f for f in rows.fields if f["_document_id"] == row["_document_id"]])
            return pa.Table.from_pylist(rows.records, schema=columns)

    def _fit(self, row: Row, fields: list[Row]) -> None:
        for column in self._columns["records"]:
            try:
                pa.array([row.get(column.name)], type=column.type)
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                without_value(row, fields, column.name)
