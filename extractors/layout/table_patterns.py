"""Tables without a header: lines whose numbers multiply, or text and amount pairs that add up to a printed sum."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from extractors.layout.table_arithmetic import amount, holds
from extractors.layout.table_headers import Header, HeaderCell
from extractors.layout.table_sum_labels import is_total
from extractors.layout.table_vocabulary import ARTICLE, DESCRIPTION, LINE_TOTAL, QUANTITY, TAX_RATE, UNIT_PRICE
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.table_lines import Cell, Line
    from schemas.values import Locale

_ALIGNED_PT = 3.0


def patterned_header(lines: Sequence[Line], locale: Locale) -> Header | None:
    """A header made from the rows of a page that has none: where its quantities, prices and totals stand."""
    return _multiplying(lines, locale) or _adding(lines, locale)


def _multiplying(lines: Sequence[Line], locale: Locale) -> Header | None:
    """From lines on which a first number times a second is the last."""
    found = [(i, triple) for i, line in enumerate(lines) if (triple := _triple(line, locale)) is not None]
    if not found:
        return None
    groups: list[list[tuple[int, tuple[Cell, Cell, Cell]]]] = []
    for entry in found:
        group = next((g for g in groups if _stacked(entry[1][2].box, g[-1][1][2].box)), None)
        if group is None:
            groups.append([entry])
        else:
            group.append(entry)
    best = max(groups, key=len)
    if len(best) < 2 and not _adds_up([best[0][1][2]], lines[best[0][0] + 1 :], locale):
        return None
    columns = [union(t[k].box for _, t in best) for k in range(3)]
    if any(a.overlap_x(b) > 0 for a, b in combinations(columns, 2)):
        return None
    roles = dict(zip((QUANTITY, UNIT_PRICE, LINE_TOTAL), columns, strict=True))
    return _header(lines, [i for i, _ in best], roles)


def _stacked(a: Box, b: Box) -> bool:
    return a.overlap_x(b) >= 0.5 * min(a.width, b.width)


def _triple(line: Line, locale: Locale) -> tuple[Cell, Cell, Cell] | None:
    """Quantity, price and total of a line; the total is the last amount and the quantity comes before the price."""
    numbers = [c for c in line.numbers if not c.text.endswith("%")]
    if len(numbers) < 3 or any(is_total(c.text) for c in line.cells):
        return None
    for end in range(len(numbers) - 1, 1, -1):
        total = amount(numbers[end], locale)
        if not total or not _has_cents(numbers[end]):
            continue
        for a, b in sorted(combinations(range(end), 2), reverse=True):
            q, p = amount(numbers[a], locale), amount(numbers[b], locale)
            if q and p and holds(q, p, total, None, None) == 1.0 and _has_cents(numbers[b]):
                return numbers[a], numbers[b], numbers[end]
    return None


def _adding(lines: Sequence[Line], locale: Locale) -> Header | None:
    """From lines of a text and one amount, above a sum that they add up to."""
    sums = next((i for i, line in enumerate(lines) if any(is_total(c.text) for c in line.cells) and line.numbers), None)
    if sums is None:
        return None
    rows: list[tuple[int, Cell]] = []
    for i in range(sums - 1, -1, -1):
        cells = lines[i].numbers
        if not cells or not _has_cents(cells[-1]):
            continue
        if rows and abs(cells[-1].box.x1 - rows[0][1].box.x1) > _ALIGNED_PT:
            continue
        rows.insert(0, (i, cells[-1]))
        if len(rows) >= 2 and _adds_up([c for _, c in rows], lines[sums:], locale):
            column = union(c.box for _, c in rows)
            return _header(lines, [i for i, _ in rows], {LINE_TOTAL: column})
    return None


def _adds_up(cells: Sequence[Cell], below: Sequence[Line], locale: Locale) -> bool:
    total = sum(amount(c, locale) or 0.0 for c in cells)
    values = (amount(c, locale) for line in below for c in line.numbers)
    return any(v is not None and abs(v - total) < 0.006 for v in values)


def _has_cents(cell: Cell) -> bool:
    digits = cell.text.rstrip(" €$£)-A*").rsplit(" ", 1)[-1]
    return len(digits) > 2 and digits[-3] in ".," and digits[-2:].isdigit()


def _header(lines: Sequence[Line], rows: Sequence[int], columns: dict[str, Box]) -> Header:
    first = _first(lines, min(rows), columns)
    top = lines[first].box.y0
    cells = [_cell(box, {role: 1.0}, top) for role, box in columns.items()]
    taken = list(columns.values())
    for number in (c for i in rows for c in lines[i].numbers):
        if not any(number.box.overlap_x(box) > 0 for box in taken):
            taken.append(number.box)
            cells.append(_cell(number.box, {TAX_RATE if number.text.endswith("%") else ARTICLE: 1.0}, top))
    texts = [c.box for i in rows for c in lines[i].cells if not c.number] or [
        c.box for line in lines[first : max(rows) + 1] for c in line.cells if not c.number
    ]
    free = [t for t in texts if not any(t.overlap_x(box) > 0 for box in taken)]
    if free:
        cells.append(_cell(max(free, key=lambda b: b.width), {DESCRIPTION: 1.0}, top))
    return Header(
        page=lines[0].page,
        first=first,
        last=first,
        cells=tuple(sorted(cells, key=lambda c: c.box.cx)),
        box=union(c.box for c in cells),
        wanted=True,
    )


def _cell(box: Box, roles: dict[str, float], top: float) -> HeaderCell:
    return HeaderCell(box=Box(box.x0, top, box.x1, top + 0.1), text="", roles=roles)


def _first(lines: Sequence[Line], first: int, columns: dict[str, Box]) -> int:
    """The first line of the table: above the first row that reckons may be free ones, and wrapped texts."""
    total = columns[LINE_TOTAL]
    at = first
    for i in range(first - 1, -1, -1):
        if any(_stacked(c.box, total) for c in lines[i].numbers) and not any(is_total(c.text) for c in lines[i].cells):
            first = i
        elif lines[i].numbers or not _close(lines[i], lines[i + 1]) or at - i > 3:
            break
        if i == first:
            at = i
    while first > 0 and not lines[first - 1].numbers and _close(lines[first - 1], lines[first]):
        first -= 1
    return first


def _close(upper: Line, lower: Line) -> bool:
    return lower.box.y0 - upper.box.y1 <= 0.75 * max(upper.box.height, 5.0)
