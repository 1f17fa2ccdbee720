"""Totals: net + tax = gross, what is due, what was given and what came back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from schemas.check_result import CheckResult, decided, failed, not_evaluated, passed
from schemas.rules.facts import Facts, money, near

if TYPE_CHECKING:
    from collections.abc import Iterator

ZERO = Decimal(0)


def _like(value: Decimal, other: Decimal) -> Decimal:
    """The value with the sign of another: a credit note prints discounts and payments with either."""
    return -abs(value) if other < 0 else abs(value)


def _signed(sign: str, value: Decimal | None) -> str:
    return f" {sign} {money(value)}" if value else ""


def _names(*fields: object) -> tuple[str, ...]:
    return tuple(str(getattr(f, "name", "")) for f in fields if f is not None)


def total_is_sum(facts: Facts) -> Iterator[CheckResult]:
    """Net + tax = total; the net sum may stand before discounts and charges, a till's total may contain the tax."""
    name = "total_is_sum"
    subtotal, tax, total = (facts.field(m) for m in ("subtotal", "tax", "total"))
    if total is None or (subtotal is None and tax is None):
        return
    net, vat, gross = facts.amount(subtotal), facts.amount(tax), facts.amount(total)
    missing = [f.name for f, v in ((subtotal, net), (tax, vat), (total, gross)) if f is not None and v is None]
    if missing or net is None or vat is None or gross is None:
        about = ", ".join(missing) or "a net sum and a tax"
        yield not_evaluated(name, _names(subtotal, tax, total), f"needs {about}")
        return
    extras = {m: facts.field(m) for m in ("allowance", "charge", "rounding")}
    minus, plus, rounding = (facts.amount(f) or ZERO for f in extras.values())
    minus, plus = _like(minus, gross), _like(plus, gross)
    paths = _names(subtotal, tax, total)
    wide = paths + _names(*(f for f in extras.values() if facts.amount(f)))
    rounded = _signed("+", rounding)
    reduced = _signed("-", minus) + _signed("+", plus)
    ways = [
        (net + vat, paths, f"{money(net)} + {money(vat)}"),
        (net + vat + rounding, wide, f"{money(net)} + {money(vat)}{rounded}"),
        (net - minus + plus + vat, wide, f"{money(net)}{reduced} + {money(vat)}"),
    ]
    if extras["rounding"] or facts.field("change"):
        ways.append((net + rounding, wide, f"{money(net)}{rounded} (tax of {money(vat)} contained)"))
    for value, used, said in ways:
        if near(value, gross, len(used)):
            yield passed(name, used, f"{said} = {money(gross)}")
            return
    yield failed(name, paths, f"{money(net)} + {money(vat)} = {money(net + vat)}, but the total is {money(gross)}")


def due_is_total_less_paid(facts: Facts) -> Iterator[CheckResult]:
    """Amount due = total - already paid."""
    name = "due_is_total_less_paid"
    total, due, prepaid = (facts.field(m) for m in ("total", "due", "prepaid"))
    if total is None or due is None:
        return
    gross, left, paid = facts.amount(total), facts.amount(due), facts.amount(prepaid)
    paths = _names(total, due)
    if gross is None or left is None:
        yield not_evaluated(name, paths, f"needs {total.name if gross is None else due.name}")
        return
    if paid is None:
        said = f"nothing is paid yet, and {money(gross)} = {money(left)}"
        if near(gross, left, 2):
            yield passed(name, paths, said)
        else:
            yield failed(
                name,
                paths,
                f"{money(left)} is due of {money(gross)}, and no payment of {money(gross - left)} was found",
            )
        return
    right = near(gross - _like(paid, gross), left, 3)
    sign = "=" if right else "is not"
    yield decided(
        name,
        right=right,
        paths=(*paths, *_names(prepaid)),
        message=f"{money(gross)} - {money(abs(paid))} {sign} {money(left)}",
    )


def change_is_right(facts: Facts) -> Iterator[CheckResult]:
    """What was given - what came back = total."""
    name = "change_is_right"
    total, paid, change = (facts.field(m) for m in ("total", "paid", "change"))
    if total is None or paid is None or change is None:
        return
    gross, given, back = facts.amount(total), facts.amount(paid), facts.amount(change)
    paths = _names(total, paid, change)
    if gross is None or given is None or back is None:
        missing = next(f.name for f, v in ((total, gross), (paid, given), (change, back)) if v is None)
        yield not_evaluated(name, paths, f"needs {missing}")
        return
    right = near(given - abs(back), gross, 3)
    yield decided(
        name,
        right=right,
        paths=paths,
        message=f"{money(given)} - {money(abs(back))} {'=' if right else 'is not'} {money(gross)}",
    )
