from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extractors import (
    Evidence,
    FieldStatus,
    FieldValue,
    Finding,
    Match,
    Reading,
    Record,
    RecordStatus,
    State,
)
from flows.outcome import DocumentOutcome
from flows.output import Output, open_output
from flows.work import Candidate, Work
from schemas import Field, Kind, Schema
from tiling import Box, Document, Failure, Page, Reason, Stage, Word, WordsSource

NOTE = Schema(
    name="note",
    version="1",
    fields=(
        Field(name="number", kind=Kind.CODE, required=True, labels=("No", "Nr.")),
        Field(name="total", kind=Kind.MONEY),
        Field(name="day", kind=Kind.DATE),
        Field(
            name="lines",
            kind=Kind.TABLE,
            columns=(Field(name="what", kind=Kind.TEXT), Field(name="amount", kind=Kind.MONEY)),
        ),
    ),
)
WHEN = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Made:
    """Makes what a run would: work, candidates, outcomes; and looks at what came of it."""

    schema = NOTE

    def work(self, fingerprint: str = "f" * 16, run_id: str = "run-1", schema: Schema = NOTE, **more) -> Work:
        return Work(schema=schema, fingerprint=fingerprint, run_id=run_id, settings={"reader": "layout"}, **more)

    def candidate(self, name: str, content: str | None = None, **more) -> Candidate:
        values = {"version": f"v-{content or name}", "document_id": sha(content or name), **more}
        return Candidate(source=f"in/{name}", location=f"/data/in/{name}", **values)

    def read(self, entry, number: str | None = None, **more) -> DocumentOutcome:
        content = Path(entry.source).name
        document_id = entry.document_id or sha(content)
        words = tuple(
            Word(text=t, box=Box(50.0 + 40 * i, 100.12, 80.0 + 40 * i, 112.0), size_pt=9.5, line=0, bold=i == 1)
            for i, t in enumerate(("Nr.", number or content, "12,50"))
        )
        page = Page(
            index=0, width_pt=595.0, height_pt=842.0, words=words, words_source=WordsSource.TEXT_LAYER, ink=0.05
        )
        document = Document(
            document_id=document_id, source=entry.source, media_type="application/pdf", size_bytes=9, pages=(page,)
        )
        found = (
            self.finding("number", number or content, number or content),
            self.finding("total", Decimal("12.50"), "12,50"),
            self.finding("day", dt.date(2026, 1, 31), "31.01.26"),
            self.finding("lines[0].what", "Ω screws", "Ω screws"),
            self.finding("lines[0].amount", Decimal("12.50"), "12,50"),
        )
        reading = Reading(reader="layout", revision="1", findings=found, raw="raw", seconds=0.01, notes=("a note",))
        return DocumentOutcome(
            source=entry.source,
            source_version=entry.version,
            document=document,
            readings=(reading,),
            seconds={"open": 0.001, "read": 0.01},
            **{"started_at": WHEN, **more},
        )

    def finding(self, path, value, text) -> Finding:
        evidence = Evidence(page=0, box=Box(90.0, 100.0, 120.0, 112.0), text=text, match=Match.EXACT)
        return Finding(path=path, state=State.VALUE, value=value, text=text, evidence=evidence, signals={"label": 0.9})

    def failed(self, entry, document_id: str | None = None, reason: Reason = Reason.BROKEN) -> DocumentOutcome:
        failure = Failure(
            source=entry.source,
            document_id=document_id or entry.document_id,
            stage=Stage.OPEN,
            reason=reason,
            message=f"{entry.source} is broken",
        )
        return DocumentOutcome(source=entry.source, source_version=entry.version, failures=(failure,), started_at=WHEN)

    def merge(self, _document, schema, readings) -> Record:
        findings = readings[0].findings
        values = {f.name: None for f in schema.fields} | {f.path: f.value for f in findings if "[" not in f.path}
        row = {f.path.split(".")[1]: f.value for f in findings if "[" in f.path}
        fields = tuple(
            FieldValue(
                path=f.path,
                state=f.state,
                value=f.value,
                text=f.text,
                confidence=0.75,
                status=FieldStatus.ACCEPTED,
                evidence=f.evidence,
                reader=readings[0].reader,
                signals=f.signals,
            )
            for f in findings
        )
        return Record(
            values=values | {"lines": [row] if row else []},
            fields=fields,
            status=RecordStatus.COMPLETE,
            confidence=0.75,
            reader=readings[0].reader,
        )

    def run(self, output: Output, work: Work, candidates, read=None, **options):
        """A whole run; returns its plan."""
        plan = output.plan(work, candidates, **options)
        for shard in plan.shards:
            output.commit(work, shard, [(read or self.read)(e) for e in shard.entries])
        output.derive(work, merge=self.merge)
        return plan

    def names_while_somebody_commits(self, output: Output, name: str, *, before: str):
        """In the place of the store's `names`: the document is committed when it is first asked for such a prefix."""
        names, left = output.store.names, [name]

        def names_then(prefix):
            if prefix.startswith(before) and left:
                self.run(output, self.work(run_id="run-2"), [self.candidate(left.pop())])
            return names(prefix)

        return names_then

    def rows(self, root: Path, table: str) -> list[dict]:
        """What a reader with a plain glob sees."""
        files = sorted(root.glob(f"{table}/**/*.parquet"))
        return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]

    def tables(self, root: Path) -> dict[str, list[dict]]:
        """The derived tables without what names a run or a moment."""
        passing = ("_run_id", "_extracted_at", "_failed_at")
        return {
            table: sorted(
                ({k: v for k, v in row.items() if k not in passing} for row in self.rows(root, table)), key=repr
            )
            for table in ("records", "fields", "pages", "failures")
        }


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def output(root: Path) -> Output:
    return open_output(str(root))


@pytest.fixture
def again():
    """The values of a dataclass with some changed."""
    return dataclasses.replace
