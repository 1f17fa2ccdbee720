"""Headers of neighbouring columns that stand so close that they read as one: the values below tell them apart."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.cells import Cell

REACH = 2.6
"""How far below its header a value may stand, in letter heights."""
CLEARER = 1.2
"""How much wider than the cell's other spaces the one between two headers is."""


def cuts(cell: Cell, below: Sequence[object]) -> tuple[int, ...]:
    """Word indexes at which the cell ends and another begins: one between each two values that stand under it."""
    if len(cell.words) < 3:
        return ()
    letter = max(4.0, cell.box.height)
    values = [
        m
        for m in below
        if isinstance(m, Mention)
        and cell.box.x0 - letter <= m.box.cx <= cell.box.x1 + letter
        and 0 <= m.box.y0 - cell.box.y1 + 0.5 * letter <= REACH * letter
    ]
    if len(values) < 2:
        return ()
    spaces = [
        (right.box.x0 - left.box.x1, (left.box.x1 + right.box.x0) / 2, at + 1)
        for at, (left, right) in enumerate(pairwise(cell.words))
    ]
    usual = sorted(s for s, _, _ in spaces)[(len(spaces) - 1) // 2]
    found = []
    for left, right in pairwise(sorted(values, key=lambda m: m.box.x0)):
        between = [s for s in spaces if left.box.x0 < s[1] < right.box.x1]
        if between:
            width, _, at = max(between)
            if width > CLEARER * usual:
                found.append(at)
    return tuple(sorted(set(found)))
