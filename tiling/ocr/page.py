"""A page gets its words by OCR: its picture is drawn, read, and the words put on the upright page in printed lines."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tiling.box import Box
from tiling.fragments import Fragment
from tiling.page import PageState, Word, WordsSource
from tiling.printed_lines import ASCENT_EM, DESCENT_EM, lines_of
from tiling.upright import displayed_size, to_displayed, to_upright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tiling.backend import Pixels
    from tiling.ocr.reader import OcrPage, OcrReader
    from tiling.open import OpenDocument
    from tiling.page import Page

DPI = 200.0
LONGEST_SIDE_PX = 3000
"""More pixels cost time and show the reader nothing more of a sheet of paper."""
SENSIBLE = re.compile(
    r"\W*(?:[^\W\d_]*[aeiouyäöüéèàáíóúâêôœæø][^\W\d_]*|[\d.,:/%€$£+-]+|[A-Z]{1,4}|[^\W_]{1,2})\W*", re.IGNORECASE
)
NO_MEMORY = re.compile(r"bad_alloc|insufficient memory|failed to allocate|out of memory", re.IGNORECASE)
SENSIBLE_SHARE = 0.5
FEW_WORDS = 10


def wants_ocr(page: Page, mode: str = "auto") -> bool:
    """Whether the page's words are to be read from its picture; `mode`: auto, always or never."""
    if mode == "never" or page.state is not PageState.READ:
        return False
    return mode == "always" or not page.words or (page.ocr_layer and _is_garbage(page.words))


def _is_garbage(words: Sequence[Word]) -> bool:
    """Whether hardly anything of an OCR layer looks like words or numbers."""
    sensible = sum(SENSIBLE.fullmatch(w.text) is not None for w in words)
    return len(words) >= FEW_WORDS and sensible < SENSIBLE_SHARE * len(words)


def ocr_page(document: OpenDocument, page: Page, reader: OcrReader) -> Page:
    """The page with the words of its picture, upright; one without any says so in a note."""
    width_pt, height_pt = displayed_size(page)
    pixels = _pixels(document, page, max(width_pt, height_pt))
    with _memory_errors():
        found = reader.read(pixels)
    if not found.words:
        note = "there is ink on the page, but OCR found no word in it"
        return replace(page, words=(), words_source=WordsSource.OCR, ocr_layer=False, notes=(*page.notes, note))
    upright = replace(
        page,
        width_pt=height_pt if found.quarters % 2 else width_pt,
        height_pt=width_pt if found.quarters % 2 else height_pt,
        turned=90 * found.quarters,
        skew_deg=found.skew_deg,
        ocr_layer=False,
        words_source=WordsSource.OCR,
    )
    return replace(
        upright,
        words=_words(found, upright.width_pt / found.width_px, upright.height_pt / found.height_px),
        rulings=tuple(to_upright(upright, to_displayed(page, b)) for b in page.rulings),
    )


@contextmanager
def _memory_errors() -> Iterator[None]:
    """The libraries below have errors of their own for a lack of memory."""
    try:
        yield
    except Exception as error:
        if NO_MEMORY.search(str(error)):
            raise MemoryError from error
        raise


def _pixels(document: OpenDocument, page: Page, longest_pt: float) -> Pixels:
    """A picture in its own pixels, a page of a PDF at 200 dpi; neither larger than is of use."""
    if longest_pt * DPI / 72 > LONGEST_SIDE_PX or document.is_picture:
        return document.render(page.index, longest_side_px=LONGEST_SIDE_PX)
    return document.render(page.index, dpi=DPI)


def _words(found: OcrPage, across: float, along: float) -> tuple[Word, ...]:
    """The words in printed lines, top to bottom; `across`, `along`: points a pixel."""
    fragments = []
    for number, word in enumerate(found.words):
        x0, _, x1, _ = word.box
        fragments.append(
            Fragment(
                text=word.text,
                u0=x0 * across,
                u1=x1 * across,
                v=word.baseline_px * along,
                size_pt=word.size_px * along,
                first=number,
                ended=True,
            )
        )
    return tuple(
        Word(
            text=f.text,
            box=Box(f.u0, f.v - ASCENT_EM * f.size_pt, f.u1, f.v + DESCENT_EM * f.size_pt),
            size_pt=f.size_pt,
            line=line,
            score=found.words[f.first].score,
        )
        for line, fragments_of_line in enumerate(lines_of(fragments))
        for f in fragments_of_line
    )
