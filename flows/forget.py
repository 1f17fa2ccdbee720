"""Removes all that is stored of a document: its rows in every table, list and correction, and files that bear its id.

Lists go first, so that a run that is going does not store what it reads of it, and readings last: if this is killed
half-way, the document can still be found, and forgotten again. Nothing is left to a later clean-up: every file is
rewritten whole, without the document, and the tables are derived anew at the end: what is said of it beside others (the
same seller and number) goes, and so does what a run that derives at the same time had of its readings.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.claims import FOLDER as CLAIMS
from flows.part_file import Metadata, open_part, parquet_bytes
from flows.parts import clean, origins_of
from flows.rescore import rederive
from flows.store import ReplacedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.index import PartIndex
    from flows.output import Output
    from flows.part_file import PartFile
    from flows.rows import Merge
    from flows.store import Store
    from flows.work import Origin

TRIES = 20
"""To rewrite a file that others rewrite as well."""
ORDER = ("list", "records", "fields", "failures", "pages", "corrections", "readings")
FULL_ID = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed."""

    document_ids: tuple[str, ...]
    sources: tuple[str, ...]
    """Where the documents came from: the originals are not touched, and a run over them reads them again."""
    files: int
    """Rewritten or deleted."""
    damaged: tuple[str, ...] = ()
    """Files that could not be looked into, and why: they may still hold something."""


def forget(output: Output, document: str, *, merge: Merge | None = None) -> Forgotten:
    """Forgets the documents with this id (or the first 8 or more characters of it) or source.

    StoreError where nothing is known of it, or where the beginning of an id fits several.
    """
    ids, lost_sources, origins = _identities(output, document)
    sources = _names(origins)
    files, damaged = 0, list[str]()

    def rewrite(kind: str) -> int:
        count = 0
        for name in _files(output, kind):
            try:
                count += _rewritten(output.store, name, kind, ids, lost_sources, origins)
            except StoreError as error:
                damaged.append(error.message)
        return count

    for kind in ORDER[:-1]:
        files += rewrite(kind)
    for stat in output.store.names(""):
        if any(i in stat.name for i in ids):
            output.store.delete(stat.name)
            files += 1
        elif stat.name.startswith("runs/") and not stat.name.startswith(CLAIMS) and stat.name.endswith(".json"):
            files += _scrub(output, stat.name, _mentions({*ids, *lost_sources, *sources}))
    files += rewrite("readings")
    files += rewrite("corrections")  # an import may have looked at the document before its readings went
    damaged += [e.message for d in rederive(output, output.schemas(), merge=merge).values() for e in d.damaged]
    if not files and not damaged:
        raise _unknown(output, document)
    return Forgotten(
        document_ids=tuple(sorted(ids)), sources=tuple(sorted(sources)), files=files, damaged=tuple(damaged)
    )


def _rewritten(store: Store, name: str, kind: str, ids: set[str], lost_sources: set[str], origins: set[Origin]) -> bool:
    """Takes the documents out of a part; False where it has none of them. Nobody else's change of it is undone."""
    for _ in range(TRIES):
        seen = store.tag(name)
        if seen is None:
            return False
        try:
            with open_part(store, name, kind=kind) as part:
                data = _without(part, kind, ids, lost_sources, origins)
        except ReplacedError:
            continue
        if data is None:
            return False
        if store.replace(name, data, seen=seen) is not None:
            return True
    msg = f"{name}: others change it all the time; forget the document again when no run is going"
    raise StoreError(msg)


def _identities(output: Output, text: str) -> tuple[set[str], set[str], set[Origin]]:
    """Ids of the documents meant; sources of those that have no id; where all of them were found, in which version."""
    ids: set[str] = set()
    lost: set[str] = set()
    origins: set[Origin] = set()
    for schema in output.schemas():
        index = output.index(schema)
        for part, position, key in index.find(clean(text) or ""):
            table = index.parts[part].table
            row = table.filter(pc.equal(table["position"], position)).to_pylist()[0]
            origins |= {*origins_of(row)}
            if row["_document_id"] is None:
                lost |= {o.source for o in origins_of(row)}
            else:
                ids.add(key)
    if not ids and not lost:
        if FULL_ID.fullmatch(text):  # something may have been left by one that was killed after the readings
            return {text}, set(), set()
        raise _unknown(output, text)
    if len(ids) > 1 and not _names(origins) & {text}:
        listed = ", ".join(sorted(i[:16] for i in ids))
        msg = f"{text!r} is the beginning of several ids ({listed}); give more of it"
        raise StoreError(msg, exit_code=2)
    parts = [part for schema in output.schemas() for part in output.index(schema).parts.values()]
    origins |= {o for document_id, found in _origins(parts) if document_id in ids for o in found}
    versions = {o for o in origins if o.version is not None}
    lost |= {o.source for key, found in _origins(parts) if key is None and versions & {*found} for o in found}
    return ids, lost, origins


