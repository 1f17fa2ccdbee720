"""A text layer can lie: words that nobody can see on the page are told from those that are printed."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Words by what the page's picture says of them."""

    printed: tuple[Word, ...]
    undrawn: tuple[Word, ...]
    """Not in the picture for want of a font on this machine; they belong to the page all the same."""
    hidden: tuple[Word, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """What a person with all fonts would see, in reading order."""
        return tuple(sorted(self.printed + self.undrawn, key=lambda w: w.line)) if self.undrawn else self.printed


def seen(words: Iterable[tuple[Word, Style]], pixels: NDArray[np.uint8], width_pt: float, height_pt: float) -> Seen:
    """The words compared with the page's picture; low resolution will do."""
    grey = as_grey(pixels)
    scale_x, scale_y = grey.shape[1] / width_pt, grey.shape[0] / height_pt
    printed: list[Word] = []
    undrawn: list[Word] = []
    hidden: list[Word] = []
    for word, style in words:
        box = word.box
        # coarse pixels do not meet the box exactly, and an OCR layer not the print under it
        slack = word.size_pt / 2 if style.invisible else 0.0
        top, bottom = max(0, int((box.y0 - slack) * scale_y) - 1), int((box.y1 + slack) * scale_y) + 2
        left, right = max(0, int((box.x0 - slack) * scale_x)), int((box.x1 + slack) * scale_x) + 1
        under = grey[top:bottom, left:right]
        contrast = int(under.max()) - int(under.min()) if under.size else 0
        if word.size_pt < SMALLEST_PT:
            hidden.append(word)
        elif contrast >= VISIBLE_CONTRAST:
            printed.append(word)
        else:
            (undrawn if _font_missing(word, style) else hidden).append(word)
    return Seen(printed=tuple(printed), undrawn=tuple(undrawn), hidden=tuple(hidden))


def _font_missing(word: Word, style: Style) -> bool:
    """Print that this machine cannot draw for want of a font: not hidden, only not drawn here."""
    return not style.font.embedded and not style.invisible and any(ord(ch) > LATIN for ch in word.text)
