"""Values that are words (names, terms): where they begin and end, and what is no value but the next label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.links import Link, Relation
from extractors.layout.tokens import GENERIC_NUMBER

if TYPE_CHECKING:
    from extractors.layout.cells import Cell
    from tiling import Word

_WORDS = "date dates datum fecha data name address phone tel fax email type product description terms amount total"
LABEL_WORDS = (GENERIC_NUMBER | frozenset(_WORDS.split())) - {"id"}
"""Words of labels that are rare in names."""
LIKELY_LABEL = 0.4


def words_of(target: Cell, link: Link) -> tuple[Word, ...]:
    """The segment from the target on (a name may have numbers in it), but not into the next label."""
    first = _first_word(target, link)
    if target.last_of_segment:
        return target.words[target.words.index(first) :]
    words = target.segment.words
    start = next((i for i, w in enumerate(words) if w is first), 0)
    found: list[Word] = []
    for word in words[start:]:
        if found and (word.text.endswith(":")):
            break
        found.append(word)
    return tuple(found)


def _first_word(target: Cell, link: Link) -> Word:
    """Two columns may stand so close that they are one run of words: the value begins flush with its label."""
    label = link.cell.box
    if link.relation is Relation.BELOW and label.x0 - target.box.x0 > 3 * label.height:
        return next((w for w in target.words if abs(w.box.x0 - label.x0) < 0.8 * label.height), target.words[0])
    return target.words[0]


def is_value(target: Cell) -> float:
    """Lower where the text is likely another label: it speaks of dates and numbers."""
    return LIKELY_LABEL if any(t in LABEL_WORDS for t in target.tokens) else 1.0
