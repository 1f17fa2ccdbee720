"""The columns of a header as places on the page: which of them a box stands under, beside, or in line with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from extractors.layout.table_vocabulary import ARTICLE, DESCRIPTION, POSITION, UNIT
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractors.layout.table_headers import HeaderCell
    from tiling import Box

_TEXT_ROLES = frozenset({DESCRIPTION, ARTICLE, POSITION, UNIT})
_LEAST = 0.4
_ALIGNED_PT = 1.2
_REACH_PT = 90.0
"""A number farther than this from every header stands in no column."""


def holds_text(cell: HeaderCell) -> bool:
    """A column of words or codes by its header."""
    text = max((s for r, s in cell.roles.items() if r in _TEXT_ROLES), default=0.0)
    value = max((s for r, s in cell.roles.items() if r not in _TEXT_ROLES), default=0.0)
    return text > value


class Grid:
    """A header's columns, from left to right, with what was found of their numbers' edges."""

    def __init__(self, cells: Sequence[HeaderCell]) -> None:
        self.cells = cells
        self.spans = [(c.box.x0, c.box.x1) for c in cells]
        self.texts = [holds_text(c) for c in cells]
        self.free = [
            t or not any(s >= _LEAST for s in c.roles.values()) for t, c in zip(self.texts, cells, strict=True)
        ]
        self.worded = [
            f and max(c.roles, key=lambda r, c=c: c.roles[r], default="") != POSITION  # type: ignore[misc]
            for f, c in zip(self.free, cells, strict=True)
        ]
        self._edges: dict[tuple[str, int], list[tuple[Box, int | None]]] = {}

    def learn(self, boxes: Iterable[Box]) -> None:
        """Remembers where numbers stand, and under which header."""
        for box in boxes:
            entry = (box, self.under(box))
            for key in _keys(box):
                self._edges.setdefault(key, []).append(entry)

    def under(self, box: Box) -> int | None:
        """The only header that the box stands under with at least half of the narrower one's width."""
        found: int | None = None
        for i, (x0, x1) in enumerate(self.spans):
            common = min(box.x1, x1) - max(box.x0, x0)
            if common > 0 and common >= 0.5 * max(1.0, min(box.x1 - box.x0, x1 - x0)):
                if found is not None:
                    return None
                found = i
        return found

    def number_column(self, box: Box) -> int | None:
        """The column of a number: its header, else that of the numbers which share its edges, else the nearest."""
        found = self.under(box)
        return found if found is not None else self._aligned(box)

    def column_in_line(self, box: Box) -> int | None:
        """The number column in which at least two other numbers share the box's right edge or its left edge."""
        for (edge, at), value in zip(_keys(box)[:2], (box.x1, box.x0), strict=True):
            near = [e for k in (at - 1, at, at + 1) for e in self._edges.get((edge, k), ())]
            votes = Counter(c for b, c in near if c is not None and abs(_edge(b, edge) - value) <= _ALIGNED_PT)
            if votes:
                column, count = votes.most_common(1)[0]
                if count >= 2 and not self.texts[column]:
                    return column
        return None

    def text_column(self, box: Box) -> int | None:
        """The column of a text: its header, else the nearest column that words belong in."""
        found = self.under(box)
        if found is not None:
            return found
        found = self._nearest(box, range(len(self.spans)))
        if found is None:
            return None
        worded = self._nearest(box, [i for i, w in enumerate(self.worded) if w])
        return found if worded is None else worded

    def _aligned(self, box: Box) -> int | None:
        groups = []
        for (edge, at), value in zip(_keys(box), (box.x1, box.x0, box.cx), strict=True):
            near = [e for k in (at - 1, at, at + 1) for e in self._edges.get((edge, k), ())]
            groups.append([e for e in near if abs(_edge(e[0], edge) - value) <= _ALIGNED_PT])
        group = max(groups, key=len)
        votes = Counter(column for _, column in group if column is not None)
        if votes:
            return votes.most_common(1)[0][0]
        return self._nearest(union([box, *(other for other, _ in group)]), range(len(self.spans)))

    def _nearest(self, box: Box, columns: Iterable[int]) -> int | None:
        best: tuple[float, float] | None = None
        found: int | None = None
        for i in columns:
            x0, x1 = self.spans[i]
            overlap = min(box.x1, x1) - max(box.x0, x0)
            narrower = max(1.0, min(box.x1 - box.x0, x1 - x0))
            rank = (0.0, -overlap / narrower) if overlap > 0 else (1.0, -overlap)
            if best is None or rank < best:
                best, found = rank, i
        if best is None or found is None or (best[0] > 0 and best[1] > _REACH_PT and not self.texts[found]):
            return None
        return found


def _edge(box: Box, name: str) -> float:
    return box.x1 if name == "right" else box.x0 if name == "left" else box.cx


def _keys(box: Box) -> tuple[tuple[str, int], tuple[str, int], tuple[str, int]]:
    return ("right", round(box.x1)), ("left", round(box.x0)), ("middle", round(box.cx))
