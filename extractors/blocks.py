"""A page cut into the blocks of words that wide white bands separate: slips on a sheet, cards on a page."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tiling import Word

DEPTH = 6
"""Cuts inside cuts; 64 blocks are more than lie on a sheet."""


def blocks_of(words: Sequence[Word], band: float) -> list[list[Word]]:
    """The words by block; `band` is the least white between two blocks, in heights of a usual word.

    The widest band is cut along first, and it has to go through all the words that are left.
    """
    if not words:
        return []
    height = median(w.box.y1 - w.box.y0 for w in words)
    return _cut(list(words), band * height, DEPTH)


def _cut(words: list[Word], least: float, depth: int) -> list[list[Word]]:
    across = _widest(words, lambda w: (w.box.x0, w.box.x1))
    down = _widest(words, lambda w: (w.box.y0, w.box.y1))
    width, at = max(across, down)
    if width < least or not depth:
        return [words]
    low = [w for w in words if (w.box.x1 if across >= down else w.box.y1) <= at]
    kept = {id(w) for w in low}
    high = [w for w in words if id(w) not in kept]
    return [*_cut(low, least, depth - 1), *_cut(high, least, depth - 1)]


def _widest(words: Sequence[Word], span: Callable[[Word], tuple[float, float]]) -> tuple[float, float]:
    """The widest gap between the words along an axis, and where it begins."""
    best, reached = (0.0, 0.0), None
    for low, high in sorted(span(w) for w in words):
        if reached is not None and low - reached > best[0]:
            best = low - reached, reached
        reached = high if reached is None else max(reached, high)
    return best
