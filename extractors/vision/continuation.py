"""Long tables: where the page's words show more rows than an answer has, the model is asked for those that follow.

Where it has none of them, it is asked for the table alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.vision.answers import Said
    from schemas import Field, Schema

SHOWN_ROWS = 2
"""Of those that are there already: enough to find the place."""
_CELL = re.compile(r"\[(\d+)\]\.(.+)$")


def lacking(schema: Schema, said: Sequence[Said], rows: Mapping[str, int]) -> Field | None:
    """The first table of which an answer has fewer rows than the words show."""
    tables = (f for f in schema.fields if f.kind is Kind.TABLE)
    return next((f for f in tables if row_count(f.name, said) < rows.get(f.name, 0)), None)


def row_count(table: str, said: Sequence[Said]) -> int:
    return next((s.items or 0 for s in said if s.path == table), 0)


def last_rows(table: Field, said: Sequence[Said]) -> list[dict[str, str | bool | None]]:
    """The last rows as the model wrote them; none of a table that it saw no rows of."""
    rows = _rows(table, said)
    return [{s.path.rpartition(".")[2]: s.content for s in rows[n]} for n in sorted(rows)[-SHOWN_ROWS:]]


def joined(table: Field, said: Sequence[Said], more: Sequence[Said]) -> tuple[Said, ...]:
    """The answer with the rows that followed; rows that it has already at its end are not taken twice."""
    old, new = _rows(table, said), _rows(table, more)
    known = [_contents(old[n]) for n in sorted(old)]
    fresh = [n for n in sorted(new) if _contents(new[n]) not in known[-SHOWN_ROWS:]]
    first = row_count(table.name, said)
    added = [
        replace(s, path=f"{table.name}[{first + place}].{s.path.rpartition('.')[2]}")
        for place, n in enumerate(fresh)
        for s in new[n]
    ]
    whole = tuple(replace(s, items=first + len(fresh)) if s.path == table.name and fresh else s for s in said)
    return (*whole, *added)


def _rows(table: Field, said: Sequence[Said]) -> dict[int, list[Said]]:
    rows: dict[int, list[Said]] = {}
    for one in said:
        cell = _CELL.match(one.path.removeprefix(table.name)) if one.path.startswith(f"{table.name}[") else None
        if cell:
            rows.setdefault(int(cell.group(1)), []).append(one)
    return rows


def _contents(row: Sequence[Said]) -> dict[str, str | bool | None]:
    return {s.path.rpartition(".")[2]: s.content for s in row}
