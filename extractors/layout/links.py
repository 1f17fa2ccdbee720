"""Which values a label may stand for, by geometry: to its right, below, above, or to its left."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention
from extractors.layout.cells import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extractors.layout.cells import PageIndex
    from tiling import Box

SUB_LABEL = frozenset({"name", "nom", "nombre", "nome", "naam", "no", "date", "datum", "value", "wert"})
"""`Advertiser  Name:  Example Ltd`: the general label belongs to the one before it."""
REACH_LINES = 3.6
"""How far below (or above) its label a value may begin, in line heights."""


BACKWARDS = 0.62
"""A value above or to the left of its label, where there is none below or to the right."""
COLUMN_LINES = 30.0
COLUMN_VALUES = 8
"""How far a column of values is followed under its header."""


class Relation(StrEnum):
    """Where the value stands, seen from its label."""

    RIGHT = "right"
    BELOW = "below"
    ABOVE = "above"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A value that a label may stand for, and how well its place fits."""

    cell: Cell
    target: Cell | Mention
    relation: Relation
    strength: float
    """0 to 1."""


class Neighbours:
    """The items of a page by their height, to find what is near a label."""

    def __init__(self, index: PageIndex, is_label: Callable[[Cell], bool]) -> None:
        self.index = index
        self.is_label = is_label
        self.items = sorted(index.items, key=lambda i: i.box.cy)
        self.heights = [i.box.cy for i in self.items]

    def between(self, y0: float, y1: float) -> list[Cell | Mention]:
        return self.items[bisect_left(self.heights, y0) : bisect_left(self.heights, y1)]

    def links(
        self, cell: Cell, wanted: Callable[[Cell | Mention], bool], skipped: frozenset[tuple[str, ...]] = frozenset()
    ) -> Iterator[Link]:
        """All places around `cell` where a value that is `wanted` stands; cells that say `skipped` are in no way."""
        right = list(self._right(cell, wanted))
        yield from right
        near = bool(right) and right[0].strength > 0.8
        below = list(self._below(cell, wanted, skipped))
        for link in below:
            yield replace(link, strength=0.5 * link.strength) if near and cell.colon else link
        if not right and not below:
            yield from self._above(cell, wanted)
            yield from self._left(cell, wanted)

    def _right(self, cell: Cell, wanted: Callable[[Cell | Mention], bool]) -> Iterator[Link]:
        letter = max(4.0, cell.box.height)
        row = [
            i
            for i in self.between(cell.box.y0 - letter, cell.box.y1 + letter)
            if i is not cell and i.box.x0 >= cell.box.x1 - 0.35 * letter and _same_row(cell.box, i.box)
        ]
        row.sort(key=lambda i: i.box.x0)
        passed = 0.0
        for item in row:
            if wanted(item):
                gap = (item.box.x0 - cell.box.x1) / letter
                strength = 1.0 - passed - min(0.25, max(0.0, gap - 2.0) * 0.006)
                if strength <= 0.1:
                    return
                yield Link(cell=cell, target=item, relation=Relation.RIGHT, strength=strength)
                passed += 0.22
            elif isinstance(item, Cell):
                if item.colon and all(t in SUB_LABEL for t in item.tokens):
                    passed += 0.03
                elif self.is_label(item):
                    passed += 0.6
                elif len(item.tokens) > 0:
                    passed += 0.12 if item.segment is cell.segment else 0.3
            else:
                passed += 0.08
            if passed > 0.9:
                return

    def _below(
        self, cell: Cell, wanted: Callable[[Cell | Mention], bool], skipped: frozenset[tuple[str, ...]]
    ) -> Iterator[Link]:
        """What hangs under the label, nearest first; a column of like values goes on below its first."""
        letter = max(4.0, cell.box.height, 0.8 * self.index.letter_pt)
        passed: list[tuple[Box, float]] = []
        reach, hanging = cell.box.y1 + (REACH_LINES + 0.5) * letter, 0
        for item in self.between(cell.box.cy + 0.5 * letter, cell.box.y1 + COLUMN_LINES * letter):
            if item.box.cy > reach or hanging >= COLUMN_VALUES:
                return
            aligned = _aligned(cell.box, item.box, letter)
            if aligned <= 0 or (isinstance(item, Cell) and item.tokens in skipped):
                continue
            blocked = sum(cost for box, cost in passed if box.y1 <= item.box.cy and box.overlap_x(item.box) > 0)
            distance = min(REACH_LINES, max(0.0, (item.box.y0 - cell.box.y1) / letter))
            strength = aligned - 0.09 * distance - blocked
            fits = wanted(item)
            if fits and strength > 0.1:
                yield Link(cell=cell, target=item, relation=Relation.BELOW, strength=strength)
                reach, hanging = max(reach, item.box.y1 + 3.0 * letter), hanging + 1
            passed.append((item.box, 0.08 if fits and isinstance(item, Mention) else 0.35))

    def _above(self, cell: Cell, wanted: Callable[[Cell | Mention], bool]) -> Iterator[Link]:
        """A form's line with its label beneath; not the value of another label above or beside it."""
        letter = max(4.0, cell.box.height)
        for item in reversed(self.between(cell.box.y0 - 2.0 * letter, cell.box.cy - 0.5 * letter)):
            aligned = _aligned(cell.box, item.box, letter)
            if aligned > 0:
                if isinstance(item, Mention) and wanted(item) and not self._has_label(item):
                    distance = max(0.0, (cell.box.y0 - item.box.y1) / letter)
                    strength = BACKWARDS * aligned - 0.1 * distance
                    yield Link(cell=cell, target=item, relation=Relation.ABOVE, strength=strength)
                return

    def _left(self, cell: Cell, wanted: Callable[[Cell | Mention], bool]) -> Iterator[Link]:
        letter = max(4.0, cell.box.height)
        for item in self.index.lines.get(cell.line, ()):
            gap = (cell.box.x0 - item.box.x1) / letter
            if -0.1 <= gap < 2.0 and isinstance(item, Mention) and wanted(item) and not self._has_label(item):
                yield Link(cell=cell, target=item, relation=Relation.LEFT, strength=BACKWARDS)

    def _has_label(self, value: Mention) -> bool:
        """Some words stand right before or above the value: it is theirs."""
        letter = max(4.0, value.box.height)
        for item in self.between(value.box.y0 - 1.8 * letter, value.box.y1):
            if not isinstance(item, Cell) or item.box.cy > value.box.y1:
                continue
            beside = _same_row(item.box, value.box) and 0 <= value.box.x0 - item.box.x1 < 4 * letter
            over = item.box.y1 <= value.box.cy and _aligned(item.box, value.box, letter) > 0
            if beside or over:
                return True
        return False


def _same_row(a: Box, b: Box) -> bool:
    return a.overlap_y(b) > 0.5 * min(a.height, b.height)


def _aligned(label: Box, value: Box, letter: float) -> float:
    """How well a value hangs under a label: flush left or right, centred, or only overlapping."""
    tolerance = 0.8 * letter
    if abs(label.x0 - value.x0) < tolerance or abs(label.x1 - value.x1) < tolerance:
        return 0.92
    if abs(label.cx - value.cx) < tolerance:
        return 0.9
    overlap = label.overlap_x(value)
    if overlap <= 0:
        return 0.0
    return 0.55 + 0.3 * overlap / max(1.0, min(label.width, value.width))
