"""The tax by rate: what base, rate and tax are printed together, and reckon.

A breakdown of taxes has no header that tells it from other tables, and often is no table at all but a line among the
totals. What tells it is its arithmetic: rate x base = tax, and the taxes together are the tax of the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention, Shape
from extractors.layout.concepts import SUBTOTAL, TAX
from extractors.layout.table_sum_labels import is_adjustment
from extractors.layout.table_vocabulary import TAX_RATE, plain, roles_of
from extractors.reading import Evidence, Finding, Match, State
from schemas.rules.facts import find_field
from schemas.schema import Kind
from schemas.values import parse
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from extractors.layout.cells import Cell, PageIndex
    from extractors.layout.segments import Segment
    from schemas.schema import Field
    from schemas.values import Locale, Parsed
    from tiling import Box

HIGHEST = Decimal(30)
"""No country taxes sales at more, but for a few lists of luxuries."""
_CENT = Decimal("0.011")
_COUPLED_PT = 110.0
"""A rate at the head of a column has its amounts no farther below."""
_HEADER_LINES = 14
_MOST_AMOUNTS = 6
"""Amounts of one line that are tried; a line with more is no line of a breakdown."""
_MOST_CHOICES = 256
_MOST_RATES = 60
"""A document that prints more of them has them in its lines."""
_FEWEST = 3
"""Rate, base and tax, where no percent sign tells the rate."""
_NAMED = 0.5
_UNDER = 2.5
"""A value under its label is no farther, as a share of the label's height."""
_TAX = re.compile(
    r"\b(?:vat|tax|taxes|gst|pst|hst|qst|mwst|ust|umsatzsteuer|mehrwertsteuer|steuer|tva|taxe|iva|igic|imposta|btw|moms|"
    r"mva|dph|afa|ptu|kdv|omzetbelasting|mervaerdesskatt)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a table of taxes."""

    rate: Field
    base: Field | None
    amount: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount:
    mention: Mention
    parsed: Parsed
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A rate with its tax, and what it is a tax on where that is printed."""

    rate: _Amount
    amount: _Amount
    base: _Amount | None = None
    together: bool = False
    """The base stands in the same line or column."""
    worded: bool = False
    """Its line, or the head of its column, speaks of tax."""

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        return self.together, self.base is not None, self.worded


def columns_of(table: Field) -> Columns | None:
    """The columns of a table of taxes; None for any other table: goods have words or quantities."""
    if any(c.kind not in (Kind.PERCENT, Kind.MONEY, Kind.CODE, Kind.ENUM) for c in table.columns):
        return None
    rate = find_field(table.columns, "tax_rate", (Kind.PERCENT,))
    amount = find_field(table.columns, "tax_amount", (Kind.MONEY,))
    if rate is None or amount is None:
        return None
    base = find_field(table.columns, "base", (Kind.MONEY,))
    return Columns(rate=rate, base=base if base is not amount else None, amount=amount)


def find_taxes(
    indexes: Sequence[PageIndex],
    table: Field,
    locale: Locale,
    inside: Callable[[int, Box], bool],
    sums: Mapping[str, Decimal],
) -> tuple[Finding, ...]:
    """The rows of a table of taxes.

    `inside` tells the tables of goods; `sums` holds the net sum and the tax, where they are known.
    """
    columns = columns_of(table)
    if columns is None:
        return ()
    rows: list[_Row] = []
    amounts: list[_Amount] = []
    for index in indexes:
        rates, printed = _numbers(index, locale)
        free = [a for a in printed if not inside(index.page, a.mention.box)]
        amounts += free
        outside = [r for r in rates if not inside(index.page, r.mention.box)]
        rows += [*_in_lines(index, outside, free, locale), *_in_columns(index, outside, free)]
    rows = [_with_base(row, amounts, sums.get(SUBTOTAL)) for row in rows[:_MOST_RATES]]
    chosen, closes = _chosen(rows, sums.get(TAX))
    if not chosen:
        every = [rate for index in indexes for rate in _numbers(index, locale)[0]]
        chosen, closes = _of_the_sums(every, amounts, sums), True
    return tuple(f for i, row in enumerate(chosen) for f in _findings(i, row, table, columns, closes=closes))


def sum_of_taxes(path: str, taxes: Sequence[Finding], expected: Decimal) -> Finding | None:
    """The whole tax where only its parts are printed, by rate, and the net sum and the total ask for their sum."""
    values = [f.value for f in taxes if isinstance(f.value, Decimal)]
    evidence = [f.evidence for f in taxes if f.evidence is not None and f.evidence.box is not None]
    total = sum(values, Decimal(0))
    pages = {e.page for e in evidence}
    if len(values) < 2 or total != expected or len(pages) != 1:
        return None
    text = " + ".join(f.text for f in taxes)
    return Finding(
        path=path,
        state=State.VALUE,
        value=total,
        text=text,
        evidence=Evidence(
            page=pages.pop(), box=union(e.box for e in evidence if e.box), text=text, match=Match.NORMALISED
        ),
        signals={"arithmetic": 1.0, "label_match": 1.0},
        notes=(f"the sum of the taxes of {len(values)} rates, which net sum and total confirm",),
    )


def _numbers(index: PageIndex, locale: Locale) -> tuple[list[_Amount], list[_Amount]]:
    rates, amounts = [], []
    for mention in index.mentions:
        if Shape.PERCENT in mention.shapes:
            rates += [a for a in _read(mention, Kind.PERCENT, locale) if 0 <= a.value <= HIGHEST]
        elif Shape.AMOUNT in mention.shapes:
            amounts += _read(mention, Kind.MONEY, locale)
    return rates, amounts


def _read(mention: Mention, kind: Kind, locale: Locale) -> list[_Amount]:
    parsed = parse(kind, mention.text, locale)
    if parsed is None or not isinstance(parsed.value, Decimal):
        return []
    return [_Amount(mention=mention, parsed=parsed, value=parsed.value)]


def _in_lines(index: PageIndex, rates: list[_Amount], amounts: list[_Amount], locale: Locale) -> Iterator[_Row]:
    by_line: dict[int, list[_Amount]] = {}
    for amount in amounts:
        by_line.setdefault(amount.mention.line, []).append(amount)
    beside: dict[int, list[Segment]] = {}
    for segment in index.segments:
        beside.setdefault(segment.line, []).append(segment)
    for rate in [*rates, *_unmarked(index, rates, by_line, locale)]:
        said = [s.text for s in beside.get(rate.mention.line, ()) if s.box.x0 < rate.mention.box.x1]
        text = " ".join(said)
        others = [a for a in by_line.get(rate.mention.line, ()) if a.mention is not rate.mention]
        if not others or len(others) > _MOST_AMOUNTS or is_adjustment(text):
            continue
        worded = _TAX.search(plain(text)) is not None
        pair = _pair(rate, others)
        if pair is not None:
            yield _Row(rate=rate, base=pair[0], amount=pair[1], together=True, worded=worded)
        elif worded and Shape.INTEGER not in others[-1].mention.shapes:
            yield _Row(rate=rate, amount=others[-1], worded=True)


def _unmarked(
    index: PageIndex, rates: Sequence[_Amount], by_line: Mapping[int, Sequence[_Amount]], locale: Locale
) -> Iterator[_Amount]:
    """Numbers without a percent sign under a header that names a rate."""
    marked = {r.mention.line for r in rates}
    heads: dict[int, list[Cell]] = {}
    for cell in index.cells:
        if "%" in cell.text or roles_of(cell.text).get(TAX_RATE, 0.0) >= _NAMED:
            heads.setdefault(cell.line, []).append(cell)
    for line, found in by_line.items():
        if line not in marked and _FEWEST <= len(found) <= _MOST_AMOUNTS:
            over = [h for k in range(line - _HEADER_LINES, line) for h in heads.get(k, ())]
            for amount in found:
                if 0 <= amount.value <= HIGHEST and any(h.box.overlap_x(amount.mention.box) > 0 for h in over):
                    yield from _read(amount.mention, Kind.PERCENT, locale)


def _in_columns(index: PageIndex, rates: Sequence[_Amount], amounts: Sequence[_Amount]) -> Iterator[_Row]:
    """Rates side by side, each over its base and tax; or a label `VAT 20 %` over its tax."""
    if len(rates) > _MOST_RATES:
        return
    said = {r.mention.line: [s for s in index.segments if s.line == r.mention.line] for r in rates}
    for rate in rates:
        box = rate.mention.box
        below = [
            a
            for a in amounts
            if 0 < a.mention.box.cy - box.cy <= _COUPLED_PT
            and a.mention.box.overlap_x(box) > 0
            and a.mention.line != rate.mention.line
            and Shape.INTEGER not in a.mention.shapes
        ]
        pair = _pair(rate, below[:_MOST_AMOUNTS])
        if pair is not None:
            yield _Row(rate=rate, base=pair[0], amount=pair[1], together=True)
            continue
        label = next((s for s in said[rate.mention.line] if s.box.x0 <= box.cx <= s.box.x1), None)
        if label is not None and _TAX.search(plain(label.text)) is not None:
            under = [a for a in amounts if 0 < a.mention.box.cy - box.cy <= _UNDER * box.height]
            under = [a for a in under if a.mention.box.overlap_x(label.box) > 0 and a.mention.line != label.line]
            if len(under) == 1 and Shape.INTEGER not in under[0].mention.shapes:
                yield _Row(rate=rate, amount=under[0], worded=True)


def _pair(rate: _Amount, amounts: Sequence[_Amount]) -> tuple[_Amount, _Amount] | None:
    """(base, tax) among amounts printed together."""
    for i, base in enumerate(amounts):
        for j, tax in enumerate(amounts):
            if i != j and base.value and _reckons(rate.value, base.value, tax.value):
                return base, tax
    return None


def _reckons(rate: Decimal, base: Decimal, tax: Decimal) -> bool:
    return abs(abs(base) * rate / 100 - abs(tax)) <= _CENT and (tax != 0 or rate == 0)


def _with_base(row: _Row, amounts: Sequence[_Amount], net: Decimal | None) -> _Row:
    """A tax alone in its line is on a net sum that is printed elsewhere: the document's, else the nearest."""
    if row.base is not None or row.rate.value == 0:
        return row
    fitting = [a for a in amounts if a.value and _reckons(row.rate.value, a.value, row.amount.value)]
    if not fitting:
        return row
    at = row.amount.mention
    best = min(
        fitting,
        key=lambda a: (
            net is None or abs(a.value) != abs(net),
            a.mention.page != at.page,
            abs(a.mention.box.cy - at.box.cy),
        ),
    )
    return replace(row, base=best)


def _chosen(rows: Sequence[_Row], tax: Decimal | None) -> tuple[list[_Row], bool]:
    """One row a rate, the taxes adding up to the document's; where they do not, only rows that reckon in themselves."""
    by_rate: dict[Decimal, list[_Row]] = {}
    for row in sorted(rows, key=lambda r: r.weight, reverse=True):
        same = by_rate.setdefault(row.rate.value, [])
        if all(abs(r.amount.value) != abs(row.amount.value) for r in same):
            same.append(row)
    choices = 1
    for same in by_rate.values():
        choices *= len(same) + 1
    if tax is not None and by_rate and choices <= _MOST_CHOICES:
        closing = [
            found for some in product(*([*same, None] for same in by_rate.values()))
            if (found := [r for r in some if r is not None])
            and abs(sum((abs(r.amount.value) for r in found), Decimal(0)) - abs(tax)) <= _CENT * len(found)
        ]  # fmt: skip
        if closing:
            best = max(closing, key=lambda f: (all(r.base is not None for r in f), sum(r.together for r in f), len(f)))
            return _in_order(best), True
    sure = [same[0] for same in by_rate.values() if same[0].together and len([r for r in same if r.together]) == 1]
    return (_in_order(sure), False) if tax is None else ([], False)


def _in_order(rows: Sequence[_Row]) -> list[_Row]:
    def place(row: _Row) -> tuple[float, ...]:
        mention = row.rate.mention
        return mention.page, mention.line, mention.box.x0

    return sorted(rows, key=place)


def _of_the_sums(rates: Sequence[_Amount], amounts: Sequence[_Amount], sums: Mapping[str, Decimal]) -> list[_Row]:
    """The only rate that makes the document's tax of its net sum, wherever the rate is printed."""
    net, tax = sums.get(SUBTOTAL), sums.get(TAX)
    if net is None or tax is None or net == 0:
        return []
    fitting = {r.value: r for r in reversed(rates) if _reckons(r.value, net, tax)}
    base = next((a for a in amounts if abs(a.value) == abs(net)), None)
    amount = next((a for a in amounts if abs(a.value) == abs(tax)), None)
    if len(fitting) != 1 or base is None or amount is None:
        return []
    return [_Row(rate=next(iter(fitting.values())), base=base, amount=amount)]


def _findings(number: int, row: _Row, table: Field, columns: Columns, *, closes: bool) -> Iterator[Finding]:
    reckons = 1.0 if row.base is not None else 0.5
    signals = {"arithmetic": reckons, "sum": float(closes), "label_match": float(row.worded or row.together)}
    for field, found in ((columns.rate, row.rate), (columns.base, row.base), (columns.amount, row.amount)):
        if field is not None and found is not None:
            text, mention = found.mention.text, found.mention
            yield Finding(
                path=f"{table.name}[{number}].{field.name}",
                state=State.VALUE,
                value=found.parsed.value,
                text=text,
                evidence=Evidence(page=mention.page, box=mention.box, text=text, match=Match.EXACT),
                signals=dict(signals),
                reasons=("ambiguous",) if found.parsed.ambiguous else (),
                notes=found.parsed.notes,
            )
