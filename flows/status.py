"""What an output holds, counted from its own files, and what does not add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from extractors.kind import NOT_OF_KIND, SEVERAL
from extractors.merge import AUDIT_NOTE
from flows.lists import read_lists
from flows.part_file import PartError, open_part
from flows.summary import plural
from flows.tables import TABLES, part_name
from flows.twins import duplicates_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.duplicates import Duplicate
    from flows.index import Decision, Index, PartIndex
    from flows.output import Output

LOOKS = 3
"""At an output that runs write to meanwhile: its sums are those of one moment only where nothing changed."""
COLUMNS = {
    "records": ("_status", "_reader", "_pages", "_notes"),
    "failures": ("reason", "stage", "page"),
    "fields": ("status", "reasons", "_document_id", "confidence", "notes"),
    "pages": ("state", "words_source"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """Of one schema."""

    schema: str
    versions: tuple[str, ...]
    documents: int
    """Different ones, by content."""
    records: int
    complete: int
    failures: int
    """Documents without a record."""
    pages: int
    """Of documents that could be opened."""
    pages_by_state: Mapping[str, int]
    readers: Mapping[str, int]
    reasons: Mapping[str, int]
    """Of failures of documents and of pages."""
    page_failures: int
    fields: int
    fields_by_status: Mapping[str, int]
    review_reasons: Mapping[str, int]
    documents_in_review: int
    audited: int
    """Values drawn at random from the accepted ones that a person has decided."""
    audited_wrong: int
    """Those that the person changed."""
    shards_done: int
    shards_open: int
    runs: tuple[str, ...]
    stale_parts: int
    """Derived parts that are missing."""
    problems: tuple[str, ...]
    """Damaged files and sums that do not match; empty when all is well."""
    other_kind: int = 0
    """Records of documents that do not look like the schema's kind."""
    several: int = 0
    """Records of files that hold several documents."""
    duplicates: tuple[Duplicate, ...] = ()
    """Documents of different bytes with one seller and one number."""

    @property
    def review_share(self) -> float | None:
        """Share of the values that wait for a person; None where there are no values."""
        return self.fields_by_status.get("review", 0) / self.fields if self.fields else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Of a whole output."""

    uri: str
    schemas: tuple[SchemaStatus, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(p for s in self.schemas for p in s.problems)


def status_of(output: Output) -> Status:
    """Counts everything, one part at a time."""
    names = {*output.schemas(), *_listed_schemas(output)}
    return Status(uri=output.store.uri, schemas=tuple(schema_status(output, name) for name in sorted(names)))


def schema_status(output: Output, schema: str) -> SchemaStatus:
    """Counts all of one schema, again where something does not add up and a run changed it meanwhile."""
    for _ in range(LOOKS):
        before = files_of(output, schema)
        status = _counted(output, schema)
        if not status.problems or files_of(output, schema) == before:
            break
    return status


def files_of(output: Output, schema: str) -> list[tuple[str, str]]:
    """Names and tags of readings and derived tables."""
    return [(s.name, s.tag) for table in ("readings", *TABLES) for s in output.store.names(f"{table}/schema={schema}/")]


def _listed_schemas(output: Output) -> set[str]:
    return {s.name.split("/")[2].removeprefix("schema=") for s in output.store.names("runs/_lists/")}


class _Tally:
    """Sums over the derived tables."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {
            k: Counter() for k in ("status", "reader", "reason", "field", "review", "state", "note")
        }
        self.records = self.failed = self.page_failures = self.pages = self.record_pages = 0
        self.reviewed: set[str] = set()
        self.audited = self.audited_wrong = 0

    def add(self, table: str, rows: pa.Table) -> None:
        getattr(self, f"_add_{table}")(rows)

    def _add_records(self, rows: pa.Table) -> None:
        self.records += rows.num_rows
        self._count("status", rows["_status"])
        self._count("reader", rows["_reader"])
        self.record_pages += pc.sum(rows["_pages"]).as_py() or 0
        notes = pc.list_flatten(rows["_notes"])
        for name, start in (("kind", NOT_OF_KIND), ("several", SEVERAL)):
            self.counts["note"][name] += pc.sum(pc.starts_with(notes, start)).as_py() or 0

    def _add_failures(self, rows: pa.Table) -> None:
        self._count("reason", rows["reason"])
        self.failed += rows["page"].null_count
        self.page_failures += rows.num_rows - rows["page"].null_count

    def _add_fields(self, rows: pa.Table) -> None:
        self._count("field", rows["status"])
        review = rows.filter(pc.equal(rows["status"], "review"))
        self._count("review", pc.list_flatten(review["reasons"]))
        self.reviewed.update(pc.unique(review["_document_id"]).to_pylist())

        self._add_audited(rows.filter(pc.equal(rows["status"], "corrected")))

    def _add_audited(self, rows: pa.Table) -> None:
        """A value that a person left as it was keeps its confidence."""
        for notes, confidence in zip(rows["notes"].to_pylist(), rows["confidence"].to_pylist(), strict=True):
            if AUDIT_NOTE in (notes or ()):
                self.audited += 1
                self.audited_wrong += confidence is None

    def _add_pages(self, rows: pa.Table) -> None:
        self._count("state", rows["state"])
        self.pages += rows.num_rows

    def _count(self, what: str, column: Any) -> None:  # noqa: ANN401 - an Arrow array
        for pair in pc.value_counts(column).to_pylist():
            self.counts[what][pair["values"]] += pair["counts"]


