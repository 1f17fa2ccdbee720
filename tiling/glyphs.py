"""The characters of a PDF page as PDFium sees them, in arrays; foreign calls are the cost, so there are few of them."""

from __future__ import annotations

import ctypes
import math
from collections import deque
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2.raw as c

if TYPE_CHECKING:
    from collections.abc import Callable

    import pypdfium2 as pdfium
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

INVISIBLE_MODES = frozenset({3, 7})
"""Text render modes that paint nothing (ISO 32000-1, table 106)."""
STROKED_MODES = frozenset({2, 6})
BOLD_WEIGHT = 600
FORCE_BOLD = 1 << 18
"""Font descriptor flag (ISO 32000-1, table 123)."""
BOLD_NAMES = ("bold", "black", "heavy")
STRAIGHT_DEGREES = 0.05
PICTURE_FONTS = ("symbol", "dingbat", "webding", "wingding", "awesome", "icon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """What matters of a font."""

    bold: bool
    embedded: bool
    pictures: bool
    """A font of pictures (dingbats), whose character codes are no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text object is set."""

    angle: float
    """Degrees counter-clockwise on the page as stored."""
    size_pt: float
    """On the page, text matrix included."""
    bold: bool
    invisible: bool
    font: Font


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The characters of a page in content order, without those PDFium made up; coordinates as stored.

    All arrays have one entry a character.
    """

    codes: Ints
    """Unicode code points or halves of surrogate pairs; 0 where the font maps to none."""
    boxes: Floats
    """(N, 4) left, bottom, right, top: the advance width by the font's ascent and descent, glyph included."""
    origins: Floats
    """(N, 2) x, y: a point of the baseline; the pen position where print leans."""
    objects: Ints
    """Number of the text object."""
    handles: NDArray[np.uint64]
    """PDFium's own address of each text object, by number; one that is interrupted has several numbers."""
    style_at: Ints
    """Index into `styles`."""
    styles: tuple[Style, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Characters that follow each other in one text object."""

    places: Ints
    """PDFium's index of each character."""
    starts: Ints
    """First character of each object."""
    objects: Ints
    style_at: Ints


class _Api:
    """PDFium's functions with plain integers for pointers: half the time of calls with typed ones."""

    def __init__(self) -> None:
        ptr, num, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
        self.count = _function("FPDFText_CountChars", num, ptr)
        self.text_of = _function("FPDFText_GetText", num, ptr, num, num, ptr)
        self.unicode_at = _function("FPDFText_GetUnicode", ctypes.c_uint, ptr, num)
        self.object_at = _function("FPDFText_GetTextObject", size, ptr, num)
        self.box_at = _function("FPDFText_GetLooseCharBox", num, ptr, num, ptr)
        self.origin_at = _function("FPDFText_GetCharOrigin", num, ptr, num, ptr, ptr)
        self.generated = _function("FPDFText_IsGenerated", num, ptr, num)
        self.matrix_at = _function("FPDFText_GetMatrix", num, ptr, num, ptr)
        self.size_at = _function("FPDFText_GetFontSize", ctypes.c_double, ptr, num)
        self.mode_of = _function("FPDFTextObj_GetTextRenderMode", num, ptr)
        self.font_of = _function("FPDFTextObj_GetFont", ptr, ptr)
        self.font_name = _function("FPDFFont_GetBaseFontName", size, ptr, ptr, size)
        self.font_weight = _function("FPDFFont_GetWeight", num, ptr)
        self.font_flags = _function("FPDFFont_GetFlags", num, ptr)
        self.font_embedded = _function("FPDFFont_GetIsEmbedded", num, ptr)


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:  # noqa: ANN401 - ctypes types
    address = ctypes.cast(getattr(c, name), ctypes.c_void_p).value
    if address is None:
        raise AttributeError(name)
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


@cache
def _api() -> _Api:
    return _Api()


def glyphs_of(page: pdfium.PdfPage) -> Glyphs:
    """All characters of the page's text layer."""
    textpage = page.get_textpage()
    try:
        return _read(_api(), ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0)
    finally:
        textpage.close()


def _read(api: _Api, text: int) -> Glyphs:
    every = range(max(0, api.count(text)))
    pointers = np.array(list(map(api.object_at, repeat(text), every)), np.uint64)
    places = np.flatnonzero(pointers)  # what PDFium made up belongs to no object
    codes = _codes(api, text, len(every))[places]
    made_up = [k for k in np.flatnonzero(codes <= 0x20).tolist() if api.generated(text, int(places[k]))]
    places, codes = np.delete(places, made_up), np.delete(codes, made_up)
    pointers = pointers[places]
    starts = np.flatnonzero(np.concatenate(([True], pointers[1:] != pointers[:-1]))[: len(places)])
    lengths = np.diff(np.append(starts, len(places)))
    styles, style_of_object = _styles(api, text, places[starts].tolist(), pointers[starts].tolist())
    boxes = np.zeros((len(places), 4), np.float32)
    box = boxes.ctypes.data
    deque(map(api.box_at, repeat(text), places.tolist(), range(box, box + 16 * len(places), 16)), maxlen=0)
    boxes = boxes[:, (0, 3, 2, 1)]  # FS_RECTF is left, top, right, bottom
    runs = _Runs(
        places=places,
        starts=starts,
        objects=np.repeat(np.arange(len(starts)), lengths),
        style_at=np.repeat(style_of_object, lengths),
    )
    return Glyphs(
        codes=codes,
        boxes=boxes.astype(np.float64),
        origins=_origins(api, text, runs, boxes, styles),
        objects=runs.objects,
        handles=pointers[starts],
        style_at=runs.style_at,
        styles=tuple(styles),
    )


def _codes(api: _Api, text: int, count: int) -> Ints:
    """Of every character; all in one call where PDFium's text has one unit for each (nearly always)."""
    units = np.zeros(count + 1, np.uint16)
    if api.text_of(text, 0, count, units.ctypes.data) == count + 1:
        return units[:-1].astype(np.int64)
    return np.array([api.unicode_at(text, i) for i in range(count)], np.int64)


def _origins(api: _Api, text: int, runs: _Runs, boxes: NDArray[np.float32], styles: list[Style]) -> Floats:
    """The pen position of every character, or only of each object where baselines are straight: fewer calls."""
    places, style_at = runs.places, runs.style_at
    side = np.array([round(s.angle / 90) % 2 for s in styles], np.int64)[style_at]
    across = np.where(side == 1, boxes[:, 0], boxes[:, 1])
    extent = np.where(side == 1, boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    uneven = np.abs(across - across[runs.starts][runs.objects]) > 0.5 * extent if len(places) else np.zeros(0, np.bool_)
    leans = any(abs(s.angle - 90 * round(s.angle / 90)) > STRAIGHT_DEGREES for s in styles)
    each = leans or bool(uneven.any())
    origins = np.zeros((len(places) if each else len(runs.starts), 2), np.float64)
    origin, origin_at = origins.ctypes.data, api.origin_at
    for k, i in enumerate((places if each else places[runs.starts]).tolist()):
        origin_at(text, i, origin + 16 * k, origin + 16 * k + 8)
    return origins if each else origins[runs.objects]


def _styles(api: _Api, text: int, places: list[int], pointers: list[int]) -> tuple[list[Style], Ints]:
    """The distinct styles, and for every text object (its first character and itself given) the index of its own."""
    matrix = (ctypes.c_float * 6)()
    address = ctypes.addressof(matrix)
    styles: list[Style] = []
    known: dict[tuple[float, ...], int] = {}
    fonts: dict[int, Font] = {}
    found = []
    for i, pointer in zip(places, pointers, strict=True):
        api.matrix_at(text, i, address)
        font, mode, size = api.font_of(pointer) or 0, api.mode_of(pointer), api.size_at(text, i)
        key = (font, mode, size, *matrix[:4])
        if key not in known:
            if font not in fonts:
                fonts[font] = _font(api, font)
            known[key] = len(styles)
            styles.append(
                Style(
                    angle=math.degrees(math.atan2(matrix[1], matrix[0])),
                    size_pt=abs(size) * math.hypot(matrix[2], matrix[3]),
                    bold=fonts[font].bold or mode in STROKED_MODES,
                    invisible=mode in INVISIBLE_MODES,
                    font=fonts[font],
                )
            )
        found.append(known[key])
    return styles, np.array(found, np.int64)


def _font(api: _Api, font: int) -> Font:
    if not font:
        return Font(bold=False, embedded=True, pictures=False)
    buffer = ctypes.create_string_buffer(128)
    api.font_name(font, ctypes.addressof(buffer), len(buffer))
    name = buffer.value.decode("latin-1").lower()
    flags = api.font_flags(font)
    return Font(
        bold=any(n in name for n in BOLD_NAMES)
        or api.font_weight(font) >= BOLD_WEIGHT
        or (flags > 0 and flags & FORCE_BOLD > 0),
        embedded=api.font_embedded(font) == 1,
        pictures=any(n in name for n in PICTURE_FONTS),
    )
