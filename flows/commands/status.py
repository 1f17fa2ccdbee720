"""`extract status OUT`: what an output holds, and what does not add up."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.exit_codes import ExitCode
from flows.sources import listed_paths, printable
from flows.summary import plural

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from flows.status import SchemaStatus


SHOWN_DUPLICATES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")


def execute(args: argparse.Namespace) -> int:
    from flows.output import open_output

    status = open_output(args.out, create=False).status()
    if args.json:
        print(json.dumps(asdict(status), indent=2, ensure_ascii=True))
    else:
        print(status.uri)
        for schema in status.schemas:
            for name, text in _lines(schema):
                print(printable(f"{name:<11} {text}".rstrip()))
        if not status.schemas:
            print("nothing is stored here; `extract run PATHS --schema NAME --out` this folder")
    failed = any(schema.failures or schema.page_failures for schema in status.schemas)
    return ExitCode.DOCUMENTS_FAILED if failed or status.problems else ExitCode.OK


def _lines(s: SchemaStatus) -> Iterator[tuple[str, str]]:
    yield "", ""
    yield "schema", s.schema + (f" (version {', '.join(s.versions)})" if s.versions else "")
    records, failures = plural(s.records, "record", "records"), plural(s.failures, "failure", "failures")
    yield "documents", f"{s.documents}: {records} ({s.records - s.complete} incomplete), {failures}"
    yield "readers", _counts(s.readers)
    yield "pages", f"{s.pages}: {_counts(s.pages_by_state)}"
    where = plural(s.documents_in_review, "document", "documents")
    share = f"; {s.review_share:.0%} wait for a person, in {where}" if s.review_share else ""
    yield "values", f"{s.fields}: {_counts(s.fields_by_status)}{share}"
    if s.review_reasons:
        yield "", _counts(s.review_reasons)
    if s.audited:
        yield "audit", _audit(s)
    if s.other_kind:
        yield (
            "other kind",
            f"{plural(s.other_kind, 'record does', 'records do')} not look like the schema's kind of document",
        )
    if s.several:
        yield "several", f"{plural(s.several, 'file holds', 'files hold')} several documents"
    yield from _duplicates(s)
    if s.reasons:
        pages = f" ({s.failures} of documents, {s.page_failures} of single pages)" if s.page_failures else ""
        yield "failures", _counts(s.reasons) + pages
    open_shards = f", {s.shards_open} not done: run the same command again" if s.shards_open else ""
    yield "shards", f"{s.shards_done} done{open_shards}"
    yield "runs", str(len(s.runs))
    for problem in s.problems:
        yield "problem", problem


def _audit(s: SchemaStatus) -> str:
    from extractors.binomial import wilson

    span = wilson(s.audited_wrong, s.audited)
    share = f"{s.audited_wrong / s.audited:.1%} ({span.low:.1%} to {span.high:.1%}, 95 % sure)"
    return f"{s.audited_wrong} of {s.audited} accepted values drawn at random were wrong: {share}"


def _duplicates(s: SchemaStatus) -> Iterator[tuple[str, str]]:
    for group in s.duplicates[:SHOWN_DUPLICATES]:
        yield "seen twice", f"{group.seller}, {group.number}: {listed_paths(group.sources)}"
    if len(s.duplicates) > SHOWN_DUPLICATES:
        yield "", f"and {len(s.duplicates) - SHOWN_DUPLICATES} more; --json lists all"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: -item[1])) or "none"
