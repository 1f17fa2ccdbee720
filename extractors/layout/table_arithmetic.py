"""Quantity times price is the line's total: which column is which, and which rows hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

from extractors.layout.table_vocabulary import GROSS_PRICE, GROSS_TOTAL, LINE_TOTAL, QUANTITY, UNIT_PRICE
from schemas.schema import Kind
from schemas.values import Locale, Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.layout.table_headers import Header
    from extractors.layout.table_lines import Cell

_MEASURE = re.compile(r"^(?:[xX×*@]\s?)?([+\-−–]?\s?\d[\d.,'’ ]*?-?)\s?(?:[xX×*@]|[^\W\d_][^\d]{0,14}|[A-Z]\d\d)?$")
_CENT = 0.021


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which column holds what; None where the table has no such column."""

    quantity: int | None = None
    unit_price: int | None = None
    line_total: int | None = None
    discount: int | None = None
    basis: int | None = None
    score: float = 0.0
    margin: float = 1.0
    """How much better this choice is than the next."""

    @property
    def columns(self) -> tuple[int, ...]:
        return tuple(c for c in (self.quantity, self.unit_price, self.line_total) if c is not None)


@lru_cache(maxsize=8192)
def read_number(text: str, locale: Locale) -> Parsed | None:
    """A number as printed in a table, its unit left out: `3 Std`, `2x`, `5 Unit(s)`, `1.234,50 €`, `19 %`."""
    parsed = parse(Kind.MONEY, text, locale) or parse(Kind.NUMBER, text, locale)
    if parsed is None and text.rstrip().endswith("%"):
        parsed = parse(Kind.PERCENT, text, locale)
    if parsed is None and (m := _MEASURE.match(text.strip())):
        parsed = parse(Kind.NUMBER, m[1].strip(), locale)
        if parsed is not None:
            parsed = replace(parsed, text=text)
    return parsed


def amount(cell: Cell | None, locale: Locale) -> float | None:
    """The number of a cell, for reckoning."""
    if cell is None:
        return None
    parsed = read_number(cell.text, locale)
    return None if parsed is None else float(parsed.value)  # type: ignore[arg-type]


def holds(quantity: float, price: float, total: float, discount: float | None, basis: float | None) -> float:
    """How well the three agree: 1 exactly, .7 within the printed price's rounding, 0 not at all; signs are free."""
    q, p, t = abs(quantity), abs(price), abs(total)
    per = basis if basis and basis > 0 else 1.0
    product = q * p / per
    expected = [product]
    if discount:
        expected += [
            product * (1 - abs(discount) / 100),
            product + discount,
            product - discount,
            q * (p - abs(discount)) / per,
        ]
    nearest = min(abs(e - t) for e in expected)
    if nearest <= _CENT:
        return 1.0
    return 0.7 if nearest <= min(0.0051 * q, 0.01 * t) else 0.0


def choose_roles(header: Header, primary: Sequence[int], rows: Sequence[Mapping[int, Cell]], locale: Locale) -> Roles:
    """The columns that hold quantity, unit price and total: by their headers, and by what the rows reckon."""
    values = [{c: v for c, cell in row.items() if (v := amount(cell, locale)) is not None} for row in rows[:24]]
    filled = {c: sum(c in v for v in values) / max(1, len(values)) for c in range(len(header.cells))}
    candidates = [c for c in primary if filled[c] > 0.0]
    side = _side(header)
    ranked: list[Roles] = []
    options: list[int | None] = [*candidates, None]
    seen: set[tuple[int | None, int | None, int | None]] = set()
    for q, p, t in permutations([*options, None, None], 3):
        if (q, p, t) in seen or (t is None and p is None):
            continue
        seen.add((q, p, t))
        roles = Roles(quantity=q, unit_price=p, line_total=t, discount=side[0], basis=side[1])
        ranked.append(replace(roles, score=_score(roles, header, values, filled)))
    ranked.sort(key=lambda r: -r.score)
    if not ranked or ranked[0].score <= 0:
        return Roles()
    second = ranked[1].score if len(ranked) > 1 else 0.0
    return replace(ranked[0], margin=max(0.0, min(1.0, ranked[0].score - second)))


def _side(header: Header) -> tuple[int | None, int | None]:
    def best(role: str) -> int | None:
        scored = [(c.roles.get(role, 0.0), i) for i, c in enumerate(header.cells)]
        score, i = max(scored, default=(0.0, 0))
        return i if score >= 0.5 else None

    return best("discount"), best("price_basis")


def _label(header: Header, column: int | None, role: str) -> float:
    if column is None:
        return 0.0
    roles = header.cells[column].roles
    score = roles.get(role, 0.0)
    if role == LINE_TOTAL:
        score = max(score, 0.7 * roles.get(GROSS_TOTAL, 0.0), 0.3 * roles.get(UNIT_PRICE, 0.0))
    if role == UNIT_PRICE:
        score = max(score, 0.7 * roles.get(GROSS_PRICE, 0.0))
    return score if score > 0 else -0.25


def _score(roles: Roles, header: Header, values: Sequence[Mapping[int, float]], filled: Mapping[int, float]) -> float:
    q, p, t = roles.quantity, roles.unit_price, roles.line_total
    score = _label(header, q, QUANTITY) + _label(header, p, UNIT_PRICE) + _label(header, t, LINE_TOTAL)
    score += sum(0.3 * filled[c] for c in roles.columns)
    if t is not None and all(c <= t for c in roles.columns):
        score += 0.15
    if q is not None and p is not None and t is not None:
        judged = [
            holds(v[q], v[p], v[t], v.get(roles.discount) if roles.discount is not None else None,
                  v.get(roles.basis) if roles.basis is not None else None)
            for v in values
            if q in v and p in v and t in v
        ]  # fmt: skip
        if judged:
            score += 1.6 * sum(judged) / len(judged) - 0.4
    return score
