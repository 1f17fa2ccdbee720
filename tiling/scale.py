"""How large a page's picture must be: its print decides, not one resolution for all; and where its ink is.

A letter is legible from some number of pixels on, whatever the paper. So the picture's scale follows the smallest
significant print, and paper without ink is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.box import Box, union
from tiling.ink import as_grey, without_edges
from tiling.print_size import PrintSize, component_size, print_size
from tiling.upright import displayed_size
from tiling.white import white_bands

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiling.open import OpenDocument
    from tiling.page import Page

    Mask = NDArray[np.bool_]

EM_PX = 11.0
"""Pixels that the font size of the smallest significant print gets (`make bench-tiles` has the curve behind it)."""
PROSE_EM_PX = 8.0
"""The same for print that runs on in sentences: fewer do there, as words help each other."""
EM_PT = (5.0, 24.0)
"""What is smaller cannot be told from noise; what is larger needs no more than this."""
UNKNOWN_EM_PT = 8.0
"""Where there is neither a word nor a component to measure."""
MARGIN_PT = 4.0
COMPONENTS_DPI = 150.0
LEVEL_DEG = 0.2
"""Print that leans by more has words whose boxes are not where its ink is displayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What must be known of a page to cut it: all in points, on the page as it is read (turned upright)."""

    content: Box
    """All ink and words, with a little margin."""
    gaps: tuple[tuple[float, float], ...]
    """White bands (top, bottom) right across the content, from above to below; vertical lines may cross them."""
    em_pt: float
    """Font size of the smallest significant print."""
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
    mask = np.rot90(without_edges(opened.ink(page.index)), -(page.turned // 90))
    words = page.words if abs(page.skew_deg) <= LEVEL_DEG else ()
    down, across = mask.shape[0] / page.height_pt, mask.shape[1] / page.width_pt
    whole = Box(0.0, 0.0, page.width_pt, page.height_pt)
    boxes = [word.box for word in words] + _inked(mask, down, across)
    if not boxes:
        return None
    content = union(boxes)
    grown = Box(content.x0 - MARGIN_PT, content.y0 - MARGIN_PT, content.x1 + MARGIN_PT, content.y1 + MARGIN_PT)
    across_y = tuple(r.cy for r in page.rulings if r.width > r.height)
    return Look(
        content=whole.intersection(grown) or whole,
        gaps=white_bands(mask, words, page.rulings, down),
        em_pt=_em_pt(opened, page),
        rulings_y=across_y,
        max_scale=_own_scale(opened, page),
    )


def em_of(size: PrintSize) -> float:
    """The font size that gets `EM_PX`, so that data and prose both have the pixels they need."""
    if size.prose_pt is None:
        return size.data_pt
    return min(size.data_pt, size.prose_pt * EM_PX / PROSE_EM_PX)


def _em_pt(opened: OpenDocument, page: Page) -> float:
    found = print_size(page.words)
    if found is None:
        picture = opened.render(page.index, dpi=COMPONENTS_DPI, grey=True)
        found = component_size(as_grey(picture), 72 * picture.shape[0] / displayed_size(page)[1])
    return min(EM_PT[1], max(EM_PT[0], UNKNOWN_EM_PT if found is None else em_of(found)))


def _own_scale(opened: OpenDocument, page: Page) -> float | None:
    native = opened.native_px(page.index)
    width_pt, height_pt = displayed_size(page)
    return None if native is None else max(native[0] / width_pt, native[1] / height_pt)


def _inked(mask: Mask, down: float, across: float) -> list[Box]:
    """The box around all ink, if there is any."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return []
    ends = (columns[0] / across, rows[0] / down, (columns[-1] + 1) / across, (rows[-1] + 1) / down)
    return [Box(*(float(end) for end in ends))]
