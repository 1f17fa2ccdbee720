"""Which row of a table is which row of another: the assignment of the largest sum (Kuhn 1955, Munkres 1957)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INFINITE = float("inf")


def assigned(worth: Sequence[Sequence[float]]) -> list[int | None]:
    """For each row the column it goes with, each column once at most, so that the sum of `worth` is largest.

    Pairs that are worth nothing (0) are not made. The shortest augmenting path form with potentials, in cubic time.
    """
    rows, columns = len(worth), len(worth[0]) if worth else 0
    if rows > columns:
        partners: list[int | None] = [None] * rows
        turned = assigned([[worth[r][c] for r in range(rows)] for c in range(columns)])
        for column, row in enumerate(turned):
            if row is not None:
                partners[row] = column
        return partners
    owner = _owners([[-w for w in row] for row in worth], rows, columns)
    chosen: list[int | None] = [None] * rows
    for column, row in enumerate(owner):
        if row is not None and worth[row][column] > 0:
            chosen[row] = column
    return chosen


def _owners(cost: Sequence[Sequence[float]], rows: int, columns: int) -> list[int | None]:
    """The row of each column in the cheapest complete assignment of the rows."""
    of_row, of_column = [0.0] * rows, [0.0] * columns
    owner: list[int | None] = [None] * columns
    for start in range(rows):
        slack, before = [INFINITE] * columns, [-1] * columns
        done = [False] * columns
        row, column = start, -1
        while True:
            column = _relax(cost, row, column, (slack, before, done), (of_row, of_column))
            _shift(start, column, (slack, done, owner), (of_row, of_column))
            next_row = owner[column]
            done[column] = True
            if next_row is None:
                break
            row = next_row
        while column >= 0:  # turn the path round: each of its columns goes to the row that reached it
            previous = before[column]
            owner[column] = start if previous < 0 else owner[previous]
            column = previous
    return owner


def _relax(
    cost: Sequence[Sequence[float]],
    row: int,
    column: int,
    path: tuple[list[float], list[int], list[bool]],
    potentials: tuple[list[float], list[float]],
) -> int:
    """Looks at the columns from a row that the path has reached; gives the nearest column."""
    slack, before, done = path
    of_row, of_column = potentials
    best = -1
    for c in range(len(slack)):
        if done[c]:
            continue
        reduced = cost[row][c] - of_row[row] - of_column[c]
        if reduced < slack[c]:
            slack[c], before[c] = reduced, column
        if best < 0 or slack[c] < slack[best]:
            best = c
    return best


def _shift(
    start: int,
    nearest: int,
    path: tuple[list[float], list[bool], list[int | None]],
    potentials: tuple[list[float], list[float]],
) -> None:
    """Makes the step to the nearest column free, and keeps all reduced costs at least 0."""
    slack, done, owner = path
    of_row, of_column = potentials
    step = slack[nearest]
    of_row[start] += step
    for c in range(len(slack)):
        row = owner[c]
        if done[c] and row is not None:
            of_row[row] += step
            of_column[c] -= step
        elif not done[c]:
            slack[c] -= step
