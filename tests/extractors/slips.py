"""Invented till slips, as OCR gives them: rows of words with boxes and scores."""

from __future__ import annotations

from tiling import Box, Page, Word, WordsSource

LETTER = 12.0
WIDTH = 6.0
"""Points that a letter takes."""
SPACE = 0.5
"""Letters between two words; two spaces in a row's text are a column's gap."""


def slip(text: str, *, source: WordsSource = WordsSource.OCR, left: float = 20.0) -> Page:
    """A page with one row for each line of `text`; indented lines stand further right."""
    words: list[Word] = []
    rows = list(text.strip("\n").splitlines())
    top = 20.0
    for line, row in enumerate(rows):
        x = left
        for piece in row.split(" "):
            if not piece:
                x += 3 * WIDTH
                continue
            box = Box(x, top, x + WIDTH * len(piece), top + LETTER)
            words.append(Word(text=piece, box=box, size_pt=LETTER, line=line, score=0.9))
            x = box.x1 + (SPACE + 0.5) * WIDTH
        top += 1.5 * LETTER
    width = max((w.box.x1 for w in words), default=200.0) + 40
    return Page(index=0, width_pt=width, height_pt=top + 40, words=tuple(words), words_source=source)
