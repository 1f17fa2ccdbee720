"""A text layer can lie: words that nobody can see on the page are told from those that are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.ink import as_grey

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from tiling.glyphs import Style
    from tiling.page import Word

VISIBLE_CONTRAST = 10
"""Grey levels between the lightest and the darkest pixel under a word; less, and there is nothing to read."""
SMALLEST_PT = 1.0
"""Print below this is for machines only."""
LATIN = 0x24F


def parted(
    words: Iterable[tuple[Word, Style]], pixels: NDArray[np.uint8], width_pt: float, height_pt: float
) -> tuple[list[Word], list[Word]]:
    """The words that can be seen on the page's picture (low resolution will do), and those that cannot."""
    grey = as_grey(pixels)
    scale_x, scale_y = grey.shape[1] / width_pt, grey.shape[0] / height_pt
    seen: list[Word] = []
    hidden: list[Word] = []
    for word, style in words:
        box = word.box
        # a pixel more on every side: coarse pixels do not meet the box exactly
        top, bottom = max(0, int(box.y0 * scale_y) - 1), int(box.y1 * scale_y) + 2
        left, right = max(0, int(box.x0 * scale_x)), int(box.x1 * scale_x) + 1
        under = grey[top:bottom, left:right]
        printed = under.size > 0 and int(under.max()) - int(under.min()) >= VISIBLE_CONTRAST
        trusted = (printed or _font_missing(word, style)) and word.size_pt >= SMALLEST_PT
        (seen if trusted else hidden).append(word)
    return seen, hidden


def _font_missing(word: Word, style: Style) -> bool:
    """Print that this machine cannot draw for want of a font: not hidden, only not drawn here."""
    return not style.font.embedded and not style.invisible and any(ord(ch) > LATIN for ch in word.text)
