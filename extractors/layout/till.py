"""The sums of a till slip: the total is what several rows agree on, after rounding; what was given less the change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING

from extractors.layout.scored import Candidate
from extractors.layout.till_rows import SAID_SO, Amount, Row
from extractors.layout.till_words import Concept
from schemas.values import Parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST = 0.6
"""A total with less evidence is none."""
LABELS = {
    Concept.TOTAL: 1.0,
    Concept.ROUNDED: 1.1,
    Concept.COUNT: 1.0,
    Concept.SUBTOTAL: 0.35,
    Concept.PAID: 0.3,
}
"""What a row says for its amount being the total."""
GIVEN, ROUNDED, SUMMED, ADDED, GOODS, AGAIN = 0.8, 0.5, 0.5, 0.3, 0.4, 0.1
UNROUNDED, SMALL = 0.6, 0.5
"""What an amount loses that the rounding makes another printed one, or that is less than one thing bought."""
MOST_GOODS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSum:
    """What was chosen for one concept of a slip."""

    candidate: Candidate
    arithmetic: float
    """1: the sums close with it; 0.5: nothing to check it with."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slip:
    """The amounts of a slip by what they are about."""

    rows: tuple[Row, ...]
    goods: Decimal | None
    """What the rows above the sums come to."""
    dearest: Decimal | None
    """The largest of them."""

    def of(self, concept: Concept, *, repaired: bool = False) -> list[Amount]:
        """The amounts of a concept's rows, the breakdown of taxes left out."""
        return [
            a
            for row in self.rows
            if row.concept is concept and not row.of_summary
            for a in row.amounts[-1:]
            if repaired or not a.repaired
        ]

    def is_labelled(self, value: Decimal) -> bool:
        """Some row says that the value is a total."""
        return any(a.value == value for row in self.rows if row.concept is Concept.TOTAL for a in row.amounts)


def till_sums(rows: Sequence[Row]) -> dict[Concept, TillSum]:
    """Concept -> amount; empty where the rows have no total that can be believed."""
    goods = _goods(rows)
    slip = _Slip(rows=tuple(rows), goods=sum(goods, Decimal(0)) if goods else None, dearest=max(goods, default=None))
    values = {a.value for row in rows for a in row.amounts if a.value > 0}
    scored = {v: _worth(slip, v) for v in values}
    scored = {v: s for v, s in scored.items() if s[0] >= LEAST}
    if not scored:
        return {}
    best = max(scored, key=lambda v: (round(scored[v][0] - _unrounded(slip, v, scored) - _too_small(slip, v), 3), v))
    worth, notes = scored[best]
    total = _chosen(slip, best, worth, notes, (Concept.ROUNDED, Concept.TOTAL))
    return {Concept.TOTAL: total, **_others(slip, best)}


def _worth(slip: _Slip, value: Decimal) -> tuple[float, tuple[str, ...]]:
    """How much speaks for an amount being the total, and the sums that do."""
    places = [(row, a) for row in slip.rows for a in row.amounts if a.value == value]
    labelled = max((LABELS.get(row.concept, 0.0) * row.strength for row, a in places if _is_own(row, a)), default=0.0)
    notes = list(_sums_to(slip, value))
    if all(a.repaired for _, a in places) and not notes:
        return 0.0, ()
    said = sum(worth for worth, _ in notes)
    return labelled + said + AGAIN * min(3, len(places) - 1), tuple(note for _, note in notes)


def _is_own(row: Row, amount: Amount) -> bool:
    return row.amounts[-1] is amount or (row.of_summary and row.amounts[0] is amount)


def _sums_to(slip: _Slip, value: Decimal) -> Iterable[tuple[float, str]]:
    for p, c in _given(slip):
        if p.value - abs(c.value) == value and p.value > 0 and (c.value != 0 or p.value == value):
            yield GIVEN if c.value else GIVEN / 2, f"{p.value} given - {abs(c.value)} back = {value}"
            break
    for rounding in (a.value for a in slip.of(Concept.ROUNDING) if a.value):
        befores = _totals(slip, value)
        said = any(a.value == value for a in slip.of(Concept.ROUNDED))
        before = value - rounding if value - rounding in befores else value + rounding if said else None
        if before is not None and before in befores:
            yield ROUNDED, f"{before} rounded by {value - before} = {value}"
            break
    taxes = slip.of(Concept.TAX)
    charges = [Decimal(0), *(a.value for a in slip.of(Concept.CHARGE))]
    for net, tax, extra in product(slip.of(Concept.SUBTOTAL, repaired=True), taxes, charges):
        if tax.value and net.value + tax.value + extra == value:
            yield ADDED, f"{net.value} + {tax.value}{f' + {extra}' if extra else ''} = {value}"
            break
    parts = sorted({a.value for a in slip.of(Concept.TOTAL)} - {value, Decimal(0)})
    pair = next((two for two in combinations(parts, 2) if sum(two) == value), None)
    if pair is not None and slip.is_labelled(value):
        yield SUMMED, f"{pair[0]} + {pair[1]} = {value}"
    if slip.goods == value:
        yield GOODS, f"the goods come to {value}"


def _totals(slip: _Slip, value: Decimal) -> set[Decimal]:
    """What may stand before the rounding."""
    concepts = (Concept.TOTAL, Concept.SUBTOTAL, Concept.COUNT, Concept.ROUNDED)
    return {a.value for concept in concepts for a in slip.of(concept)} - {value}


