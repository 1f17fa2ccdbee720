"""What the shards of one run became in the derived tables: records, values, what waits for a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from flows.output import Output


@dataclass(slots=True)
class RunCounts:
    """Sums over the derived parts of a run's own shards."""

    records: int = 0
    incomplete: int = 0
    failures: int = 0
    """Of whole documents."""
    values: Counter[str] = field(default_factory=Counter)
    """Status (accepted, review, corrected) -> values."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why values wait; one value may have several."""
    documents_in_review: int = 0


def count_shards(output: Output, schema: str, shards: Iterable[str]) -> RunCounts:
    """Counts the parts of these shards, one at a time."""
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    counts = RunCounts()
    for shard in shards:
        records = _read(output, "records", schema, shard, ("_status",))
        counts.records += records.num_rows
        counts.incomplete += pc.sum(pc.equal(records["_status"], "incomplete")).as_py() or 0
        counts.failures += _read(output, "failures", schema, shard, ("page",))["page"].null_count
        fields = _read(output, "fields", schema, shard, ("_document_id", "status", "reasons"))
        _count(counts.values, fields["status"])
        waiting = fields.filter(pc.equal(fields["status"], "review"))
        _count(counts.reasons, pc.list_flatten(waiting["reasons"]))
        counts.documents_in_review += pc.count_distinct(waiting["_document_id"]).as_py() or 0
    return counts


def _read(output: Output, table: str, schema: str, shard: str, columns: tuple[str, ...]) -> pa.Table:
    from flows.part_file import open_part  # noqa: PLC0415 - heavy
    from flows.tables import part_name  # noqa: PLC0415

    with open_part(output.store, part_name(table, schema, shard), kind=table) as part:
        return part.read(columns=columns)


def _count(counter: Counter[str], column: pa.ChunkedArray) -> None:
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    for pair in pc.value_counts(column).to_pylist():
        counter[pair["values"]] += pair["counts"]
