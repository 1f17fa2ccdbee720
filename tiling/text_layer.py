"""The words of a PDF page's text layer, with boxes, in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.box import Box
from tiling.fragments import Characters, fragments_of, same_glyph
from tiling.frame import Frame, frame_of
from tiling.glyphs import Glyphs, Style, glyphs_of
from tiling.letters import normalised, printed_codes
from tiling.page import Page, Word, WordsSource
from tiling.printed_lines import ASCENT_EM, DESCENT_EM, lines_of

if TYPE_CHECKING:
    from pathlib import Path

    import pypdfium2 as pdfium
    from numpy.typing import NDArray

    from tiling.fragments import Fragment

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

STRAIGHT_DEGREES = 10
"""Print that leans less (a skewed scan's OCR layer) belongs to the direction it leans from."""
UPRIGHT_DEGREES = 0.05
MOST_OF_IT = 0.6
"""A page is turned for what is more of its print than this; a stamp beside a table turns nothing."""
NOTHING = -1
LEANING_WIDTH_EM = 0.6
"""Assumed width of a character in print that runs across the page (a watermark)."""


def words_of(page: pdfium.PdfPage, frame: Frame | None = None) -> tuple[Word, ...]:
    """The page's words in points as displayed: upright lines top to bottom, then print in other directions."""
    frame = frame or frame_of(page)
    width, height = 2 * frame.width_pt, 2 * frame.height_pt
    found = [(w.word, w.word.box) for w in layer_words(glyphs_of(page), frame)]
    return tuple(w for w, box in found if 0 <= box.x0 + box.x1 <= width and 0 <= box.y0 + box.y1 <= height)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWord:
    """A word as the text layer has it, on the page or beside it."""

    word: Word
    style: Style
    """Of its first character, as the next."""
    text_object: int


def layer_words(glyphs: Glyphs, frame: Frame, unseen: Flags | None = None) -> list[LayerWord]:
    """All words; those of text objects that are `unseen` (by number) are made apart from what is printed."""
    found: list[LayerWord] = []
    line = 0
    for degrees, places, characters in _directions(glyphs, frame, unseen):
        style_at, numbers = glyphs.style_at[places].tolist(), glyphs.objects[places].tolist()
        for fragments in lines_of(fragments_of(characters)):
            before = len(found)
            for fragment in fragments:
                text = normalised(fragment.text)
                if text:
                    style = glyphs.styles[style_at[fragment.first]]
                    box = _box(fragment, degrees)
                    word = Word(text=text, box=box, size_pt=fragment.size_pt, line=line, bold=style.bold)
                    found.append(LayerWord(word=word, style=style, text_object=numbers[fragment.first]))
            line += len(found) > before
    return found


def turned_to_read(glyphs: Glyphs, frame: Frame) -> int:
    """Degrees clockwise by which the displayed page is turned so that most of its print stands upright."""
    if not len(glyphs.codes):
        return 0
    angles = np.array([(s.angle - frame.rotation) % 360 for s in glyphs.styles])
    quarters = np.round(angles / 90)
    straight = np.abs(angles - 90 * quarters) <= STRAIGHT_DEGREES
    printed = (glyphs.codes > ord(" ")) & straight[glyphs.style_at]
    counts = np.bincount(quarters[glyphs.style_at][printed].astype(np.int64) % 4, minlength=4)
    most = int(counts.argmax())
    return 90 * most if counts[most] > MOST_OF_IT * counts.sum() else 0


def _printed(glyphs: Glyphs) -> Ints:
    """Code points as printed, 0 for white space, NOTHING for what is to be left out."""
    pictures = np.array([s.font.pictures for s in glyphs.styles], np.bool_)
    codes = printed_codes(glyphs.codes, pictures[glyphs.style_at])
    # a picture's glyph may stand for a whole phrase (`ToUnicode` of careless makers); a ligature has no white space
    shared = same_glyph(glyphs.boxes, glyphs.objects)
    starts = np.maximum.accumulate(np.where(shared, 0, np.arange(len(codes))))
    blanks = np.cumsum(codes == 0)
    codes[shared & (blanks > blanks[starts] - (codes[starts] == 0))] = NOTHING
    return codes


def _directions(glyphs: Glyphs, frame: Frame, unseen: Flags | None) -> list[tuple[float, Ints, Characters]]:
    """The characters by the direction they are read in, upright ones first; after what is seen what is not.

    Directions are degrees counter-clockwise on the displayed page; the arrays are the places of the characters.
    """
    if not len(glyphs.codes):
        return []
    codes = _printed(glyphs)
    spaces = np.cumsum(codes == 0)
    angles = np.array([(s.angle - frame.rotation) % 360 for s in glyphs.styles])
    quarters = np.round(angles / 90) * 90
    straight = np.abs(angles - quarters) <= STRAIGHT_DEGREES
    directions = np.where(straight, quarters, np.round(angles)).astype(np.int64) % 360
    printed = np.flatnonzero(codes > 0)
    direction_at = directions[glyphs.style_at[printed]]
    apart = np.zeros(len(printed), np.int64) if unseen is None else unseen[glyphs.objects[printed]].astype(np.int64)
    group_at = direction_at + 360 * apart
    found = []
    for group in np.unique(group_at).tolist():
        direction = group % 360
        places = printed[group_at == group]
        lean = (angles[glyphs.style_at[places]] - direction + 180) % 360 - 180
        usual = float(np.median(lean)) if np.abs(lean).max() > UPRIGHT_DEGREES else 0.0
        degrees = direction + (usual if abs(usual) > UPRIGHT_DEGREES else 0.0)
        found.append(
            (degrees, places, _characters(glyphs, frame, degrees, codes=codes[places], spaces=spaces, places=places))
        )
    return found


def _characters(glyphs: Glyphs, frame: Frame, degrees: float, *, codes: Ints, spaces: Ints, places: Ints) -> Characters:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    # u along the direction of reading, v downwards across it; the displayed page's y grows downwards
    x, y = frame.displayed(glyphs.origins[places, 0], glyphs.origins[places, 1])
    u, v = x * cos - y * sin, x * sin + y * cos
    size = np.array([s.size_pt for s in glyphs.styles])[glyphs.style_at[places]]
    quarter = round(degrees / 90)
    lean = math.radians(abs(degrees - 90 * quarter))
    left, bottom, right, top = glyphs.boxes[places].T
    width, height = (right - left, top - bottom)
    if (quarter % 2 == 1) != frame.sideways:
        width, height = height, width
    if not lean:
        u0, u1 = _extent(glyphs, frame, places, quarter)
    elif lean <= math.radians(STRAIGHT_DEGREES):
        u0, u1 = u, u + (width - height * math.sin(lean)) / math.cos(lean)
    else:
        height = size
        u0, u1 = u, u + LEANING_WIDTH_EM * size
    # a font whose units are its own (Type 3) has any nominal size
    odd = (height > 0) & ((size < 0.5 * height) | (size > 3 * height))
    before = np.zeros(len(places), np.bool_)
    before[1:] = spaces[places[1:]] != spaces[places[:-1]]
    return Characters(
        codes=codes,
        shared=same_glyph(glyphs.boxes[places], glyphs.objects[places]),
        space_before=before,
        u0=u0,
        u1=u1,
        v=v,
        size=np.where(odd, height / (ASCENT_EM + DESCENT_EM), size),
        objects=glyphs.objects[places],
        styles=glyphs.style_at[places],
        invisible=np.array([s.invisible for s in glyphs.styles])[glyphs.style_at[places]],
    )


def _extent(glyphs: Glyphs, frame: Frame, places: Ints, quarter: int) -> tuple[Floats, Floats]:
    """Start and end of the characters along a direction that is a multiple of 90 degrees."""
    left, bottom, right, top = glyphs.boxes[places].T
    x0, y0 = frame.displayed(left, bottom)
    x1, y1 = frame.displayed(right, top)
    a, b = ((x0, x1), (-y0, -y1), (-x0, -x1), (y0, y1))[quarter % 4]
    return np.minimum(a, b), np.maximum(a, b)


def _box(f: Fragment, degrees: float) -> Box:
    """The fragment's extent on the displayed page."""
    top, bottom = f.v - ASCENT_EM * f.size_pt, f.v + DESCENT_EM * f.size_pt
    if not degrees:
        return Box(f.u0, top, f.u1, bottom)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(u * cos + v * sin, v * cos - u * sin) for u in (f.u0, f.u1) for v in (top, bottom)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def pages_of(path: Path, password: str | None = None) -> tuple[Page, ...]:
    """All pages of a PDF with the words of their text layers."""
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(path, password=password) as pdf:
        pages = []
        for index in range(len(pdf)):
            page = pdf[index]
            frame = frame_of(page)
            words = words_of(page, frame)
            pages.append(
                Page(
                    index=index,
                    width_pt=frame.width_pt,
                    height_pt=frame.height_pt,
                    words=words,
                    words_source=WordsSource.TEXT_LAYER if words else WordsSource.NONE,
                    rotation=frame.rotation,
                )
            )
            page.close()
        return tuple(pages)
