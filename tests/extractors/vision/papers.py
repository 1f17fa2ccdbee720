"""Documents made of words, for what is looked up on a page."""

from __future__ import annotations

from tiling import Box, Document, Page, Word, WordsSource


def page_of(lines, index=0) -> Page:
    """A page with a line of words each 20 points, words 100 points apart."""
    words = [
        Word(text=text, box=Box(60.0 + 100 * x, 80.0 + 20 * y, 60.0 + 100 * x + 6 * len(text), 91.0 + 20 * y),
             size_pt=11.0, line=y)
        for y, line in enumerate(lines)
        for x, text in enumerate(line)
    ]  # fmt: skip
    return Page(index=index, width_pt=595.0, height_pt=842.0, words=tuple(words), words_source=WordsSource.TEXT_LAYER)


def document_of(*pages) -> Document:
    return Document(
        document_id="d" * 64, source="d.pdf", media_type="application/pdf", size_bytes=9,
        pages=tuple(page_of(lines, n) for n, lines in enumerate(pages)),
    )  # fmt: skip
