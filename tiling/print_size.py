"""The smallest significant print of a page, in points: it decides how many pixels the page needs.

Significant is what a value may stand in: cells, labels, headings, lines with figures in them. Small print that runs on
in sentences (conditions, legal notes) is read by nobody who fills in a record; it may get fewer pixels a letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from tiling.ink import ink_mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tiling.page import Word

SMALL_SHARE = 0.1
"""Print counts from this share of the characters on; smaller print than that is a mark, or dirt."""
PROSE_WORDS = 9
"""A line of prose has at least so many words, with gaps of one space between them and hardly a digit."""
PROSE_GAP_EM = 0.9
PROSE_DIGITS = 0.1
LEAST_DATA = 40
"""Characters; a page with fewer of them beside its prose is a page of prose."""
X_HEIGHT = 0.52
"""Height of a lower-case letter as a share of the font size, in the usual faces."""
LETTERS = 20
"""With fewer components that look like letters nothing is known of the print."""
LETTER_PT = (2.0, 30.0)
LONG, TALL = 4, 6
"""A letter is not so many times as wide as high, or as high as wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSize:
    """Font sizes in points."""

    data_pt: float
    """Of the smallest print that values may stand in."""
    prose_pt: float | None = None
    """Of the smallest print beside it that runs on in sentences; None without such."""


def print_size(words: Sequence[Word]) -> PrintSize | None:
    """The sizes of the words' print; None without words."""
    if not words:
        return None
    data: list[Word] = []
    prose: list[Word] = []
    for _, line in groupby(words, key=lambda word: word.line):
        for run in _runs(line):
            (prose if _is_prose(run) else data).extend(run)
    if sum(len(word.text) for word in data) < LEAST_DATA:
        data, prose = [*data, *prose], []
    return PrintSize(data_pt=_small(data), prose_pt=_small(prose) if prose else None)


def component_size(pixels: NDArray[np.uint8], dpi: float) -> PrintSize | None:
    """The same of a picture without words: from the heights of what looks like letters. None where nothing does."""
    import cv2

    mask = ink_mask(pixels).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    points = height * 72 / dpi
    letters = (points >= LETTER_PT[0]) & (points <= LETTER_PT[1]) & (width < LONG * height) & (height < TALL * width)
    if int(letters.sum()) < LETTERS:
        return None
    return PrintSize(data_pt=float(np.quantile(points[letters], 0.25)) / X_HEIGHT)


def _runs(line: Iterable[Word]) -> list[list[Word]]:
    """The line's words parted where they stand further apart than words of a sentence."""
    runs: list[list[Word]] = []
    for word in line:
        if runs and 0 <= word.box.x0 - runs[-1][-1].box.x1 <= PROSE_GAP_EM * word.size_pt:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _is_prose(run: Sequence[Word]) -> bool:
    if len(run) < PROSE_WORDS:
        return False
    letters = "".join(word.text for word in run)
    return sum(c.isdigit() for c in letters) <= PROSE_DIGITS * len(letters)


def _small(words: Sequence[Word]) -> float:
    """The size below which `SMALL_SHARE` of the characters are set."""
    sizes = sorted((word.size_pt, len(word.text)) for word in words)
    enough = SMALL_SHARE * sum(count for _, count in sizes)
    seen = 0
    for size, count in sizes:
        seen += count
        if seen >= enough:
            return size
    return sizes[-1][0]
