"""Characters joined into words: gaps are measured between advance widths, in shares of the font size.

What PDFium thinks is a space is not believed: only white space of the document's own, and gaps.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WORD_GAP_EM = 0.17
"""A wider gap parts two words; spaces are 0.22 em and more, kerning is below 0.1."""
SPACED_GAP_EM = 0.9
"""Letter-spaced print with wider gaps than this is taken for columns of single characters."""
RUN_GAP_EM = 2.0
BACK_STEP_EM = 0.5
BASELINE_EM = 0.15
"""A larger step of the baseline (superscript, next line) ends a word."""
SIZE_RATIO = 1.35
PIECE_EM = (-0.035, 0.055)
"""Two text objects are pieces of one word only if they meet as exactly as this; else they are cells that touch."""
COLUMN_LINES = 4
ALWAYS_SPACE = frozenset(
    [
        *range(0x21),
        0x7F,
        0x85,
        0xA0,
        0x1680,
        *range(0x2000, 0x2010),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x2060,
        0x3000,
        0xFEFF,
    ]
    + [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


@dataclass(slots=True)
class Fragment:
    """Characters that follow each other without a gap; mutable while a line is put together."""

    text: str
    u0: float
    u1: float
    """Start and end along the direction of reading, in points."""
    v: float
    """Baseline, growing downwards."""
    size_pt: float
    style: int
    spaced: bool
    """White space of the document's own follows or a gap was measured: never joined with what comes next."""
    glyphs: list[int] = field(default_factory=list)


def visible_text(code: int, *, symbolic: bool) -> int:
    """The code point as printed: private codes of subset fonts and control codes put right; 0 where nothing is printed."""
    if code in {0xAD, 0x02, 0xFFFE, 0x2010, 0x2011}:
        return 0x2D  # a hyphen that has a glyph is printed, whatever its code says
    if code in ALWAYS_SPACE:
        return 0
    if 0xF020 <= code <= 0xF07E and not symbolic:
        return code - 0xF000  # Windows "symbol" encoding of plain Latin subset fonts
    if code == 0xF0B7:
        return 0x2022
    return code


def normalised(text: str) -> str:
    """Ligatures and Arabic presentation forms as letters; everything else verbatim."""
    if text.isascii():
        return text
    parts = [
        unicodedata.normalize("NFKC", ch) if 0xFB00 <= ord(ch) <= 0xFDFF or 0xFE70 <= ord(ch) <= 0xFEFC else ch
        for ch in text
    ]
    return unicodedata.normalize("NFC", "".join(parts))


def is_rtl(codes: Ints) -> NDArray[np.bool_]:
    return (
        ((codes >= 0x590) & (codes <= 0x8FF))
        | ((codes >= 0xFB1D) & (codes <= 0xFDFF))
        | ((codes >= 0xFE70) & (codes <= 0xFEFC))
    )


def is_combining(codes: Ints) -> NDArray[np.bool_]:
    return (codes >= 0x300) & (codes <= 0x36F)


@dataclass(frozen=True, slots=True, kw_only=True)
class Characters:
    """The printed characters of one reading direction in content order, white space left out."""

    codes: Ints
    space_before: NDArray[np.bool_]
    """The document itself has white space between this character and the one before."""
    u0: Floats
    u1: Floats
    """Start and end of the advance width along the direction of reading, in points."""
    v: Floats
    """Baseline, growing downwards, in points."""
    size: Floats
    """Font size in points."""
    objects: Ints
    """Index of the text object."""
    invisible: NDArray[np.bool_]