def _unrounded(slip: _Slip, value: Decimal, scored: dict[Decimal, tuple[float, tuple[str, ...]]]) -> float:
    """Nobody pays what stands before the rounding; the sign of the rounding may have been lost."""
    rounded = {a.value for a in slip.of(Concept.ROUNDED)}
    if value in rounded or any(p.value - abs(c.value) == value for p, c in _given(slip) if c.value):
        return 0.0
    after = {v for a in slip.of(Concept.ROUNDING) if a.value for v in (value + a.value, *_of(value - a.value, rounded))}
    return UNROUNDED if any(v in scored for v in after) else 0.0


def _of(value: Decimal, some: set[Decimal]) -> tuple[Decimal, ...]:
    return (value,) if value in some else ()


def _given(slip: _Slip) -> Iterable[tuple[Amount, Amount]]:
    return product(slip.of(Concept.PAID, repaired=True), slip.of(Concept.CHANGE, repaired=True))


def _too_small(slip: _Slip, value: Decimal) -> float:
    """A total below one of the things bought, where nothing was taken off."""
    reduced = any(row.concept is Concept.SAVING or a.value < 0 for row in slip.rows for a in row.amounts)
    return SMALL if slip.dearest is not None and value < slip.dearest and not reduced else 0.0


def _goods(rows: Sequence[Row]) -> list[Decimal]:
    """The amounts above the sums."""
    found: list[Decimal] = []
    for row in rows[:MOST_GOODS]:
        if row.concept in {Concept.TOTAL, Concept.SUBTOTAL, Concept.PAID, Concept.ROUNDED, Concept.COUNT}:
            break
        own = row.amount
        if own is not None and not own.repaired and row.concept in {Concept.NOTHING, Concept.CHARGE, Concept.SAVING}:
            found.append(own.value)
    return found


def _chosen(slip: _Slip, value: Decimal, worth: float, notes: Sequence[str], concepts: tuple[Concept, ...]) -> TillSum:
    """The best place where the value is printed."""
    places = [(row, a) for row in slip.rows for a in row.amounts if a.value == value]
    ranked = sorted(
        places, key=lambda p: (p[1].repaired, -(p[0].strength if p[0].concept in concepts else 0.0), not _is_own(*p))
    )
    row, amount = ranked[0]
    candidate = _candidate(row, amount, worth)
    return TillSum(
        candidate=replace(candidate, repeated=len(places)), arithmetic=1.0 if notes else 0.5, note="; ".join(notes)
    )


def _candidate(row: Row, amount: Amount, worth: float) -> Candidate:
    notes = (SAID_SO.format(amount.text, amount.value),) if amount.repaired else ()
    return Candidate(
        page=row.page,
        box=amount.box,
        text=amount.text,
        parsed=Parsed(value=amount.value, text=amount.text, notes=notes),
        score=min(1.0, worth),
        label=row.strength if row.concept is not Concept.NOTHING else 0.0,
        geometry=1.0,
        relation="right",
        label_text="" if row.concept is Concept.NOTHING else row.text,
        label_box=row.label_box,
    )


def _others(slip: _Slip, total: Decimal) -> dict[Concept, TillSum]:
    """Rounding, tax, net sum, what was given and came back, as far as they fit the total."""
    found: dict[Concept, TillSum] = {}
    for p, c in product(_rows(slip, Concept.PAID), _rows(slip, Concept.CHANGE)):
        if p[1].value - abs(c[1].value) == total:
            note = f"{p[1].value} given - {abs(c[1].value)} back = {total}"
            found[Concept.PAID] = TillSum(candidate=_candidate(*p, 1.0), arithmetic=1.0, note=note)
            found[Concept.CHANGE] = TillSum(candidate=_candidate(*c, 1.0), arithmetic=1.0, note=note)
            break
    for concept in (Concept.PAID, Concept.CHANGE, Concept.ROUNDING, Concept.TAX, Concept.SUBTOTAL):
        if concept in found:
            continue
        places = [(row, a) for row, a in _rows(slip, concept) if not a.repaired]
        if places:
            fitting = [p for p in places if _fits(slip, concept, p[1].value, total)]
            row, amount = (fitting or places)[0]
            found[concept] = TillSum(candidate=_candidate(row, amount, 0.9), arithmetic=1.0 if fitting else 0.5)
    return found


def _fits(slip: _Slip, concept: Concept, value: Decimal, total: Decimal) -> bool:
    """Whether a value closes a sum with the total."""
    roundings = {Decimal(0), *(a.value for a in slip.of(Concept.ROUNDING))}
    if concept is Concept.TAX:
        return any(s.value + value + r == total for s in slip.of(Concept.SUBTOTAL) for r in roundings)
    if concept is Concept.SUBTOTAL:
        return any(value + t.value + r == total for t in slip.of(Concept.TAX) for r in roundings)
    if concept is Concept.ROUNDING:
        return value == 0 or total - value in _totals(slip, total)
    return concept is Concept.PAID and value >= total


def _rows(slip: _Slip, concept: Concept) -> list[tuple[Row, Amount]]:
    return [
        (row, row.amounts[-1]) for row in slip.rows if row.concept is concept and row.amounts and not row.of_summary
    ]
