"""Which rows of two readings' tables are the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.compare import similarity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.reading import Value
    from schemas import Field

SAME_ROW = 0.6
MAX_PAIRS = 40_000
"""Pairs of rows that are compared; longer tables are paired by position."""


def row_similarity(columns: Sequence[Field], a: Mapping[str, Value], b: Mapping[str, Value]) -> float:
    """0 to 1: how alike the cells are that both rows have."""
    shared = [c for c in columns if a.get(c.name) is not None and b.get(c.name) is not None]
    return sum(similarity(c, a[c.name], b[c.name]) for c in shared) / len(shared) if shared else 0.0


def aligned(
    columns: Sequence[Field], rows: Sequence[Mapping[str, Value]], others: Sequence[Mapping[str, Value]]
) -> list[int | None]:
    """For each row the position of the other table's row that is the same, in order, each used once at most.

    The alignment with the largest sum of similarities (Needleman-Wunsch without a price for gaps).
    """
    height, width = len(rows), len(others)
    if height * width > MAX_PAIRS:
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
