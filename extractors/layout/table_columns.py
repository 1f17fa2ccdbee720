"""Cells put under the header they belong to: by overlap, else by the nearest edge; vertical rulings win."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.layout.table_grid import Grid, holds_text
from extractors.layout.table_lines import Cell, Line, cell_of, is_number
from extractors.layout.table_vocabulary import (
    ARTICLE,
    BASIS,
    DATE,
    DESCRIPTION,
    DISCOUNT,
    POSITION,
    TAX_AMOUNT,
    TAX_RATE,
    UNIT,
    VALUE_ROLES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractors.layout.table_headers import Header, HeaderCell
    from tiling import Word

_SIDE_ROLES = frozenset({ARTICLE, POSITION, UNIT, BASIS, DATE, TAX_AMOUNT, TAX_RATE, DISCOUNT, DESCRIPTION})
_LEAST = 0.4
_FLUSH_PT = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One printed line of a table's body, its cells by column."""

    line: Line
    position: int
    """Its place among the lines of its page."""
    numbers: dict[int, Cell]
    texts: dict[int, tuple[Cell, ...]]

    def text(self, column: int | None = None) -> str:
        cells = [c for k, cs in self.texts.items() if column is None or k == column for c in cs]
        return " ".join(c.text for c in sorted(cells, key=lambda c: c.box.x0))


def place(lines: Sequence[Line], header: Header, *, first: int = 0) -> tuple[Placed, ...]:
    """The lines' cells by the header cell they stand under; a number alone in its column is that column's value.

    A number that stands under no header, or hardly, goes where the numbers are that share its right edge, its left
    edge or its middle: `3` below `2.500,00` is far from a centred header, but not from its column.
    """
    grid = Grid(header.cells)
    parts = [[part for cell in line.cells for part in _parts(cell, header)] for line in lines]
    grid.learn(p.box for line in parts for p in line if p.number)
    parts = [[part for cell in line for part in _crowded(cell, line, grid)] for line in parts]
    columns = [[grid.number_column(p.box) if p.number else grid.text_column(p.box) for p in line] for line in parts]
    _settle_texts(parts, columns, grid)
    return tuple(_placed(line, first + i, parts[i], columns[i], grid) for i, line in enumerate(lines))


def _settle_texts(parts: Sequence[Sequence[Cell]], columns: Sequence[list[int | None]], grid: Grid) -> None:
    """Two texts of a line want two columns; texts with the same left edge want the same one."""
    votes: dict[int, Counter[int]] = {}
    unsure: list[tuple[list[int | None], int, int]] = []
    for line, chosen in zip(parts, columns, strict=True):
        for i, part in enumerate(line):
            column = chosen[i]
            if part.number or column is None:
                continue
            sure = grid.under(part.box) is not None
            moved = not sure and column in chosen[:i] and column + 1 not in chosen
            if moved and column + 1 < len(grid.free) and grid.free[column + 1]:
                chosen[i] = column = column + 1
            edge = round(part.box.x0)
            votes.setdefault(edge, Counter())[column] += 4 if moved or sure else 1
            if not sure:
                unsure.append((chosen, i, edge))
    for chosen, i, edge in unsure:
        counts = sum((votes[x] for x in (edge - 1, edge, edge + 1) if x in votes), Counter[int]())
        chosen[i] = counts.most_common(1)[0][0]


def _placed(line: Line, position: int, parts: Sequence[Cell], columns: Sequence[int | None], grid: Grid) -> Placed:
    numbers: dict[int, Cell] = {}
    texts: dict[int, list[Cell]] = {}
    for part, column in zip(parts, columns, strict=True):
        if column is None:
            continue
        if part.number and not grid.texts[column]:
            _put(part, column, numbers, texts, grid)
        else:
            texts.setdefault(column, []).append(part)
    return Placed(line=line, position=position, numbers=numbers, texts={k: tuple(v) for k, v in texts.items()})


def _put(part: Cell, column: int, numbers: dict[int, Cell], texts: dict[int, list[Cell]], grid: Grid) -> None:
    """Where two numbers of a line want one column, an empty column beside it takes the outer one."""
    if column not in numbers:
        numbers[column] = part
        return
    for empty, moved, kept in ((column - 1, numbers[column], part), (column + 1, part, numbers[column])):
        if 0 <= empty < len(grid.texts) and empty not in numbers and not grid.texts[empty]:
            numbers[empty], numbers[column] = moved, kept
            return
    texts.setdefault(column, []).append(part)


def primary_columns(header: Header) -> tuple[int, ...]:
    """Columns that may hold a quantity, a price or a total: named so, or not named as something else."""
    found = []
    for i, cell in enumerate(header.cells):
        value = max((s for r, s in cell.roles.items() if r in VALUE_ROLES), default=0.0)
        other = max((s for r, s in cell.roles.items() if r in _SIDE_ROLES), default=0.0)
        if value >= 0.25 or other < 0.5:
            found.append(i)
    return tuple(found)


