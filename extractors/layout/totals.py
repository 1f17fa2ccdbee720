"""The totals block as arithmetic: net + tax = total, total - prepaid = due; picks among candidates, adds nothing up itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING

from extractors.layout.concepts import ALLOWANCE, CHARGE, DUE, PREPAID, ROUNDING, SUBTOTAL, TAX, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractors.layout.scalars import Candidate

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
        by_value.setdefault(abs(_amount(c)), c)
    nets = list(candidates.get(SUBTOTAL, ())[:DEPTH])
    taxes = list(candidates.get(TAX, ())[:DEPTH])
    totals = _with_due(candidates)
    _complete(nets, taxes, totals, by_value)
    several = _sums_of_taxes(candidates.get(TAX, ()))
    best: tuple[float, tuple[Candidate | None, ...], bool] = (-1.0, (None, None, None), False)
    for net, tax, total in product([*nets, None], [*taxes, None], [*totals, None]):
        worth, closed = _worth(net, tax, total, rates)
        if tax is None and net is not None and total is not None and _amount(total) - _amount(net) in several:
            worth, closed = worth + SEVERAL, True
        if worth > best[0]:
            best = (worth, (net, tax, total), closed)
    _, (net, tax, total), closed = best
    chosen: dict[str, Choice] = {}
    note = ""
    if closed and net is not None and tax is not None and total is not None:
        note = f"{_amount(net)} + {_amount(tax)} = {_amount(total)}"
    elif closed and net is not None and total is not None:
        note = f"{_amount(net)} and the taxes of several rates are {_amount(total)}"
    for role, candidate in ((SUBTOTAL, net), (TAX, tax), (TOTAL, total)):
        if candidate is not None:
            chosen[role] = Choice(candidate=candidate, arithmetic=1.0 if closed else 0.5, note=note)
    if closed and net is not None and tax is not None and total is not None:
        chosen[TAX] = _signed(chosen[TAX], _amount(total) - _amount(net))
    due = _due(candidates, by_value, total)
    if due is not None:
        chosen[DUE] = due
    return chosen


def _sums_of_taxes(taxes: Sequence[Candidate]) -> set[Decimal]:
    """What the taxes of several rates come to: it is printed nowhere, but closes the sum of net and total."""
    rows = [c for c in taxes[:5] if c.relation == "right" and _amount(c) != 0]
    return {sum((_amount(c) for c in some), Decimal(0)) for n in (2, 3, 4) for some in combinations(rows, n)}


def _signed(choice: Choice, difference: Decimal) -> Choice:
    """A credit note may print its tax without the sign that its other sums have."""
    value = _amount(choice.candidate)
    if value == 0 or abs(value + difference) > CENT:
        return choice
    note = f"printed without its sign: the total less the net is {difference}"
    parsed = replace(choice.candidate.parsed, value=-value)
    return replace(choice, candidate=replace(choice.candidate, parsed=parsed), note=note)


def _amount(c: Candidate) -> Decimal:
    value = c.parsed.value
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _with_due(candidates: Mapping[str, Sequence[Candidate]]) -> list[Candidate]:
    """The amount due is often the only total that is printed."""
    totals = list(candidates.get(TOTAL, ())[:DEPTH])
    have = {c.key for c in totals}
    totals += [replace(c, score=c.score * 0.75) for c in candidates.get(DUE, ())[:3] if c.key not in have]
    return totals


def _complete(nets: list[Candidate], taxes: list[Candidate], totals: list[Candidate], by_value: Mapping[Decimal, Candidate]) -> None:
    """Printed amounts without a label of their own that would close the sum of two labelled ones."""

    def add(to: list[Candidate], value: Decimal) -> None:
        found = by_value.get(abs(value))
        if found is not None and all(_amount(c) != _amount(found) for c in to):
            to.append(replace(found, score=0.12, label=0.0))

    first_nets, first_taxes, first_totals = nets[:3], taxes[:3], totals[:3]
    for net, tax in product(first_nets, first_taxes):
        add(totals, _amount(net) + _amount(tax))
    for net, total in product(first_nets, first_totals):
        add(taxes, _amount(total) - _amount(net))
    for tax, total in product(first_taxes, first_totals):
        add(nets, _amount(total) - _amount(tax))


def _worth(net: Candidate | None, tax: Candidate | None, total: Candidate | None, rates: Sequence[Decimal]) -> tuple[float, bool]:
    worth = sum(ABSTAIN if c is None else c.score for c in (net, tax, total))
    if net is None or tax is None or total is None:
        if net is not None and total is not None and abs(_amount(net)) > abs(_amount(total)):
            worth -= 0.3
        return worth - 0.4 * _clash(net, tax, total), False
    a, b, c = _amount(net), _amount(tax), _amount(total)
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
    best = max(candidates.get(DUE, ()), key=lambda c: c.score + 0.4 * any(abs(_amount(c)) == abs(e) for e in explained), default=None)
    if best is not None and best.score >= 0.4:
        closes = any(abs(abs(_amount(best)) - abs(e)) <= CENT for e in explained)
        return Choice(candidate=best, arithmetic=1.0 if closes else 0.4, note="")
    if total is None:
        return None
    paid = [c for c in candidates.get(PREPAID, ()) if c.score >= 0.45 and _amount(c) != 0]
    if not paid:
        return Choice(candidate=total, arithmetic=0.6, note="no other amount due is printed: the total is due")
    for c in paid:
        rest = by_value.get(abs(_amount(total)) - abs(_amount(c)))
        if rest is not None:
            return Choice(candidate=replace(rest, score=0.5), arithmetic=1.0, note=f"{_amount(total)} - {abs(_amount(c))} paid")
    return None


def _explained(candidates: Mapping[str, Sequence[Candidate]], total: Candidate | None) -> set[Decimal]:
    """What can be due: the total, less what was paid, rounded."""
    if total is None:
        return set()
    whole = abs(_amount(total))
    values = {whole}
    for c in candidates.get(PREPAID, ())[:4]:
        values.add(whole - abs(_amount(c)))
    for c in candidates.get(ROUNDING, ())[:2]:
        values |= {v + _amount(c) for v in tuple(values)}
    return values


def rates_of(texts: Iterable[Decimal]) -> tuple[Decimal, ...]:
    return tuple(sorted({t for t in texts if 0 < t < 40}))


EXPLAINING = (PREPAID, ROUNDING, ALLOWANCE, CHARGE)
