"""A schema as Arrow columns, and a record's values as a row of them: exactly, or reported."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from schemas.registry import digest
from schemas.schema import Field, Kind, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PRECISION = 18
"""Digits of a decimal column: DuckDB and pandas hold them in 64 bits."""
_INT64 = range(-(2**63), 2**63)
_TYPES: dict[Kind, pa.DataType] = {
    Kind.INTEGER: pa.int64(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time32("s"),
    Kind.BOOLEAN: pa.bool_(),
}
_DECIMALS = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A value that its column cannot hold; the column has null, the value is told."""

    path: str
    value: object
    why: str


def arrow_type(field: Field) -> pa.DataType:
    """decimal128(18, decimals), date32, list<struct>, ...; strings for everything that is text."""
    if field.kind is Kind.TABLE:
        return pa.list_(pa.struct([arrow_field(c) for c in field.columns]))
    if field.kind in _DECIMALS:
        return pa.decimal128(PRECISION, field.decimals)
    return _TYPES.get(field.kind, pa.string())


def arrow_field(field: Field) -> pa.Field:
    """A column with its title, description and kind as metadata; every column may be null."""
    told = {"title": field.title, "description": field.description, "kind": str(field.kind), "role": str(field.role)}
    metadata = {k: v for k, v in told.items() if v}
    if field.choices:
        metadata["choices"] = json.dumps(field.choices, ensure_ascii=False)
    return pa.field(field.name, arrow_type(field), nullable=True, metadata=metadata)


@lru_cache(maxsize=16)
def arrow_schema(schema: Schema) -> pa.Schema:
    """The schema's own columns; the metadata say which schema, version and digest."""
    told = {
        "schema": schema.name,
        "schema_version": schema.version,
        "schema_digest": digest(schema),
        "title": schema.title,
    }
    return pa.schema([arrow_field(f) for f in schema.fields], metadata={k: v for k, v in told.items() if v})


def _decimal(field: Field, value: object, path: str, misfits: list[Misfit]) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        misfits.append(Misfit(path=path, value=value, why=f"no decimal but {type(value).__name__}"))
        return None
    number = Decimal(value)
    if not number.is_finite():
        misfits.append(Misfit(path=path, value=value, why="no finite number"))
        return None
    if abs(number) >= Decimal(10) ** (PRECISION - field.decimals):
        misfits.append(
            Misfit(path=path, value=value, why=f"more than {PRECISION - field.decimals} digits before the point")
        )
        return None
    exact = round(number, field.decimals)
    if exact != number:
        misfits.append(Misfit(path=path, value=value, why=f"more than {field.decimals} decimals"))
        return None
    return exact


def _plain(field: Field, value: object, path: str, misfits: list[Misfit]) -> object:
    wanted: type | tuple[type, ...] = str
    if field.kind is Kind.INTEGER:
        wanted = int
    elif field.kind is Kind.DATE:
        wanted = dt.date
    elif field.kind is Kind.TIME:
        wanted = dt.time
    elif field.kind is Kind.BOOLEAN:
        wanted = bool
    wrong = (
        not isinstance(value, wanted)
        or (isinstance(value, bool) and wanted is not bool)
        or isinstance(value, dt.datetime)
    )
    if wrong:
        misfits.append(Misfit(path=path, value=value, why=f"no {field.kind} but {type(value).__name__}"))
        return None
    if isinstance(value, int) and value not in _INT64:
        misfits.append(Misfit(path=path, value=value, why="larger than a 64-bit integer"))
        return None
    return value.replace(microsecond=0, tzinfo=None) if isinstance(value, dt.time) else value


def _cell(field: Field, value: object, path: str, misfits: list[Misfit]) -> object:
    if value is None:
        return None
    if field.kind is Kind.TABLE:
        return [_row(field.columns, row, f"{path}[{k}].", misfits) for k, row in enumerate(_rows(value))]
    if field.kind in _DECIMALS:
        return _decimal(field, value, path, misfits)
    return _plain(field, value, path, misfits)


def _rows(value: object) -> Iterator[Mapping[str, Any]]:
    if not isinstance(value, list | tuple):
        message = f"a table is a list of rows, not {type(value).__name__}"
        raise TypeError(message)
    yield from value


def _row(fields: tuple[Field, ...], values: Mapping[str, Any], prefix: str, misfits: list[Misfit]) -> dict[str, object]:
    return {f.name: _cell(f, values.get(f.name), f"{prefix}{f.name}", misfits) for f in fields}


def arrow_row(schema: Schema, values: Mapping[str, Any]) -> tuple[dict[str, object], tuple[Misfit, ...]]:
    """A record's values as a row for `arrow_schema(schema)`, and what did not fit (null in the row, never rounded)."""
    misfits: list[Misfit] = []
    return _row(schema.fields, values, "", misfits), tuple(misfits)
