"""Code points as they are printed: what a PDF's character codes say is not always what stands on the page."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

UNKNOWN = 0xFFFD
HYPHEN = 0x2D
BULLET = 0x2022
LATIN_BELOW = 0x300
"""All letters of Latin print, and no mark that joins another."""
HYPHENS = frozenset({0x02, 0xAD, 0x2010, 0x2011, 0xFFFE})
"""A hyphen that has a glyph is printed, soft or not; 2 and FFFE are PDFium's own signs for one at the end of a line."""
SPACES = frozenset(
    {
        *range(0x01, 0x21),
        *range(0x7F, 0xA1),
        *range(0x2000, 0x2010),
        *range(0x2028, 0x2030),
        *range(0x205F, 0x2070),
        0x1680,
        0x3000,
        0xFEFF,
    }
)
"""White space, control codes and marks of direction: nothing is printed."""


def printed_code(code: int, *, pictures: bool) -> int:
    """The code point as printed; 0 where nothing is. `pictures`: of a font of dingbats."""
    if code in HYPHENS:
        return HYPHEN
    if code in SPACES:
        return 0
    if 0xF021 <= code <= 0xF07E and not pictures:
        return code - 0xF000  # Windows' symbol encoding of plain Latin subset fonts
    if code == 0xF0B7:
        return BULLET
    return UNKNOWN if code == 0 or 0xD800 <= code < 0xE000 else code


def printed_codes(codes: Ints, pictures: Flags) -> Ints:
    """`printed_code` of each."""
    if not pictures.any() and _latin_only(codes):
        return _latin()[codes]
    keys = (paired(codes) << 1) | pictures
    values, inverse = np.unique(keys, return_inverse=True)
    printed: Ints = np.array([printed_code(k >> 1, pictures=bool(k & 1)) for k in values.tolist()], np.int64)[inverse]
    return printed


@cache
def _latin() -> Ints:
    return np.array([printed_code(k, pictures=False) for k in range(LATIN_BELOW)], np.int64)


def paired(codes: Ints) -> Ints:
    """Surrogate pairs as one code point, the second half as a zero-width mark; lone halves are left."""
    high = (codes[:-1] >= 0xD800) & (codes[:-1] < 0xDC00) & (codes[1:] >= 0xDC00) & (codes[1:] < 0xE000)
    if not high.any():
        return codes
    result = codes.copy()
    at = np.flatnonzero(high)
    result[at] = 0x10000 + ((codes[at] - 0xD800) << 10) + (codes[at + 1] - 0xDC00)
    result[at + 1] = 0x2060
    return result


def normalised(text: str) -> str:
    """Ligatures and Arabic presentation forms as letters, marks joined with their letters; everything else verbatim."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(_plain(ch) for ch in text))


def _plain(ch: str) -> str:
    code = ord(ch)
    is_form = 0xFB00 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC
    return unicodedata.normalize("NFKC", ch) if is_form else ch


def is_right_to_left(codes: Ints) -> Flags:
    if _latin_only(codes):
        return np.zeros(len(codes), np.bool_)
    forms = ((codes >= 0xFB1D) & (codes <= 0xFDFF)) | ((codes >= 0xFE70) & (codes <= 0xFEFC))
    return ((codes >= 0x590) & (codes <= 0x8FF)) | forms


def is_combining(codes: Ints) -> Flags:
    marks: Flags = (codes >= 0x300) & (codes <= 0x36F)
    return marks


def is_letter(codes: Ints) -> Flags:
    latin: Flags = ((codes >= 0x41) & (codes <= 0x5A)) | ((codes >= 0x61) & (codes <= 0x7A))
    latin |= (codes >= 0xC0) & (codes <= 0x24F)
    return latin


def is_stray(codes: Ints) -> Flags:
    """Pictures and codes without meaning: never part of a word."""
    if _latin_only(codes):
        return np.zeros(len(codes), np.bool_)
    stray: Flags = ((codes >= 0xE000) & (codes <= 0xF8FF)) | (codes == UNKNOWN)
    return stray


def _latin_only(codes: Ints) -> bool:
    """Most pages: the tests for other letters need not be made one by one."""
    return int(codes.max(initial=0)) < LATIN_BELOW
