"""Few large parts of many small ones, for those who only query: `extract compact OUT --to DEST`.

Parts of a table are joined in order, as far as their columns are the same, into files of about a target size. The
manifest is written last: a reader who waits for it sees all or nothing. What is there already is not written again, so
that a compaction that was killed goes on; OUT stays as it is. What runs commit meanwhile is left out, of all tables; a
part whose tables they change meanwhile (a retry that succeeds moves a document) ends it without a manifest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flows.errors import UsageError
from flows.part_file import Metadata, open_part, parquet_bytes
from flows.places import overlap
from flows.store import StoreError
from flows.tables import TABLES, part_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flows.output import Output
    from flows.store import Stat, Store

MANIFEST = "_manifest.json"
OF_A_COMPACTION = re.compile(rf"({'|'.join(TABLES)})/schema=[^/]+/part-\d{{5,}}\.parquet")
"""Files that one which was killed may have left."""
ROWS = 50_000
"""Of a row group, about."""
LOOKS = 10
"""At an output, until nothing is committed while it is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What was written."""

    parts_before: int
    parts: int
    rows: int
    size_bytes: int


def compact(output: Output, target: Store, *, target_bytes: int) -> Compacted:
    """Joins all derived tables of an output into `target`.

    StoreError where a part is damaged, not derived yet or changed meanwhile, and where the target holds something else;
    UsageError where it is a place of the output itself.
    """
    keep_apart(output.store.uri, target.uri)
    if target.exists(MANIFEST):
        msg = f"{target.uri} holds a compacted output already ({MANIFEST}); choose another --to, one for each time"
        raise StoreError(msg, exit_code=2)
    _check_names(target, (name for name in _rows_in(target) if not OF_A_COMPACTION.fullmatch(name)))
    committed, parts = _state(output)
    problems = output.status().problems
    if problems:
        msg = f"{output.store.uri} is not compacted: {problems[0]}"
        raise StoreError(msg)
    files: list[dict[str, Any]] = []
    for folder, stats in parts.items():
        for number, (columns, group) in enumerate(_groups(output.store, _table(folder), stats, target_bytes)):
            files.append(_joined(output.store, target, folder, columns, group, number))
    if _parts(output.store, committed) != parts:
        msg = f"runs have changed tables of {output.store.uri} meanwhile: compact it again, to another place"
        raise StoreError(msg)
    _check_names(target, set(_rows_in(target)) - {f["name"] for f in files})
    content = {
        "from": output.store.uri,
        "made_at": dt.datetime.now(dt.UTC).isoformat(),
        "files": files,
        "rows": {table: sum(f["rows"] for f in files if f["table"] == table) for table in TABLES},
    }
    target.create(MANIFEST, (json.dumps(content, indent=2) + "\n").encode())
    return Compacted(
        parts_before=sum(map(len, parts.values())),
        parts=len(files),
        rows=sum(f["rows"] for f in files),
        size_bytes=sum(f["bytes"] for f in files),
    )


def _state(output: Output) -> tuple[dict[str, frozenset[str]], dict[str, tuple[Stat, ...]]]:
    """The committed shards of all schemas and the files of their tables: none has lost a document to a later shard.

    StoreError where runs commit so fast that there is no such moment.
    """
    for _ in range(LOOKS):
        committed = _committed(output)
        parts = _parts(output.store, committed)
        if _committed(output) == committed:
            return committed, parts
    msg = (
        f"{output.store.uri} is not compacted: runs commit faster than it can be listed; compact it when none is going"
    )
    raise StoreError(msg)


def _committed(output: Output) -> dict[str, frozenset[str]]:
    return {schema: output.done(schema) for schema in output.schemas()}


def _parts(store: Store, committed: Mapping[str, frozenset[str]]) -> dict[str, tuple[Stat, ...]]:
    """Folder of a table -> its files of the shards that were committed."""
    parts = {}
    for schema, shards in committed.items():
        for table in TABLES:
            folder, wanted = f"{table}/schema={schema}/", {part_name(table, schema, name) for name in shards}
            parts[folder] = tuple(stat for stat in store.names(folder) if stat.name in wanted)
    return parts


def _table(folder: str) -> str:
    return folder.split("/", maxsplit=1)[0]


def _rows_in(target: Store) -> list[str]:
    """What is in the folders of tables."""
    return [stat.name for table in ("readings", *TABLES) for stat in target.names(f"{table}/")]


def _check_names(target: Store, others: Iterable[str]) -> None:
    """StoreError where the target has files of something else: a query over it would find their rows as well."""
    for name in others:
        msg = f"{target.uri} holds {name}, which is of something else; choose another --to"
        raise StoreError(msg, exit_code=2)


def keep_apart(out: str, target: str) -> None:
    """UsageError where files of the target would lie among those of the output, or the other way round."""
    if overlap(out, target):
        msg = f"--to {target} is not apart from {out}: its rows would be there twice; choose a place beside it"
        raise UsageError(msg)


def _groups(
    store: Store, table: str, stats: Sequence[Stat], target_bytes: int
) -> Iterator[tuple[pa.Schema, list[Stat]]]:
    """Neighbours with the same columns that make about one file."""
    group: list[Stat] = []
    size, columns = 0, pa.schema([])
    for stat in stats:
        with open_part(store, stat.name, kind=table) as part:
            own = part.schema.remove_metadata()
        if group and (size + stat.size_bytes > target_bytes or own != columns):
            yield columns, group
            group, size = [], 0
        group.append(stat)
        size, columns = size + stat.size_bytes, own
    if group:
        yield columns, group


def _row_groups(store: Store, table: str, group: Sequence[Stat], counted: list[int]) -> Iterator[pa.Table]:
    """The rows of a group, about ROWS at a time: no more of them are in memory. `counted` gets their numbers."""
    held: list[pa.Table] = []
    for stat in group:
        with open_part(store, stat.name, kind=table) as part:
            held.append(part.read())
        if sum(rows.num_rows for rows in held) >= ROWS:
            counted.append(sum(rows.num_rows for rows in held))
            yield pa.concat_tables(held)
            held = []
    counted.append(sum(rows.num_rows for rows in held))
    if held:
        yield pa.concat_tables(held)


def _joined(
    store: Store, target: Store, folder: str, columns: pa.Schema, group: Sequence[Stat], number: int
) -> dict[str, Any]:
    """Writes a group as one file; what the manifest says of it."""
    table, name, counted = _table(folder), f"{folder}part-{number:05d}.parquet", list[int]()
    metadata = Metadata(kind=table, values={"compacted": len(group)})
    data = parquet_bytes(_row_groups(store, table, group, counted), columns, metadata)
    if not target.create(name, data) and target.read(name) != data:
        msg = f"{target.uri}/{name} is there and of something else; choose another --to"
        raise StoreError(msg, exit_code=2)
    digest = hashlib.sha256(data).hexdigest()
    return {"name": name, "table": table, "rows": sum(counted), "bytes": len(data), "sha256": digest}