def side_columns(header: Header, roles: Iterable[str], taken: Iterable[int]) -> dict[str, int]:
    """Role -> column for all that is not reckoned with; each column once, the surest and least ambiguous first."""
    wanted = list(roles)
    free = [i for i in range(len(header.cells)) if i not in set(taken)]
    pairs = [(header.cells[i].roles.get(role, 0.0), i, role) for role in wanted for i in free]
    found: dict[str, int] = {}
    used: set[int] = set()
    order = sorted(pairs, key=lambda p: (-p[0], _choices(header.cells[p[1]], wanted), wanted.index(p[2]), p[1]))
    for score, column, role in order:
        if score >= _LEAST and role not in found and column not in used:
            found[role] = column
            used.add(column)
    return found


def _choices(cell: HeaderCell, roles: Sequence[str]) -> int:
    """How many roles its label may name about equally well."""
    best = max(cell.roles.values(), default=0.0)
    return sum(cell.roles.get(r, 0.0) >= 0.75 * best for r in roles)


def _parts(cell: Cell, header: Header) -> Iterator[Cell]:
    """A text cell whose first or last word is a number under another column's header is two cells.

    So is a number with its unit where the unit stands under a header of its own.
    """
    words = list(cell.words)
    if len(words) < 2:
        yield cell
        return
    if cell.number:
        if is_number(words[0].text) and not is_number(words[-1].text) and _unit_apart(words, header):
            yield cell_of(cell.page, words[:1], number=True)
            yield cell_of(cell.page, words[1:], number=False)
        else:
            yield cell
        return
    head = _flush(words, header)
    if head:
        yield cell_of(cell.page, words[:head], number=True)
        yield from _parts(cell_of(cell.page, words[head:], number=False), header)
        return
    tail = _tail(words)
    if tail < len(words) and _parts_at(words, tail, header, after=True):
        yield from _parts(cell_of(cell.page, words[:tail], number=False), header)
        yield cell_of(cell.page, words[tail:], number=True)
    elif is_number(words[0].text) and _parts_at(words, 1, header, after=False):
        yield cell_of(cell.page, words[:1], number=True)
        yield cell_of(cell.page, words[1:], number=False)
    else:
        yield cell


def _crowded(cell: Cell, line: Sequence[Cell], grid: Grid) -> Iterator[Cell]:
    """A text that runs up to the next column's number is cut before it, where other rows have a number there."""
    if cell.number:
        yield cell
        return
    for at in range(1, len(cell.words)):
        word = cell.words[at]
        column = grid.column_in_line(word.box) if is_number(word.text) else None
        if column is None or any(c.number and grid.number_column(c.box) == column for c in line):
            continue
        yield cell_of(cell.page, cell.words[:at], number=False)
        yield cell_of(cell.page, cell.words[at : at + 1], number=True)
        if at + 1 < len(cell.words):
            yield cell_of(cell.page, cell.words[at + 1 :], number=False)
        return
    yield cell


def _tail(words: Sequence[Word]) -> int:
    """Where the last number of the words begins; their count where the last word is no number."""
    if is_number(words[-1].text):
        return len(words) - 1
    if len(words) > 2 and is_number(words[-2].text) and words[-1].text in ("€", "$", "£", "EUR", "%"):
        return len(words) - 2
    return len(words)


def _flush(words: Sequence[Word], header: Header) -> int:
    """How many words are a number, perhaps with its unit, before a text that begins flush with a header of its own."""
    if not is_number(words[0].text):
        return 0
    for at in (1, 2):
        if at < len(words) and any(
            abs(words[at].box.x0 - c.box.x0) <= _FLUSH_PT and holds_text(c) and words[0].box.x1 < c.box.x0
            for c in header.cells[1:]
        ):
            return at
    return 0


def _unit_apart(words: Sequence[Word], header: Header) -> bool:
    """All but the number is under a header that names a unit or words, and the number is not."""
    for cell in header.cells:
        inside = all(w.box.overlap_x(cell.box) >= 0.5 * w.box.width for w in words[1:])
        if inside and holds_text(cell) and words[0].box.overlap_x(cell.box) <= 0:
            return True
    return False


def _parts_at(words: Sequence[Word], at: int, header: Header, *, after: bool) -> bool:
    left, right = words[at - 1], words[at]
    if left.text.endswith(":") or (after and right.box.x0 - left.box.x1 < 0.3 * right.box.height):
        return False
    number = words[at:] if after else words[:at]
    rest = words[:at] if after else words[at:]
    for cell in header.cells:
        inside = sum(w.box.overlap_x(cell.box) for w in number) >= 0.5 * sum(w.box.width for w in number)
        fits = not holds_text(cell) if after else True
        if inside and fits and not any(w.box.overlap_x(cell.box) > 0 for w in rest):
            return True
    return False
