"""Font size and baseline of a read line: from the rows that hold its ink, and from which letters it has.

Boxes of the detector are higher than the print by more or less; what stands above and below the baseline is known once
the letters are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ink = NDArray[np.bool_]

EM_OF_LINE = 0.69
"""Font size in heights of the detector's boxes (measured); taken where the ink says nothing believable."""
BASELINE = 0.74
"""Where the baseline lies in such a box, from the top."""
BELIEVABLE = (0.4, 1.5)
"""Font size from the ink in shares of that from the box."""
CAP_EM, SMALL_EM = 0.72, 0.53
"""Height of capitals, digits and ascenders, and of small letters (Helvetica, Times and their like)."""
LOW = frozenset("gjpqyçşţ()[]{}|Q@$§;,")
"""What goes below the baseline."""
SMALL = frozenset("acemnorsuvwxzgpqyäöüàâèéêëîïôûùçñáíóú.,:;-–—_~+=<>*\"'·•´`^°")
"""What stays below the capitals; accents are thin."""
FEWEST_LETTERS = 2
EDGE = (0.03, 0.25)
"""Share of the fullest row's ink at which print begins: at least, and where all letters begin there."""
FOOT = (0.25, 0.5)
"""The same at the baseline, and how much more where all letters go below it."""
STANDING = 0.9
"""Share of a column's pixels from which it is a drawn line; of a row's likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    """In shares of the height of the line's box."""

    em: float
    """Font size."""
    baseline: float
    """From the top."""


USUAL = Height(em=EM_OF_LINE, baseline=BASELINE)


def height_of(ink: Ink, text: str, margin: int) -> Height:
    """`ink`: (H, W), which pixels of the line are print, without `margin` rows at both its top and its bottom."""
    letters = [c for c in text if not c.isspace()]
    if sum(c.isalnum() for c in letters) < FEWEST_LETTERS:
        return USUAL
    counts = ink[:, ink.mean(axis=0) < STANDING].sum(axis=1)
    counts[counts > STANDING * ink.shape[1]] = 0
    small = sum(c in SMALL for c in letters) / len(letters)
    low = sum(c in LOW for c in letters) / len(letters)
    above = SMALL_EM if small == 1 else CAP_EM
    tops = np.flatnonzero(counts >= max(EDGE[0], EDGE[1] * (1 if small == 1 else 1 - small)) * counts.max())
    feet = np.flatnonzero(counts >= (FOOT[0] + FOOT[1] * low) * counts.max())
    full = ink.shape[0] + 2 * margin
    em = float(feet[-1] + 1 - tops[0]) / above / full
    if not BELIEVABLE[0] <= em / EM_OF_LINE <= BELIEVABLE[1]:
        return USUAL
    return Height(em=em, baseline=float(feet[-1] + 1 + margin) / full)
