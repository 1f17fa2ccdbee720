"""A part as Parquet bytes: written with page checksums and its metadata, read with both checked."""

from __future__ import annotations

import io
import json
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.store import ReplacedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from flows.store import Store

FORMAT = "1"
"""Of what this package writes; a part of another format is not read."""
KEY = b"extract"


class PartError(StoreError):
    """One file of the output cannot be used; the others can. Says which, why and what to do."""

    def __init__(self, name: str, why: str, advice: str) -> None:
        super().__init__(f"{name}: {why}; {advice}")
        self.name = name
        self.why = why
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        return PartError, (self.name, self.why, self.advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a part says of itself, beside its rows."""

    kind: str
    """readings, records, fields, pages, failures, corrections or list."""
    values: Mapping[str, Any]

    def encoded(self) -> dict[bytes, bytes]:
        content = {"format": FORMAT, "kind": self.kind, **self.values}
        text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
        return {KEY: text.encode()}


def parquet_bytes(tables: Iterable[pa.Table], schema: pa.Schema, metadata: Metadata) -> bytes:
    """A Parquet file with one row group (or more) for each table."""
    sink = io.BytesIO()
    schema = schema.remove_metadata()
    with pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True) as writer:
        for table in tables:
            writer.write_table(table.replace_schema_metadata())
        # Not in the Arrow schema: that is stored a second time, encoded, beside the file's own metadata.
        writer.add_key_value_metadata(metadata.encoded())
    return sink.getvalue()


class PartFile:
    """An open part: its metadata, and its rows by row group and column.

    All rows are of one version. One that was replaced before any was read (in a bucket) is opened again, and one that
    was replaced later a ReplacedError.
    """

    def __init__(self, name: str, opens: Callable[[], BinaryIO], *, kind: str) -> None:
        self.name = name
        self._opens, self._kind, self._begun = opens, kind, False
        self._advice = _advice(kind, name)
        self._load()

    def _load(self) -> None:
        try:
            self._parquet = pq.ParquetFile(self._opens(), page_checksum_verification=True)
            self.metadata: dict[str, Any] = self._metadata(self._kind)
        except PartError:
            raise
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last: of a name or text in the footer
            msg = "it is damaged or no Parquet file"
            raise self._error(msg) from error

    @property
    def row_groups(self) -> int:
        return int(self._parquet.num_row_groups)

    @property
    def rows(self) -> int:
        return int(self._parquet.metadata.num_rows)

    @property
    def schema(self) -> pa.Schema:
        return self._parquet.schema_arrow

    def read(self, groups: Sequence[int] | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of some row groups (all), some columns (all)."""
        try:
            rows = self._read(groups, columns)
        except ReplacedError:
            if self._begun:
                raise
            self._load()
            rows = self._read(groups, columns)
        self._begun = True
        return rows

    def _read(self, groups: Sequence[int] | None, columns: Sequence[str] | None) -> pa.Table:
        try:
            chosen = range(self.row_groups) if groups is None else groups
            return self._parquet.read_row_groups(list(chosen), columns=columns, use_threads=False)
        except (pa.ArrowException, OSError) as error:
            msg = "its content is damaged (a checksum or a page does not fit)"
            raise self._error(msg) from error

    def groups_with(self, column: str, low: int, high: int) -> list[int]:
        """The row groups that may hold values of a column from `low` to `high`."""
        place = self.schema.get_field_index(column)
        groups = []
        for group in range(self.row_groups):
            statistics = self._parquet.metadata.row_group(group).column(place).statistics
            if statistics is None or not statistics.has_min_max or (statistics.min <= high and statistics.max >= low):
                groups.append(group)
        return groups

    def _metadata(self, kind: str) -> dict[str, Any]:
        raw = (self._parquet.metadata.metadata or {}).get(KEY)
        try:
            content = json.loads(raw) if raw else None
        except ValueError as error:
            msg = "its metadata is damaged"
            raise self._error(msg) from error
        if not isinstance(content, dict):
            msg = "it was not written by extract"
            raise self._error(msg)
        if content.get("kind") != kind:
            msg = f"it is a part of {content.get('kind')}, not of {kind}"
            raise self._error(msg)
        if content.get("format") != FORMAT:
            msg = f"it has format {content.get('format')}, and this version reads format {FORMAT}"
            raise self._error(msg)
        return content

    def _error(self, why: str) -> PartError:
        return PartError(self.name, why, self._advice)


def _advice(kind: str, name: str) -> str:
    if kind in {"records", "fields", "pages", "failures"}:
        return "delete it: it is built again from its readings by the next run or `extract rescore`"
    if kind == "readings":
        return f"restore {name} from a backup, or move it out of the output: its documents are then read again"
    if kind == "list":
        return "restore it from a backup, or move it out of the output: its documents are then listed and read again"
    return "restore it from a backup, or move it out of the output"


class open_part:  # noqa: N801 - used as a context manager, like `open`
    """`with open_part(store, name, kind="readings") as part:`; PartError where the file is no such part."""

    def __init__(self, store: Store, name: str, *, kind: str) -> None:
        self._store, self._name, self._kind = store, name, kind
        self._opened = ExitStack()

    def __enter__(self) -> PartFile:
        try:
            return PartFile(self._name, self._open, kind=self._kind)
        except BaseException:
            self._opened.close()
            raise

    def __exit__(self, *exc: object) -> None:
        self._opened.close()

    def _open(self) -> BinaryIO:
        self._opened.close()
        return self._opened.enter_context(self._store.open(self._name))


def batches(rows: Iterable[Mapping[str, Any]], schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    """Rows as tables of at most `size` rows; one empty table where there are none."""
    left = iter(rows)
    chunk = list(islice(left, size))
    while True:
        yield pa.Table.from_pylist(chunk, schema=schema)
        if not (chunk := list(islice(left, size))):
            return
