"""Rows of documents gathered into Arrow tables, a few documents at a time: a large part stays small in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from flows.rows import Rows, add_rows
from flows.tables import FAILURES, FIELDS, PAGES, RECORD_COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.corrections import Correction
    from flows.parts import StoredDocument
    from flows.rows import Merge
    from flows.work import Origin
    from schemas import Schema

AT_ONCE = 64
"""Documents."""


def records_schema(schema: Schema) -> pa.Schema:
    """The columns of `records`: the schema's own, then those that every record has."""
    from schemas.arrow import arrow_schema

    return pa.schema([*arrow_schema(schema), *RECORD_COLUMNS], metadata=arrow_schema(schema).metadata)


class TableBuilder:
    """Takes stored documents one by one, gives the four derived tables of their part."""

    def __init__(self, schema: Schema, merge: Merge) -> None:
        self._schema, self._merge = schema, merge
        self._columns = {"records": records_schema(schema), "fields": FIELDS, "pages": PAGES, "failures": FAILURES}
        self._done: dict[str, list[pa.Table]] = {t: [] for t in TABLES}
        self._rows = Rows()
        self.documents = 0

    def add(
        self,
        stored: StoredDocument,
        more: Sequence[Origin],
        corrections: Sequence[Correction],
        twins: Sequence[str] = (),
    ) -> None:
        """Derives one document."""
        add_rows(self._rows, stored, more, schema=self._schema, merge=self._merge, corrections=corrections, twins=twins)
        self.documents += 1
        if self.documents % AT_ONCE == 0:
            self._flush()

    def tables(self) -> dict[str, pa.Table]:
        """All rows so far, one table each."""
        self._flush()
        return {t: pa.concat_tables([self._columns[t].empty_table(), *self._done[t]]).combine_chunks() for t in TABLES}

    def _flush(self) -> None:
        rows, self._rows = self._rows, Rows()
        for table in TABLES:
            self._done[table].append(pa.Table.from_pylist(rows.of(table), schema=self._columns[table]))