def fragments_of(ch: Characters) -> list[Fragment]:
    """Fragments in content order."""
    count = len(ch.codes)
    if not count:
        return []
    codes, u0, u1, v, size = ch.codes, ch.u0, ch.u1, ch.v, ch.size
    em = np.maximum(np.minimum(size[1:], size[:-1]), 0.1)
    rtl = is_rtl(codes)
    leftwards = rtl[1:] & rtl[:-1] & (u0[1:] < u0[:-1])
    gap = np.where(leftwards, u0[:-1] - u1[1:], u0[1:] - u1[:-1]) / em
    twice = (codes[1:] == codes[:-1]) & (np.abs(u0[1:] - u0[:-1]) < 0.12 * em) & (np.abs(v[1:] - v[:-1]) < 0.12 * em)
    width = (u1[1:] - u0[1:]) / em
    twice &= width > 0.2
    private = (codes >= 0xE000) & (codes <= 0xF8FF)
    hard = (np.abs(v[1:] - v[:-1]) > BASELINE_EM * em) | (gap > RUN_GAP_EM)
    hard |= (gap < -BACK_STEP_EM) & ~is_combining(codes[1:]) & ~twice
    hard |= np.maximum(size[1:], size[:-1]) > SIZE_RATIO * em
    hard |= private[1:] != private[:-1]
    spaced = ch.space_before[1:] | (_parted_objects(ch, gap) & ~twice)
    limit = _limits(gap, hard | spaced)
    cut = hard | spaced | (gap > limit)
    starts = [0, *(np.flatnonzero(cut) + 1).tolist(), count]
    drop = np.concatenate(([False], twice & ~spaced))
    gaps = gap.tolist()
    found: list[Fragment] = []
    for start, stop in zip(starts[:-1], starts[1:], strict=True):
        members = [i for i in range(start, stop) if not drop[i]]
        if not members:
            continue
        found.append(
            Fragment(
                text="".join(map(chr, codes[members].tolist())),
                u0=float(u0[members].min()),
                u1=float(u1[members].max()),
                v=float(v[start]),
                size_pt=float(size[members].max()),
                style=int(ch.objects[start]),
                spaced=stop < count and (bool(spaced[stop - 1]) or gaps[stop - 1] > limit[stop - 1]),
                glyphs=members,
            )
        )
    return found


def _parted_objects(ch: Characters, gap: Floats) -> NDArray[np.bool_]:
    """Gaps between two text objects that are two words, however near they stand.

    Neighbouring cells of a full table touch or overlap by any amount, pieces of one word meet exactly. An OCR layer
    (invisible print) has an object a word. Where every character is an object of its own, gaps alone decide.
    """
    lengths = np.bincount(ch.objects)[ch.objects]
    long = (lengths[1:] > 1) & (lengths[:-1] > 1)
    exact = (gap >= PIECE_EM[0]) & (gap <= PIECE_EM[1])
    layer = ch.invisible[1:] & ((lengths[1:] > 1) | (lengths[:-1] > 1))
    changes = ch.objects[1:] != ch.objects[:-1]
    return changes & ((long & (~exact | _columns_start(ch, changes))) | layer)


def _columns_start(ch: Characters, changes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where digits meet letters at a place at which objects of several lines begin: cells that touch by chance."""
    digit = (ch.codes >= 0x30) & (ch.codes <= 0x39)
    places = np.round(ch.u0[1:] * 4).astype(np.int64)
    values, counts = np.unique(places[changes], return_counts=True)
    if not len(values):
        return np.zeros(len(changes), np.bool_)
    at = np.minimum(np.searchsorted(values, places), len(values) - 1)
    common = (values[at] == places) & (counts[at] >= COLUMN_LINES)
    return changes & common & (digit[1:] != digit[:-1])


def _limits(gap: Floats, ended: NDArray[np.bool_]) -> Floats:
    """For every gap the width from which it parts words: more where the print is letter-spaced.

    The lower quartile of a run's gaps is its letter spacing, if most of the run's gaps are that wide.
    """
    limit = np.full(len(gap), WORD_GAP_EM)
    wide = gap > 0.06
    if not (wide & ~ended).any():
        return limit
    bounds = [-1, *np.flatnonzero(ended).tolist(), len(gap)]
    for before, after in zip(bounds[:-1], bounds[1:], strict=True):
        run = gap[before + 1 : after]
        if len(run) < 3 or not wide[before + 1 : after].any():
            continue
        base = float(np.quantile(run, 0.25))
        if 0.06 < base <= SPACED_GAP_EM and np.mean(np.abs(run - base) < 0.08 + 0.1 * base) >= 0.6:
            limit[before + 1 : after] = base + max(WORD_GAP_EM, 0.3 * base)
    return limit
