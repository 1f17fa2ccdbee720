"""What the shards of one run became in the derived tables: records, failures, values, what waits for a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from flows.output import Output

EXAMPLES = 5
"""Failures that are kept of each reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One failure, to be shown."""

    source: str
    stage: str
    message: str
    page: int | None
    """1-based; None for the whole document."""


@dataclass(slots=True)
class RunCounts:
    """Sums over the derived parts of a run's own shards."""

    records: int = 0
    incomplete: int = 0
    failures: int = 0
    """Of whole documents."""
    other_kind: int = 0
    """Records of documents that do not look like the schema's kind."""
    several: int = 0
    """Records of files that hold several documents."""
    readers: Counter[str] = field(default_factory=Counter)
    """Reader (several joined by `+`) -> records."""
    pages: Counter[str] = field(default_factory=Counter)
    """State -> pages."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Reason -> documents that failed."""
    page_reasons: Counter[str] = field(default_factory=Counter)
    """Reason -> pages that failed in documents that were read."""
    examples: dict[str, list[Example]] = field(default_factory=lambda: defaultdict(list))
    """Reason -> the first documents that failed."""
    page_examples: dict[str, list[Example]] = field(default_factory=lambda: defaultdict(list))
    values: Counter[str] = field(default_factory=Counter)
    """Status (accepted, review, corrected) -> values."""
    absent: int = 0
    """Accepted ones that say that the document does not show the field."""
    review_reasons: Counter[str] = field(default_factory=Counter)
    """Why values wait; one value may have several reasons."""
    documents_in_review: int = 0
    checks: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Check -> outcome (pass, fail, not_evaluated) -> records."""

    def add_records(self, rows: pa.Table) -> None:
        import pyarrow.compute as pc

        from extractors.kind import NOT_OF_KIND, SEVERAL

        self.records += rows.num_rows
        statuses: Counter[str] = Counter()
        _count(statuses, rows["_status"])
        self.incomplete += statuses["incomplete"]
        _count(self.readers, rows["_reader"])
        notes = pc.list_flatten(rows["_notes"])
        self.other_kind += pc.sum(pc.starts_with(notes, NOT_OF_KIND)).as_py() or 0
        self.several += pc.sum(pc.starts_with(notes, SEVERAL)).as_py() or 0
        for check in pc.list_flatten(rows["_checks"]).to_pylist():
            self.checks[check["name"]][check["outcome"]] += 1

    def add_failures(self, rows: pa.Table) -> None:
        failures = rows.to_pylist()
        lost = {row["_source"] for row in failures if row["page"] is None}
        for row in failures:
            if row["page"] is None:
                self.failures += 1
                self.reasons[row["reason"]] += 1
                _remember(self.examples[row["reason"]], row)
            elif row["_source"] not in lost:
                self.page_reasons[row["reason"]] += 1
                _remember(self.page_examples[row["reason"]], row)

    def add_fields(self, rows: pa.Table) -> None:
        import pyarrow.compute as pc

        _count(self.values, rows["status"])
        accepted = pc.and_(pc.equal(rows["status"], "accepted"), pc.equal(rows["state"], "absent"))
        self.absent += pc.sum(accepted).as_py() or 0
        waiting = rows.filter(pc.equal(rows["status"], "review"))
        _count(self.review_reasons, pc.list_flatten(waiting["reasons"]))
        self.documents_in_review += pc.count_distinct(waiting["_document_id"]).as_py() or 0

    def add_pages(self, rows: pa.Table) -> None:
        _count(self.pages, rows["state"])


COLUMNS = {
    "records": ("_status", "_reader", "_notes", "_checks.list.element.name", "_checks.list.element.outcome"),
    "failures": ("_source", "stage", "reason", "message", "page"),
    "fields": ("_document_id", "status", "state", "reasons"),
    "pages": ("state",),
}


def count_shards(output: Output, schema: str, shards: Iterable[str]) -> RunCounts:
    """Counts the parts of these shards, one at a time."""
    from flows.part_file import open_part
    from flows.tables import part_name

    counts = RunCounts()
    for shard in shards:
        for table, columns in COLUMNS.items():
            with open_part(output.store, part_name(table, schema, shard), kind=table) as part:
                getattr(counts, f"add_{table}")(part.read(columns=columns))
    return counts


def _remember(found: list[Example], row: dict[str, Any]) -> None:
    if len(found) < EXAMPLES:
        found.append(Example(source=row["_source"], stage=row["stage"], message=row["message"], page=row["page"]))


def _count(counter: Counter[str], column: pa.ChunkedArray) -> None:
    import pyarrow.compute as pc

    for pair in pc.value_counts(column).to_pylist():
        counter[pair["values"]] += pair["counts"]
