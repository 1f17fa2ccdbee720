"""What is true of documents: a JSON file for each, or one CSV for all.

A JSON file `<stem>.json` has the schema's fields as keys. A field that is null or not there is not judged; the names
in `_absent` are fields that the document does not show, for which any value is an invention. `_meta` and other keys
with an underscore are for grouping. A CSV has a column `source` or `stem`, and one for each field; empty cells are not
judged, and a cell `(absent)` says that the document does not show the field.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError, nearest
from schemas import Comparison, Field, Kind
from schemas.comparison import compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import Schema

ABSENT = "_absent"
ABSENT_CELL = "(absent)"
KEYS = ("source", "stem")
ONLY_COLUMN = "value"
"""Of a table that the schema writes as a list of single values."""
NUMBERS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Of one document."""

    name: str
    """Its path without the suffix, as far as it is known: `march/0042`."""
    values: Mapping[str, Any]
    """Field -> typed value (tables: a list of rows); fields that are not judged are left out."""
    absent: frozenset[str] = frozenset()
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else the file says, for grouping."""

    def group(self, dotted: str) -> str | None:
        """The value at a path such as `_meta.template`; None where there is none."""
        value: Any = self.more
        for key in dotted.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return None if value is None else str(value)


def read_truth(path: Path, schema: Schema, renamed: Mapping[str, str] | None = None) -> tuple[Truth, ...]:
    """All truths of a folder or CSV file; UsageError where there are none, or one cannot be understood.

    `renamed` tells what keys of the truth are called in the schema.
    """
    renamed = renamed or {}
    if path.is_dir():
        files = sorted(path.rglob("*.json"))
        truths = tuple(
            _truth(_json(f), f.relative_to(path).with_suffix("").as_posix(), schema, renamed, f) for f in files
        )
    elif path.is_file():
        truths = _from_csv(path, schema, renamed)
    else:
        msg = f"{path}: no such folder or file; --truth takes a folder of JSON files or one CSV file."
        raise UsageError(msg)
    if not any(t.values or t.absent for t in truths):
        names = ", ".join(f.name for f in schema.fields[:6])
        msg = f"{path} says nothing about the fields of {schema.name} ({names}, ...); `--rename KEY=FIELD` may help."
        raise UsageError(msg)
    return truths


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        msg = f"{file} cannot be read as JSON: {error}"
        raise UsageError(msg) from error
    if not isinstance(content, dict):
        msg = f"{file}: an object with the fields as keys is wanted."
        raise UsageError(msg)
    return content


def _truth(content: Mapping[str, Any], name: str, schema: Schema, renamed: Mapping[str, str], origin: object) -> Truth:
    fields = {f.name: f for f in schema.fields}
    named = {renamed.get(key, key): value for key, value in content.items()}
    values = {
        key: _value(fields[key], value, f"{origin}: {key}")
        for key, value in named.items()
        if key in fields and value is not None
    }
    absent = [renamed.get(key, key) for key in content.get(ABSENT) or ()]
    for key in absent:
        if key not in fields:
            msg = f"{origin}: {ABSENT} names {key!r}, which is no field of {schema.name}.{nearest(key, fields)}"
            raise UsageError(msg)
    return Truth(
        name=name,
        values=values,
        absent=frozenset(absent) - values.keys(),
        more={key: value for key, value in content.items() if key not in values},
    )


def _value(spec: Field, value: Any, where: str) -> Any:  # noqa: ANN401 - JSON in, a typed value out
    try:
        return typed(spec, value)
    except (InvalidOperation, ValueError, TypeError, AttributeError) as error:
        msg = f"{where}: {value!r} is no {spec.kind.value}; write numbers plainly, dates as 2026-01-31."
        raise UsageError(msg) from error


def typed(spec: Field, value: Any) -> Any:  # noqa: ANN401 - JSON in, a typed value out
    """The value in the type that records hold."""
    if spec.kind is Kind.TABLE:
        columns = {c.name: c for c in spec.columns}
        rows = [row if isinstance(row, Mapping) else {ONLY_COLUMN: row} for row in value]
        return [{n: typed(columns[n], v) for n, v in row.items() if n in columns and v is not None} for row in rows]
    if isinstance(value, list) and compared(spec) is Comparison.SET:
        return "; ".join(str(part) for part in value)
    if spec.kind in NUMBERS:
        return Decimal(str(value))
    if spec.kind is Kind.INTEGER:
        return int(Decimal(str(value)))
    if spec.kind is Kind.DATE:
        return dt.date.fromisoformat(str(value)[:10])
    if spec.kind is Kind.TIME:
        return dt.time.fromisoformat(str(value))
    if spec.kind is Kind.BOOLEAN:
        return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
    return str(value)


def _from_csv(path: Path, schema: Schema, renamed: Mapping[str, str]) -> tuple[Truth, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        msg = f"{path} cannot be read as CSV: {error}"
        raise UsageError(msg) from error
    key = next((k for k in KEYS if rows and k in rows[0]), None)
    if key is None:
        msg = f"{path}: a column `source` or `stem` is wanted, to tell whose truth a row is."
        raise UsageError(msg)
    return tuple(
        _csv_truth(row, row[key] or "", schema, renamed, f"{path}, row {n}") for n, row in enumerate(rows, start=2)
    )


def _csv_truth(row: Mapping[str, Any], source: str, schema: Schema, renamed: Mapping[str, str], where: str) -> Truth:
    tables = {f.name for f in schema.fields if f.kind is Kind.TABLE}
    content = {
        key: value
        for key, value in row.items()
        if value and value != ABSENT_CELL and renamed.get(key, key) not in tables
    }
    absent = [key for key, value in row.items() if value == ABSENT_CELL]
    name = PurePosixPath(source)
    return _truth(
        {**content, ABSENT: absent}, (name.with_suffix("") if name.suffix else name).as_posix(), schema, renamed, where
    )


class Names:
    """Finds the document that a truth speaks of, by the end of its path."""

    def __init__(self, sources: Sequence[Sequence[str]]) -> None:
        self._by_stem: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for number, names in enumerate(sources):
            for name in names:
                path = PurePosixPath(name.replace("\\", "/"))
                whole = path.with_suffix("").as_posix()
                self._by_stem[path.stem].append((whole, number))
                if path.name != path.stem:  # a stem may itself have a dot: `0042.page1`
                    self._by_stem[path.name].append((path.as_posix(), number))

    def find(self, truth: Truth) -> tuple[int, ...]:
        """Positions of the documents it may be about: one as a rule, none where it was not read."""
        found = self._by_stem.get(PurePosixPath(truth.name).name, [])
        if len({n for _, n in found}) > 1:
            found = [f for f in found if f[0] == truth.name or f[0].endswith(f"/{truth.name}")]
        return tuple(dict.fromkeys(n for _, n in found))
