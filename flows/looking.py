"""One document of an output as its tables hold it: its record or failure, its values, its checks, its original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from flows.errors import UsageError, nearest
from flows.part_file import open_part
from flows.readings import part_schema
from flows.store import StoreError
from flows.tables import part_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.output import Output
    from flows.work import Origin
    from schemas import Schema

Row = dict[str, Any]
SUGGESTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One document."""

    schema: Schema
    part: str
    position: int
    document_id: str
    record: Row | None
    """Row of `records`; None where the document failed."""
    fields: tuple[Row, ...]
    failures: tuple[Row, ...]
    pages: tuple[Row, ...]

    def origins(self, output: Output) -> Sequence[Origin]:
        """Where its bytes were found."""
        return output.document(self.schema.name, self.part, self.position).origins


def look_up(output: Output, text: str, *, schema: str | None = None) -> Seen:
    """The document with this source, file name or beginning of its id; UsageError where there is none, or several."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    stored = output.schemas()
    if schema and schema not in stored:
        msg = f"{output.store.uri} holds no {schema!r}.{nearest(schema, stored)} It holds: {', '.join(stored)}."
        raise UsageError(msg)
    names = [schema] if schema else stored
    for name in names:
        for part, position, key in output.index(name).find(text) or _by_file_name(output, name, text):
            found.setdefault((name, key), []).append((part, position))
    if not found:
        near = _suggestion(output, names, text)
        how = "Name it by its path, its file name, or the first 8 digits of its id."
        msg = f"{output.store.uri} holds no document {text!r}.{near} {how}"
        raise UsageError(msg)
    if len(found) > 1:
        several = ", ".join(f"{key[:12]} ({name})" for name, key in list(found)[:SUGGESTED])
        msg = f"{text!r} names {len(found)} documents: {several}. Give the id of one, or --schema."
        raise UsageError(msg)
    [((name, key), places)] = found.items()
    return _seen(output, name, key, places)


def _seen(output: Output, schema: str, key: str, places: Sequence[tuple[str, int]]) -> Seen:
    """Of the place whose tables have it; a run that moves it to another one meanwhile has it there soon."""
    for part, position in (*places, *places):
        with open_part(output.store, part_name("readings", schema, part), kind="readings") as file:
            loaded = part_schema(file)
        rows = {t: _rows(output, t, schema, part, key) for t in ("records", "fields", "failures", "pages")}
        if rows["records"] or rows["failures"]:
            return Seen(
                schema=loaded,
                part=part,
                position=position,
                document_id=key,
                record=next(iter(rows["records"]), None),
                fields=rows["fields"],
                failures=rows["failures"],
                pages=rows["pages"],
            )
    msg = (
        f"{key[:12]} was read, and is in no table of {output.store.uri} yet: where a run is going, ask again in a "
        f"moment; else `extract rescore {output.store.uri}` builds them"
    )
    raise StoreError(msg)


def _rows(output: Output, table: str, schema: str, part: str, key: str) -> tuple[Row, ...]:
    name = part_name(table, schema, part)
    if not output.store.exists(name):
        return ()
    with open_part(output.store, name, kind=table) as file:
        rows = file.read()
    if key.startswith("place:"):
        return tuple(rows.filter(rows["_document_id"].is_null()).to_pylist())
    return tuple(rows.filter(pc.equal(rows["_document_id"], key)).to_pylist())


def _sources(output: Output, schema: str) -> list[tuple[str, str, int, str]]:
    """(file name or stem, part, position, key) of everything."""
    rows = []
    for part in output.index(schema).parts.values():
        for row in part.table.to_pylist():
            for origin in row["origins"] or ():
                name = origin["source"].replace("\\", "/").rsplit("/", 1)[-1]
                rows.append((name, part.name, row["position"], row["key"]))
    return rows


def _by_file_name(output: Output, schema: str, text: str) -> list[tuple[str, int, str]]:
    return [(p, n, k) for name, p, n, k in _sources(output, schema) if text in {name, name.rsplit(".", 1)[0]}]


def _suggestion(output: Output, schemas: Sequence[str], text: str) -> str:
    from difflib import get_close_matches

    names = sorted({name for schema in schemas for name, *_ in _sources(output, schema)})
    near = get_close_matches(text.rsplit("/", 1)[-1], names, n=3, cutoff=0.6)
    return f" Near it: {', '.join(near)}." if near else ""
