"""The characters of a PDF page as PDFium sees them, in arrays; few foreign calls a character, because they are the cost."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What all characters of one text object share."""

    a: float
    b: float
    size_pt: float
    """On the page, text matrix included."""
    bold: bool
    invisible: bool
    embedded: bool
    symbolic: bool
    """A font of pictures (dingbats), whose character codes are no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The characters of a page in content order; all arrays have one entry a character, coordinates as stored."""

    codes: Ints
    """Unicode code points; 0 where the font maps to none."""
    boxes: Floats
    """(N, 4) left, bottom, right, top: the advance width by the font's ascent and descent, glyph included."""
    origins: Floats
    """(N, 2) x, y: the pen position on the baseline."""
    objects: Ints
    """Index into `styles` of the text object; -1 for characters PDFium made up."""
    styles: tuple[Style, ...]


@cache
def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:  # noqa: ANN401 - ctypes types
    """The PDFium function with plain integers for pointers: half the time of a call with typed pointers."""
    address = ctypes.cast(getattr(c, name), ctypes.c_void_p).value
    if address is None:
        raise AttributeError(name)
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def _pointer(handle: object) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def glyphs_of(page: pdfium.PdfPage) -> Glyphs:
    """All characters of the page's text layer."""
    textpage = page.get_textpage()
    try:
        return _read(_pointer(textpage.raw))
    finally:
        textpage.close()


def _read(text: int) -> Glyphs:
    ptr, num = ctypes.c_void_p, ctypes.c_int
    count = max(0, _function("FPDFText_CountChars", num, ptr)(text))
    unicode_at = _function("FPDFText_GetUnicode", ctypes.c_uint, ptr, num)
    object_at = _function("FPDFText_GetTextObject", ptr, ptr, num)
    box_at = _function("FPDFText_GetLooseCharBox", num, ptr, num, ptr)
    origin_at = _function("FPDFText_GetCharOrigin", num, ptr, num, ptr, ptr)
    generated = _function("FPDFText_IsGenerated", num, ptr, num)

    codes = np.fromiter((unicode_at(text, i) for i in range(count)), np.int64, count)
    pointers = [object_at(text, i) or 0 for i in range(count)]
    boxes = np.zeros((count, 4), np.float32)
    origins = np.zeros((count, 2), np.float64)
    box_address, origin_address = boxes.ctypes.data, origins.ctypes.data
    for i in range(count):
        box_at(text, i, box_address + 16 * i)
        at = origin_address + 16 * i
        origin_at(text, i, at, at + 8)

    indices: dict[int, int] = {0: -1}
    styles: list[Style] = []
    fonts: dict[int, tuple[bool, bool, bool]] = {}
    for i, pointer in enumerate(pointers):
        if pointer not in indices:
            indices[pointer] = len(styles)
            styles.append(_style(text, i, pointer, fonts))
    objects = np.fromiter((indices[p] for p in pointers), np.int64, count)
    for i in np.flatnonzero((codes <= 0x20) & (objects >= 0)):
        if generated(text, int(i)):
            objects[i] = -1
    # FS_RECTF is left, top, right, bottom
    return Glyphs(
        codes=codes,
        boxes=boxes[:, (0, 3, 2, 1)].astype(np.float64),
        origins=origins,
        objects=objects,
        styles=tuple(styles),
    )


def _style(text: int, index: int, pointer: int, fonts: dict[int, tuple[bool, bool, bool]]) -> Style:
    ptr, num = ctypes.c_void_p, ctypes.c_int
    matrix = c.FS_MATRIX(1, 0, 0, 1, 0, 0)
    _function("FPDFText_GetMatrix", num, ptr, num, ptr)(text, index, ctypes.addressof(matrix))
    size = _function("FPDFText_GetFontSize", ctypes.c_double, ptr, num)(text, index)
    mode = _function("FPDFTextObj_GetTextRenderMode", num, ptr)(pointer)
    font = _function("FPDFTextObj_GetFont", ptr, ptr)(pointer) or 0
    if font not in fonts:
        fonts[font] = _font(font)
    bold, embedded, symbolic = fonts[font]
    return Style(
        a=matrix.a,
        b=matrix.b,
        size_pt=abs(size) * float(np.hypot(matrix.c, matrix.d)),
        bold=bold or mode in STROKED_MODES,
        invisible=mode in INVISIBLE_MODES,
        embedded=embedded,
        symbolic=symbolic,
    )


def _font(font: int) -> tuple[bool, bool, bool]:
    """Bold, embedded, symbolic."""
    if not font:
        return False, True, False
    ptr, num = ctypes.c_void_p, ctypes.c_int
    buffer = ctypes.create_string_buffer(128)
    _function("FPDFFont_GetBaseFontName", ctypes.c_size_t, ptr, ptr, ctypes.c_size_t)(
        font, ctypes.addressof(buffer), 128
    )
    name = buffer.value.decode("latin-1").lower()
    weight = _function("FPDFFont_GetWeight", num, ptr)(font)
    flags = _function("FPDFFont_GetFlags", num, ptr)(font)
    bold = (
        any(part in name for part in ("bold", "black", "heavy"))
        or weight >= BOLD_WEIGHT
        or (flags > 0 and bool(flags & FORCE_BOLD))
    )
    embedded = _function("FPDFFont_GetIsEmbedded", num, ptr)(font) == 1
    symbolic = any(part in name for part in ("symbol", "dingbat", "webding", "wingding", "awesome", "icon"))
    return bold, embedded, symbolic
