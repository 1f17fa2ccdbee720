"""Cells put under the header they belong to: by overlap, else by the nearest edge; vertical rulings win."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.layout.table_lines import Cell, Line, cell_of, is_number
from extractors.layout.table_vocabulary import (
    ARTICLE,
    BASIS,
    DATE,
    DESCRIPTION,
    POSITION,
    TAX_AMOUNT,
    UNIT,
    VALUE_ROLES,
)

from tiling import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractors.layout.table_headers import Header, HeaderCell
    from tiling import Box

_TEXT_ROLES = frozenset({DESCRIPTION, ARTICLE, POSITION, UNIT})
_SIDE_ROLES = frozenset({ARTICLE, POSITION, UNIT, BASIS, DATE, TAX_AMOUNT, "discount", "tax_rate"})
_LEAST = 0.4
_ALIGNED_PT = 1.2
_REACH_PT = 90.0
"""A number farther than this from every header stands in no column."""


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
    cells = header.cells
    parts = [[part for cell in line.cells for part in _parts(cell, header)] for line in lines]
    numbers = [(p.box, _under(p.box, cells)) for line in parts for p in line if p.number]
    columns = [[_column(p, cells, numbers) for p in line] for line in parts]
    _settle_texts(parts, columns, cells)
    return tuple(_placed(line, first + i, parts[i], columns[i], cells) for i, line in enumerate(lines))


def _settle_texts(
    parts: Sequence[Sequence[Cell]], columns: Sequence[list[int | None]], cells: Sequence[HeaderCell]
) -> None:
    """Two texts of a line want two columns; texts with the same left edge want the same one."""
    votes: dict[int, Counter[int]] = {}
    for line, chosen in zip(parts, columns, strict=True):
        for i, part in enumerate(line):
            column = chosen[i]
            if part.number or column is None:
                continue
            moved = column in chosen[:i] and column + 1 < len(cells) and column + 1 not in chosen
            if moved and _may_hold_text(cells[column + 1]) and _under(part.box, cells) is None:
                chosen[i] = column = column + 1
            weight = 4 if moved or _under(part.box, cells) is not None else 1
            votes.setdefault(round(part.box.x0), Counter())[column] += weight
    for line, chosen in zip(parts, columns, strict=True):
        for i, part in enumerate(line):
            if part.number or chosen[i] is None or _under(part.box, cells) is not None:
                continue
            edge = round(part.box.x0)
            counts = sum((votes[x] for x in (edge - 1, edge, edge + 1) if x in votes), Counter[int]())
            chosen[i] = counts.most_common(1)[0][0]


def _may_hold_text(cell: HeaderCell) -> bool:
    return _holds_text(cell) or not any(s >= _LEAST for s in cell.roles.values())


def _placed(
    line: Line, position: int, parts: Sequence[Cell], columns: Sequence[int | None], cells: Sequence[HeaderCell]
) -> Placed:
    numbers: dict[int, Cell] = {}
    texts: dict[int, list[Cell]] = {}
    for part, column in zip(parts, columns, strict=True):
        if column is None:
            continue
        if part.number and not _holds_text(cells[column]):
            _put(part, column, numbers, texts, cells)
        else:
            texts.setdefault(column, []).append(part)
    return Placed(line=line, position=position, numbers=numbers, texts={k: tuple(v) for k, v in texts.items()})


def _put(
    part: Cell, column: int, numbers: dict[int, Cell], texts: dict[int, list[Cell]], cells: Sequence[HeaderCell]
) -> None:
    """Where two numbers of a line want one column, an empty column beside it takes the outer one."""
    if column not in numbers:
        numbers[column] = part
        return
    for empty, moved, kept in ((column - 1, numbers[column], part), (column + 1, part, numbers[column])):
        if 0 <= empty < len(cells) and empty not in numbers and not _holds_text(cells[empty]):
            numbers[empty], numbers[column] = moved, kept
            return
    texts.setdefault(column, []).append(part)


def primary_columns(header: Header) -> tuple[int, ...]:
    """Columns that may hold a quantity, a price or a total: named so, or not named as something else."""
    found = []
    for i, cell in enumerate(header.cells):
        value = max((s for r, s in cell.roles.items() if r in VALUE_ROLES), default=0.0)
        other = max((s for r, s in cell.roles.items() if r in _SIDE_ROLES or r == DESCRIPTION), default=0.0)
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


def _holds_text(cell: HeaderCell) -> bool:
    text = max((s for r, s in cell.roles.items() if r in _TEXT_ROLES), default=0.0)
    value = max((s for r, s in cell.roles.items() if r not in _TEXT_ROLES), default=0.0)
    return text > value


def _under(box: Box, headers: Sequence[HeaderCell]) -> int | None:
    """The only header that the box stands under with at least half of the narrower one's width."""
    found = [i for i, h in enumerate(headers) if box.overlap_x(h.box) >= 0.5 * max(1.0, min(box.width, h.box.width))]
    return found[0] if len(found) == 1 else None


