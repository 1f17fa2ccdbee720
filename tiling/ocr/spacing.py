"""Words of a recognised line: cut where it says so, and where the print itself leaves a gap.

Recognisers drop spaces ("TAXINVOICE") and put some where there are none ("1 ,200.00"); the ink knows better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiling.ocr.models import Pixels, Recognised

GAP_EM = 0.20
"""An empty stretch this wide (in heights of the line's box) between two characters is a space nobody read."""
WIDE_GAP_EM = 0.9
"""So wide a gap parts two columns that the detector took for one line."""
TIGHT_EM = 0.10
"""A space that was read where the ink leaves less than this belongs to a split number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word within its line."""

    text: str
    start: float
    """Shares of the line's length."""
    end: float
    score: float


def ink_columns(line: Pixels) -> NDArray[np.bool_]:
    """Which columns of a line hold print, whatever its colour."""
    grey = cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)
    inner = grey[4:-4]
    _, dark = cv2.threshold(inner, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if dark.mean() > 127:
        dark = 255 - dark
    columns: NDArray[np.bool_] = (dark > 0).sum(axis=0) >= 2
    return columns


def pieces(line: Pixels, said: Recognised) -> list[Piece]:
    """The words of a line, from left to right."""
    width, height = line.shape[1], line.shape[0]
    ink = ink_columns(line)
    words: list[list[int]] = []
    gap_read = False
    for i, character in enumerate(said.text):
        if character.isspace():
            gap_read = True
            continue
        if not words:
            words.append([i])
        else:
            empty = _widest_gap(ink, said.positions[words[-1][-1]] * width, said.positions[i] * width) / height
            if _parts(said.text[words[-1][-1]], character, empty, read=gap_read):
                words.append([i])
            else:
                words[-1].append(i)
        gap_read = False
    return [_piece(said, word, ink) for word in words]


def _parts(before: str, after: str, empty_em: float, *, read: bool) -> bool:
    """Whether two neighbouring characters belong to different words."""
    if read:
        split_number = (before in ".," and after.isdigit()) or (before.isdigit() and after in ".,")
        return not (split_number and empty_em < TIGHT_EM)
    wide = GAP_EM
    if before in ".,:;-/'()" or after in ".,:;-/'()" or before == "1" or after == "1":
        wide *= 1.7
    return empty_em > wide


def _widest_gap(ink: NDArray[np.bool_], start_px: float, end_px: float) -> float:
    """Length in pixels of the longest run of empty columns between two positions."""
    between = ink[int(start_px) : int(end_px) + 1]
    edges = np.flatnonzero(np.concatenate(([True], between, [True])))
    return float(np.max(np.diff(edges)) - 1) if len(edges) > 1 else 0.0


def _piece(said: Recognised, word: list[int], ink: NDArray[np.bool_]) -> Piece:
    width = len(ink)
    pitch = (
        (said.positions[word[-1]] - said.positions[word[0]]) / max(1, len(word) - 1) if len(word) > 1 else 24 / width
    )
    start = max(0.0, said.positions[word[0]] - pitch)
    end = min(1.0, said.positions[word[-1]] + pitch)
    before = said.positions[word[0] - 1] if word[0] > 0 else 0.0
    after = said.positions[word[-1] + 1] if word[-1] + 1 < len(said.positions) else 1.0
    start, end = max(start, before), min(end, after)
    inked = np.flatnonzero(ink[int(start * width) : int(np.ceil(end * width))])
    if len(inked):
        origin = int(start * width)
        start, end = (origin + inked[0]) / width, (origin + inked[-1] + 1) / width
    return Piece(
        text="".join(said.text[i] for i in word),
        start=float(start),
        end=float(max(end, start + 1 / width)),
        score=float(np.mean([said.scores[i] for i in word])),
    )
