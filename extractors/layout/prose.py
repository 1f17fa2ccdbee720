"""Sentences that say a date: `please remit until 29.10.2026` is a date to pay by, whatever the words between."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention, Shape
from extractors.layout.cells import Cell
from extractors.layout.tokens import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.layout.cells import PageIndex

PAYING = tuple(
    sorted(
        word_set(
            "pay remit settle transfer zahl uberweis begleich entricht faellig fallig anweis payer paie payable regle "
            "virement abon pag liquid sald bonific vers betal voldoen overmaken maak due verfall vervall venc scad"
        )
    )
)
"""Beginnings of words for paying or falling due."""
UNTIL = word_set(
    "until by before till to bis spatestens zum avant le au jusqu plus tard antes del hasta el entro il voor op tot ate"
)
NEAR_WORDS = 12


def dates_to_pay_by(index: PageIndex) -> Iterator[tuple[Cell, Mention]]:
    """Sentence and date, where a sentence about paying runs into a date through a word for `until`."""
    for row in index.lines.values():
        for before, item in pairwise(row):
            if not isinstance(before, Cell) or isinstance(item, Cell) or Shape.DATE not in item.shapes:
                continue
            words = before.tokens[-NEAR_WORDS:]
            if len(words) < 3 or not UNTIL.intersection(words[-2:]):
                continue
            if any(w.startswith(PAYING) for w in words):
                yield before, item
