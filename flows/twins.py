"""Which documents of an output say the same seller and number, part by part, kept in step with the records.

Twins are a matter between parts: they are looked up in the records once these are derived, and the parts that hold one
are derived again with it. Of a part that has not changed nothing is read again, and eight bytes a document are kept.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import numpy as np

from extractors import FieldStatus, Record, ReviewReason
from flows.duplicates import PART, Duplicate, duplicates, folded_name, folded_number, identity_of
from flows.part_file import PartError, open_part
from flows.store import MissingError
from flows.tables import part_name
from schemas.check_result import failed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from flows.duplicates import Identity
    from flows.output import Output
    from flows.store import Stat, Store
    from schemas import Schema

    Row = Mapping[str, str | None]

CHECK = "seen_once"
SHOWN = 3
Others = dict[str, tuple[str, ...]]
"""Document id -> sources of the other documents with its seller and number."""


class Twins:
    """Of one schema of one output."""

    def __init__(self, store: Store, schema: Schema) -> None:
        self._store, self._schema = store, schema
        self._identity = identity_of(schema)
        self._marks: dict[str, tuple[str, NDArray[np.uint64]]] = {}
        """Part -> (tag of its records, a mark of seller and number for each record that has both)."""
        self._rows: dict[str, dict[int, list[Row]]] = {}
        """Part -> mark -> its rows, of marks that were seen several times."""
        self.groups: tuple[Duplicate, ...] = ()
        self.by_part: dict[str, Others] = {}

    def look(self, records: Mapping[str, Stat]) -> None:
        """Takes in the records parts that were written or removed since; they are given by part."""
        if self._identity is None:
            return
        for part in set(self._marks) - set(records):
            self._forget(part)
        for part, stat in records.items():
            if part not in self._marks or self._marks[part][0] != stat.tag:
                self._forget(part)
                rows = self._read(part, self._identity)
                self._marks[part] = stat.tag, np.array([m for m, _ in rows], np.uint64)
        self.groups, self.by_part = self._grouped(self._identity)

    def _forget(self, part: str) -> None:
        self._marks.pop(part, None)
        self._rows.pop(part, None)

    def _grouped(self, identity: Identity) -> tuple[tuple[Duplicate, ...], dict[str, Others]]:
        marks, counts = np.unique(
            np.concatenate([m for _, m in self._marks.values()] or [np.array([], np.uint64)]), return_counts=True
        )
        several = marks[counts > 1]
        if not several.size:
            self._rows.clear()
            return (), {}
        rows: list[Row] = []
        part_of: dict[str, str] = {}
        for part, (_, own) in sorted(self._marks.items()):
            wanted = {int(m) for m in np.intersect1d(own, several)}
            known = self._rows.setdefault(part, {})
            if wanted - known.keys():
                known |= _by_mark(self._read(part, identity), wanted)
            found = [row for mark in sorted(wanted) for row in known.get(mark, ())]
            part_of |= {str(row["_document_id"]): part for row in found}
            rows += [{**row, PART: part} for row in found]
        groups, by_part = duplicates(rows, identity), dict[str, Others]()
        for group in groups:
            for document_id, _ in group.members:
                others = tuple(source for other, source in group.members if other != document_id)
                by_part.setdefault(part_of[document_id], {})[document_id] = others
        return groups, by_part

    def _read(self, part: str, identity: Identity) -> list[tuple[int, Row]]:
        """The records that have both, with their marks; none where the part is damaged, or gone meanwhile."""
        try:
            with open_part(self._store, part_name("records", self._schema.name, part), kind="records") as file:
                rows: list[Row] = file.read(columns=list(identity.columns)).to_pylist()
        except (PartError, MissingError):
            return []
        named = ((folded_name(r[identity.seller] or ""), folded_number(r[identity.number] or ""), r) for r in rows)
        return [(_mark(seller, number), row) for seller, number, row in named if seller and number]


def duplicates_in(output: Output, schema: Schema, *, of: Collection[str] | None = None) -> tuple[Duplicate, ...]:
    """Of a whole output; `of` keeps those of which at least one record lies in one of these parts."""
    parts, folder = output.index(schema.name).parts, f"records/schema={schema.name}/"
    records = {stat.name.removeprefix(folder).removesuffix(".parquet"): stat for stat in output.store.names(folder)}
    twins = output.twins(schema)
    twins.look({part: stat for part, stat in records.items() if part in parts})
    return twins.groups if of is None else tuple(d for d in twins.groups if not set(of).isdisjoint(d.parts))


def _mark(seller: str, number: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seller}\0{number}".encode()).digest()[:8], "big")


def _by_mark(rows: Sequence[tuple[int, Row]], wanted: set[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {mark: [] for mark in wanted}
    for mark, row in rows:
        if mark in found:
            found[mark].append(row)
    return found


def with_twins(record: Record, schema: Schema, others: Sequence[str]) -> Record:
    """The record whose number waits for a person, as other documents have it too; not where a person has decided it."""
    identity = identity_of(schema)
    if identity is None or not others:
        return record
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    message = f"the same seller and number as {', '.join(others[:SHOWN])}{more}: is it one document, or two?"
    fields = tuple(
        dataclasses.replace(
            value,
            status=FieldStatus.REVIEW,
            reasons=tuple(dict.fromkeys((*value.reasons, ReviewReason.CHECK_FAILED))),
            notes=(*value.notes, f"{CHECK}: {message}"),
        )
        if value.path == identity.number and value.status is not FieldStatus.CORRECTED
        else value
        for value in record.fields
    )
    check = failed(CHECK, (identity.number,), message)
    return dataclasses.replace(record, fields=fields, checks=(*record.checks, check))
