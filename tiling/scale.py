"""How large a page's picture must be: its print decides, not one resolution for all; and where its ink is.

A letter is legible from some number of pixels on, whatever the paper. So the picture's scale follows the smallest
significant print, margins without ink are left out, and colour is dropped where it says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.box import Box, union
from tiling.ink import as_grey, ink_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiling.open import OpenDocument
    from tiling.page import Page, Word

    Mask = NDArray[np.bool_]

LOOK_DPI = 48.0
"""Of the look at a page before it is tiled."""
EM_PX = 11.5
"""Pixels that the font size of the smallest significant print gets. With 9, OCR already loses values of small print."""
SMALL_SHARE = 0.1
"""Print is significant from this share of the page's characters on; smaller print than that is the form's, or dirt."""
EM_PT = (5.0, 24.0)
"""What is smaller cannot be told from noise; what is larger needs no more than this."""
UNKNOWN_EM_PT = 8.0
"""Where there is neither a word nor a component to measure."""
X_HEIGHT = 0.52
"""Height of a lower-case letter as a share of the font size, in the usual faces."""
MARGIN_PT = 6.0
COLOUR_STEP = 48
COLOUR_SHARE = 0.002
"""A page with a smaller share of coloured pixels is sent grey: a stamp or a marked word is more."""
LONG_LINE_PT = 40
COMPONENTS_DPI = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What must be known of a page to cut it: all in points."""

    content: Box
    """All ink and words, with a little margin."""
    gaps: tuple[tuple[float, float], ...]
    """White bands (top, bottom) right across the content, from above to below; vertical lines may cross them."""
    em_pt: float
    """Font size of the smallest significant print."""
    grey: bool
    """Colour says nothing."""
    rulings_y: tuple[float, ...] = ()
    """Heights of drawn horizontal lines: rows of tables end there."""
    max_scale: float | None = None
    """Pixels a point that the page has of its own (a picture); more are not there."""

    @property
    def scale(self) -> float:
        """Pixels a point that make the smallest significant print legible."""
        wanted = EM_PX / self.em_pt
        return wanted if self.max_scale is None else min(wanted, self.max_scale)


def look_at(opened: OpenDocument, page: Page) -> Look | None:
    """The page as it is to be cut; None where nothing is printed on it."""
    pixels = opened.render(page.index, dpi=LOOK_DPI)
    mask = ink_mask(pixels)
    down, across = mask.shape[0] / page.height_pt, mask.shape[1] / page.width_pt
    whole = Box(0.0, 0.0, page.width_pt, page.height_pt)
    content = _content(mask, page, down, across)
    if content is None:
        return None
    grown = Box(content.x0 - MARGIN_PT, content.y0 - MARGIN_PT, content.x1 + MARGIN_PT, content.y1 + MARGIN_PT)
    return Look(
        content=whole.intersection(grown) or whole,
        gaps=_gaps(mask, page.words, down, whole),
        em_pt=_em_pt(opened, page),
        grey=not coloured(pixels),
        rulings_y=tuple(r.cy for r in page.rulings if r.width > r.height),
        max_scale=_own_scale(opened, page),
    )


def smallest_print_pt(words: Sequence[Word]) -> float | None:
    """Font size below which `SMALL_SHARE` of the characters are set; None without words."""
    if not words:
        return None
    sizes = sorted((word.size_pt, len(word.text)) for word in words)
    enough = SMALL_SHARE * sum(count for _, count in sizes)
    seen = 0
    for size, count in sizes:
        seen += count
        if seen >= enough:
            return size
    return sizes[-1][0]


def smallest_component_pt(pixels: NDArray[np.uint8], dpi: float) -> float | None:
    """The same of a picture without words: from the heights of what looks like letters. None where nothing does."""
    import cv2

    mask = ink_mask(pixels).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    points = height * 72 / dpi
    letters = (points >= 2) & (points <= 30) & (width < 4 * height) & (height < 6 * width)
    if int(letters.sum()) < 20:
        return None
    return float(np.quantile(points[letters], 0.25)) / X_HEIGHT


def coloured(pixels: NDArray[np.uint8]) -> bool:
    """Whether a (H, W, 3) picture has colours that may mean something."""
    if pixels.shape[2] == 1:
        return False
    red, green, blue = (pixels[:, :, k].astype(np.int16) for k in range(3))
    found = (np.abs(red - green) > COLOUR_STEP) | (np.abs(green - blue) > COLOUR_STEP)
    return float(found.mean()) > COLOUR_SHARE


def _em_pt(opened: OpenDocument, page: Page) -> float:
    found = smallest_print_pt(page.words)
    if found is None:
        picture = opened.render(page.index, dpi=COMPONENTS_DPI, grey=True)
        found = smallest_component_pt(as_grey(picture), 72 * picture.shape[0] / page.height_pt)
    return min(EM_PT[1], max(EM_PT[0], UNKNOWN_EM_PT if found is None else found))


def _own_scale(opened: OpenDocument, page: Page) -> float | None:
    native = opened.native_px(page.index)
    return None if native is None else max(native[0] / page.width_pt, native[1] / page.height_pt)


def _content(mask: Mask, page: Page, down: float, across: float) -> Box | None:
    boxes = [word.box for word in page.words]
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size:
        ends = (columns[0] / across, rows[0] / down, (columns[-1] + 1) / across, (rows[-1] + 1) / down)
        boxes.append(Box(*(float(end) for end in ends)))
    return union(boxes) if boxes else None


def _gaps(mask: Mask, words: Sequence[Word], down: float, whole: Box) -> tuple[tuple[float, float], ...]:
    import cv2

    upright = np.ones((max(2, round(LONG_LINE_PT * down)), 1), np.uint8)
    lines = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, upright).astype(bool)
    taken = (mask & ~lines).any(axis=1)
    for word in words:
        taken[max(0, int(word.box.y0 * down)) : max(0, int(np.ceil(word.box.y1 * down)))] = True
    edges = np.flatnonzero(np.diff(np.concatenate(([True], taken, [True])).astype(np.int8)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((float(top) / down, min(whole.y1, float(bottom) / down)) for top, bottom in pairs)
