"""A schema as text and back, so that an output can be built again without the file it came from."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import zlib
from typing import Any

from schemas import Comparison, Field, Kind, Role, Schema

NOT_ASKED = "origin"
"""Says where the schema was read from, which is no business of the output."""


def schema_text(schema: Schema) -> str:
    """The schema as JSON, packed: labels in many languages are long, and every part carries them."""
    return base64.b64encode(zlib.compress(_json(schema).encode(), 9)).decode()


def schema_of(text: str) -> Schema:
    """The schema back from `schema_text`."""
    values = json.loads(zlib.decompress(base64.b64decode(text)))
    fields = tuple(_field(f) for f in values.pop("fields"))
    return Schema(**_tuples(values), fields=fields)


def schema_digest(schema: Schema) -> str:
    """Of all that the schema says."""
    return hashlib.sha256(_json(schema).encode()).hexdigest()[:16]


def _json(schema: Schema) -> str:
    return json.dumps(_plain(schema), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Schema | Field) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for f in dataclasses.fields(value):
        item = getattr(value, f.name)
        if item == f.default or f.name == NOT_ASKED:
            continue
        row[f.name] = [_plain(x) for x in item] if f.name in {"fields", "columns"} else item
    return row


def _field(values: dict[str, Any]) -> Field:
    columns = tuple(_field(c) for c in values.pop("columns", ()))
    kind, role = Kind(values.pop("kind")), Role(values.pop("role", ""))
    declared = values.pop("comparison", None)
    comparison = None if declared is None else Comparison(declared)
    return Field(**_tuples(values), kind=kind, role=role, columns=columns, comparison=comparison)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: _frozen(v) for k, v in values.items()}


def _frozen(value: Any) -> Any:  # noqa: ANN401 - JSON
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
