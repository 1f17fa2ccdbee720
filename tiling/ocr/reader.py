"""A picture's words: found, turned upright, read, and put on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.ocr.heights import height_of
from tiling.ocr.looking import AMPLE_PX, TIGHT_PX, detection_side_px, widened
from tiling.ocr.models import Models, straightened
from tiling.ocr.spacing import MARGIN_PX, dark_of, has_row_of_same, ink_columns, pieces, skips_ink
from tiling.ocr.turning import rotated, sides, sideways, skew_deg, turned_quad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiling.ocr.alphabet import Recognised
    from tiling.ocr.heights import Height
    from tiling.ocr.models import Pixels, Quad
    from tiling.ocr.spacing import Piece

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
WIDEST_LETTER = 2.0
"""Widths of its ink in heights; what is wider and no dash is a bar, however surely it was read."""
DASHES = frozenset("-–—_=~.·•…")
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
    size_px: float
    """Of its line's font."""
    baseline_px: float
    """From the top of the upright picture."""
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
        pixels, quads, quarters = self._along(pixels, self._find(pixels))
        lines = [straightened(pixels, quad) for quad in quads]
        said = self._said(lines)
        if self._upside_down(lines, said):
            pixels, quads = _turned(pixels, quads, 2)
            quarters += 2
            lines = [straightened(pixels, quad) for quad in quads]
            said = self._said(lines)
        height, width = pixels.shape[:2]
        skew = skew_deg(quads)
        words = []
        for row, (line, one) in enumerate(zip(lines, said, strict=True)):
            level = rotated(quads[row], skew, width, height) if skew else quads[row]
            words += _words(line, one, level, row)
        return OcrPage(words=tuple(words), quarters=quarters, skew_deg=skew, width_px=width, height_px=height)

    def line(self, pixels: Pixels) -> Recognised:
        """The text of a picture (H, W, 3) uint8 that is one line of print."""
        height, width = pixels.shape[:2]
        whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return self._said([straightened(pixels, whole)])[0]

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

    def _along(self, pixels: Pixels, quads: list[Quad]) -> tuple[Pixels, list[Quad], int]:
        """The picture with its lines from left to right, be it on their heads; what stands across them is left out."""
        quarters = 1 if sideways(quads) else 0
        if quarters:
            pixels, quads = _turned(pixels, quads, 1)
        return pixels, [q for q in quads if sides(q)[1] <= STANDING * sides(q)[0]], quarters

    def _upside_down(self, lines: Sequence[Pixels], said: Sequence[Recognised]) -> bool:
        """Whether the longest lines read better on their heads."""
        long = sorted((i for i, line in enumerate(lines) if _long(line)), key=lambda i: -lines[i].shape[1])[:VOTERS]
        upright = [said[i].score for i in long]
        if not long or float(np.mean(upright)) >= SURE:
            return False
        turned = self._said([np.ascontiguousarray(lines[i][::-1, ::-1]) for i in long])
        return float(np.mean([s.score for s in turned])) > float(np.mean(upright))

    def _said(self, lines: Sequence[Pixels]) -> list[Recognised]:
        """The texts of lines; once more with more room where the ink shows that letters were left out."""
        inks = [ink_columns(line) for line in lines]
        said = self._models.recognise(lines)
        doubtful = [i for i, one in enumerate(said) if _left_out(one, inks[i])]
        again = self._models.recognise([widened(lines[i], _letters(said[i])) for i in doubtful])
        for i, one in zip(doubtful, again, strict=True):
            if _letters(one) > _letters(said[i]) and one.score >= KEPT * said[i].score:
                said[i] = one
        return said


def _left_out(said: Recognised, ink: NDArray[np.bool_]) -> bool:
    """Whether a line may hold letters that were not read; `ink`: which of its columns hold print."""
    if said.score < MIN_SCORE:
        return False
    pitch = len(ink) / max(1, _letters(said))
    room = AMPLE_PX if has_row_of_same(said.text) else TIGHT_PX
    return pitch < room or skips_ink(said, ink)


def _long(line: Pixels) -> bool:
    return bool(line.shape[1] > 2 * line.shape[0])


def _words(line: Pixels, said: Recognised, level: Quad, row: int) -> list[OcrWord]:
    if said.score < (MIN_SCORE if len(said.text) > 1 else MIN_SCORE_ALONE):
        return []
    ink = dark_of(line)
    if len(said.text) == 1 and said.text not in DASHES and _is_bar(ink):
        return []
    high = height_of(ink, said.text, MARGIN_PX)
    return [_word(piece, high, level, row) for piece in pieces(line, said)]


def _is_bar(ink: NDArray[np.bool_]) -> bool:
    """Whether the ink of a single character is too wide for one."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return True
    return bool(columns[-1] - columns[0] + 1 > WIDEST_LETTER * (rows[-1] - rows[0] + 1))


def _word(piece: Piece, high: Height, level: Quad, row: int) -> OcrWord:
    box = _, y0, _, y1 = _part(level, piece.start, piece.end)
    return OcrWord(
        text=piece.text,
        box=box,
        score=piece.score,
        size_px=high.em * (y1 - y0),
        baseline_px=y0 + high.baseline * (y1 - y0),
        row=row,
    )


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