def _column(part: Cell, headers: Sequence[HeaderCell], numbers: Sequence[tuple[Box, int | None]]) -> int | None:
    column = _under(part.box, headers)
    if column is None and part.number:
        column = _aligned(part.box, numbers, headers)
    if column is None and not part.number and _nearest(part.box, headers) is not None:
        return _beside(part.box, headers)
    return _nearest(part.box, headers) if column is None else column


def _beside(box: Box, headers: Sequence[HeaderCell]) -> int | None:
    """The nearest column that texts belong in: no number's, and no mere position's."""
    fit = [
        i
        for i, h in enumerate(headers)
        if _may_hold_text(h) and max(h.roles, key=lambda r: h.roles[r], default="") != POSITION
    ]
    found = _nearest(box, [headers[i] for i in fit])
    return fit[found] if found is not None else _nearest(box, headers)


def _aligned(box: Box, numbers: Sequence[tuple[Box, int | None]], headers: Sequence[HeaderCell]) -> int | None:
    """The column of the numbers that share an edge or the middle with the box, most of them deciding which."""
    groups = [
        [n for n in numbers if abs(n[0].x1 - box.x1) <= _ALIGNED_PT],
        [n for n in numbers if abs(n[0].x0 - box.x0) <= _ALIGNED_PT],
        [n for n in numbers if abs(n[0].cx - box.cx) <= _ALIGNED_PT],
    ]
    group = max(groups, key=len)
    votes = Counter(column for _, column in group if column is not None)
    if votes:
        return votes.most_common(1)[0][0]
    return _nearest(union([box, *(other for other, _ in group)]), headers)


def _nearest(box: Box, headers: Sequence[HeaderCell]) -> int | None:
    best: tuple[float, float] | None = None
    found: int | None = None
    for i, header in enumerate(headers):
        overlap = box.overlap_x(header.box)
        if overlap > 0:
            rank = (0.0, -overlap / max(1.0, min(box.width, header.box.width)))
        else:
            rank = (1.0, max(header.box.x0 - box.x1, box.x0 - header.box.x1))
        if best is None or rank < best:
            best, found = rank, i
    if best is None or (best[0] > 0 and best[1] > _REACH_PT and not _holds_text(headers[found or 0])):
        return None
    return found


def _parts(cell: Cell, header: Header) -> Iterator[Cell]:
    """A text cell whose first or last word is a number under another column's header is two cells."""
    if cell.number or len(cell.words) < 2:
        yield cell
        return
    words = list(cell.words)
    tail = _tail(words)
    if tail < len(words) and _parts_at(words, tail, header, after=True):
        yield from _parts(cell_of(cell.page, words[:tail], number=False), header)
        yield cell_of(cell.page, words[tail:], number=True)
    elif is_number(words[0].text) and _parts_at(words, 1, header, after=False):
        yield cell_of(cell.page, words[:1], number=True)
        yield cell_of(cell.page, words[1:], number=False)
    else:
        yield cell


def _tail(words: Sequence) -> int:  # type: ignore[type-arg]
    """Where the last number of the words begins; their count where the last word is no number."""
    if is_number(words[-1].text):
        return len(words) - 1
    if len(words) > 2 and is_number(words[-2].text) and words[-1].text in ("€", "$", "£", "EUR", "%"):
        return len(words) - 2
    return len(words)


def _parts_at(words: Sequence, at: int, header: Header, *, after: bool) -> bool:  # type: ignore[type-arg]
    left, right = words[at - 1], words[at]
    if left.text.endswith(":") or (after and right.box.x0 - left.box.x1 < 0.3 * right.box.height):
        return False
    number = words[at:] if after else words[:at]
    rest = words[:at] if after else words[at:]
    for cell in header.cells:
        inside = sum(w.box.overlap_x(cell.box) for w in number) >= 0.5 * sum(w.box.width for w in number)
        if inside and _holds_text(cell) is not after and not any(w.box.overlap_x(cell.box) > 0 for w in rest):
            return True
    return False
