"""Characters joined into words: gaps are measured between advance widths, in shares of the font size.

What PDFium thinks is a space is not believed: only white space of the document's own, and gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tiling.letters import is_combining, is_letter, is_right_to_left, is_stray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

WORD_GAP_EM = 0.17
"""A wider gap parts two words; spaces are 0.22 em and more, kerning is below 0.1."""
TIGHTEST_EM = 0.08
"""So much less where letters are set tighter than the font wants."""
SPACED_EM = (0.06, 0.9)
"""Letter-spaced print has gaps between these; wider ones are columns of single characters."""
RUN_GAP_EM = 2.0
BACK_STEP_EM = 0.5
BASELINE_EM = 0.15
"""A larger step of the baseline (superscript, next line) ends a word."""
SIZE_RATIO = 1.35
TWICE_EM = 0.12
"""A character repeated with a smaller offset is one, printed twice to look bold."""
PIECE_EM = (-0.045, 0.055)
"""Two text objects are pieces of one word only if they meet as exactly as this; else they are cells that touch."""
COLUMN_LINES = 4


@dataclass(slots=True, kw_only=True)
class Fragment:
    """Characters that follow each other without a gap."""

    text: str
    u0: float
    u1: float
    """Start and end along the direction of reading, in points."""
    v: float
    """Baseline, growing downwards."""
    size_pt: float
    first: int
    """Index of the first character."""
    ended: bool
    """A gap or white space follows in the content: never joined with what stands next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Characters:
    """The printed characters of one reading direction in content order, white space left out."""

    codes: Ints
    shared: Flags
    """Belongs to the same glyph as the character before (ligatures)."""
    space_before: Flags
    """The document itself has white space between this character and the one before."""
    u0: Floats
    u1: Floats
    """Start and end of the advance width along the direction of reading, in points."""
    v: Floats
    """Baseline, growing downwards, in points."""
    size: Floats
    """Font size in points."""
    objects: Ints
    """Number of the text object."""
    styles: Ints
    """Number of its style: font, size, stretch."""
    invisible: Flags


def fragments_of(ch: Characters) -> list[Fragment]:
    """Fragments in content order."""
    count = len(ch.codes)
    if not count:
        return []
    codes, u0, u1, v, size = ch.codes, ch.u0, ch.u1, ch.v, ch.size
    em = np.maximum(np.minimum(size[1:], size[:-1]), 0.1)
    right_to_left = is_right_to_left(codes)
    leftwards = right_to_left[1:] & right_to_left[:-1] & (u0[1:] < u0[:-1])
    gap = np.where(leftwards, u0[:-1] - u1[1:], u0[1:] - u1[:-1]) / em
    gap[ch.shared[1:]] = 0.0
    step = np.abs(v[1:] - v[:-1])
    twice = (codes[1:] == codes[:-1]) & (np.abs(u0[1:] - u0[:-1]) < TWICE_EM * em) & (step < TWICE_EM * em)
    twice &= (u1[1:] - u0[1:] > 2 * TWICE_EM * em) & ~ch.shared[1:]
    stray = is_stray(codes)
    hard = (step > BASELINE_EM * em) | (gap > RUN_GAP_EM)
    hard |= (gap < -BACK_STEP_EM) & ~is_combining(codes[1:]) & ~twice
    hard |= np.maximum(size[1:], size[:-1]) > SIZE_RATIO * em
    parted = ch.space_before[1:] | (stray[1:] != stray[:-1]) | (_parted_objects(ch, gap) & ~twice)
    wide = parted | (gap > _limits(gap, hard | parted))
    starts = np.concatenate(([0], np.flatnonzero(hard | wide) + 1))
    left, right = np.minimum.reduceat(u0, starts).tolist(), np.maximum.reduceat(u1, starts).tolist()
    sizes, baselines = np.maximum.reduceat(size, starts).tolist(), v[starts].tolist()
    ended = np.concatenate((wide[starts[1:] - 1], [False])).tolist()
    letters = list(map(chr, codes.tolist()))
    for i in np.flatnonzero(twice & ~wide).tolist():
        letters[i + 1] = ""
    bounds = [*starts.tolist(), count]
    return [
        Fragment(
            text="".join(letters[start:stop]),
            u0=left[k],
            u1=right[k],
            v=baselines[k],
            size_pt=sizes[k],
            first=start,
            ended=ended[k],
        )
        for k, (start, stop) in enumerate(pairwise(bounds))
    ]


