"""Header rows: printed lines, often stacked, whose texts name columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.layout.table_lines import Cell, Line, cell_of
from extractors.layout.table_vocabulary import DESCRIPTION, POSITION, QUANTITY, UNIT_PRICE, VALUE_ROLES
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.layout.table_schema import Wanted
    from tiling import Word

_DIGIT = re.compile(r"\d")
_STACK = 1.75
"""Largest distance between two stacked header lines, middle to middle, as a share of their height."""
_MAX_LINES = 6
_SURE = 0.9
_LIKELY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCell:
    """The header of one column, perhaps of several printed lines."""

    box: Box
    text: str
    roles: dict[str, float]
    """What the column may hold, each with the score of its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header zone of a page."""

    page: int
    first: int
    """Position of its first printed line among the page's lines."""
    last: int
    """Position after its last printed line."""
    cells: tuple[HeaderCell, ...]
    """From left to right."""
    box: Box
    wanted: bool
    """It may be the header of a wanted table; the header of another one ends what stands above it."""

    @property
    def signature(self) -> str:
        return "|".join(c.text for c in self.cells)

    def score(self, roles: Sequence[str]) -> float:
        """How well the wanted roles are named here."""
        return sum(max((c.roles.get(r, 0.0) for c in self.cells), default=0.0) for r in roles)


def headers_of(lines: Sequence[Line], wanted: Wanted) -> tuple[Header, ...]:
    """Header zones of one page from top to bottom."""
    found: list[Header] = []
    at = 0
    pieces = {i: _pieces(line, wanted) for i, line in enumerate(lines)}
    while at < len(lines):
        if not _is_anchor(pieces[at], wanted):
            at += 1
            continue
        first, last = _zone(lines, pieces, at, found[-1].last if found else 0, wanted)
        header = _header(lines[first:last], [p for i in range(first, last) for p in pieces[i]], first, wanted)
        if header is not None:
            found.append(header)
        at = max(last, at + 1)
    return tuple(found)


def _pieces(line: Line, wanted: Wanted) -> tuple[Cell, ...]:
    """The line's label texts: cells, cut where two known labels stand close together; empty for a line with numbers."""
    if any(c.number or len(c.text) > 60 for c in line.cells):
        return ()
    return tuple(piece for cell in line.cells for piece in _cut(cell, wanted))


def _cut(cell: Cell, wanted: Wanted) -> Iterator[Cell]:
    """`Aantal Prijs per stuk` is two labels, `Unit price` is one."""
    words = list(cell.words)
    if len(words) == 1 or _sure(cell.text, wanted):
        yield cell
        return
    parts = _labels(words, wanted)
    if parts is None:
        yield cell
        return
    for part in parts:
        yield cell_of(cell.page, part, number=False)


def _labels(words: list[Word], wanted: Wanted) -> list[list[Word]] | None:
    """The words as a sequence of known labels, longest first; None where they are not."""
    if not words:
        return []
    for n in range(min(len(words), 5), 0, -1):
        if _sure(" ".join(w.text for w in words[:n]), wanted):
            rest = _labels(words[n:], wanted)
            if rest is not None:
                return [words[:n], *rest]
            if _last_label(words[n:], words[:n], wanted):
                return [words[:n], words[n:]]
    return None


def _last_label(words: list[Word], before: list[Word], wanted: Wanted) -> bool:
    """A longer label that is likely one, and of another column than the sure one before it: `Aantal Prijs p/st`."""
    if not 2 <= len(words) <= 4 or any(_DIGIT.search(w.text) for w in words):
        return False
    roles = {r for r, s in wanted.roles(" ".join(w.text for w in words)).items() if s >= _LIKELY}
    sure = {r for r, s in wanted.roles(" ".join(w.text for w in before)).items() if s >= _SURE}
    return bool(roles) and not roles & sure


def _sure(text: str, wanted: Wanted) -> bool:
    return any(score >= _SURE for score in wanted.roles(text).values())


def _named(pieces: Sequence[Cell], wanted: Wanted, least: float) -> list[set[str]]:
    named = []
    for piece in pieces:
        roles = {r for r, s in wanted.roles(piece.text).items() if s >= least}
        if roles:
            named.append(roles)
    return named


