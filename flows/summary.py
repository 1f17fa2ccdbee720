"""What a run says at its end, for people and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from flows.exit_codes import ExitCode
from flows.sources import counted, listed_paths, printable
from flows.vision_options import vision_wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.duplicates import Duplicate
    from flows.run_counts import RunCounts
    from flows.run_options import RunOptions
    from flows.sources import Intake
    from flows.tally import Tally
    from flows.work import Plan, Work
    from schemas import Schema

WIDTH = 11
SHOWN_EXAMPLES = 3
KEPT_DUPLICATES = 1000
OUTCOMES = ("pass", "fail", "not_evaluated")
"""Of checks."""
PAGE_STATES = ("read", "blank", "failed", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The end of a run: plain values with stable keys, as they are stored and printed."""

    content: Mapping[str, Any]

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode(self.content["exit_code"])


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a run would do."""

    content: Mapping[str, Any]
    exit_code: ExitCode = ExitCode.OK


def summarise(
    *,
    options: RunOptions,
    work: Work,
    intake: Intake,
    plan: Plan,
    tally: Tally,
    counts: RunCounts,
    seen_twice: Sequence[Duplicate] = (),
    damaged: Sequence[str] = (),
    seconds: float,
) -> Summary:
    """The summary of a run that has come to its end."""
    failed = counts.failures or counts.page_reasons or plan.done_failed or intake.unreadable
    content: dict[str, Any] = {
        "run_id": work.run_id,
        "schema": work.schema.name,
        "schema_version": work.schema.version,
        "out": options.out,
        "exit_code": int(ExitCode.UNAVAILABLE if damaged else ExitCode.DOCUMENTS_FAILED if failed else ExitCode.OK),
        "sources": intake.sources,
        "left_out": dict(intake.left_out.most_common()),
        "unreadable_folders": intake.unreadable,
        "done_before": plan.done,
        "done_before_failed": plan.done_failed,
        "duplicates": tally.duplicates,
        "seen_twice": [
            {"seller": d.seller, "number": d.number, "sources": list(d.sources)} for d in seen_twice[:KEPT_DUPLICATES]
        ],
        "seen_twice_count": len(seen_twice),
        "documents": {"in": tally.started, "records": counts.records, "failures": counts.failures},
        "records": {
            "complete": counts.records - counts.incomplete,
            "incomplete": counts.incomplete,
            "not_of_this_kind": counts.other_kind,
            "several_in_one": counts.several,
        },
        "readers": dict(counts.readers.most_common()),
        "pages": {"in": tally.pages_in, **{state: counts.pages[state] for state in PAGE_STATES}},
        "values": {
            **{status: counts.values[status] for status in ("accepted", "review", "corrected")},
            "absent": counts.absent,
            "review_reasons": dict(counts.review_reasons.most_common()),
            "documents_in_review": counts.documents_in_review,
        },
        "checks": {name: {o: n[o] for o in OUTCOMES} for name, n in sorted(counts.checks.items())},
        "failures": {
            "documents": dict(counts.reasons.most_common()),
            "pages": dict(counts.page_reasons.most_common()),
            "examples": {
                "documents": {reason: [asdict(e) for e in found] for reason, found in counts.examples.items()},
                "pages": {reason: [asdict(e) for e in found] for reason, found in counts.page_examples.items()},
            },
        },
        "damaged": list(damaged),
        "models": dict(work.settings.get("vision") or {}),
        "calls": {name: tally.tokens[name] for name in ("calls", "retries")},
        "second_looks": {"values": tally.tokens["looks"], "without_answer": tally.tokens["lost_looks"]},
        "tokens": {name: tally.tokens[name] for name in ("visual", "prompt", "cached", "output")},
        "cost": None,
        "seconds": {
            "wall": round(seconds, 3),
            "by_stage": {stage: round(s, 3) for stage, s in tally.seconds.most_common()},
        },
        "pages_per_second": round(tally.pages_in / seconds, 2) if seconds else None,
    }
    return Summary(content=content)


def dry_run(*, options: RunOptions, schema: Schema, intake: Intake, new: int, done: int) -> DryRun:
    """What a run would do, without having done it."""
    suffixes = Counter(file.path.rpartition(".")[2].lower() for file in intake.files)
    return DryRun(
        content={
            "dry_run": True,
            "schema": schema.name,
            "schema_version": schema.version,
            "out": options.out,
            "sources": len(intake.files),
            "suffixes": dict(suffixes.most_common()),
            "left_out": dict(intake.left_out.most_common()),
            "unreadable_folders": intake.unreadable,
            "bytes": sum(file.size_bytes for file in intake.files),
            "done_before": done,
            "to_read": new if options.limit is None else min(new, options.limit),
            "reader": options.reader,
            "readers": list(readers(options)),
            "workers": options.workers,
        }
    )


def readers(options: RunOptions) -> tuple[str, ...]:
    """The readers that these options call, in order; words are always read, as the second reading of a model's."""
    vision = ("vision",) if vision_wanted(options) else ()
    if vision and (options.reader == "vision" or options.einvoice == "ignore"):
        return ("vision", "layout")
    if vision:
        return ("einvoice", "vision", "layout")
    if options.reader == "layout" or (options.reader == "auto" and options.einvoice == "ignore"):
        return ("layout",)
    return ("einvoice",) if options.reader == "einvoice" else ("einvoice", "layout")