def same_glyph(boxes: Floats, objects: Ints) -> Flags:
    """Characters that have place and object of the one before: one glyph that stands for several characters."""
    shared = np.zeros(len(objects), np.bool_)
    shared[1:] = (objects[1:] == objects[:-1]) & (boxes[1:] == boxes[:-1]).all(axis=1)
    return shared


def _parted_objects(ch: Characters, gap: Floats) -> Flags:
    """Gaps between two text objects that are two words, however near they stand.

    Neighbouring cells of a full table touch or overlap by any amount, pieces of one word meet exactly. An OCR layer
    (invisible print) stretches every word to fit. Where every character is an object of its own, gaps alone decide.
    """
    lengths = np.bincount(ch.objects)[ch.objects]
    long = (lengths[1:] > 1) & (lengths[:-1] > 1)
    # as exactly as the letters before them meet, in print that is set a little tighter or wider than usual
    usual = np.zeros(len(gap))
    inside = (ch.objects[1:-1] == ch.objects[:-2]) & (np.abs(gap[:-1]) <= PIECE_EM[1])
    usual[1:] = np.where(inside, gap[:-1], 0.0)
    exact = (gap - usual >= PIECE_EM[0]) & (gap - usual <= PIECE_EM[1])
    stretched = ch.styles[1:] != ch.styles[:-1]
    layer = ch.invisible[1:] & stretched & ((lengths[1:] > 1) | (lengths[:-1] > 1))
    changes = ch.objects[1:] != ch.objects[:-1]
    parted: Flags = changes & ((long & (~exact | _columns_start(ch, changes))) | layer)
    return parted


def _columns_start(ch: Characters, changes: Flags) -> Flags:
    """Where digits meet letters at a place at which objects of several lines begin: cells that touch by chance."""
    digit = (ch.codes >= 0x30) & (ch.codes <= 0x39)
    letter = is_letter(ch.codes)
    meet: Flags = changes & ((digit[1:] & letter[:-1]) | (letter[1:] & digit[:-1]))
    if not meet.any():
        return meet
    places = np.round(ch.u0[1:] * 4).astype(np.int64)
    values, counts = np.unique(places[changes], return_counts=True)
    at = np.minimum(np.searchsorted(values, places), len(values) - 1)
    meet &= (values[at] == places) & (counts[at] >= COLUMN_LINES)
    return meet


def _limits(gap: Floats, ended: Flags) -> Floats:
    """For every gap the width from which it parts words: more where print is letter-spaced, less where it is tight.

    The lower quartile of a run's gaps is its letter spacing, if most of the run's gaps are that wide.
    """
    limit = np.full(len(gap), WORD_GAP_EM)
    odd = (gap > SPACED_EM[0]) | (gap < -0.02)
    bounds = np.concatenate(([-1], np.flatnonzero(ended), [len(gap)]))
    odd_before = np.concatenate(([0], np.cumsum(odd & ~ended)))
    for before, after in pairwise(bounds.tolist()):
        start = before + 1
        if after - start < 3 or odd_before[after] == odd_before[start]:
            continue
        run = sorted(gap[start:after].tolist())
        base = run[len(run) // 4]
        if SPACED_EM[0] < base <= SPACED_EM[1]:
            usual = sum(abs(g - base) < 0.08 + 0.1 * base for g in run)
            if usual >= 0.6 * len(run):
                limit[start:after] = base + max(WORD_GAP_EM, 0.3 * base)
        else:
            limit[start:after] = WORD_GAP_EM + min(0.0, max(-TIGHTEST_EM, run[len(run) // 2]))
    return limit
