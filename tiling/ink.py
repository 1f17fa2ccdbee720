"""How much of a picture is printed on: what stands out from its surroundings, whatever the paper's grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Mask = NDArray[np.bool_]
    Places = NDArray[np.int64]
    Counts = NDArray[np.int32]

CONTRAST = 32
"""Grey levels by which ink differs from the paper around it; less is noise, paper, or print shining through."""
BLOCK_PX = 24
BORDER_SHARE = 0.02
"""Scanner borders and punched edges are not looked at."""
BLANK_PX = 6
BLANK_SHARE = 0.00002
"""A page with less ink is blank: about one printed letter at 50 dpi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """What was found on a picture."""

    share: float
    """0 to 1."""
    blank: bool


def ink_of(pixels: Pixels) -> Ink:
    """Ink of a (H, W), (H, W, 1) or (H, W, 3) uint8 picture of low resolution (about 50 dpi)."""
    return ink_in(ink_mask(pixels))


def ink_in(mask: Mask) -> Ink:
    """The same of a mask that `ink_mask` made."""
    inside = without_borders(mask)
    count = int(np.count_nonzero(inside))
    return Ink(share=count / max(1, inside.size), blank=count < max(BLANK_PX, BLANK_SHARE * inside.size))


def ink_share(pixels: Pixels) -> float:
    """Share of ink, 0 to 1."""
    return ink_of(pixels).share


def is_blank(pixels: Pixels) -> bool:
    """Whether nothing is printed."""
    return ink_of(pixels).blank


def ink_mask(pixels: Pixels) -> Mask:
    """Where there is ink, borders included; single specks left out."""
    grey = as_grey(pixels)
    if not grey.size:
        return np.zeros(grey.shape, np.bool_)
    paper = _paper(grey)
    mask: Mask = difference(grey, paper) > CONTRAST
    return mask & _has_neighbour(mask)


def without_borders(mask: Mask) -> Mask:
    """The mask without what lies on its borders: a scanner's edges, punched holes, and sometimes print."""
    inside = mask.copy()
    edge_y, edge_x = (round(n * BORDER_SHARE) for n in mask.shape)
    if edge_y:
        inside[:edge_y] = inside[-edge_y:] = False
    if edge_x:
        inside[:, :edge_x] = inside[:, -edge_x:] = False
    return inside


def without_edges(mask: Mask) -> Mask:
    """The mask without what lies on its borders and reaches the edge of the paper: what is left there is print."""
    inside = without_borders(mask)
    if np.array_equal(inside, mask):
        return inside
    import cv2

    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    loose = np.ones(int(labels.max()) + 1, np.bool_)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        loose[edge] = False
    kept: Mask = inside | (loose[labels] & mask)
    return kept


def as_grey(pixels: Pixels) -> Pixels:
    """(H, W) uint8; colours by their luminance (ITU-R 601)."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 1:
        return pixels[:, :, 0]
    red, green, blue = (pixels[:, :, k].astype(np.uint32) for k in range(3))
    return ((299 * red + 587 * green + 114 * blue) // 1000).astype(np.uint8)


def difference(one: Pixels, other: Pixels) -> Pixels:
    """By how much two pictures (uint8, of one shape) differ at each pixel."""
    return np.maximum(one, other) - np.minimum(one, other)


def counted_in(mask: Mask, x0: Places, y0: Places, x1: Places, y1: Places) -> Counts:
    """How many pixels of a mask are set in each of the rectangles `[x0, x1) x [y0, y1)`."""
    import cv2

    sums: Counts = np.asarray(cv2.integral(mask.view(np.uint8)), np.int32)
    return sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]


def _paper(grey: Pixels) -> Pixels:
    """The median of each block, spread over its pixels: the paper's own grey, shadows and coloured areas included."""
    height, width = grey.shape
    rows, columns = max(1, height // BLOCK_PX), max(1, width // BLOCK_PX)
    tall, wide = -(-height // rows), -(-width // columns)
    padded = np.pad(grey, ((0, rows * tall - height), (0, columns * wide - width)), mode="edge")
    blocks = padded.reshape(rows, tall, columns, wide).swapaxes(1, 2).reshape(rows, columns, tall * wide)
    medians = blocks.max(axis=2)
    # where more than half of a block is its lightest grey, that is the median: nearly everywhere on drawn pages
    mixed = 2 * np.count_nonzero(blocks == medians[:, :, np.newaxis], axis=2) <= tall * wide
    medians[mixed] = np.median(blocks[mixed], axis=1).astype(np.uint8)
    spread: Pixels = np.repeat(np.repeat(medians, tall, axis=0), wide, axis=1)[:height, :width]
    return spread


def _has_neighbour(mask: Mask) -> Mask:
    """Pixels with another one beside, above or below: a lone pixel is dust."""
    near = np.zeros_like(mask)
    near[1:] |= mask[:-1]
    near[:-1] |= mask[1:]
    near[:, 1:] |= mask[:, :-1]
    near[:, :-1] |= mask[:, 1:]
    return near