def to_json(summary: Summary | DryRun) -> str:
    """One JSON object; the keys are the same in every version."""
    return json.dumps(summary.content, ensure_ascii=True, indent=2)


def to_text(summary: Summary | DryRun) -> str:
    """Lines for people."""
    lines = _dry_lines(summary.content) if isinstance(summary, DryRun) else _lines(summary.content)
    return "\n".join(f"{name:<{WIDTH}} {text}".rstrip() for name, text in lines)


def _dry_lines(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "dry run", f"nothing was read or written; schema {c['schema']}, output {c['out']}"
    kinds = ", ".join(f"{suffix} {n}" for suffix, n in list(c["suffixes"].items())[:6])
    yield "documents", f"{c['sources']} ({kinds}), {_bytes(c['bytes'])}"
    yield "to read", f"{c['to_read']}" + (f"; {c['done_before']} are done already" if c["done_before"] else "")
    yield "readers", f"{', then '.join(c['readers'])}, in {plural(c['workers'], 'process', 'processes')}"
    yield from _beside(c)


def _lines(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    documents, pages = c["documents"], c["pages"]
    by_reader = ", ".join(f"{reader} {n}" for reader, n in c["readers"].items())
    read = f"{documents['records']} read" + (f" ({by_reader})" if by_reader else "")
    yield "documents", f"{documents['in']}: {read}, {documents['failures']} failed"
    if c["done_before"]:
        failed = f", of them {c['done_before_failed']} failed" if c["done_before_failed"] else ""
        yield "", f"{plural(c['done_before'], 'was', 'were')} done before{failed}"
    if c["duplicates"]:
        yield (
            "",
            f"{plural(c['duplicates'], 'file has', 'files have')} the bytes of another: one document, several sources",
        )
    yield from _beside(c)
    states = ", ".join(f"{pages[state]} {state}" for state in PAGE_STATES if pages[state])
    yield "pages", f"{pages['in']}" + (f": {states}" if states else "")
    yield from _value_lines(c["records"], c["values"])
    yield from _check_lines(c.get("checks") or {})
    yield from _seen_twice(c)
    yield from _failure_lines(c["failures"])
    for problem in c["damaged"]:
        yield "damaged", problem
    yield from _model_lines(c)
    yield from _look_lines(c)
    yield "time", _time(c)
    yield "files", f"{c['out']} ({', '.join(_tables())})"
    yield from _next(c)


def _beside(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    others = Counter(c["left_out"])
    if others:
        yield (
            "left out",
            f"{plural(others.total(), 'other file is', 'other files are')} no document: {counted(others)}",
        )
    for folder in c["unreadable_folders"][:SHOWN_EXAMPLES]:
        yield "not looked", folder


def _value_lines(records: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    total = values["accepted"] + values["review"] + values["corrected"]
    if not total:
        return
    if records["incomplete"]:
        yield "records", f"{records['complete']} complete, {records['incomplete']} incomplete"
        if records["not_of_this_kind"]:
            yield "", f"{records['not_of_this_kind']} not of this kind: little of the schema was found in them"
        if records["several_in_one"]:
            yield "", f"{records['several_in_one']} with several documents in one file"
    corrected = f", {values['corrected']} corrected" if values["corrected"] else ""
    where = f" in {plural(values['documents_in_review'], 'document', 'documents')}" if values["review"] else ""
    waiting = f"{values['review']} ({values['review'] / total:.0%}) wait for a person{where}"
    yield "values", f"{total}: {values['accepted']} accepted, {waiting}{corrected}"
    if values["absent"]:
        yield "", f"{values['absent']} of the accepted say that a document does not show the field"
    if values["review_reasons"]:
        yield "", ", ".join(f"{reason} {n}" for reason, n in list(values["review_reasons"].items())[:6])


def _check_lines(checks: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str]]:
    """How the rules between values came out, of all records together; and which of them failed."""
    passed, failed, left = (sum(n[outcome] for n in checks.values()) for outcome in OUTCOMES)
    if passed or failed or left:
        which = ", ".join(f"{name} {n['fail']}" for name, n in checks.items() if n["fail"])
        yield "checks", f"{passed} pass, {failed} fail{f' ({which})' if which else ''}, {left} not evaluated"


def _seen_twice(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same seller and number in documents of other bytes, at least one of them of this run."""
    name = "seen twice"
    for group in c["seen_twice"][:SHOWN_EXAMPLES]:
        yield name, f"{printable(group['seller'])}, {printable(group['number'])}: {listed_paths(group['sources'])}"
        name = ""
    if c["seen_twice_count"] > SHOWN_EXAMPLES:
        yield name, f"and {c['seen_twice_count'] - SHOWN_EXAMPLES} more; `extract status {c['out']}` lists them"


def _failure_lines(failures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for what, name in (("documents", "failures"), ("pages", "pages lost")):
        label = name
        for reason, n in failures[what].items():
            yield label, f"{reason} {n}"
            label = ""
            examples = failures["examples"][what][reason]
            for example in examples[:SHOWN_EXAMPLES]:
                page = f", page {example['page']}" if example["page"] is not None else ""
                yield "", f"  {printable(example['source'])}{page}: {printable(example['message'])}"
            if n > SHOWN_EXAMPLES:
                yield "", f"  and {n - SHOWN_EXAMPLES} more"


def _model_lines(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the models took; nothing where none was asked."""
    calls, tokens = c.get("calls") or {}, c["tokens"]
    if not calls.get("calls"):
        return
    retries = f", {calls['retries']} of them again" if calls["retries"] else ""
    yield "model", f"{c['models'].get('model', '?')}: {plural(calls['calls'], 'call', 'calls')}{retries}"
    cached = f" ({tokens['cached'] / tokens['prompt']:.0%} of them cached)" if tokens["prompt"] else ""
    yield (
        "tokens",
        f"{tokens['visual']:,} visual, {tokens['prompt']:,} in prompts{cached}, {tokens['output']:,} written",
    )


def _look_lines(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the verifier looked at; nothing where it had nothing to look at."""
    looks = c.get("second_looks") or {"values": 0}
    if looks["values"]:
        again = plural(looks["values"], "doubtful value", "doubtful values")
        lost = f", {looks['without_answer']} of them without an answer" if looks["without_answer"] else ""
        yield "second look", f"{c['models'].get('verify_model') or '?'}: {again}{lost}"


def _time(c: Mapping[str, Any]) -> str:
    stages = ", ".join(f"{stage} {s:.1f} s" for stage, s in c["seconds"]["by_stage"].items())
    rate = f", {c['pages_per_second']:.1f} pages a second" if c["pages"]["in"] else ""
    return f"{c['seconds']['wall']:.1f} s{rate}" + (f" (in all processes: {stages})" if stages else "")


def _tables() -> tuple[str, ...]:
    return ("records", "fields", "pages", "failures")


def _next(c: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    out = c["out"]
    commands = []
    if c["values"]["review"]:
        commands.append(f"extract review export {out}")
    if c["documents"]["records"]:
        commands.append(f"extract explain {out} DOCUMENT")
    if not commands:
        commands.append(f"extract status {out}")
    if c["documents"]["failures"] or c["done_before_failed"]:
        commands.append("the same command with --retry-failed, once the cause is mended")
    name = "next"
    for command in commands:
        yield name, command
        name = ""


def plural(n: int, one: str, many: str) -> str:
    """`1 file`, `2 files`."""
    return f"{n} {one if n == 1 else many}"


def _bytes(n: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if n < 1000 or unit == "GB":
            return f"{n:.0f} {unit}" if unit == "bytes" else f"{n:.1f} {unit}"
        n /= 1000
    return ""
