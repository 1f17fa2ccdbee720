"""Which rows are items, which are sums between or below them, and where the table ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.layout.table_arithmetic import Roles, amount, choose_roles, holds
from extractors.layout.table_columns import primary_columns
from extractors.layout.table_recovery import recover
from extractors.layout.table_rows import Row, rows_of
from extractors.layout.table_sum_labels import is_adjustment, is_carried
from extractors.layout.table_sums import adds_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.table_headers import Header
    from extractors.layout.table_lines import Cell, Line
    from extractors.layout.table_pages import Section
    from schemas.values import Locale

_CENT = 0.015
_FREE = 20
"""Letters of a text in place of a total."""
_PITCH = 4.0
"""Distance that a second item may have from the first, as a share of its height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of the table that is an item."""

    row: Row
    section: int
    arithmetic: float | None
    """How well quantity, price and total agree; None where one of them is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The items of one table, in order, and what else looked like a row."""

    roles: Roles
    items: tuple[Item, ...]
    rows: tuple[tuple[Row, ...], ...]
    """All rows by section, sums included."""
    incomplete: int
    """Worded rows above the first sum that have a total and were not taken, where the totals do not add up."""
    ends: dict[int, float]
    """Section -> where the table's last row or its first sum stands."""


def items_of(header: Header, sections: Sequence[Section], lines: Sequence[Sequence[Line]], locale: Locale) -> Items:
    """The items under a header, from its first line to where the table ends.

    Rows that fill fewer columns than the others (a lump sum) are items where only with them the totals add up to an
    amount printed below.
    """
    primary = primary_columns(header)
    rows = tuple(tuple(rows_of(section.lines, primary)) for section in sections)
    roles = choose_roles(header, primary, _sample(rows, sections), locale)
    for row in (r for found in rows for r in found):
        recover(row, roles, locale)
    state = _State(roles=roles, locale=locale)
    for index, section in enumerate(sections):
        state.enter(section)
        for at, row in enumerate(rows[index]):
            state.take(row, index, rows[index][at + 1 :])
    items, closed = _completed(state, lines, locale)
    left = [w for w in state.weak if not closed and not any(w is i for i in items)]
    return Items(roles=roles, items=tuple(items), rows=rows, incomplete=len(left), ends=state.ends)


def _completed(state: _State, lines: Sequence[Sequence[Line]], locale: Locale) -> tuple[list[Item], bool]:
    """The items with what completes them: rows that the sum needs, rows whose total is not printed.

    Where the totals add up without a row that has none, it is an item only if it stands between others, or if a word
    (`free`) is printed for its total.
    """
    column = state.roles.line_total
    if not state.items:
        return [], False
    items, closed = state.items, adds_up([i.row for i in state.items], column, lines, locale)
    if not closed and state.weak:
        every = _in_order([*state.items, *state.weak])
        if adds_up([i.row for i in every], column, lines, locale):
            items, closed = every, True
    worth = [i for i in state.untotalled if not closed or _says_total(i.row, column) or _stands_between(i, items)]
    return _in_order([*items, *worth]), closed


def _says_total(row: Row, column: int | None) -> bool:
    """`free`, `gratis`, `ohne Berechnung`: a few words where others have their total."""
    said = " ".join(p.text(column) for p in row.lines).strip() if column is not None else ""
    return 0 < sum(c.isalpha() for c in said) <= _FREE and not any(c.isdigit() for c in said)


def _stands_between(item: Item, items: Sequence[Item]) -> bool:
    same = [i.row.top for i in items if i.section == item.section]
    return bool(same) and min(same) < item.row.top < max(same)


def _in_order(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda i: (i.section, i.row.top))


def _sample(rows: Sequence[Sequence[Row]], sections: Sequence[Section]) -> list[dict[int, Cell]]:
    """Rows to learn the columns from: those under the table's own headers, above the first sum."""
    sample: list[dict[int, Cell]] = []
    for section, found in zip(sections, rows, strict=True):
        if section.header is None:
            continue
        for row in found:
            if len(row.numbers) >= 3 or not (row.is_sum or is_carried(row.label)):
                sample.append(row.numbers)
            elif sample and not is_carried(row.label):
                break
    return sample


