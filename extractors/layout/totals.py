"""The totals block as arithmetic: net + tax = total, total - prepaid = due; picks among what is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING

from extractors.layout.columns import amount_of
from extractors.layout.concepts import ALLOWANCE, CHARGE, DUE, PREPAID, ROUNDING, SUBTOTAL, TAX, TOTAL
from extractors.layout.links import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractors.layout.scored import Candidate

CENT = Decimal("0.02")
DEPTH = 6
"""Candidates of one role that are tried."""
ABSTAIN = 0.3
"""What leaving a role out is worth: weaker candidates are not taken unless the sum closes."""
CLOSES = 0.7
SEVERAL = 0.6
"""What it is worth when the sum closes with the taxes of several rates."""
FAILS = -0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen for one role."""

    candidate: Candidate
    arithmetic: float
    """1: the sum closes with it; 0.5: nothing to check with; 0: it does not close."""
    note: str = ""


def solve(
    candidates: Mapping[str, Sequence[Candidate]],
    pool: Sequence[Candidate],
    rates: Sequence[Decimal],
) -> dict[str, Choice]:
    """Role -> choice. `pool` are all printed amounts, labelled or not; `rates` the printed percentages."""
    by_value: dict[Decimal, Candidate] = {}
    for c in pool:
        by_value.setdefault(abs(amount_of(c)), c)
    nets = list(candidates.get(SUBTOTAL, ())[:DEPTH])
    taxes = list(candidates.get(TAX, ())[:DEPTH])
    totals = _with_due(candidates)
    _complete(nets, taxes, totals, by_value)
    several = _sums_of_taxes(candidates.get(TAX, ()))
    triples = product([*nets, None], [*taxes, None], [*totals, None])
    best = max((_triple(net, tax, total, rates, several) for net, tax, total in triples), key=lambda t: t.worth)
    chosen = best.choices()
    due = _due(candidates, by_value, best.total)
    if due is not None:
        chosen[DUE] = due
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class _Triple:
    """Net, tax and total taken together; None where nothing is taken."""

    net: Candidate | None
    tax: Candidate | None
    total: Candidate | None
    worth: float
    closes: bool

    def choices(self) -> dict[str, Choice]:
        note, tax = "", self.tax
        if self.closes and self.net is not None and self.total is not None:
            net, total = amount_of(self.net), amount_of(self.total)
            if tax is None:
                note = f"{net} and the taxes of several rates are {total}"
            else:
                tax = _signed(tax, total - net)
                note = f"{net} + {amount_of(tax)} = {total}"
        arithmetic = 1.0 if self.closes else 0.5
        return {
            role: Choice(candidate=candidate, arithmetic=arithmetic, note=note)
            for role, candidate in ((SUBTOTAL, self.net), (TAX, tax), (TOTAL, self.total))
            if candidate is not None
        }


def _triple(
    net: Candidate | None,
    tax: Candidate | None,
    total: Candidate | None,
    rates: Sequence[Decimal],
    several: set[Decimal],
) -> _Triple:
    worth, closes = _worth(net, tax, total, rates)
    if tax is None and net is not None and total is not None and amount_of(total) - amount_of(net) in several:
        worth, closes = worth + SEVERAL, True
    return _Triple(net=net, tax=tax, total=total, worth=worth, closes=closes)


def _sums_of_taxes(taxes: Sequence[Candidate]) -> set[Decimal]:
    """What the taxes of several rates come to: it is printed nowhere, but closes the sum of net and total."""
    rows = [c for c in taxes[:5] if c.relation == Relation.RIGHT and amount_of(c) != 0]
    return {sum((amount_of(c) for c in some), Decimal(0)) for n in (2, 3, 4) for some in combinations(rows, n)}


def _signed(tax: Candidate, difference: Decimal) -> Candidate:
    """A credit note may print its tax without the sign that its other sums have."""
    value = amount_of(tax)
    if value == difference or abs(value + difference) > min(CENT, abs(value) / 4):
        return tax
    note = f"printed without its sign: the total less the net is {difference}"
    return replace(tax, parsed=replace(tax.parsed, value=-value, notes=(*tax.parsed.notes, note)))


