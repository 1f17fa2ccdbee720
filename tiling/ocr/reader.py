"""A picture's words: found, turned upright, read, and put on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.ocr.looking import TIGHT_PX, detection_side_px, narrowed, widened
from tiling.ocr.models import Models, straightened
from tiling.ocr.spacing import ink_columns, pieces, skips_ink
from tiling.ocr.turning import rotated, sides, sideways, skew_deg, turned_quad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiling.ocr.models import Pixels, Quad, Recognised

LARGEST_DETECTION_SIDE_PX = 1920
SMALLEST_PRINT_PX = 11.0
"""Boxes of print lower than this in the detector's picture are run together; it then looks at a larger one."""
VOTERS = 4
SURE = 0.9
"""Lines that are read so surely do not stand on their heads."""
MIN_SCORE = 0.5
"""Lines that are read less surely are no print (as in PP-OCR's own default)."""
MIN_SCORE_ALONE = 0.8
"""A single character more easily is a stain, a bar or a corner."""
KEPT = 0.95
"""A second reading that finds more letters may be so much less sure of them."""
STANDING = 1.5
"""A box so much higher than wide holds print that runs up the margin, not along a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrWord:
    """A word in the upright picture."""

    text: str
    box: tuple[float, float, float, float]
    """x0 y0 x1 y1 in pixels of the upright picture: the box of its line, from the word's first ink to its last."""
    score: float
    row: int
    """Index of the box of print it was found in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrPage:
    """What was read of a picture."""

    words: tuple[OcrWord, ...]
    quarters: int
    """Quarters of a turn clockwise that make the picture upright: 0 to 3."""
    skew_deg: float
    """What is left then: the angle, clockwise, at which lines run; the words' boxes have it taken out."""
    width_px: int
    """Of the upright picture."""
    height_px: int


class OcrReader:
    """Reads pictures; one a process."""

    def __init__(self, models: Models | None = None) -> None:
        self._models = models or Models()

    def read(self, pixels: Pixels) -> OcrPage:
        """The words of a picture (H, W, 3) uint8."""
        quads = self._find(pixels)
        pixels, quads, quarters = self._upright(pixels, quads)
        height, width = pixels.shape[:2]
        skew = skew_deg(quads)
        words = [word for row, quad in enumerate(quads) for word in self._line(pixels, quad, row, skew)]
        return OcrPage(words=tuple(words), quarters=quarters, skew_deg=skew, width_px=width, height_px=height)

    def line(self, pixels: Pixels) -> Recognised:
        """The text of a picture (H, W, 3) uint8 that is one line of print."""
        height, width = pixels.shape[:2]
        whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return self._said(straightened(pixels, whole))

    def _find(self, pixels: Pixels) -> list[Quad]:
        longest = max(pixels.shape[:2])
        side = detection_side_px(pixels)
        quads = self._models.detect(pixels, side)
        if not quads or side >= LARGEST_DETECTION_SIDE_PX:
            return quads
        print_px = float(np.median([min(sides(q)) for q in quads])) * side / longest
        if print_px >= SMALLEST_PRINT_PX:
            return quads
        larger = int(side * SMALLEST_PRINT_PX * 1.25 / print_px)
        return self._models.detect(pixels, min(LARGEST_DETECTION_SIDE_PX, larger))

    def _upright(self, pixels: Pixels, quads: list[Quad]) -> tuple[Pixels, list[Quad], int]:
        quarters = 1 if sideways(quads) else 0
        if quarters:
            pixels, quads = _turned(pixels, quads, 1)
        if self._upside_down(pixels, quads):
            pixels, quads = _turned(pixels, quads, 2)
            quarters += 2
        return pixels, quads, quarters

    def _upside_down(self, pixels: Pixels, quads: Sequence[Quad]) -> bool:
        """Whether the longest lines read better on their heads."""
        long = sorted((q for q in quads if sides(q)[0] > 2 * sides(q)[1]), key=lambda q: -sides(q)[0])[:VOTERS]
        lines = [straightened(pixels, quad) for quad in long]
        upright = [self._said(line).score for line in lines]
        if not lines or float(np.mean(upright)) >= SURE:
            return False
        turned = [self._said(np.ascontiguousarray(line[::-1, ::-1])).score for line in lines]
        return float(np.mean(turned)) > float(np.mean(upright))

    def _said(self, line: Pixels) -> Recognised:
        """The text of a line; once more with more room where the ink shows that letters were left out."""
        ink = ink_columns(line)
        seen = narrowed(line, ink)
        said = self._models.recognise(seen)
        tight = seen.shape[1] < TIGHT_PX * _letters(said)
        if said.score < MIN_SCORE or not (tight or skips_ink(said, ink)):
            return said
        again = self._models.recognise(widened(line, _letters(said)))
        return again if _letters(again) > _letters(said) and again.score >= KEPT * said.score else said

    def _line(self, pixels: Pixels, quad: Quad, row: int, skew: float) -> list[OcrWord]:
        width, height = sides(quad)
        if height > STANDING * width:
            return []
        line = straightened(pixels, quad)
        said = self._said(line)
        if said.score < (MIN_SCORE if len(said.text) > 1 else MIN_SCORE_ALONE):
            return []
        level = rotated(quad, skew, pixels.shape[1], pixels.shape[0]) if skew else quad
        return [
            OcrWord(text=p.text, box=_part(level, p.start, p.end), score=p.score, row=row) for p in pieces(line, said)
        ]


def _letters(said: Recognised) -> int:
    return sum(not c.isspace() for c in said.text)


def _turned(pixels: Pixels, quads: Sequence[Quad], quarters: int) -> tuple[Pixels, list[Quad]]:
    height, width = pixels.shape[:2]
    turned = np.ascontiguousarray(np.rot90(pixels, -quarters))
    return turned, [turned_quad(q, quarters, width, height) for q in quads]


def _part(quad: NDArray[np.float32], start: float, end: float) -> tuple[float, float, float, float]:
    """The upright box around the part of a line between two shares of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    left = ((quad[0] + top * start), (quad[3] + bottom * start))
    right = ((quad[0] + top * end), (quad[3] + bottom * end))
    x0, x1 = (left[0][0] + left[1][0]) / 2, (right[0][0] + right[1][0]) / 2
    y0, y1 = (left[0][1] + right[0][1]) / 2, (left[1][1] + right[1][1]) / 2
    return float(x0), float(y0), float(x1), float(y1)
