"""Which fields a cell of a page names, and how well, in the light of what the document is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.headings import family_of
from extractors.layout.tokens import GENERIC_NUMBER, STOP, tokens

if TYPE_CHECKING:
    from extractors.layout.cells import Cell
    from extractors.layout.labels import FieldLabels, LabelIndex

LEAST = 0.3
"""A weaker match is none."""
ONE_PAPER = frozenset({"invoice", "credit"})
"""An invoice and its credit note are numbered alike."""
PART = 0.9
"""What one of the two names in `Contract / Revision` is worth."""
OTHER_PAPER = 0.6
SENTENCE = 8
"""Words of a segment that make it running text."""
STEEP = 2.5
"""How fast a match loses where another field's is better."""


class Names:
    """The fields that cells name, remembered for one document."""

    def __init__(self, labels: LabelIndex, families: frozenset[str]) -> None:
        self.labels = labels
        self.families = families
        self.known = {k.field.name: k for k in labels.known}
        self.memo: dict[tuple[str, ...], dict[str, float]] = {}

    def of(self, cell: Cell) -> dict[str, float]:
        """Field name -> match, 0 to 1, for the fields that the cell names at all."""
        whole = self._of_tokens(cell.tokens)
        if "/" not in cell.text:
            return whole
        merged = dict(whole)
        for part in cell.text.split("/"):
            for name, score in self._of_tokens(tokens(part)).items():
                merged[name] = max(merged.get(name, 0.0), PART * score)
        return merged

    def _of_tokens(self, words: tuple[str, ...]) -> dict[str, float]:
        if words not in self.memo:
            self.memo[words] = self._named(words)
        return self.memo[words]

    def _named(self, words: tuple[str, ...]) -> dict[str, float]:
        """A field that another one beats by a better match is discounted: `Total excl. VAT` is no total."""
        matched = self.labels.match(words)
        scores = {n: own for n, s in matched.items() if (own := self._in_this_paper(words, self.known[n], s)) >= LEAST}
        result = {}
        for name, score in scores.items():
            rivals = (s for n, s in scores.items() if self._compete(name, n))
            value = score * max(0.0, 1.0 - STEEP * max(0.0, max(rivals, default=0.0) - score))
            if value >= LEAST:
                result[name] = value
        return result

    def _compete(self, one: str, other: str) -> bool:
        """The two ends of a range share their label."""
        a, b = self.known[one], self.known[other]
        return one != other and a.field.kind is b.field.kind and not (a.edge and b.edge)

    def _in_this_paper(self, words: tuple[str, ...], known: FieldLabels, score: float) -> float:
        """Where a schema takes the number of several kinds of paper, that of the paper at hand comes first."""
        if score < LEAST or not self.families or len(known.papers) < 2 or known.papers <= ONE_PAPER:
            return score
        named = {f for t in words if (f := family_of(t))}
        if not named:
            return score
        if not named & self.families:
            return OTHER_PAPER * score
        pure = all(family_of(t) or t in STOP or t in GENERIC_NUMBER for t in words)
        return max(score, 0.97) if pure and any(t in GENERIC_NUMBER for t in words) else score


def in_sentence(cell: Cell) -> float:
    """A label in running text says less: the sentence may be about another paper."""
    if cell.colon or not cell.text[:1].islower():
        return 1.0
    if cell.text.endswith("."):
        return 0.4
    return 0.6 if len(cell.segment.words) >= SENTENCE else 1.0
