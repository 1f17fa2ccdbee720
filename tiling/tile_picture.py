"""A planned tile as the file that is sent: drawn once, encoded once, grey where colour says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tiling.upright import to_displayed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tiling.backend import Pixels
    from tiling.box import Box
    from tiling.open import OpenDocument
    from tiling.page import Page
    from tiling.tile import Tile

JPEG_QUALITY = 90
SPARSE_SHARE = 0.985
"""From this share of pixels that equal their neighbour on, a tile becomes a PNG: exact, small, soon made. Below, a PNG
of print takes five times as long as a JPEG of about the same size, one of a scan still longer."""
SAMPLED_ROW = 24
"""Every so many rows are enough to tell print from scans."""
COLOUR_ROW, COLOUR_COLUMN = 5, 2
"""Every such row and column is looked at for colour."""
COLOUR_STEP = 48
COLOUR_SHARE = 0.002
"""A tile with a smaller share of coloured pixels is sent grey: a stamp or a marked word is more."""
WHITE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePicture:
    """A tile as it is sent."""

    tile: Tile
    data: bytes
    media_type: Literal["image/jpeg", "image/png"]


def pictures_of(opened: OpenDocument, page: Page, tiles: Sequence[Tile]) -> Iterator[TilePicture]:
    """The tiles of a page (from `page_tiles.tiles_of_page`) as files, one after the other: none is held."""
    for tile in tiles:
        data, media_type = encode_tile(draw_tile(opened, page, tile))
        yield TilePicture(tile=tile, data=data, media_type=media_type)


def draw_tile(opened: OpenDocument, page: Page, tile: Tile) -> Pixels:
    """The tile's pixels, (height_px, width_px, 1 or 3) uint8, upright."""
    drawn = [(box, _drawn(opened, page, tile, box)) for box in _stretches(tile)]
    if not any(coloured(pixels[::COLOUR_ROW, ::COLOUR_COLUMN]) for _, pixels in drawn):
        drawn = [(box, _as_grey(pixels)) for box, pixels in drawn]
    picture = np.full((tile.height_px, tile.width_px, drawn[0][1].shape[2]), WHITE, np.uint8)
    for strip in tile.strips:
        box, pixels = next((b, p) for b, p in drawn if b.y0 <= strip.box.y0 and strip.box.y1 <= b.y1)
        first = round((strip.box.y0 - box.y0) * tile.strip_width_px / box.width)
        cut = pixels[first : first + strip.height_px, : tile.strip_width_px]
        picture[strip.top_px : strip.top_px + cut.shape[0], : cut.shape[1]] = cut
    return picture


def encode_tile(pixels: Pixels) -> tuple[bytes, Literal["image/jpeg", "image/png"]]:
    """The file, and which kind was chosen."""
    import cv2

    flat = pixels[:, :, 0] if pixels.shape[2] == 1 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    if flat_share(pixels) >= SPARSE_SHARE:
        return cv2.imencode(".png", flat, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes(), "image/png"
    return cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes(), "image/jpeg"


def flat_share(pixels: Pixels) -> float:
    """Share of pixels that equal their right neighbour, on a sample of rows: high in what was drawn, low in scans."""
    rows = pixels[::SAMPLED_ROW]
    if rows.shape[1] < 2:
        return 1.0
    return float((rows[:, 1:] == rows[:, :-1]).all(axis=-1).mean())


def coloured(pixels: Pixels) -> bool:
    """Whether a (H, W, 3) picture has colours that may mean something."""
    red, green, blue = (pixels[:, :, k].astype(np.int16) for k in range(3))
    found = (np.abs(red - green) > COLOUR_STEP) | (np.abs(green - blue) > COLOUR_STEP)
    return float(found.mean()) > COLOUR_SHARE


def _stretches(tile: Tile) -> tuple[Box, ...]:
    """What is drawn of the page at once: all strips with the white between them; a heading by itself."""
    return (tile.box, *(strip.box for strip in tile.strips if strip.heading))


def _drawn(opened: OpenDocument, page: Page, tile: Tile, box: Box) -> Pixels:
    """The box's pixels, upright, in colour."""
    dpi = 72 * tile.strip_width_px / box.width
    pixels = opened.render(page.index, dpi=dpi, crop=_displayed(page, box))
    return np.rot90(pixels, -(page.turned // 90)) if page.turned else pixels


def _as_grey(pixels: Pixels) -> Pixels:
    import cv2

    grey: Pixels = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    return grey[:, :, np.newaxis]


def _displayed(page: Page, box: Box) -> Box:
    """The box on the page as displayed; that print leans is left as it is."""
    from dataclasses import replace

    return to_displayed(replace(page, skew_deg=0.0), box)
