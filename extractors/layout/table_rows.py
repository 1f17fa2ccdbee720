"""Numbers of neighbouring printed lines become rows; the texts around them, their descriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.layout.table_lines import is_currency
from extractors.layout.table_sum_labels import is_carried, is_total
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.table_columns import Placed
    from extractors.layout.table_lines import Cell
    from tiling import Box

_NEAR = 1.35
"""Numbers of one row stand on lines no farther apart than this, as a share of the letter height."""
_WRAP = 0.75
"""Widest space between the lines of a wrapped description, as a share of the letter height."""


@dataclass(slots=True, kw_only=True)
class Row:
    """A row being put together: its numbers by column, and its printed lines."""

    page: int
    lines: list[Placed]
    numbers: dict[int, Cell] = field(default_factory=dict)
    description: list[Cell] = field(default_factory=list)

    @property
    def top(self) -> float:
        return min(p.line.box.y0 for p in self.lines)

    @property
    def bottom(self) -> float:
        return max(p.line.box.y1 for p in self.lines)

    @property
    def cy(self) -> float:
        return sum(p.line.box.cy for p in self.lines) / len(self.lines)

    @property
    def box(self) -> Box:
        return union([p.line.box for p in self.lines] + [c.box for c in self.description])

    @property
    def label(self) -> str:
        return " ".join(p.text() for p in self.lines).strip()

    @property
    def is_sum(self) -> bool:
        """One of its texts is the label of a sum or a tax."""
        return any(_is_sum(line) for line in self.lines)


def rows_of(placed: Sequence[Placed], primary: Sequence[int]) -> list[Row]:
    """Rows of one page's body: each begins with a line that has a number in a primary column."""
    rows: list[Row] = []
    for line in placed:
        main = {c: cell for c, cell in line.numbers.items() if c in primary and not cell.text.endswith("%")}
        if not main:
            continue
        row = rows[-1] if rows else None
        if row is not None and _joins(row, line, main):
            row.lines.append(line)
            row.numbers.update(main)
        else:
            rows.append(Row(page=line.line.page, lines=[line], numbers=dict(main)))
    for line in placed:
        _lend(line, rows, primary)
    return rows


def _joins(row: Row, line: Placed, main: dict[int, Cell]) -> bool:
    if any(c in row.numbers for c in main) or _is_sum(line) or is_carried(line.text()):
        return False
    height = min(c.box.height for c in main.values())
    last = max(c.box.cy for c in row.numbers.values())
    return min(c.box.cy for c in main.values()) - last <= _NEAR * max(height, 5.0)


def _is_sum(line: Placed) -> bool:
    return any(is_total(c.text) for cells in line.texts.values() for c in cells)


def _lend(line: Placed, rows: Sequence[Row], primary: Sequence[int]) -> None:
    """Numbers of side columns (tax, discount, basis) go to the row they stand beside."""
    side = {c: cell for c, cell in line.numbers.items() if c not in primary or cell.text.endswith("%")}
    if not side or not rows:
        return
    nearest = min(rows, key=lambda r: abs(r.cy - line.line.box.cy))
    if abs(nearest.cy - line.line.box.cy) > 1.2 * max(line.line.box.height, 5.0):
        return
    for column, cell in side.items():
        nearest.numbers.setdefault(column, cell)


def describe(
    rows: Sequence[Row], others: Sequence[Row], placed: Sequence[Placed], column: int | None, end: float
) -> None:
    """Gives each row the texts of the description column on its own lines, and on those that wrap above or below.

    `others` are the section's rows that are no items: sums, whose lines describe nothing.
    """
    own = {id(p) for row in (*rows, *others) for p in row.lines}
    sums = [row.top for row in others]
    for row in rows:
        row.description = [c for p in row.lines for c in _texts(p, column)]
    loose = [p for p in placed if id(p) not in own and _texts(p, column) and p.line.box.cy < end]
    bare = bool(rows) and (len(rows) == 1 or not rows[0].description)
    above = 0
    for i, row in enumerate(rows):
        following = rows[i + 1] if i + 1 < len(rows) else None
        between = [p for p in loose if p.line.box.cy > row.cy and (following is None or p.line.box.cy < following.cy)]
        until = min((y for y in sums if y > row.cy), default=float("inf"))
        if following is None or until < following.cy:
            _below(row, [p for p in between if p.line.box.cy < until], column)
            continue
        cut = _cut(row, between, following)
        _below(row, between[:cut], column)
        above += _above(following, between[cut:], column)
    if rows and (above or bare):
        _above(rows[0], [p for p in loose if p.line.box.cy < rows[0].cy], column)


def _texts(placed: Placed, column: int | None) -> list[Cell]:
    if column is None:
        return [c for cells in placed.texts.values() for c in cells if not c.number]
    return [c for c in placed.texts.get(column, ()) if not is_currency(c.text)]


def _cut(row: Row, between: Sequence[Placed], following: Row) -> int:
    """How many of the lines between two rows belong to the upper one: the widest space parts them."""
    edges = [row.lines[-1].line.box.cy, *(p.line.box.cy for p in between), following.lines[0].line.box.cy]
    gaps = [b - a for a, b in pairwise(edges)]
    widest = max(gaps)
    return max(k for k, gap in enumerate(gaps) if gap >= 0.9 * widest)


def _above(row: Row, lines: Sequence[Placed], column: int | None) -> int:
    """Gives the row the lines that stand close above it; how many."""
    edge = row.top
    taken: list[Cell] = []
    count = 0
    for line in reversed(lines):
        if edge - line.line.box.y1 > _WRAP * max(line.line.box.height, 5.0):
            break
        taken = _texts(line, column) + taken
        edge = line.line.box.y0
        count += 1
    row.description = taken + row.description
    return count


def _below(row: Row, lines: Sequence[Placed], column: int | None) -> None:
    edge = row.bottom
    for line in lines:
        if line.line.box.y0 - edge > _WRAP * max(line.line.box.height, 5.0):
            break
        row.description = row.description + _texts(line, column)
        edge = line.line.box.y1
