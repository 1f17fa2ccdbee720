"""A text layer can lie: words that nobody can see on the page are told from those that are printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.ink import as_grey, counted_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tiling.frame import Frame
    from tiling.painted import Painted
    from tiling.text_layer import LayerWord

    Grey = NDArray[np.uint8]

VISIBLE_CONTRAST = 10
"""Grey levels that a word must change under its box; less, and there is nothing to read."""
SHADE, GROUND_SHARE = 32, 0.3
"""A shade of so many grey levels that so much of a word's box has is its ground; drawn lines are less."""
SMALLEST_PT = 1.5
"""Print below this is for machines only."""
LATIN = 0x24F
LAYER_SHARE = 0.5
"""Where more of a page's words are laid over a picture of print, it is a scan with somebody's OCR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Words by what the page's picture says of them."""

    printed: tuple[LayerWord, ...]
    undrawn: tuple[LayerWord, ...]
    """Not in the picture for want of a font on this machine; they belong to the page all the same."""
    laid: tuple[LayerWord, ...]
    """Unseen, over something that is: the OCR layer of a scan, where there are many."""
    hidden: tuple[LayerWord, ...]

    @property
    def ocr_layer(self) -> bool:
        return len(self.laid) > LAYER_SHARE * (len(self.printed) + len(self.laid) + len(self.undrawn))


def seen(words: Iterable[LayerWord], pixels: Grey, painted: Painted, frame: Frame) -> Seen:
    """The words compared with the page's picture and the trace that its print leaves there; low resolution will do."""
    grey = as_grey(pixels)
    kinds: dict[str, list[LayerWord]] = {"printed": [], "undrawn": [], "laid": [], "hidden": []}
    every = list(words)
    for word, plain in zip(every, _plain(every, painted, frame), strict=True):
        kinds["printed" if plain else _kind(word, grey, painted, frame)].append(word)
    return Seen(**{kind: tuple(found) for kind, found in kinds.items()})


def _plain(words: Sequence[LayerWord], painted: Painted, frame: Frame) -> list[bool]:
    """Words that leave a trace on ground that has one shade: what `_kind` finds printed, all at once."""
    if not words:
        return []
    height, width = painted.bare.shape
    scale_x, scale_y = width / frame.width_pt, height / frame.height_pt
    boxes = np.array([(it.word.box.x0, it.word.box.y0, it.word.box.x1, it.word.box.y1) for it in words])
    size = np.array([it.word.size_pt for it in words])
    seen = ~painted.unseen[np.array([it.text_object for it in words])]
    on_page = (boxes >= 0).all(axis=1) & (boxes[:, 2] <= frame.width_pt) & (boxes[:, 3] <= frame.height_pt)
    places = np.where(on_page[:, np.newaxis], boxes, 0.0) * (scale_x, scale_y, scale_x, scale_y)
    x0, y0 = places[:, :2].astype(np.int64).T
    x1, y1 = np.minimum(places[:, 2:].astype(np.int64) + 1, (width, height)).T
    shade = int(np.median(painted.bare[::8, ::8]))
    marked = counted_in(painted.trace >= VISIBLE_CONTRAST, x0, y0, x1, y1) > 0
    one_shade = counted_in(painted.bare != shade, x0, y0, x1, y1) == 0
    plain: list[bool] = (seen & on_page & (size >= SMALLEST_PT) & marked & one_shade).tolist()
    return plain


def _kind(it: LayerWord, grey: Grey, painted: Painted, frame: Frame) -> str:
    word = it.word
    if not (0 <= word.box.cx <= frame.width_pt and 0 <= word.box.cy <= frame.height_pt):
        return "hidden"
    if word.size_pt < SMALLEST_PT:
        return "hidden"
    if not painted.unseen[it.text_object] and _adds(it, grey, painted, frame):
        return "printed"
    # an OCR layer does not meet the print under it exactly
    under = _part(grey, it, frame, word.size_pt / 2)
    if under.size and int(under.max()) - int(under.min()) >= VISIBLE_CONTRAST:
        return "laid"
    return "undrawn" if _font_missing(it) else "hidden"


def _adds(it: LayerWord, grey: Grey, painted: Painted, frame: Frame) -> bool:
    """Whether the word's print stands out from its ground; white print across a drawn line only takes from that."""
    if _part(painted.trace, it, frame, 0.0).max(initial=0) < VISIBLE_CONTRAST:
        return False
    bare = _part(painted.bare, it, frame, 0.0, tight=True).astype(np.int16)
    if not bare.size or int(bare.max()) - int(bare.min()) < VISIBLE_CONTRAST:
        return True
    inked = _part(grey, it, frame, 0.0, tight=True).astype(np.int16)
    shades = np.bincount(bare.ravel() // SHADE)
    grounds = [np.median(bare[bare // SHADE == n]) for n in np.flatnonzero(shades >= GROUND_SHARE * bare.size)]
    grounds = grounds or [np.median(bare)]
    return any((np.abs(inked - ground) - np.abs(bare - ground)).max() >= VISIBLE_CONTRAST for ground in grounds)


def _part(picture: Grey, it: LayerWord, frame: Frame, slack_pt: float, *, tight: bool = False) -> Grey:
    """The pixels of the word's box; coarse ones do not meet it exactly, so that there is one more around it."""
    box = it.word.box
    scale_x, scale_y = picture.shape[1] / frame.width_pt, picture.shape[0] / frame.height_pt
    more = 0 if tight else 1
    top, bottom = max(0, int((box.y0 - slack_pt) * scale_y) - more), int((box.y1 + slack_pt) * scale_y) + 1 + more
    left, right = max(0, int((box.x0 - slack_pt) * scale_x)), int((box.x1 + slack_pt) * scale_x) + 1
    return picture[top:bottom, left:right]


def _font_missing(it: LayerWord) -> bool:
    """Print that this machine cannot draw for want of a font: not hidden, only not drawn here."""
    return not it.style.font.embedded and not it.style.invisible and any(ord(ch) > LATIN for ch in it.word.text)
