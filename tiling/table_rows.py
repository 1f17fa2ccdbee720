"""Rows of tables, so that no cut goes through them: a row is a line of figures in columns, and what hangs on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from tiling.box import Box, union
from tiling.tiles import TableHeading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiling.page import Page, Word

DIGIT = re.compile(r"\d")
CELL_GAP_EM = 1.0
"""Words further apart are in different cells."""
LEAST_CELLS = 3
LEAST_FIGURES = 2
"""Cells with a digit in the line that begins a row."""
SAME_COLUMNS = 2
"""Cells that stand under each other in two rows of one table."""
TALLEST_ROW_EM = 16.0
LEAST_ROWS = 3
HEADING_LINES = 3
HEADING_GAP_EM = 3.0
HEADING_DIGITS = 0.1
CLEARLY = 1.3
"""A gap so many times as large as the others parts two rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of a page; boxes in points."""

    rows: tuple[Box, ...] = ()
    headings: tuple[TableHeading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    box: Box
    em_pt: float
    cells: tuple[tuple[float, float], ...]
    """x from, x to."""
    figures: int
    """Cells with a digit."""
    digit_share: float


def tables_of(page: Page) -> Tables:
    """The rows and heading rows of all tables; none where the page has no words."""
    lines = [_line(list(words)) for _, words in groupby(page.words, key=lambda word: word.line)]
    lines.sort(key=lambda line: (line.box.y0, line.box.x0))
    rulings = [box.cy for box in page.rulings if box.width > box.height]
    rows: list[Box] = []
    headings: list[TableHeading] = []
    for starts in _tables(lines):
        found = _rows(lines, starts, rulings)
        rows += found
        table = union(found)
        heading = _heading(lines[: starts[0]], lines[starts[0]])
        if heading is not None:
            headings.append(TableHeading(row=heading, table=table))
    return Tables(rows=tuple(rows), headings=tuple(headings))


def _line(words: Sequence[Word]) -> _Line:
    cells: list[list[float]] = []
    figures: list[bool] = []
    ordered = sorted(words, key=lambda word: word.box.x0)
    for word in ordered:
        has_digit = DIGIT.search(word.text) is not None
        if cells and word.box.x0 - cells[-1][1] <= CELL_GAP_EM * word.size_pt:
            cells[-1][1] = max(cells[-1][1], word.box.x1)
            figures[-1] |= has_digit
        else:
            cells.append([word.box.x0, word.box.x1])
            figures.append(has_digit)
    text = "".join([word.text for word in ordered])
    return _Line(
        box=union(word.box for word in ordered),
        em_pt=max(word.size_pt for word in ordered),
        cells=tuple((a, b) for a, b in cells),
        figures=sum(figures),
        digit_share=len(DIGIT.findall(text)) / max(1, len(text)),
    )


def _tables(lines: Sequence[_Line]) -> list[list[int]]:
    """For each table the indices of the lines that begin its rows."""
    tables: list[list[int]] = []
    for index, line in enumerate(lines):
        if len(line.cells) < LEAST_CELLS or line.figures < LEAST_FIGURES:
            continue
        before = lines[tables[-1][-1]] if tables else None
        near = before is not None and line.box.y0 - before.box.y1 <= TALLEST_ROW_EM * line.em_pt
        if before is not None and near and _aligned(before, line):
            tables[-1].append(index)
        else:
            tables.append([index])
    return [starts for starts in tables if len(starts) >= LEAST_ROWS]


def _aligned(one: _Line, other: _Line) -> bool:
    shared = sum(any(min(b, d) > max(a, c) for c, d in other.cells) for a, b in one.cells)
    return shared >= SAME_COLUMNS


def _rows(lines: Sequence[_Line], starts: Sequence[int], rulings: Sequence[float]) -> list[Box]:
    """What lies between two borders is a row; the last one is the line that begins it, as more is not known."""
    x0, x1 = min(lines[n].box.x0 for n in starts), max(lines[n].box.x1 for n in starts)
    borders = [lines[starts[0]].box.y0]
    borders += [_border(lines[first : second + 1], rulings) for first, second in pairwise(starts)]
    borders.append(lines[starts[-1]].box.y1)
    return [Box(x0, top, x1, bottom) for top, bottom in pairwise(borders) if bottom > top]


def _border(lines: Sequence[_Line], rulings: Sequence[float]) -> float:
    """Where one row ends and the next begins: `lines` run from the line that begins the one to that of the other."""
    first, last = lines[0], lines[-1]
    drawn = [y for y in rulings if first.box.cy < y < last.box.cy]
    if drawn:
        return drawn[-1]
    gaps = [(after.box.y0 - before.box.y1, (after.box.y0 + before.box.y1) / 2) for before, after in pairwise(lines)]
    widest, *others = sorted(gaps, reverse=True)
    if not others or widest[0] > CLEARLY * max(0.0, others[0][0]):
        return widest[1]
    return gaps[-1][1]


def _heading(above: Sequence[_Line], row: _Line) -> Box | None:
    """The lines of few digits right above the first row whose cells stand over its cells."""
    found: list[Box] = []
    top = row.box.y0
    for line in reversed(above[-HEADING_LINES:]):
        near = top - line.box.y1 <= HEADING_GAP_EM * line.em_pt
        if not near or line.digit_share > HEADING_DIGITS or not _aligned(line, row):
            break
        found.append(line.box)
        top = line.box.y0
    return union(found) if found else None