def _unknown(output: Output, text: str) -> StoreError:
    msg = f"{output.store.uri} knows no document {text!r}; give its id (`_document_id`) or its source (`_source`)"
    return StoreError(msg, exit_code=2)


def _origins(parts: Iterable[PartIndex]) -> Iterator[tuple[str | None, tuple[Origin, ...]]]:
    """Id and origins of each of their rows, of one part at a time."""
    for part in parts:
        for row in part.table.select(["_document_id", "origins"]).to_pylist():
            yield row["_document_id"], origins_of(row)


def _names(origins: Iterable[Origin]) -> set[str]:
    return {name for o in origins for name in (o.source, o.location)}


def _files(output: Output, kind: str) -> Iterable[str]:
    folder = "runs/_lists/" if kind == "list" else f"{kind}/"
    return [s.name for s in output.store.names(folder) if s.name.endswith(".parquet")]


def _without(part: PartFile, kind: str, ids: set[str], lost_sources: set[str], origins: set[Origin]) -> bytes | None:
    """The part without the rows of the documents; None where it has none of them."""
    tables = [part.read([g]) for g in range(part.row_groups)]
    masks = [_keeps(t, kind, ids, lost_sources, origins) for t in tables]
    if all(pc.all(m).as_py() is not False for m in masks):
        return None
    kept = [t.filter(m) for t, m in zip(tables, masks, strict=True)]
    metadata = {k: v for k, v in part.metadata.items() if k not in {"kind", "format"}}
    if kind == "readings":  # another part: what somebody derives of it with the document just now is older, and goes
        metadata["part_id"] = secrets.token_hex(16)
    return parquet_bytes(kept, part.schema, Metadata(kind=kind, values=metadata))


def _keeps(table: pa.Table, kind: str, ids: set[str], lost_sources: set[str], origins: set[Origin]) -> pa.Array:
    known = pc.fill_null(pc.is_in(table["_document_id"], pa.array(sorted(ids), pa.string())), fill_value=False)
    if kind == "corrections":
        return pc.invert(known)
    if kind == "list":  # one of a bucket knows no id
        firsts = [origins_of(row)[0] for row in table.select(["origins"]).to_pylist()]
        lost: Any = pa.array([o.source in lost_sources or o in origins for o in firsts], pa.bool_())
    else:
        lost = pc.is_in(table["_source"], pa.array(sorted(lost_sources), pa.string()))
    return pc.invert(pc.or_(known, pc.and_(table["_document_id"].is_null(), lost)))


def _mentions(names: set[str]) -> re.Pattern[str]:
    """Finds any of the names where it stands for itself, not as a part of a longer name."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w/-])")


def _scrub(output: Output, name: str, mentions: re.Pattern[str]) -> bool:
    """Takes what a run's own notes say of the documents out of them; True where they said something."""
    try:
        content = json.loads(output.store.read(name))
    except ValueError:
        return False
    scrubbed = _scrubbed(content, mentions)
    if scrubbed == content:
        return False
    output.store.replace(name, (json.dumps(scrubbed, ensure_ascii=False, indent=2) + "\n").encode())
    return True


def _scrubbed(value: Any, mentions: re.Pattern[str]) -> Any:  # noqa: ANN401 - JSON
    """The value without list items that mention one of the names, and without the name elsewhere."""
    match value:
        case str():
            return "(forgotten)" if mentions.search(value) else value
        case list():
            return [v for v in value if _scrubbed(v, mentions) == v]
        case dict():
            return {k: _scrubbed(v, mentions) for k, v in value.items() if not mentions.search(k)}
        case _:
            return value
