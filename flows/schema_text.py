"""A schema as JSON text and back, so that an output can be built again without the file it came from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from schemas import Field, Kind, Role, Schema


def schema_text(schema: Schema) -> str:
    """The schema, whole; what has its default is left out."""
    return json.dumps(_plain(schema), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def schema_of(text: str) -> Schema:
    """The schema back from `schema_text`."""
    values = json.loads(text)
    fields = tuple(_field(f) for f in values.pop("fields"))
    return Schema(**_tuples(values), fields=fields)


def schema_digest(schema: Schema) -> str:
    """Of all that the schema says."""
    return hashlib.sha256(schema_text(schema).encode()).hexdigest()[:16]


def _plain(value: Schema | Field) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for f in dataclasses.fields(value):
        item = getattr(value, f.name)
        if item == f.default:
            continue
        row[f.name] = [_plain(x) for x in item] if f.name in {"fields", "columns"} else item
    return row


def _field(values: dict[str, Any]) -> Field:
    columns = tuple(_field(c) for c in values.pop("columns", ()))
    kind, role = Kind(values.pop("kind")), Role(values.pop("role", ""))
    return Field(**_tuples(values), kind=kind, role=role, columns=columns)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
