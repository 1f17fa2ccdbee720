"""A quantity or price that ran into the text beside it: the word that makes the row reckon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.table_arithmetic import Roles, amount, holds
from extractors.layout.table_lines import cell_of, is_number

if TYPE_CHECKING:
    from extractors.layout.table_lines import Cell
    from extractors.layout.table_rows import Row
    from schemas.values import Locale


def recover(row: Row, roles: Roles, locale: Locale) -> None:
    """Fills the one empty column of quantity and price from a number inside the row's texts, if exactly one fits."""
    q, p, t = roles.quantity, roles.unit_price, roles.line_total
    if q is None or p is None or t is None or t not in row.numbers or (q in row.numbers) == (p in row.numbers):
        return
    known, missing = (q, p) if q in row.numbers else (p, q)
    factor, total = amount(row.numbers[known], locale), amount(row.numbers[t], locale)
    if not factor or not total or abs(factor) == abs(total):
        return
    discount = amount(row.numbers.get(roles.discount), locale) if roles.discount is not None else None
    basis = amount(row.numbers.get(roles.basis), locale) if roles.basis is not None else None
    fitting = []
    for cell in _numbers(row):
        value = amount(cell, locale)
        if value and holds(value, factor, total, discount, basis) == 1.0:
            fitting.append(cell)
    if len(fitting) == 1:
        row.numbers[missing] = fitting[0]


def _numbers(row: Row) -> list[Cell]:
    texts = (c for line in row.lines for cells in line.texts.values() for c in cells)
    return [cell_of(c.page, [w], number=True) for c in texts for w in c.words if is_number(w.text)]
