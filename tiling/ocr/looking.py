"""How large a picture has to be to find its lines, and how wide a line to read it: no larger, for pixels cost time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from tiling.ocr.models import Pixels

USUAL_SIDE_PX = 960
SIDE_PX = (512, 1920)
"""Of the picture that the detector sees."""
LETTER_PX = 7.0
"""Height of letters there: lower ones run together, higher ones only cost time (measured)."""
FEWEST_LETTERS = 30
PITCH_PX = 18.0
"""Room of a letter along a line of 48 px height: with less the recogniser loses one of two equal ones (measured)."""
TIGHT_PX = 13.0
"""With less than this the line is read again, with more room."""
AMPLE_PX = 24.0
"""With so much not even one of a row of equal digits is lost."""
WIDER, WIDEST = 1.2, 1.75


def detection_side_px(pixels: Pixels) -> int:
    """Longest side at which the picture's usual letters are just large enough to be found."""
    longest: int = max(pixels.shape[:2])
    letter = letter_height_px(pixels)
    if letter is None:
        return min(max(longest, SIDE_PX[0]), USUAL_SIDE_PX)
    return int(min(max(longest * LETTER_PX / letter, SIDE_PX[0]), SIDE_PX[1]))


def letter_height_px(pixels: Pixels) -> float | None:
    """Median height of what has the size and shape of letters; None where there are too few to say."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    width, height, area = (stats[1:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    letters = (height >= 5) & (height < 100) & (width < 3 * height) & (width > 0.15 * height) & (area > 8)
    return float(np.median(height[letters])) if letters.sum() >= FEWEST_LETTERS else None


def widened(line: Pixels, letters: int) -> Pixels:
    """The line with ample room for so many letters."""
    share = min(WIDEST, max(WIDER, WIDER * PITCH_PX * letters / line.shape[1]))
    size = (round(line.shape[1] * share), line.shape[0])
    changed: Pixels = cv2.resize(line, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)
    return changed
