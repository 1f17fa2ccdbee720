"""The short form of a schema in YAML, turned into a JSON Schema.

name: order
fields:
  po_number: code
  ordered_on: date, required
  total: {kind: money, labels: [Order total, Summe], required: true}
  status: [open, shipped, closed]
  lines:
    - item: text
      quantity: number
      price: money
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.error import SchemaError, nearest
from schemas.schema import Kind

_TOP = ("name", "version", "title", "description", "fields", "checks")
_KEYS = {
    "kind": "x-kind",
    "title": "title",
    "description": "description",
    "labels": "x-labels",
    "role": "x-role",
    "compare": "x-compare",
    "decimals": "x-decimals",
    "max_length": "x-max-length",
    "max_items": "maxItems",
}
_FIELD = (*_KEYS, "required", "choices", "columns")


def _string(text: str, path: str, where: str) -> tuple[dict[str, Any], bool]:
    """`money` or `money, required`."""
    kind, *rest = (part.strip() for part in text.split(","))
    if rest not in ([], ["required"]):
        raise SchemaError(where, f"{path}: `{text}`; after the kind only `, required` may stand")
    if kind not in set(Kind) or kind in (Kind.TABLE, Kind.ENUM):
        hint = (
            " Give its columns as a list, or its choices as a list of texts." if kind in (Kind.TABLE, Kind.ENUM) else ""
        )
        kinds = ", ".join(k for k in Kind if k not in (Kind.TABLE, Kind.ENUM))
        raise SchemaError(where, f"{path}: `{kind}` is no kind.{nearest(kind, Kind)}{hint} Kinds: {kinds}")
    return {"type": "string", "x-kind": kind}, bool(rest)


def _table(columns: object, path: str, where: str) -> dict[str, Any]:
    if not isinstance(columns, Mapping):
        raise SchemaError(where, f"{path}: the columns of a table are `name: kind` pairs, not {columns!r}")
    return {"type": "array", "items": _object(columns, path, where)}


def _field(value: object, path: str, where: str) -> tuple[dict[str, Any], bool]:
    """A field's JSON Schema, and whether it is required."""
    if isinstance(value, str):
        return _string(value, path, where)
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], Mapping):
            return _table(value[0], path, where), False
        if value and all(isinstance(v, str | int | bool) for v in value):
            return {"enum": [str(v) for v in value]}, False
        raise SchemaError(where, f"{path}: a list is one row of columns (a table), or the texts of an enumeration")
    if not isinstance(value, Mapping):
        raise SchemaError(
            where, f"{path}: expected a kind such as `money`, or `{{kind: money, labels: [...]}}`, found {value!r}"
        )
    for key in value:
        if key not in _FIELD:
            raise SchemaError(
                where, f"{path}: `{key}` is no key of a field.{nearest(str(key), _FIELD)} Keys: {', '.join(_FIELD)}"
            )
    node = _typed(value, path, where)
    node |= {ours: value[key] for key, ours in _KEYS.items() if key in value}
    return node, bool(value.get("required", False))


def _typed(value: Mapping[Any, Any], path: str, where: str) -> dict[str, Any]:
    """What the choices, the columns or the kind of a field say about its type."""
    choices = value.get("choices")
    if isinstance(choices, Mapping):
        return {"enum": list(choices), "x-choices": {c: _texts(p) for c, p in choices.items()}}
    if isinstance(choices, list):
        return {"enum": [str(c) for c in choices]}
    if "columns" in value:
        return _table(value["columns"], path, where)
    if "kind" in value:
        return _string(str(value["kind"]), path, where)[0]
    return {"type": "string"}


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _object(fields: Mapping[Any, Any], path: str, where: str) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, value in fields.items():
        here = f"{path}.{name}" if path else str(name)
        properties[str(name)], needed = _field(value, here, where)
        if needed:
            required.append(str(name))
    return {"type": "object", "properties": properties, "required": required}


def expand_short(document: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The JSON Schema of a short YAML schema; SchemaError says what is wrong and where."""
    for key in document:
        if key not in _TOP:
            raise SchemaError(where, f"`{key}` is no key of a schema.{nearest(str(key), _TOP)} Keys: {', '.join(_TOP)}")
    fields = document.get("fields")
    if not isinstance(fields, Mapping) or not fields:
        raise SchemaError(where, "`fields` names the fields, one `name: kind` a line")
    node = _object(fields, "", where)
    node |= {key: document[key] for key in ("title", "description", "version") if key in document}
    if "checks" in document:
        node["x-checks"] = document["checks"]
    return node