def _is_anchor(pieces: Sequence[Cell], wanted: Wanted) -> bool:
    """A line that names at least two different columns, one of them by a label that is surely one."""
    if len(pieces) < 2:
        return False
    named = _named(pieces, wanted, _LIKELY)
    sure = _named(pieces, wanted, _SURE)
    return len(sure) >= 1 and len(named) >= 2 and len(set().union(*named)) >= 2 and len(named) >= 0.5 * len(pieces)


def _zone(
    lines: Sequence[Line], pieces: dict[int, tuple[Cell, ...]], at: int, floor: int, wanted: Wanted
) -> tuple[int, int]:
    first, last = at, at + 1
    while first > floor and last - first < _MAX_LINES and _stacks(lines[first - 1], lines[first], pieces[first - 1]):
        if not _belongs(pieces[first - 1], lines[first:last], wanted):
            break
        first -= 1
    while last < len(lines) and last - first < _MAX_LINES and _stacks(lines[last - 1], lines[last], pieces[last]):
        if not _belongs(pieces[last], lines[first:last], wanted):
            break
        last += 1
    return first, last


def _stacks(upper: Line, lower: Line, pieces: Sequence[Cell]) -> bool:
    height = max(4.0, min(upper.box.height, lower.box.height))
    return bool(pieces) and lower.box.cy - upper.box.cy <= _STACK * height


def _belongs(pieces: Sequence[Cell], zone: Sequence[Line], wanted: Wanted) -> bool:
    """Short texts that stand over or under the header's own, or are labels themselves."""
    if any(_DIGIT.search(p.text) or len(p.text) > 40 for p in pieces):
        return False
    labels = sum(bool(_named([p], wanted, _LIKELY)) for p in pieces)
    over = sum(any(p.box.overlap_x(c.box) > 0 for line in zone for c in line.cells) for p in pieces)
    return labels >= 0.5 * len(pieces) or (over == len(pieces) and all(len(p.text) <= 20 for p in pieces))


def _header(lines: Sequence[Line], pieces: Sequence[Cell], first: int, wanted: Wanted) -> Header | None:
    groups: list[list[Cell]] = []
    for piece in sorted(pieces, key=lambda p: p.box.x0):
        for group in reversed(groups):
            box = union(c.box for c in group)
            same_line = any(c.box.overlap_y(piece.box) > 0.5 * piece.box.height for c in group)
            if not same_line and box.overlap_x(piece.box) > 0.3 * min(box.width, piece.box.width):
                group.append(piece)
                break
        else:
            groups.append([piece])
    cells = tuple(_cell(group, wanted) for group in groups)
    cells = _counted(sorted(cells, key=lambda c: c.box.cx))
    named = [c for c in cells if any(s >= _LIKELY for s in c.roles.values())]
    roles = set().union(*(c.roles for c in named)) if named else set()
    if len(named) < 2:
        return None
    return Header(
        page=lines[0].page,
        first=first,
        last=first + len(lines),
        cells=cells,
        box=union(line.box for line in lines),
        wanted=_is_table(roles, wanted),
    )


def _counted(cells: Sequence[HeaderCell]) -> tuple[HeaderCell, ...]:
    """The cells; `No.` behind the first is a number of things where there is a price and no other column counts."""
    roles = [c.roles for c in cells]
    priced = any(r.get(UNIT_PRICE, 0.0) >= _LIKELY for r in roles)
    if not priced or any(r.get(QUANTITY, 0.0) >= _LIKELY for r in roles):
        return tuple(cells)
    return tuple(
        replace(c, roles={**c.roles, QUANTITY: _SURE, POSITION: _LIKELY / 2})
        if i and c.roles.get(POSITION, 0.0) >= _SURE
        else c
        for i, c in enumerate(cells)
    )


def _is_table(roles: set[str], wanted: Wanted) -> bool:
    if wanted.items:
        return bool(roles & VALUE_ROLES) and (DESCRIPTION in roles or len(roles & VALUE_ROLES) >= 2)
    return len(roles & set(wanted.columns)) >= 2


def _cell(group: Sequence[Cell], wanted: Wanted) -> HeaderCell:
    ordered = sorted(group, key=lambda c: (c.box.cy, c.box.x0))
    text = " ".join(c.text for c in ordered)
    roles: dict[str, float] = dict(wanted.roles(text))
    if not any(score >= _SURE for score in roles.values()):
        for part in ordered:
            for role, score in wanted.roles(part.text).items():
                roles[role] = max(roles.get(role, 0.0), 0.9 * score)
    return HeaderCell(box=union(c.box for c in group), text=text, roles=roles)
