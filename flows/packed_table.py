"""Rows that are looked at rarely, kept as compressed bytes: those of a document take a quarter of what they took."""

from __future__ import annotations

import pyarrow as pa


class PackedTable:
    """A table; what its schema and fields say beside names and types is left out."""

    __slots__ = ("_bytes", "rows")

    def __init__(self, table: pa.Table) -> None:
        self.rows: int = table.num_rows
        plain = pa.Table.from_arrays(table.columns, names=table.column_names)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, plain.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(plain)
        self._bytes: bytes = sink.getvalue().to_pybytes()

    def unpack(self) -> pa.Table:
        """The rows, in memory of their own."""
        return pa.ipc.open_stream(self._bytes).read_all()