def _counted(output: Output, schema: str) -> SchemaStatus:
    index = output.index(schema)
    decisions = index.decisions()
    problems = [f"{e.message}" for e in index.damaged.values()]
    tally, missing = _Tally(), 0
    for name in index.parts:
        missing += _tally_part(output, schema, name, tally, problems)
    documents, pages = _expected(index, decisions)
    shards = _shards(output, schema)
    done = sum(s in index.parts or s in index.damaged for s in shards)
    problems += _differences(tally, documents, pages, missing)
    problems += _strangers(output, schema, index)
    return SchemaStatus(
        schema=schema,
        versions=tuple(sorted({str(p.metadata.get("schema_version")) for p in index.parts.values()})),
        documents=documents,
        records=tally.records,
        complete=tally.counts["status"]["complete"],
        failures=tally.failed,
        pages=pages,
        pages_by_state=dict(tally.counts["state"]),
        readers=dict(tally.counts["reader"]),
        reasons=dict(tally.counts["reason"]),
        page_failures=tally.page_failures,
        fields=tally.counts["field"].total(),
        fields_by_status=dict(tally.counts["field"]),
        review_reasons=dict(tally.counts["review"]),
        documents_in_review=len(tally.reviewed),
        audited=tally.audited,
        audited_wrong=tally.audited_wrong,
        shards_done=done,
        shards_open=len(shards) - done,
        runs=_runs(index),
        stale_parts=missing,
        problems=tuple(problems),
        other_kind=tally.counts["note"]["kind"],
        several=tally.counts["note"]["several"],
        duplicates=_duplicates(output, schema),
    )


def _duplicates(output: Output, name: str) -> tuple[Duplicate, ...]:
    from flows.rescore import stored_schema

    schema = stored_schema(output, name)
    return duplicates_in(output, schema) if schema is not None else ()


def _tally_part(output: Output, schema: str, name: str, tally: _Tally, problems: list[str]) -> bool:
    """Adds a derived part; True where a table of it is missing."""
    missing = False
    for table in TABLES:
        file_name = part_name(table, schema, name)
        if not output.store.exists(file_name):
            missing = True
            continue
        try:
            with open_part(output.store, file_name, kind=table) as part:
                tally.add(table, part.read(columns=COLUMNS[table]))
        except PartError as error:
            problems.append(error.message)
    return missing


def _expected(index: Index, decisions: Mapping[str, Decision]) -> tuple[int, int]:
    """Documents and pages that the readings speak of."""
    documents = pages = 0
    for name, part in index.parts.items():
        rows = _winners(part, decisions[name])
        documents += rows.num_rows
        pages += pc.sum(rows["page_count"]).as_py() or 0
    return documents, pages


def _winners(part: PartIndex, decision: Decision) -> pa.Table:
    rows = part.table.filter(pc.equal(part.table["kind"], "document"))
    losers = pa.array(sorted(decision.losers), pa.int32())
    return rows.filter(pc.invert(pc.is_in(rows["position"], losers)))


def _differences(tally: _Tally, documents: int, pages: int, missing: int) -> list[str]:
    hint = "if no run is writing, `extract rescore` builds the tables again; if it stays, please report it"
    if missing:
        return [f"{plural(missing, 'part is', 'parts are')} not derived yet: {hint}"]
    problems = []
    if documents != tally.records + tally.failed:
        there = f"{plural(tally.records, 'record', 'records')} and {plural(tally.failed, 'failure', 'failures')}"
        problems.append(
            f"{plural(documents, 'document was', 'documents were')} read, but the tables hold {there}: {hint}"
        )
    if tally.pages != pages:
        problems.append(f"{plural(pages, 'page was', 'pages were')} read, but {tally.pages} accounted for: {hint}")
    return problems


def _strangers(output: Output, schema: str, index: Index) -> list[str]:
    """Derived files whose readings are not there (any more): they are left alone, and named."""
    known = {*index.parts, *index.damaged}
    problems = []
    for table in TABLES:
        folder = f"{table}/schema={schema}/"
        for name in (s.name for s in output.store.names(folder)):
            part = name.removeprefix(folder).removesuffix(".parquet")
            # One that is not known may have been committed after the readings were looked at.
            if part not in known and not output.store.exists(part_name("readings", schema, part)):
                problems.append(f"{name}: its readings are missing; bring them back, or delete it with them")
    return problems


def _shards(output: Output, schema: str) -> list[str]:
    fingerprints = {s.name.split("/")[3] for s in output.store.names(f"runs/_lists/schema={schema}/")}
    return [
        shards.name(n)
        for fingerprint in sorted(fingerprints)
        for shards in read_lists(output.store, schema, fingerprint)
        for n in range(shards.shards)
    ]


def _runs(index: Index) -> tuple[str, ...]:
    runs = {r for p in index.parts.values() for r in pc.unique(p.table["_run_id"]).to_pylist()}
    return tuple(sorted(r for r in runs if r))
