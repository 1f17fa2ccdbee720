"""Whether print and text layer say the same: by the shapes of digits, which costs little, and by reading the pixels.

A font may say other characters than it draws, and a layer over a scan may say anything. Digits have holes: a text layer
whose digits have others than the print is not believed before the pixels were read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rapidfuzz import fuzz

from tiling.box import Box
from tiling.upright import to_displayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiling.ocr.alphabet import Recognised
    from tiling.ocr.reader import OcrReader
    from tiling.open import OpenDocument
    from tiling.page import Page, Word

    Pixels = NDArray[np.uint8]

DPI = 200.0
HOLES = {"0": (1, 2), "4": (0, 1), "6": (0, 1), "8": (1, 2), "9": (0, 1)}
"""Of each digit as fonts draw it: zeros may be slashed, small holes fill up; all others have none."""
PADDING_EM = 0.15
SURE = 0.8
"""Readings of pixels less sure than this contradict nothing."""
LOOKALIKES = str.maketrans("OoQDIl|SsBZz", "000011155822")
UNLIKE = 50.0
"""Similarity (0 to 100) below which two words are different ones."""
SAMPLE = 8
LONG_WORD = 5
TOO_MANY_UNLIKE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on a page, and what the text layer says stands there."""

    box: Box
    """Points on the upright page."""
    text: str


def shapes_fit(document: OpenDocument, page: Page, spots: Sequence[Spot]) -> bool:
    """Whether the digits of these places are drawn as such; False where that cannot be seen."""
    if not spots:
        return True
    boxes = [_displayed(page, spot) for spot in spots]
    around = Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    picture = document.render(page.index, dpi=DPI, grey=True, crop=around)[:, :, 0]
    scale = DPI / 72
    return all(
        _fits(_cut(picture, box.moved(-max(0.0, around.x0), -max(0.0, around.y0)), scale), spot.text)
        for box, spot in zip(boxes, spots, strict=True)
    )


def contradicted(document: OpenDocument, page: Page, spots: Sequence[Spot], reader: OcrReader) -> bool:
    """Whether the pixels say something else: at one of the places, or at many of a few words beside."""
    for spot in spots:
        said = _said(document, page, spot, reader)
        if said.scores and said.score >= SURE and _digits(said.text) != _digits(spot.text):
            return True
    words = sample(page.words)
    read = [(word, _said(document, page, Spot(box=word.box, text=word.text), reader)) for word in words]
    unlike = sum(fuzz.ratio(word.text.casefold(), said.text.casefold()) < UNLIKE for word, said in read)
    return unlike > TOO_MANY_UNLIKE * max(1, len(words))


def sample(words: Sequence[Word]) -> list[Word]:
    """A few long words from all over the page, always the same."""
    long = [w for w in words if len(w.text) >= LONG_WORD and w.text.isalpha()]
    return long[:: max(1, len(long) // SAMPLE)][:SAMPLE]


def _displayed(page: Page, spot: Spot) -> Box:
    box = to_displayed(page, spot.box)
    pad = PADDING_EM * min(box.width, box.height)
    return Box(box.x0 - pad, box.y0 - pad, box.x1 + pad, box.y1 + pad)


def _said(document: OpenDocument, page: Page, spot: Spot, reader: OcrReader) -> Recognised:
    pixels = document.render(page.index, dpi=DPI, crop=_displayed(page, spot))
    return reader.line(np.ascontiguousarray(np.rot90(pixels, -page.turned // 90)))


def _cut(picture: Pixels, box: Box, scale: float) -> Pixels:
    top, left = max(0, int(box.y0 * scale)), max(0, int(box.x0 * scale))
    return picture[top : int(box.y1 * scale) + 1, left : int(box.x1 * scale) + 1]


def _digits(text: str) -> str:
    folded = text.translate(LOOKALIKES) if any(ch.isdigit() for ch in text) else text
    return re.sub(r"\D", "", folded)


def _fits(picture: Pixels, text: str) -> bool:
    """Whether the holes of the picture's shapes are those of the text; of all together, where shapes touch."""
    expected = [_holes(ch) for ch in text if not ch.isspace()]
    shapes = _shapes(picture)
    if len(shapes) == len(expected):
        return all(low <= n <= high for n, (low, high) in zip(shapes, expected, strict=True))
    return sum(low for low, _ in expected) <= sum(shapes) <= sum(high for _, high in expected)


def _holes(character: str) -> tuple[int, int]:
    """Fewest and most holes; of what is no digit, all that letters have."""
    if character in "0123456789":
        return HOLES.get(character, (0, 0))
    return (0, 2) if character.isalpha() or character in "€$£¥%&" else (0, 0)


def _shapes(picture: Pixels) -> list[int]:
    """The number of holes of each connected shape, from left to right."""
    if picture.size == 0:
        return []
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    _, ink = cv2.threshold(large, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if ink.mean() > 127:
        ink = 255 - ink
    contours, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return []
    holes = dict.fromkeys((n for n, link in enumerate(tree[0]) if link[3] < 0), 0)
    for link in tree[0]:
        if link[3] >= 0:
            holes[int(link[3])] += 1
    return [holes[n] for n in sorted(holes, key=lambda n: cv2.boundingRect(contours[n])[0])]
