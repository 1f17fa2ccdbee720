"""The words of a PDF page's text layer, with boxes, in reading order."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as c

from tiling.box import Box, union
from tiling.page import Page, Word, WordsSource

if TYPE_CHECKING:
    from collections.abc import Iterable

SPACE = frozenset(" \t\r\n\u00a0\u2002\u2003\u2009\u202f\ufffe\ufeff\x00\x02")


def _raw_words(page: pdfium.PdfPage) -> list[tuple[str, Box, float, bool]]:
    textpage = page.get_textpage()
    raw = textpage.raw
    left, bottom, right, top = page.get_cropbox()
    n = c.FPDFText_CountChars(raw)
    dl, dr, db, dt = (ctypes.c_double() for _ in range(4))
    pl, pr, pb, pt = (ctypes.byref(v) for v in (dl, dr, db, dt))
    words: list[tuple[str, Box, float, bool]] = []
    chars: list[str] = []
    x0 = y0 = x1 = y1 = 0.0
    size, bold = 0.0, False

    def flush() -> None:
        nonlocal chars
        if chars:
            words.append(("".join(chars), Box(x0 - left, top - y1, x1 - left, top - y0), size, bold))
            chars = []

    for i in range(n):
        code = c.FPDFText_GetUnicode(raw, i)
        ch = chr(code)
        if ch in SPACE:
            flush()
            continue
        c.FPDFText_GetCharBox(raw, i, pl, pr, pb, pt)
        l, r, b, t = dl.value, dr.value, db.value, dt.value
        if chars and (l - x1 > 0.28 * max(size, 4) or l < x0 - 1 or min(y1, t) - max(y0, b) < -0.5 * max(size, 1)):
            flush()
        if not chars:
            x0, y0, x1, y1 = l, b, r, t
            size = c.FPDFText_GetFontSize(raw, i)
            bold = c.FPDFText_GetFontWeight(raw, i) >= 600
        else:
            x0, y0, x1, y1 = min(x0, l), min(y0, b), max(x1, r), max(y1, t)
        chars.append(ch)
    flush()
    return words


def lines_of(words: Iterable[tuple[str, Box, float, bool]]) -> tuple[Word, ...]:
    """Words grouped into printed lines by vertical overlap, top to bottom, each left to right."""
    rows: list[tuple[Box, list[tuple[str, Box, float, bool]]]] = []
    for word in sorted(words, key=lambda w: (w[1].cy, w[1].x0)):
        box = word[1]
        for k in range(len(rows) - 1, max(-1, len(rows) - 6), -1):
            row = rows[k][0]
            if row.overlap_y(box) > 0.5 * min(row.height, box.height) or (row.y0 <= box.cy < row.y1):
                rows[k][1].append(word)
                break
        else:
            rows.append((box, [word]))
    rows.sort(key=lambda r: union(w[1] for w in r[1]).cy)
    return tuple(
        Word(text=t, box=b, size_pt=s, line=i, bold=bold)
        for i, (_, row) in enumerate(rows)
        for t, b, s, bold in sorted(row, key=lambda w: w[1].x0)
    )


def pages_of(path: Path, password: str | None = None) -> tuple[Page, ...]:
    """All pages of a PDF with the words of their text layers."""
    with pdfium.PdfDocument(path, password=password) as pdf:
        pages = []
        for index in range(len(pdf)):
            page = pdf[index]
            width, height = page.get_size()
            words = lines_of(_raw_words(page))
            source = WordsSource.TEXT_LAYER if words else WordsSource.NONE
            pages.append(Page(index=index, width_pt=width, height_pt=height, words=words, words_source=source))
            page.close()
        return tuple(pages)
