"""Rows kept as compressed bytes."""

from __future__ import annotations

import hashlib
import sys

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from flows.packed_table import PackedTable

ROW = st.fixed_dictionaries(
    {
        "id": st.none() | st.text(),
        "origins": st.lists(st.fixed_dictionaries({"source": st.text(), "version": st.none() | st.text()})),
        "position": st.none() | st.integers(-(2**31), 2**31 - 1),
    }
)
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), metadata={"description": "of a document"}),
        pa.field("origins", pa.list_(pa.struct([("source", pa.string()), ("version", pa.string())]))),
        pa.field("position", pa.int32()),
    ],
    metadata={"extract": "x" * 20_000},
)


@given(st.lists(ROW, max_size=20))
def test_rows_come_back_as_they_were(rows: list[dict[str, object]]) -> None:
    table = pa.Table.from_pylist(rows, SCHEMA)
    encoded = table.set_column(0, "id", table["id"].dictionary_encode())
    packed = PackedTable(encoded)
    assert packed.unpack().num_rows == len(rows)
    assert packed.unpack().to_pylist() == rows
    assert pa.types.is_dictionary(packed.unpack().schema.field("id").type)


def test_a_document_takes_a_hundred_bytes() -> None:
    rows = [
        {
            "id": hashlib.sha256(str(n).encode()).hexdigest(),
            "origins": [{"source": f"in/{n:07}.pdf", "version": f"{n + 5000}-{1_700_000_000_000_000_000 + n * 1001}"}],
            "position": n,
        }
        for n in range(500)
    ]
    table = pa.Table.from_pylist(rows, SCHEMA)
    kept = sys.getsizeof(PackedTable(table)._bytes)
    assert kept < 100 * len(rows)
    assert kept < table.nbytes / 1.5
