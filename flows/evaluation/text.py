"""An evaluation as text and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.calibration_measures import Measured
    from flows.evaluation.compare import Comparison, Difference
    from flows.evaluation.evaluation import ConfidenceResult, Counts, Evaluation, Share, TableResult

WIDTH = 22


def lines(result: Evaluation, comparison: Comparison | None = None) -> Iterator[str]:
    """For a terminal."""
    yield f"schema      {result.schema}"
    yield f"documents   {result.found} of {result.documents} have a record; all right in {with_interval(result.exact)}"
    yield ""
    head = f"{'field':<{WIDTH}} {'n':>5} {'right':>7}  {'95 % of it':<15} {'wrong':>6} {'missing':>8} {'invented':>9}"
    yield f"{head}  compared"
    for row in (*result.fields, result.total):
        yield _count_line(row)
    if result.macro is not None:
        yield f"macro       {number(result.macro)} over {result.macro.n} groups"
    for table in result.tables:
        yield ""
        yield from _table_lines(table)
    if result.unjudged:
        yield f"unjudged    {result.unjudged} values were given where the truth says nothing"
    yield ""
    yield from _confidence_lines("values", result.confidence)
    if result.cell_confidence.n:
        yield from _confidence_lines("cells", result.cell_confidence)
    if result.document_confidence.n:
        yield from _confidence_lines("documents", result.document_confidence)
    if comparison is not None:
        yield ""
        yield from _comparison_lines(comparison)


def percent(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{100 * value:.{digits}f} %"


def number(measured: Measured) -> str:
    return "-" if measured.value is None else f"{measured.value:.3f}"


def with_interval(share: Share) -> str:
    span = share.interval
    return f"{percent(share.value)} ({percent(span.low)} to {percent(span.high)}, n={share.n})"


def _count_line(row: Counts) -> str:
    span = row.accuracy.interval
    around = f"{100 * span.low:.1f}-{100 * span.high:.1f} %" if row.n else ""
    absent = row.invention.n
    invented = f"{row.invented}/{absent}" if absent else "-"
    right = percent(row.accuracy.value)
    head = f"{row.name:<{WIDTH}} {row.n:>5} {right:>7}  {around:<15} {row.wrong:>6} {row.missing:>8} {invented:>9}"
    return f"{head}  {row.compared}".rstrip()


def _table_lines(table: TableResult) -> Iterator[str]:
    rows = f"{table.right} of {table.wanted} rows right, {table.given} given"
    measures = f"recall {number(table.recall)} precision {number(table.precision)} F1 {number(table.f1)}"
    yield f"{table.name}: {rows}; {measures}"
    for row in (*table.columns, table.cells):
        name = "all cells" if row is table.cells else row.name.partition(".")[2]
        spare = f"  {row.invented} in rows too many" if row.invented else ""
        head = f"  {name:<{WIDTH - 2}} {row.n:>5} {percent(row.accuracy.value):>7}"
        way = f"  ({row.compared})" if row.compared else ""
        yield f"{head}  {row.wrong} wrong, {row.missing} missing{spare}{way}"


def _confidence_lines(name: str, result: ConfidenceResult) -> Iterator[str]:
    unscored = f", {result.unscored} not scored" if result.unscored else ""
    yield (
        f"confidence of {name}: n={result.n}{unscored}  AUROC {number(result.auroc)}  ECE {number(result.ece)}  "
        f"Brier {number(result.brier)}"
    )
    if result.accepted.n:
        yield f"  accepted    {result.accepted.n} unseen by people, wrong {with_interval(result.accepted)}"
    if not result.n:
        return
    yield "  claimed     " + "  ".join(f"{b.confidence:.2f}->{b.right:.2f} ({b.n})" for b in result.bins)
    yield "  accept      " + ", ".join(f"{percent(m.value, 0)} at {percent(e)} error" for e, m in result.coverage)
    yield "  look at     " + ", ".join(f"{percent(m.value, 0)} for {percent(g)} right" for g, m in result.review)


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    span = comparison.interval
    yield f"{'against the other':<{WIDTH}} {'n':>5} {'gained':>7} {'lost':>6} {'gain':>8} {'p':>7}"
    yield from (_difference_line(d) for d in (*comparison.fields, comparison.total))
    yield f"gain in accuracy, documents drawn anew: {percent(span.low)} to {percent(span.high)} (95 %)"


def _difference_line(d: Difference) -> str:
    return f"{d.name:<{WIDTH}} {d.n:>5} {d.gained:>7} {d.lost:>6} {percent(d.gain):>8} {d.p_value:>7.3f}"


def to_data(result: Evaluation, comparison: Comparison | None = None) -> dict[str, Any]:
    """For `--json`: shares have value, n and interval; measures value and n."""
    data: dict[str, Any] = {
        "schema": result.schema,
        "documents": {"n": result.documents, "found": result.found, "exact": _share(result.exact)},
        "total": _counts(result.total),
        "fields": {c.name: _counts(c) for c in result.fields},
        "tables": {t.name: _table(t) for t in result.tables},
        "macro": asdict(result.macro) if result.macro else None,
        "groups": {c.name: _counts(c) for c in result.groups},
        "unjudged": result.unjudged,
        "confidence": _confidence(result.confidence),
        "cell_confidence": _confidence(result.cell_confidence),
        "document_confidence": _confidence(result.document_confidence),
    }
    if comparison is not None:
        data["comparison"] = asdict(comparison) | {"gain": comparison.total.gain}
    return data


def _share(share: Share) -> dict[str, Any]:
    return {"value": share.value, "n": share.n, "interval": [share.interval.low, share.interval.high]}


def _counts(c: Counts) -> dict[str, Any]:
    return asdict(c) | {
        "n": c.n,
        "accuracy": _share(c.accuracy),
        "false_null_rate": _share(c.false_null),
        "invention_rate": _share(c.invention),
    }


def _table(t: TableResult) -> dict[str, Any]:
    return {
        "documents": t.documents,
        "rows": {"wanted": t.wanted, "given": t.given, "right": t.right},
        "recall": asdict(t.recall),
        "precision": asdict(t.precision),
        "f1": asdict(t.f1),
        "cells": _counts(t.cells),
        "columns": {c.name.partition(".")[2]: _counts(c) for c in t.columns},
    }


def _confidence(c: ConfidenceResult) -> dict[str, Any]:
    return {
        "n": c.n,
        "unscored": c.unscored,
        "auroc": asdict(c.auroc),
        "ece": asdict(c.ece),
        "brier": asdict(c.brier),
        "reliability": [asdict(b) for b in c.bins],
        "risk_coverage": [asdict(p) | {"coverage": p.coverage, "risk": p.risk} for p in c.curve],
        "coverage_at_error": [{"error": e, **asdict(m)} for e, m in c.coverage],
        "review_for": [{"right": g, **asdict(m)} for g, m in c.review],
        "accepted_error": _share(c.accepted),
    }


def failures(result: Evaluation, wanted: Sequence[tuple[str, float]]) -> Iterator[str]:
    """A sentence for each measure that is below what was asked, or that nothing was measured for."""
    for name, least in wanted:
        measured = result.measure(name)
        if measured is None or measured.value is None:
            yield f"{name}: nothing was measured (wanted: at least {least:g})"
        elif measured.value < least:
            yield f"{name} is {measured.value:.4f} (n={measured.n}), below {least:g}"
