"""Whether two readings say the same: of one value, and of the rows of two tables."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.page_index import squash
from schemas import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.reading import Value

SAME_TEXT = 90.0
SAME_ROW = 0.6
HALF_CENT = Decimal("0.005")
LOOSE = frozenset({Kind.TEXT, Kind.NAME, Kind.ADDRESS})


def same_value(field: Field, a: Value | None, b: Value | None) -> bool:
    """Whether two values of a field are one, as a reviewer would say: amounts to the cent, names but for their form."""
    if a is None or b is None:
        return a is b
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, Decimal | int) and isinstance(b, Decimal | int):
        return abs(Decimal(a) - Decimal(b)) < HALF_CENT
    if isinstance(a, dt.date | dt.time) or isinstance(b, dt.date | dt.time):
        return a == b
    one, other = squash(str(a)), squash(str(b))
    if one == other:
        return True
    return field.kind in LOOSE and _alike(str(a), str(b)) >= SAME_TEXT


def _alike(a: str, b: str) -> float:
    """0 to 100; words in another order, or a part that is left out, count little."""
    from rapidfuzz import fuzz

    one, other = (re.sub(r"\W+", " ", t).casefold().strip() for t in (a, b))
    return max(fuzz.token_sort_ratio(one, other), fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")))


def row_similarity(columns: Sequence[Field], a: Mapping[str, Value], b: Mapping[str, Value]) -> float:
    """0 to 1: the share of the cells that both rows have in which they agree; texts count by their likeness."""
    scores = []
    for column in columns:
        one, other = a.get(column.name), b.get(column.name)
        if one is None or other is None:
            continue
        if isinstance(one, str) and isinstance(other, str):
            scores.append(_alike(one, other) / 100)
        else:
            scores.append(float(same_value(column, one, other)))
    return sum(scores) / len(scores) if scores else 0.0


def aligned(
    columns: Sequence[Field], rows: Sequence[Mapping[str, Value]], others: Sequence[Mapping[str, Value]]
) -> list[int | None]:
    """For each row the position of the other table's row that is the same, in order, each used once at most.

    The alignment with the largest sum of similarities (Needleman-Wunsch without a price for gaps).
    """
    height, width = len(rows), len(others)
    if height * width > 1_000_000:
        return [n if n < width else None for n in range(height)]
    like = [[row_similarity(columns, a, b) for b in others] for a in rows]
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for i in range(height - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            pair = like[i][j] + best[i + 1][j + 1] if like[i][j] >= SAME_ROW else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    partners: list[int | None] = [None] * height
    i = j = 0
    while i < height and j < width:
        if like[i][j] >= SAME_ROW and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            partners[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return partners
