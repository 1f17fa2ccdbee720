"""White bands right across a page: where it can be cut, and what need not be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiling.box import Box
    from tiling.page import Word

    Mask = NDArray[np.bool_]
    Bits = NDArray[np.bool_]
    Floats = NDArray[np.float64]

LONG_LINE_PT = 40
"""A vertical line so long is a table's frame: it may be cut."""
THICK_PX = 5
"""What is so wide in the mask is no line, but a picture or a dark area."""
STEPS_A_POINT = 4
"""Lines of print stand closer together than a pixel of the look is high; their boxes are finer."""
RULING_PT = 0.75
"""A drawn line is kept with so much on either side."""


def white_bands(
    mask: Mask, words: Sequence[Word], rulings: Sequence[Box], down: float
) -> tuple[tuple[float, float], ...]:
    """(top, bottom) of the bands in points from above to below; `down`: pixels of the mask a point.

    Rows of pixels that a word's box touches say nothing more: bands between lines of words are as exact as the boxes.
    """
    height_pt = mask.shape[0] / down
    words_y = np.array([(word.box.y0, word.box.y1) for word in words], np.float64).reshape(-1, 2)
    lines_y = [(box.y0 - RULING_PT, box.y1 + RULING_PT) for box in rulings if box.width > box.height]
    other: Mask = np.any(_without_long_lines(mask, down), axis=1)
    other &= ~_within(words_y * down, len(other))
    rows = np.flatnonzero(other)
    boxes = np.concatenate([words_y, np.array(lines_y).reshape(-1, 2), np.stack([rows, rows + 1], axis=1) / down])
    taken = _within(boxes * STEPS_A_POINT, max(1, int(np.ceil(height_pt * STEPS_A_POINT))))
    edges = np.flatnonzero(np.diff(np.concatenate(([True], taken, [True])).astype(np.int8)))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple((top / STEPS_A_POINT, min(height_pt, bottom / STEPS_A_POINT)) for top, bottom in pairs)


def _within(spans: Floats, length: int) -> Bits:
    """Which of so many steps any of the (from, to) spans touches."""
    ends = np.clip(np.stack([np.floor(spans[:, 0]), np.ceil(spans[:, 1])], axis=1), 0, length).astype(np.int64)
    steps = np.zeros(length + 1, np.int64)
    np.add.at(steps, ends[:, 0], 1)
    np.add.at(steps, ends[:, 1], -1)
    within: Bits = np.cumsum(steps)[:-1] > 0
    return within


def _without_long_lines(mask: Mask, down: float) -> Mask:
    import cv2

    # odd sides: an even kernel moves what it leaves by a pixel
    upright = np.ones((max(3, round(LONG_LINE_PT * down) | 1), 1), np.uint8)
    lines = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, upright)
    thick = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((1, THICK_PX), np.uint8))
    thin: Mask = (lines > 0) & (thick == 0)
    return mask & ~thin
