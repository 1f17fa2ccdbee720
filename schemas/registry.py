"""Schemas by name or file: the built-in ones, a Python file with a pydantic model, a JSON Schema, a short YAML."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.error import SchemaError, nearest
from schemas.json_schema import schema_of
from schemas.phrases import tokens
from schemas.short import expand_short

if TYPE_CHECKING:
    from schemas.schema import Field, Schema

__all__ = ["SchemaError", "builtin_names", "digest", "load_schema", "load_source"]

BUILTIN = {
    "invoice": ("schemas.builtin.invoice", "Invoice", "1"),
    "receipt": ("schemas.builtin.receipt", "Receipt", "1"),
}
"""Name -> module, model, version. The version grows when a column or its meaning changes."""
SUFFIXES = (".py", ".json", ".yaml", ".yml")
MAX_BYTES = 4_000_000


def builtin_names() -> tuple[str, ...]:
    """The names of the schemas that need no file."""
    return tuple(BUILTIN)


def _known_fields() -> dict[str, Field]:
    """The built-in fields by name (columns of lines as `[]name`), whose labels users' fields of that name share."""
    found: dict[str, Field] = {}
    for name in BUILTIN:
        schema = _builtin(name)
        named = {f.name: f for f in schema.fields} | {f"[]{c.name}": c for c in schema.field("line_items").columns}
        found = named | found
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SchemaError(path, f"is larger than {MAX_BYTES:,} bytes; that is no schema")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(path, f"cannot be read: {error}") from error


def _document(path: Path) -> Mapping[str, Any]:
    """The JSON or YAML of a file as an object."""
    text = _text(path)
    if path.suffix == ".json":
        try:
            loaded = json.loads(text)
        except json.JSONDecodeError as error:
            raise SchemaError(path, f"line {error.lineno}, column {error.colno}: no valid JSON: {error.msg}") from error
    else:
        import yaml

        try:
            loaded = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise SchemaError(path, f"no valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(loaded, Mapping):
        raise SchemaError(path, f"a schema is an object with fields, not {type(loaded).__name__}")
    return loaded


def _slug(text: str) -> str:
    """A name for folders and columns: `Purchase Order` is `purchase_order`."""
    return "_".join(tokens(text)) or "schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A schema as it was written, turned into a JSON Schema."""

    document: Mapping[str, Any]
    name: str
    origin: str
    version: str = ""


def _read_file(path: Path, model: str) -> Source:
    if path.suffix == ".py":
        from schemas.python_file import model_schema

        document, name = model_schema(path, model)
        return Source(document=document, name=_slug(name), origin=str(path))
    if model:
        raise SchemaError(path, f"`:{model}` names a model of a Python file; this is a {path.suffix} file")
    given = _document(path)
    stem = path.name.removesuffix(path.suffix).removesuffix(".schema")
    name = _slug(str(given.get("name") or stem))
    short = not {"properties", "$ref", "allOf"} & set(given) and ("fields" in given or path.suffix != ".json")
    return Source(document=expand_short(given, str(path)) if short else given, name=name, origin=str(path))


def load_source(name_or_path: str) -> Source:
    """The JSON Schema behind a name or file, for the lint; SchemaError says what is wrong."""
    if name_or_path in BUILTIN:
        module, model, version = BUILTIN[name_or_path]
        document = getattr(importlib.import_module(module), model).model_json_schema()
        return Source(document=document, name=name_or_path, origin="built-in", version=version)
    path, model = Path(name_or_path), ""
    if ".py:" in name_or_path:
        head, _, model = name_or_path.rpartition(":")
        path = Path(head)
    if not path.is_file():
        raise _missing(name_or_path, path)
    if path.suffix not in SUFFIXES:
        raise SchemaError(path, f"a schema file ends in {', '.join(SUFFIXES)}, not `{path.suffix}`")
    return _read_file(path, model)


@cache
def _builtin(name: str) -> Schema:
    source = load_source(name)
    return schema_of(source.document, name=name, version=source.version, origin=source.origin, expand=False)


def load_schema(name_or_path: str) -> Schema:
    """A built-in schema by name, or one from a file (`.py`, also `file.py:Model`, `.json`, `.yaml`).

    The result is plain data: it needs neither the file nor its imports any more. SchemaError says what is wrong.
    """
    if name_or_path in BUILTIN:
        return _builtin(name_or_path)
    source = load_source(name_or_path)
    schema = schema_of(source.document, name=source.name, origin=source.origin, known=_known_fields())
    if schema.checks:
        from schemas.checks import validate_check_names

        validate_check_names(schema)
    return schema if schema.version else replace(schema, version=digest(schema)[:12])


def _missing(name: str, path: Path) -> SchemaError:
    if path.is_dir():
        return SchemaError(name, f"is a folder; a schema is a name ({', '.join(BUILTIN)}) or a file")
    if path.suffix not in SUFFIXES and len(path.parts) == 1:
        here = f" Built in: {', '.join(BUILTIN)}; or give a file (.py, .json, .yaml)."
        return SchemaError("", f"no schema is called `{name}`.{nearest(name, BUILTIN)}{here}")
    beside = [p.name for p in path.parent.iterdir() if p.suffix in SUFFIXES] if path.parent.is_dir() else []
    where = "" if path.parent.is_dir() else f"; the folder {path.parent} does not exist either"
    return SchemaError("", f"there is no file {path}{where}.{nearest(path.name, beside)}")


def canonical(schema: Schema) -> dict[str, Any]:
    """What the schema asks, as JSON: without its version, where it was read from, and how its values are judged."""
    plain = asdict(schema)
    del plain["version"], plain["origin"]
    for field in (*plain["fields"], *(c for f in plain["fields"] for c in f["columns"])):
        del field["comparison"]
    return plain


@lru_cache(maxsize=32)
def digest(schema: Schema) -> str:
    """sha256 over the canonical JSON: equal for schemas that ask the same, on every machine."""
    text = json.dumps(canonical(schema), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