class _State:
    """Walks over the rows; open while rows are taken for granted, shut where only a row that reckons is taken."""

    def __init__(self, *, roles: Roles, locale: Locale) -> None:
        self.roles = roles
        self.locale = locale
        self.items: list[Item] = []
        self.weak: list[Item] = []
        """Rows with a total that lack what the others have."""
        self.untotalled: list[Item] = []
        """Rows with a quantity and a price, and no number for a total."""
        self.ends: dict[int, float] = {}
        self.summed = 0
        """How many items the last sum between rows has covered."""
        self.open = True
        self.ended = False
        self.same_section = True

    def enter(self, section: Section) -> None:
        self.same_section = section.header is not None
        if section.header is not None:
            self.open, self.ended = True, False
        elif not section.new_page or self.ended:
            self.open = False

    def take(self, row: Row, section: int, following: Sequence[Row]) -> None:
        reckons = self.reckons(row)
        if reckons is not None and reckons > 0 and (self.open or self._is_worth(row)):
            self.open, self.ended = True, False
            self._add(row, section, reckons)
        elif not self.open:
            return
        elif is_carried(row.label) or (not row.is_sum and self._repeats_a_sum(row)):
            self.ends[section] = row.top
            self.open = self.open and not self._is_final(row)
        elif row.is_sum:
            if not any(self._is_worth(r) and (self.reckons(r) or 0) > 0 for r in following):
                self.open, self.ended = False, True
            self.ends.setdefault(section, row.top)
        elif self._is_item(row, following):
            self._add(row, section, reckons)
        elif self._lacks_total(row):
            self.untotalled.append(Item(row=row, section=section, arithmetic=None))
        elif self.roles.line_total in row.numbers and _is_worded(row) and not is_adjustment(row.label):
            self.weak.append(Item(row=row, section=section, arithmetic=None))

    def reckons(self, row: Row) -> float | None:
        r = self.roles
        q, p, t = (
            amount(row.numbers.get(c), self.locale) if c is not None else None
            for c in (r.quantity, r.unit_price, r.line_total)
        )
        if q is None or p is None or t is None:
            return None
        d = amount(row.numbers.get(r.discount), self.locale) if r.discount is not None else None
        b = amount(row.numbers.get(r.basis), self.locale) if r.basis is not None else None
        return holds(q, p, t, d, b)

    def _repeats_a_sum(self, row: Row) -> bool:
        """Its only number is the sum of the items so far, or of those since the last such sum."""
        column = self.roles.line_total
        if column is None or len([c for c in self.roles.columns if c in row.numbers]) > 1:
            return False
        value = amount(row.numbers.get(column), self.locale)
        totals = [amount(i.row.numbers.get(column), self.locale) or 0.0 for i in self.items]
        for part in (totals, totals[self.summed :]):
            if value is not None and len(part) >= 2 and abs(sum(part) - value) < _CENT:
                self.summed = len(totals)
                return True
        return False

    def _is_final(self, row: Row) -> bool:
        """The sum of all rows of a table of texts and totals only, where nothing tells what follows from a row."""
        column = self.roles.line_total
        if column is None or len(self.roles.columns) > 1:
            return False
        value = amount(row.numbers.get(column), self.locale)
        total = sum(amount(i.row.numbers.get(column), self.locale) or 0.0 for i in self.items)
        return value is not None and abs(total - value) < _CENT

    def _is_worth(self, row: Row) -> bool:
        """Its total is not zero: nothing times anything is nothing, in any table."""
        column = self.roles.line_total
        return column is not None and bool(amount(row.numbers.get(column), self.locale))

    def _is_item(self, row: Row, following: Sequence[Row]) -> bool:
        """A row that fills the columns its neighbours fill; one that lacks some must stand between such rows."""
        r = self.roles
        has_total = r.line_total is not None and r.line_total in row.numbers
        others = [c for c in (r.quantity, r.unit_price) if c is not None]
        filled = [c for c in others if c in row.numbers]
        if r.line_total is not None and not has_total:
            return False
        if len(filled) == len(others):
            return bool(others) or (_is_worded(row) and not is_adjustment(row.label))
        if is_adjustment(row.label) or not _is_worded(row) or r.line_total is None:
            return False
        return any(self._fills(other) for other in following) or (bool(filled) and self._follows(row))

    def _lacks_total(self, row: Row) -> bool:
        """A worded row with a quantity and a price under the columns of the items above it."""
        r = self.roles
        if r.line_total is None or r.quantity is None or r.unit_price is None or r.line_total in row.numbers:
            return False
        quantity, price = (amount(row.numbers.get(c), self.locale) for c in (r.quantity, r.unit_price))
        if not quantity or not ((price or 0.0) > 0 or _says_total(row, r.line_total)):
            return False
        return _is_worded(row) and not is_adjustment(row.label) and bool(self.items)

    def _follows(self, row: Row) -> bool:
        """It stands as close below the last item as items stand to each other."""
        tops = [i.row.top for i in self.items if i.row.page == row.page]
        if not tops or not self.same_section:
            return False
        pitch = max((b - a for a, b in pairwise(tops)), default=_PITCH * (row.bottom - row.top))
        return row.top - tops[-1] <= 1.3 * pitch

    def _fills(self, row: Row) -> bool:
        return all(c in row.numbers for c in self.roles.columns) and not row.is_sum

    def _add(self, row: Row, section: int, reckons: float | None) -> None:
        self.items.append(Item(row=row, section=section, arithmetic=reckons))
        self.ends[section] = row.bottom


def _is_worded(row: Row) -> bool:
    """It says in words what it is."""
    return sum(c.isalpha() for c in row.label) >= 3
