"""A planned tile as the file that is sent: drawn once, encoded once, PNG or JPEG by what its pixels are like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tiling.encode import encode_pixels

if TYPE_CHECKING:
    from tiling.backend import Pixels
    from tiling.box import Box
    from tiling.open import OpenDocument
    from tiling.tiles import Tile

FLAT_SHARE = 0.9
"""From this share of pixels that equal their neighbour on, a tile becomes a PNG, which is exact; below, a JPEG, which
is made in a sixth of the time. The border is a choice, not a measured optimum."""
EVERY_ROW = 8


def draw_tile(opened: OpenDocument, tile: Tile, *, grey: bool) -> Pixels:
    """The tile's pixels, (height_px, width_px, 1 or 3) uint8, its heading row on top."""
    body = _drawn(opened, tile, tile.box, tile.height_px - tile.heading_px, grey=grey)
    if tile.heading is None:
        return body
    return np.concatenate([_drawn(opened, tile, tile.heading, tile.heading_px, grey=grey), body])


def encode_tile(pixels: Pixels) -> tuple[bytes, Literal["jpeg", "png"]]:
    """The file, and which kind was chosen."""
    kind: Literal["jpeg", "png"] = "png" if flat_share(pixels) >= FLAT_SHARE else "jpeg"
    return encode_pixels(pixels, kind), kind


def flat_share(pixels: Pixels) -> float:
    """Share of pixels that equal their right neighbour, on a sample of rows: high in what was drawn, low in scans."""
    rows = pixels[::EVERY_ROW]
    if rows.shape[1] < 2:
        return 1.0
    return float((rows[:, 1:] == rows[:, :-1]).all(axis=-1).mean())


def _drawn(opened: OpenDocument, tile: Tile, box: Box, height_px: int, *, grey: bool) -> Pixels:
    dpi = 72 * tile.width_px / box.width
    pixels = opened.render(tile.page_index, dpi=dpi, grey=grey, crop=box)
    return _sized(pixels, height_px, tile.width_px)


def _sized(pixels: Pixels, height: int, width: int) -> Pixels:
    """Rounding may leave a row or column too many or too few: cut, or repeated at the edge."""
    cut = pixels[:height, :width]
    more_y, more_x = height - cut.shape[0], width - cut.shape[1]
    return np.pad(cut, ((0, more_y), (0, more_x), (0, 0)), mode="edge") if more_y or more_x else cut
