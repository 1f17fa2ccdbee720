"""Copies of documents that are harder to read: a stand-in for the looks and scans that nobody has labels for.

Readers are made while looking at the labelled documents, so on those they are righter than on unseen ones, and their
few mistakes teach little. Of a copy the truth is known as well as of its original.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from tiling import Document, Page, Word

WORDS_LOST, LINES_LOST, LABELS_CHANGED = 0.12, 0.15, 0.3
LABEL = re.compile(r"[^\W\d_][^\W\d]{2,}[:.]?")
"""A word of letters: what labels are made of."""


def disturbed(document: Document, draw: random.Random, keep: frozenset[str], way: int) -> Document:
    """The document in the `way`-th of `WAYS`; words in `keep` (small letters; of true values) keep their letters."""
    pages = tuple(WAYS[way % len(WAYS)](page, draw, keep) for page in document.pages)
    return replace(document, pages=pages)


def _words_lost(page: Page, draw: random.Random, _: frozenset[str]) -> Page:
    """Words that a scan did not show."""
    return replace(page, words=tuple(w for w in page.words if draw.random() >= WORDS_LOST))


def _lines_lost(page: Page, draw: random.Random, _: frozenset[str]) -> Page:
    """Lines that a stamp, a fold or a crop has covered."""
    lost = {line for line in sorted({w.line for w in page.words}) if draw.random() < LINES_LOST}
    return replace(page, words=tuple(w for w in page.words if w.line not in lost))


def _labels_changed(page: Page, draw: random.Random, keep: frozenset[str]) -> Page:
    """Words of a wording that the reader does not know: wherever a word stands, it becomes the same other word."""
    plain = sorted({w.text.casefold() for w in page.words if LABEL.fullmatch(w.text)} - keep)
    other = {word: _shuffled(word, draw) for word in plain if draw.random() < LABELS_CHANGED}
    return replace(page, words=tuple(_renamed(w, other) for w in page.words))


def _shuffled(word: str, draw: random.Random) -> str:
    letters = list(word.rstrip(":."))
    draw.shuffle(letters)
    return "".join(letters) + word[len(letters) :]


def _renamed(word: Word, other: dict[str, str]) -> Word:
    new = other.get(word.text.casefold())
    return word if new is None else replace(word, text=new.title() if word.text[0].isupper() else new)


WAYS = (_words_lost, _lines_lost, _labels_changed)
