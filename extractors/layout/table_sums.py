"""Whether the rows' totals add up to an amount that is printed below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.table_arithmetic import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.table_lines import Line
    from extractors.layout.table_rows import Row
    from schemas.values import Locale

_CENT = 0.015


def adds_up(rows: Sequence[Row], column: int | None, lines: Sequence[Sequence[Line]], locale: Locale) -> bool:
    """The totals of `rows` (in order) are together an amount below the last of them; signs are free."""
    if column is None or not rows:
        return False
    total = abs(sum(amount(row.numbers.get(column), locale) or 0.0 for row in rows))
    if not total:
        return False
    last = rows[-1]
    return any(abs(abs(value) - total) < _CENT for value in _below(last, lines, locale))


def _below(last: Row, lines: Sequence[Sequence[Line]], locale: Locale) -> list[float]:
    found = []
    for page in range(last.page, len(lines)):
        for line in lines[page]:
            if page == last.page and line.box.cy <= last.bottom:
                continue
            found += [value for cell in line.numbers if (value := amount(cell, locale)) is not None]
    return found