def _with_due(candidates: Mapping[str, Sequence[Candidate]]) -> list[Candidate]:
    """The amount due is often the only total that is printed."""
    totals = list(candidates.get(TOTAL, ())[:DEPTH])
    have = {c.key for c in totals}
    totals += [replace(c, score=c.score * 0.75) for c in candidates.get(DUE, ())[:3] if c.key not in have]
    return totals


def _complete(
    nets: list[Candidate], taxes: list[Candidate], totals: list[Candidate], by_value: Mapping[Decimal, Candidate]
) -> None:
    """Printed amounts without a label of their own that would close the sum of two labelled ones."""

    def add(to: list[Candidate], value: Decimal) -> None:
        found = by_value.get(abs(value))
        if found is not None and all(amount_of(c) != amount_of(found) for c in to):
            to.append(replace(found, score=0.12, label=0.0))

    first_nets, first_taxes, first_totals = nets[:3], taxes[:3], totals[:3]
    for net, tax in product(first_nets, first_taxes):
        add(totals, amount_of(net) + amount_of(tax))
    for net, total in product(first_nets, first_totals):
        add(taxes, amount_of(total) - amount_of(net))
    for tax, total in product(first_taxes, first_totals):
        add(nets, amount_of(total) - amount_of(tax))


def _worth(
    net: Candidate | None, tax: Candidate | None, total: Candidate | None, rates: Sequence[Decimal]
) -> tuple[float, bool]:
    worth = sum(ABSTAIN if c is None else c.score for c in (net, tax, total))
    if net is None or tax is None or total is None:
        if net is not None and total is not None and abs(amount_of(net)) > abs(amount_of(total)):
            worth -= 0.3
        return worth - 0.4 * _clash(net, tax, total), False
    a, b, c = amount_of(net), amount_of(tax), amount_of(total)
    cent = min(CENT, abs(b) / 4)
    closes = abs(a + b - c) <= cent or abs(abs(a) + abs(b) - abs(c)) <= cent
    if closes and (a or b or c):
        bonus = CLOSES if b else 0.6 * CLOSES
        if any(abs(a * r / 100 - b) <= CENT for r in rates):
            bonus += 0.1
        return worth + bonus - 0.15 * _clash(net, tax, total), True
    return worth + FAILS - 0.4 * _clash(net, tax, total), False


def _clash(*chosen: Candidate | None) -> int:
    """How often one printed amount was taken for two roles."""
    places = [(c.page, c.box) for c in chosen if c is not None]
    return len(places) - len(set(places))


def _due(
    candidates: Mapping[str, Sequence[Candidate]],
    by_value: Mapping[Decimal, Candidate],
    total: Candidate | None,
) -> Choice | None:
    explained = _explained(candidates, total)
    best = max(
        candidates.get(DUE, ()),
        key=lambda c: c.score + 0.4 * any(abs(amount_of(c)) == abs(e) for e in explained),
        default=None,
    )
    if best is not None and best.score >= 0.4:
        closes = any(abs(abs(amount_of(best)) - abs(e)) <= CENT for e in explained)
        return Choice(candidate=best, arithmetic=1.0 if closes else 0.4, note="")
    if total is None:
        return None
    paid = [c for c in candidates.get(PREPAID, ()) if c.score >= 0.45 and amount_of(c) != 0]
    if not paid:
        return Choice(candidate=total, arithmetic=0.6, note="no other amount due is printed: the total is due")
    for c in paid:
        rest = by_value.get(abs(amount_of(total)) - abs(amount_of(c)))
        if rest is not None:
            return Choice(
                candidate=replace(rest, score=0.5),
                arithmetic=1.0,
                note=f"{amount_of(total)} - {abs(amount_of(c))} paid",
            )
    return None


def _explained(candidates: Mapping[str, Sequence[Candidate]], total: Candidate | None) -> set[Decimal]:
    """What can be due: the total, less what was paid, rounded."""
    if total is None:
        return set()
    whole = abs(amount_of(total))
    values = {whole}
    for c in candidates.get(PREPAID, ())[:4]:
        values.add(whole - abs(amount_of(c)))
    for c in candidates.get(ROUNDING, ())[:2]:
        values |= {v + amount_of(c) for v in tuple(values)}
    return values


def rates_of(texts: Iterable[Decimal]) -> tuple[Decimal, ...]:
    return tuple(sorted({t for t in texts if 0 < t < 40}))


EXPLAINING = (PREPAID, ROUNDING, ALLOWANCE, CHARGE)
