"""Words of a recognised line: cut where it says so, and where the print itself leaves a gap.

Recognisers drop spaces ("TAXINVOICE") and put some where there are none ("1 ,200.00"); the ink knows better. How wide
a space is depends on the line: in print with wide spaces between its letters it is wider.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiling.ocr.alphabet import Recognised
    from tiling.ocr.models import Pixels

    Ink = NDArray[np.bool_]

MARGIN_PX = 4
"""Rows at the top and the bottom of a line that show the neighbours' ink, if any."""
SPACE_EM = 0.085
"""A gap that is wider than the line's usual one between letters by this much (line heights) is a space nobody read."""
LOOSE_EM = 0.115
"""The same beside characters that have room of their own around them."""
NUMBER_EM = 0.2
"""The same beside a point, and between digits, where nobody puts spaces and many recognisers see all there are."""
SPACE_SHARE = 1.6
NO_SPACE_EM = 0.02
"""A space that was read where the ink leaves hardly more room than between letters is none."""
USUAL_GAP_EM = 0.05
ALIKE_EM = 0.06
LOOSE = frozenset(":;-/'()1")
POINTS = frozenset(".,")
POINTS_AFTER = frozenset(".,:;")
ROW_OF_SAME = re.compile(r"(\w)\1\1")
SKIPPED = 1.65
"""A step from one letter to the next that is so much longer than usual, with ink on the way, misses a letter."""
FULL = 0.9
"""Where more of the columns hold ink, it is a rule or a shade that runs through the line, and says nothing of gaps."""
DOT_EM = (0.03, 0.2)
"""Width of a dot or comma."""
DOT_TOP = 0.5
"""It stands in the lower half of its line."""


INKED = b"\x01"
"""A column with ink, in the bytes of the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word within its line."""

    text: str
    start: float
    """Shares of the line's length."""
    end: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """Between two neighbouring characters that are no spaces."""

    left: int
    right: int
    """Indices of the characters."""
    em: float
    """The widest empty stretch between them."""
    read: bool
    """The recogniser put a space there."""


