"""Candidates under one header, and one candidate a value: what a column says of its values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.layout.links import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractors.layout.scored import Candidate

MANY_VALUES = 3
"""Different values under one header that make it a table's."""
OF_A_TABLE = 0.5
SUM = 0.15
"""By how much the sum of a column is better than the best of what it sums up."""
CROSSING = 0.3
"""Share of a second label's score: a row's beside the column's."""


def without_columns(candidates: Sequence[Candidate]) -> list[Candidate]:
    """A header over several different values is a table's: it says nothing of the document."""
    many = {header for header, column in _columns(candidates).items() if len({c.key for c in column}) >= MANY_VALUES}
    return [replace(c, score=OF_A_TABLE * c.score) if _header(c) in many else c for c in candidates]


def with_sums(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Under one header, the amount that is the sum of those above it is the one that counts."""
    better: dict[int, float] = {}
    for column in _columns(candidates).values():
        column.sort(key=lambda c: c.box.y0)
        for at, c in enumerate(column):
            above = [a for a in column[:at] if abs(a.box.x1 - c.box.x1) < c.box.height]
            if len(above) > 1 and amount_of(c) and sum((amount_of(a) for a in above), Decimal(0)) == amount_of(c):
                better[id(c)] = max(a.score for a in above) + SUM
    return [replace(c, score=max(c.score, better.get(id(c), 0.0))) for c in candidates]


def merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate a value, best first: its best place, and more where it is found again or two labels agree on it."""
    groups: dict[object, list[Candidate]] = {}
    for c in candidates:
        groups.setdefault(c.key, []).append(c)
    found = []
    for group in groups.values():
        group.sort(key=lambda c: (-c.score, c.page, c.box.y0))
        best = group[0]
        others = (c.score for c in group if c.relation != best.relation and (c.page, c.box) == (best.page, best.box))
        score = best.score + CROSSING * max(others, default=0.0) + 0.02 * min(3, len(group) - 1)
        found.append(replace(best, score=min(1.3, score), repeated=len(group)))
    found.sort(key=lambda c: (-c.score, c.page, c.box.y0))
    return found


def amount_of(c: Candidate) -> Decimal:
    """The candidate's value as a number."""
    value = c.parsed.value
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _header(c: Candidate) -> tuple[object, ...] | None:
    return (c.page, c.label_box) if c.relation == Relation.BELOW else None


def _columns(candidates: Iterable[Candidate]) -> dict[tuple[object, ...], list[Candidate]]:
    columns: dict[tuple[object, ...], list[Candidate]] = {}
    for c in candidates:
        header = _header(c)
        if header is not None:
            columns.setdefault(header, []).append(c)
    return columns
