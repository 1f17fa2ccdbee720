"""Whether a page's text layer is to be taken at its word, or compared with the print first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiling.page import Word

ENOUGH_WORDS = 12
"""Fewer words say nothing of a language."""
ODD_SHARE = 0.3
"""Share of words that no language has; codes without meaning, letters without a vowel."""
VOWELS = frozenset("aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿąęıőűů")
LONG_WORD = 4


def doubts_of(words: Sequence[Word], *, ocr_layer: bool) -> tuple[str, ...]:
    """Why the words may not be what is printed; empty where nothing speaks against them."""
    doubts = []
    if ocr_layer:
        doubts.append("its words lie unseen over a picture: somebody's OCR, or something else than the picture shows")
    if _odd(words):
        doubts.append("its words are like no language: the fonts may say other letters than they print")
    return tuple(doubts)


def _odd(words: Sequence[Word]) -> bool:
    latin = [w.text.lower() for w in words if len(w.text) >= LONG_WORD and w.text.isalpha() and w.text[0] < "\u0250"]
    broken = sum("\ufffd" in w.text or any("\ue000" <= ch <= "\uf8ff" for ch in w.text) for w in words)
    if len(words) >= ENOUGH_WORDS and broken > ODD_SHARE * len(words):
        return True
    return len(latin) >= ENOUGH_WORDS and sum(VOWELS.isdisjoint(w) for w in latin) > ODD_SHARE * len(latin)