def dark_of(line: Pixels) -> Ink:
    """Which pixels of a line are print, whatever its colour."""
    grey = cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)
    _, dark = cv2.threshold(grey[MARGIN_PX:-MARGIN_PX], 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if dark.mean() > 127:
        dark = 255 - dark
    mask: Ink = dark > 0
    return mask


def ink_columns(line: Pixels) -> Ink:
    """Which columns of a line hold print."""
    columns: Ink = dark_of(line).sum(axis=0) >= 2
    return columns


def pieces(line: Pixels, said: Recognised) -> list[Piece]:
    """The words of a line, from left to right."""
    dark = dark_of(line)
    ink: Ink = dark.sum(axis=0) >= 2
    clear = float(ink.mean()) < FULL
    height = line.shape[0]
    gaps = _gaps(said, ink, height)
    if not gaps:
        return [_piece(said, [i], ink, said.text[i]) for i, c in enumerate(said.text) if not c.isspace()]
    usual = _usual(gaps)
    words, texts = [[gaps[0].left]], [said.text[gaps[0].left]]
    for gap in gaps:
        if _is_space(gap, said.text, usual) if clear else gap.read:
            words.append([])
            texts.append("")
        elif gap.read and (dot := _dot(dark, said, gap)):
            texts[-1] += dot
        words[-1].append(gap.right)
        texts[-1] += said.text[gap.right]
    return [_piece(said, word, ink, text) for word, text in zip(words, texts, strict=True)]


def has_row_of_same(text: str) -> bool:
    """Whether there is a row of equal letters: one of them is lost easily, and the others close the ranks."""
    return ROW_OF_SAME.search(text) is not None


def skips_ink(said: Recognised, ink: Ink) -> bool:
    """Whether there is the ink of a letter that was not read between two others."""
    width = len(ink)
    at = [p * width for p, c in zip(said.positions, said.text, strict=True) if not c.isspace()]
    if len(at) < 4:
        return False
    steps = np.diff(at)
    pitch = float(np.median(steps))
    middles = [(start + end) / 2 for start, end in _runs(ink) if end - start >= pitch / 5]
    return any(
        step > SKIPPED * pitch and any(left + 0.6 * pitch < middle < left + step - 0.6 * pitch for middle in middles)
        for left, step in zip(at, steps.tolist(), strict=False)
    )


def _gaps(said: Recognised, ink: Ink, height: int) -> list[_Gap]:
    kept = [i for i, c in enumerate(said.text) if not c.isspace()]
    width, columns = len(ink), ink.tobytes()
    return [
        _Gap(
            left=a,
            right=b,
            em=_widest_gap(columns, *_way(said, a, b, width)) / height,
            read=b > a + 1,
        )
        for a, b in pairwise(kept)
    ]


def _way(said: Recognised, a: int, b: int, width: int) -> tuple[float, float]:
    """Where to look for the gap between two characters; around a space that was read, their places are less exact."""
    start, end = said.positions[a] * width, said.positions[b] * width
    slack = (end - start) / 4 if b > a + 1 else 0.0
    return max(0.0, start - slack), end + slack


def _usual(gaps: Sequence[_Gap]) -> float:
    """The gap between two letters of a word in this line."""
    every = sorted(g.em for g in gaps)
    if len(every) >= 4 and every[-1] - every[0] < ALIKE_EM:  # one word, however its letters are set
        return every[len(every) // 2]
    within = sorted(g.em for g in gaps if not g.read)
    return within[len(within) // 2] if len(within) >= 4 else USUAL_GAP_EM


def _is_space(gap: _Gap, text: str, usual: float) -> bool:
    """Whether two neighbouring characters belong to different words."""
    if gap.read:
        return gap.em > max(usual, USUAL_GAP_EM) + NO_SPACE_EM
    beside = text[gap.left], text[gap.right]
    if beside[0] in POINTS or beside[1] in POINTS_AFTER or (beside[0].isdigit() and beside[1].isdigit()):
        more = NUMBER_EM
    else:
        more = LOOSE_EM if LOOSE.intersection(beside) else SPACE_EM
    return gap.em > max(usual + more, SPACE_SHARE * usual)


def _dot(dark: Ink, said: Recognised, gap: _Gap) -> str:
    """The point or comma between two digits that was read as a space, if the ink shows one; else nothing."""
    if not (said.text[gap.left].isdigit() and said.text[gap.right].isdigit()):
        return ""
    width, height = dark.shape[1], dark.shape[0] + 2 * MARGIN_PX
    start, end = int(said.positions[gap.left] * width), int(said.positions[gap.right] * width) + 1
    between = dark[:, start:end]
    runs = _runs(np.asarray(between.any(axis=0)))
    for left, right in runs[1:-1]:
        rows = np.flatnonzero(between[:, left:right].any(axis=1))
        if DOT_EM[0] <= (right - left) / height <= DOT_EM[1] and rows[0] >= DOT_TOP * dark.shape[0]:
            return "," if rows[-1] - rows[0] + 1 > 1.6 * (right - left) else "."
    return ""


def _runs(columns: Ink) -> list[tuple[int, int]]:
    """Start and end of each run of columns with ink."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], columns, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _widest_gap(ink: bytes, start_px: float, end_px: float) -> int:
    """Length in pixels of the longest run of empty columns between two positions; the line's margins are no gaps."""
    first, last = ink.find(INKED), ink.rfind(INKED)
    if first < 0:
        return 0
    return max(map(len, ink[max(int(start_px), first) : min(int(end_px), last) + 1].split(INKED)))


def _piece(said: Recognised, word: list[int], ink: Ink, text: str) -> Piece:
    """The word with the extent of its ink: to the middle of the way to its neighbours at most."""
    width = len(ink)
    first, last = word[0], word[-1]
    pitch = (said.positions[last] - said.positions[first]) / (last - first) if last > first else 24 / width
    before, after = _next(said, first, -1), _next(said, last, 1)
    start = max(0.0, said.positions[first] - pitch, (before + said.positions[first]) / 2 if before is not None else 0.0)
    end = min(1.0, said.positions[last] + pitch, (after + said.positions[last]) / 2 if after is not None else 1.0)
    origin = int(start * width)
    inked = ink[origin : int(np.ceil(end * width))].tobytes()
    if INKED in inked:
        start, end = (origin + inked.find(INKED)) / width, (origin + inked.rfind(INKED) + 1) / width
    return Piece(
        text=text,
        start=start,
        end=max(end, start + 1 / width),
        score=sum(said.scores[i] for i in word) / len(word),
    )


def _next(said: Recognised, index: int, step: int) -> float | None:
    """Where the next character stands that is no space, to this side; None where there is none."""
    index += step
    while 0 <= index < len(said.text):
        if not said.text[index].isspace():
            return said.positions[index]
        index += step
    return None
