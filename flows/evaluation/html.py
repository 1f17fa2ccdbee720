"""An evaluation as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flows.evaluation import svg
from flows.evaluation.text import number, percent, with_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flows.evaluation.compare import Comparison
    from flows.evaluation.evaluation import ConfidenceResult, Counts, Evaluation, TableResult

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; background: #fff; max-width: 68rem; margin: 2rem auto;
  padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p.about { color: #52606d; margin-top: .2rem; max-width: 46rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; }
.tile { border: 1px solid #d9dee4; border-radius: 6px; padding: .6rem 1rem; min-width: 9.5rem; }
.tile b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.tile span { color: #52606d; font-size: .82rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .22rem .8rem; border-bottom: 1px solid #e4e8ec; white-space: nowrap; }
th { font-weight: 600; color: #52606d; font-size: .82rem; } th:first-child, td:first-child { text-align: left; }
tr.sum td { font-weight: 600; border-top: 2px solid #1f2933; }
.plots { display: flex; flex-wrap: wrap; gap: 2rem; align-items: flex-start; } figure { margin: 0; }
figcaption { color: #52606d; font-size: .82rem; max-width: 20rem; }
.wide { overflow-x: auto; }
"""


def page(result: Evaluation, comparison: Comparison | None = None, *, title: str = "") -> str:
    """The whole page; every text from outside is escaped."""
    body = "\n".join(_body(result, comparison, title))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation of {escape(title or result.schema)}</title><style>{STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _body(result: Evaluation, comparison: Comparison | None, title: str) -> Iterator[str]:
    yield f"<h1>{escape(title or 'Evaluation')}</h1>"
    about = f"Schema {result.schema}; {result.found} of {result.documents} documents with a truth have a record."
    yield f'<p class="about">{escape(about)} Intervals are 95 % (Wilson).</p>'
    yield '<div class="tiles">' + "".join(_tiles(result)) + "</div>"
    yield "<h2>Fields</h2>"
    yield _fields(result)
    for table in result.tables:
        yield f"<h2>{escape(table.name)}</h2>"
        yield _table(table)
    for name, confidence in (
        ("values", result.confidence),
        ("cells", result.cell_confidence),
        ("documents", result.document_confidence),
    ):
        if confidence.n:
            yield f"<h2>Confidence of {name}</h2>"
            yield from _confidence(confidence)
    if result.groups:
        yield "<h2>Groups</h2>"
        worst = sorted(result.groups, key=lambda g: (g.accuracy.value or 0.0, g.name))
        yield _counts_table("group", worst, None)
    if comparison is not None:
        yield "<h2>Against the other output</h2>"
        yield from _comparison(comparison)


def _tiles(result: Evaluation) -> Iterator[str]:
    yield _tile(percent(result.total.accuracy.value), f"of {result.total.n} values right")
    if result.macro is not None:
        yield _tile(percent(result.macro.value), f"mean over {result.macro.n} groups")
    yield _tile(percent(result.exact.value), f"of {result.exact.n} documents all right")
    yield _tile(percent(result.total.false_null.value), "of what is there was not given")
    if result.total.invention.n:
        yield _tile(percent(result.total.invention.value), f"of {result.total.invention.n} absent values invented")
    for table in result.tables:
        yield _tile(number(table.f1), f"F1 of the rows of {table.name}")
    accepted = result.confidence.accepted
    if accepted.n:
        yield _tile(percent(accepted.value), f"wrong of {accepted.n} accepted unseen")
    if result.confidence.n:
        yield _tile(percent(dict(result.confidence.review)[0.99].value, 0), "to look at for 99 % right")


def _tile(value: str, about: str) -> str:
    return f'<div class="tile"><b>{escape(value)}</b><span>{escape(about)}</span></div>'


def _fields(result: Evaluation) -> str:
    return _counts_table("field", result.fields, result.total)


def _counts_table(head: str, rows: Sequence[Counts], total: Counts | None) -> str:
    heads = (head, "", "n", "right", "95 %", "wrong", "missing", "invented / absent", "compared")
    body = [_row(_count_cells(c), bar=c) for c in rows]
    if total is not None:
        body.append(_row(_count_cells(total), bar=total, sum_row=True))
    return _html_table(heads, body)


def _count_cells(c: Counts) -> tuple[str, ...]:
    span = c.accuracy.interval
    around = f"{100 * span.low:.1f} to {100 * span.high:.1f}" if c.n else ""
    invented = f"{c.invented} / {c.invention.n}" if c.invention.n else "-"
    return (c.name, str(c.n), percent(c.accuracy.value), around, str(c.wrong), str(c.missing), invented, c.compared)


def _row(cells: Sequence[str], *, bar: Counts | None = None, sum_row: bool = False) -> str:
    first, *others = (f"<td>{escape(c)}</td>" for c in cells)
    drawn = f"<td>{svg.verdict_bar(bar)}</td>" if bar is not None else ""
    return f"<tr{' class=sum' if sum_row else ''}>{first}{drawn}{''.join(others)}</tr>"


def _html_table(heads: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _table(table: TableResult) -> str:
    about = (
        f"{table.right} of {table.wanted} rows right in {table.documents} documents, {table.given} given: recall "
        f"{number(table.recall)}, precision {number(table.precision)}, F1 {number(table.f1)}. "
        "Rows are paired so that as much as possible agrees; a row is right when all its judged cells are."
    )
    rows = [_row(_count_cells(c), bar=c) for c in table.columns]
    rows.append(_row(_count_cells(table.cells), bar=table.cells, sum_row=True))
    heads = ("column", "", "n", "right", "95 %", "wrong", "missing", "in rows too many", "compared")
    return f'<p class="about">{escape(about)}</p>{_html_table(heads, rows)}'


def _confidence(result: ConfidenceResult) -> Iterator[str]:
    facts = f"{result.n} scored: AUROC {number(result.auroc)}, ECE {number(result.ece)}, Brier {number(result.brier)}."
    if result.accepted.n:
        facts += f" Accepted unseen: {result.accepted.n}, wrong {with_interval(result.accepted)}."
    yield f'<p class="about">{escape(facts)}</p><div class="plots">'
    yield f"<figure>{svg.reliability(result.bins)}<figcaption>{escape(RELIABILITY)}</figcaption></figure>"
    yield f"<figure>{svg.risk_coverage(result.curve)}<figcaption>{escape(RISK)}</figcaption></figure>"
    accept = [_row((f"{percent(e)} wrong", percent(m.value, 0))) for e, m in result.coverage]
    review = [_row((f"{percent(g)} right", percent(m.value, 0))) for g, m in result.review]
    yield f"<div>{_html_table(('at most', 'can be accepted'), accept)}<br>"
    yield f"{_html_table(('to reach', 'look at'), review)}</div></div>"
    rows = [
        _row(
            (
                f"{b.low:.1f} to {b.high:.1f}",
                str(b.n),
                f"{b.confidence:.3f}",
                f"{b.right:.3f}",
                f"{b.interval.low:.3f} to {b.interval.high:.3f}",
            )
        )
        for b in result.bins
    ]
    yield "<br>" + _html_table(("confidence", "n", "claimed", "right", "95 %"), rows)


RELIABILITY = "A point on the dashed line keeps its word: of values claimed 90 % sure, 90 % are right. Grey: how many."
RISK = "How much would be wrong if so much were accepted, the surest first."


def _comparison(comparison: Comparison) -> Iterator[str]:
    span = comparison.interval
    about = (
        f"Gain in accuracy {percent(comparison.total.gain)}, {percent(span.low)} to {percent(span.high)} when "
        "documents are drawn anew (95 %). p: exact McNemar test over values."
    )
    yield f'<p class="about">{escape(about)}</p>'
    rows = [
        _row(
            (d.name, str(d.n), str(d.gained), str(d.lost), percent(d.gain), f"{d.p_value:.3f}"),
            sum_row=d is comparison.total,
        )
        for d in (*comparison.fields, comparison.total)
    ]
    yield _html_table(("field", "n", "gained", "lost", "gain", "p"), rows)
