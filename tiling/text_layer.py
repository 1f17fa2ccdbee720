"""The words of a PDF page's text layer, with boxes, in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from tiling.box import Box
from tiling.fragments import Characters, fragments_of, normalised, visible_text
from tiling.glyphs import Glyphs, glyphs_of
from tiling.page import Page, Word, WordsSource
from tiling.printed_lines import ASCENT_EM, DESCENT_EM, lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tiling.fragments import Fragment

    Floats = NDArray[np.float64]

STRAIGHT_DEGREES = 10
"""Print that leans less (a skewed scan's OCR layer) belongs to the direction it leans from."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How stored coordinates become the page as displayed."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int
    """Degrees clockwise: 0, 90, 180, 270."""

    @property
    def width_pt(self) -> float:
        return self.top - self.bottom if self.rotation in {90, 270} else self.right - self.left

    @property
    def height_pt(self) -> float:
        return self.right - self.left if self.rotation in {90, 270} else self.top - self.bottom

    def displayed(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Points of the stored page on the displayed one, origin top left."""
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y


def frame_of(page: pdfium.PdfPage) -> Frame:
    rect = c.FS_RECTF()
    if not c.FPDF_GetPageBoundingBox(page.raw, rect):
        return Frame(0.0, 0.0, *page.get_size(), rotation=0)
    return Frame(rect.left, rect.bottom, rect.right, rect.top, page.get_rotation())


def words_of(page: pdfium.PdfPage, frame: Frame | None = None) -> tuple[Word, ...]:
    """The page's words in points as displayed: upright lines top to bottom, then print in other directions."""
    frame = frame or frame_of(page)
    glyphs = glyphs_of(page)
    words: list[Word] = []
    line = 0
    for degrees, characters in _directions(glyphs, frame):
        for fragments in lines_of(fragments_of(characters)):
            kept = [w for f in fragments if (w := _word(f, degrees, glyphs, frame, line)) is not None]
            words.extend(kept)
            line += bool(kept)
    return tuple(words)


def _directions(glyphs: Glyphs, frame: Frame) -> list[tuple[float, Characters]]:
    """Characters by the direction they are read in (degrees counter-clockwise on the displayed page), upright first."""
    real = glyphs.objects >= 0
    if not real.any():
        return []
    styles = glyphs.styles
    style_angle = np.array([np.degrees(np.arctan2(s.b, s.a)) for s in styles])
    angle = (style_angle[glyphs.objects] - frame.rotation + 720) % 360
    nearest = np.round(angle / 90) * 90
    straight = np.abs(angle - nearest) <= STRAIGHT_DEGREES
    bucket = np.where(straight, nearest % 360, np.round(angle)).astype(np.int64)
    spaces = np.zeros(len(real), np.bool_)
    codes = np.zeros(len(real), np.int64)
    known: dict[tuple[int, bool], int] = {}
    for i, (code, style) in enumerate(zip(glyphs.codes.tolist(), glyphs.objects.tolist(), strict=True)):
        if style < 0:
            continue
        key = (code, styles[style].symbolic)
        if key not in known:
            known[key] = visible_text(code, symbolic=key[1])
        codes[i] = known[key]
        spaces[i] = not known[key]
    found: list[tuple[float, Characters]] = []
    for degrees in sorted({int(b) for b in np.unique(bucket[real])}, key=lambda d: (d != 0, d)):
        chosen = np.flatnonzero(real & (bucket == degrees))
        printed = chosen[~spaces[chosen]]
        if not len(printed):
            continue
        lean = float(np.median(((angle[printed] - degrees + 180) % 360) - 180)) if degrees % 90 == 0 else 0.0
        turn = degrees + (lean if abs(lean) > 0.3 else 0.0)
        found.append((turn, _characters(glyphs, frame, printed, codes, spaces, turn)))
    return found


def _characters(
    glyphs: Glyphs,
    frame: Frame,
    printed: NDArray[np.int64],
    codes: NDArray[np.int64],
    spaces: NDArray[np.bool_],
    degrees: float,
) -> Characters:
    x, y = frame.displayed(glyphs.origins[printed, 0], glyphs.origins[printed, 1])
    cos, sin = float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))
    # along the direction of reading, and downwards across it (the displayed page's y grows downwards)
    u = x * cos - y * sin
    v = x * sin + y * cos
    sizes = np.array([s.size_pt for s in glyphs.styles])
    size = sizes[glyphs.objects[printed]]
    boxes = glyphs.boxes[printed]
    across, along = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    quarter = round(degrees / 90)
    if abs(degrees - 90 * quarter) <= STRAIGHT_DEGREES:
        turned = (quarter - frame.rotation // 90) % 2 == 1
        width, height = (across, along) if turned else (along, across)
        bx0, by0 = frame.displayed(boxes[:, 0], boxes[:, 1])
        bx1, by1 = frame.displayed(boxes[:, 2], boxes[:, 3])
        ends = np.stack((bx0 * cos - by0 * sin, bx1 * cos - by1 * sin))
        u0, u1 = (
            (ends.min(axis=0), ends.max(axis=0))
            if abs(degrees % 90) < 0.01
            else (u, u + width - height * abs(np.sin(np.radians(degrees % 90))))
        )
    else:
        height = size
        u0, u1 = u, u + 0.6 * size
    odd = (size < 0.5 * height) | (size > 3 * height)
    size = np.where(odd & (height > 0), height / (ASCENT_EM + DESCENT_EM), size)
    before = np.zeros(len(printed), np.bool_)
    counts = np.cumsum(spaces)
    before[1:] = counts[printed[1:]] != counts[printed[:-1]]
    return Characters(
        codes=codes[printed],
        space_before=before,
        u0=u0,
        u1=u1,
        v=v,
        size=size,
        objects=glyphs.objects[printed],
        invisible=np.array([s.invisible for s in glyphs.styles])[glyphs.objects[printed]],
    )


def _word(f: Fragment, degrees: float, glyphs: Glyphs, frame: Frame, line: int) -> Word | None:
    """The fragment as a word on the displayed page; None where it lies outside of it."""
    top, bottom = f.v - ASCENT_EM * f.size_pt, f.v + DESCENT_EM * f.size_pt
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(u * cos + v * sin, -u * sin + v * cos) for u in (f.u0, f.u1) for v in (top, bottom)]
    box = Box(
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
    if not (0 <= box.cx <= frame.width_pt and 0 <= box.cy <= frame.height_pt):
        return None
    text = normalised(f.text)
    style = glyphs.styles[f.style]
    return Word(text=text, box=box, size_pt=f.size_pt, line=line, bold=style.bold) if text else None


def pages_of(path: Path, password: str | None = None) -> tuple[Page, ...]:
    """All pages of a PDF with the words of their text layers."""
    with pdfium.PdfDocument(path, password=password) as pdf:
        pages = []
        for index in range(len(pdf)):
            page = pdf[index]
            frame = frame_of(page)
            words = words_of(page, frame)
            source = WordsSource.TEXT_LAYER if words else WordsSource.NONE
            pages.append(
                Page(
                    index=index,
                    width_pt=frame.width_pt,
                    height_pt=frame.height_pt,
                    words=words,
                    words_source=source,
                    rotation=frame.rotation,
                )
            )
            page.close()
        return tuple(pages)
