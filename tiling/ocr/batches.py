"""Lines of print put together for the recogniser, and pictures cut for the detector: few shapes, none too large.

A network is prepared for every shape that it sees, which takes as long as reading a few lines; and many short lines
take half the time together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tiling.ocr.models import Pixels

    Floats = NDArray[np.float32]

WIDTHS = (64, 96, 128, 160, 192, 256, 320, 384, 448, 512, 640, 768, 960, 1280, 1600, 2400, 3200)
"""Widths in pixels that lines are filled up to."""
PIXELS_WIDE = 1280
"""Sum of the widths of a batch, if it has more than one line."""
MOST_PX = 1_100_000
"""Pixels that the detector sees at once: its memory grows with them."""
CONTEXT_PX = 64
"""What it sees of the neighbouring strips, to both sides; strips are as high as a multiple of twice this."""


def strips(height: int, width: int) -> list[tuple[int, int, int, int]]:
    """(top, bottom, start, end) of the strips of a picture: which rows count, and which are seen for their sake."""
    if height * width <= MOST_PX:
        return [(0, height, 0, height)]
    seen = max(4 * CONTEXT_PX, MOST_PX // width // (2 * CONTEXT_PX) * (2 * CONTEXT_PX))
    found, top = [], 0
    while top < height:
        start = max(0, min(top - CONTEXT_PX, height - seen))
        end = min(height, start + seen)
        bottom = height if end == height else end - CONTEXT_PX
        found.append((top, bottom, start, end))
        top = bottom
    return found


def batches(widths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """(filled width, indices of its lines), the widest first; all of a width have as many lines, but for the last."""
    order = sorted(range(len(widths)), key=lambda i: -widths[i])
    while order:
        widest = widths[order[0]]
        width = next((w for w in WIDTHS if w >= widest), widest)
        count = lines_of(width)
        yield width, order[:count]
        order = order[count:]


def lines_of(width: int) -> int:
    """Lines in a batch of this width: a power of two."""
    return 1 << max(0, min(3, (PIXELS_WIDE // width).bit_length() - 1))


def filled(lines: Sequence[Pixels], width: int) -> Floats:
    """(N, 3, H, width) from -1 to 1; room beside a line, and lines that are not there, are 0 as in its training."""
    out = np.zeros((lines_of(width), 3, lines[0].shape[0], width), np.float32)
    for row, line in zip(out, lines, strict=False):
        part = row[:, :, : line.shape[1]]
        np.multiply(line.transpose(2, 0, 1), np.float32(1 / 127.5), out=part)
        part -= 1.0
    return out
