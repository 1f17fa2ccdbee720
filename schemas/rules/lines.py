"""Line items: quantity x price = line total, and the lines add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schemas.check_result import CheckResult, failed, not_evaluated, passed
from schemas.rules.facts import HALF_CENT, Facts, find_field, money, near, number, rows
from schemas.schema import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HUNDRED = Decimal(100)


def lines_add_up(facts: Facts) -> Iterator[CheckResult]:
    """The line totals add up to the net sum, or to the total where prices contain the tax."""
    name = "lines_add_up"
    found = facts.line_table()
    subtotal, total = (facts.field(m) for m in ("subtotal", "total"))
    if found is None or (subtotal is None and total is None):
        return
    table, column = found
    lines = rows(facts.values, table)
    amounts = [number(row.get(column.name)) for row in lines]
    known = [a for a in amounts if a is not None]
    net, gross = facts.amount(subtotal), facts.amount(total)
    target = subtotal if net is not None else total
    paths = (table.name, *(() if target is None else (target.name,)))
    if not lines or len(known) < len(amounts) or (net is None and gross is None):
        why = (
            "no lines"
            if not lines
            else "a line without its total"
            if len(known) < len(amounts)
            else "no sum to compare with"
        )
        yield not_evaluated(name, paths, why)
        return
    added = sum(known, Decimal(0))
    if said := _meets(added, len(known), facts):
        cells = tuple(f"{table.name}[{k}].{column.name}" for k in range(len(lines)))
        yield passed(name, (*cells, *paths[1:]), f"{len(known)} lines add up to {money(added)}, {said}")
        return
    goal = net if net is not None else gross
    assert goal is not None  # noqa: S101 - one of both is known
    off = f"{money(abs(goal - added))} {'less' if added < goal else 'more'}"
    yield failed(name, paths, f"{len(known)} lines add up to {money(added)}: {off} than {paths[-1]} {money(goal)}")


def _meets(added: Decimal, count: int, facts: Facts) -> str:
    """Which sum the lines make, in words; empty for none."""
    net, gross, tax = (facts.amount(facts.field(m)) for m in ("subtotal", "total", "tax"))
    sign = -1 if (net or gross or Decimal(0)) < 0 else 1
    less, more = (sign * abs(facts.amount(facts.field(m)) or Decimal(0)) for m in ("allowance", "charge"))
    goals = [(net, "the net sum"), (gross, "the total")]
    if net is not None and (less or more):
        goals += [
            (net + less - more, "the net sum before discounts and charges"),
            (net - more, "the net sum without charges"),
        ]
    if gross is not None and (less or more):
        goals += [(gross + less - more, "the total before discounts and charges")]
    if gross is not None and tax is not None:
        goals += [(gross - tax, "the total without tax")]
    return next((said for goal, said in goals if goal is not None and near(abs(added), abs(goal), count + 1)), "")


def _half_digit(value: Decimal) -> Decimal:
    """Half of the last printed place: 12.50 may be anything from 12.495 to 12.505."""
    exponent = value.as_tuple().exponent
    places = min(-exponent, 6) if isinstance(exponent, int) and exponent < 0 else 0
    return Decimal(5).scaleb(-places - 1) if places else Decimal(0)


def _factors(price: Decimal, discount: Decimal | None, rate: Decimal | None) -> Iterator[tuple[Decimal, str]]:
    """What one unit may cost: the price, less a discount in percent; with or without the tax."""
    yield price, money(price)
    if discount:
        yield price * (1 - abs(discount) / HUNDRED), f"{money(price)} less {discount.normalize():f} %"
    if rate:
        yield price * (1 + rate / HUNDRED), f"{money(price)} plus {rate.normalize():f} % tax"
        yield price / (1 + rate / HUNDRED), f"{money(price)} without {rate.normalize():f} % tax"


def _line(row: Mapping[str, Any], columns: Mapping[str, Field | None]) -> tuple[bool, str] | None:
    """Whether one line's arithmetic is right, and how it reads; None where something is missing."""
    found = {m: number(row.get(c.name)) if c else None for m, c in columns.items()}
    quantity, price, total = found["quantity"], found["unit_price"], found["line_total"]
    if quantity is None or price is None or total is None:
        return None
    slack = HALF_CENT * 2 + abs(quantity) * _half_digit(price) + abs(price) * _half_digit(quantity)
    for unit, said in _factors(price, found["discount_rate"], found["tax_rate"]):
        if abs(abs(quantity * unit) - abs(total)) <= slack:
            return True, f"{quantity.normalize():f} x {said} = {money(total)}"
    reduced = found["discount_rate"]
    if reduced and abs(abs(quantity * price) - abs(reduced) - abs(total)) <= slack:
        return True, f"{quantity.normalize():f} x {money(price)} - {money(reduced)} = {money(total)}"
    return False, f"{quantity.normalize():f} x {money(price)} = {money(quantity * price)}, not {money(total)}"


def line_arithmetic(facts: Facts) -> Iterator[CheckResult]:
    """Quantity x unit price, less the discount, is the line total; the right lines are one result, the others one."""
    name = "line_arithmetic"
    found = facts.line_table()
    if found is None:
        return
    table, total = found
    columns = {
        "quantity": find_field(table.columns, "quantity", (Kind.NUMBER, Kind.INTEGER)),
        "unit_price": find_field(table.columns, "unit_price", (Kind.MONEY, Kind.NUMBER)),
        "line_total": total,
        "discount_rate": find_field(table.columns, "discount_rate", (Kind.PERCENT, Kind.NUMBER, Kind.MONEY)),
        "tax_rate": find_field(table.columns, "tax_rate", (Kind.PERCENT,)),
    }
    needed = [columns[m] for m in ("quantity", "unit_price", "line_total")]
    if any(c is None for c in needed):
        return
    results = [_line(row, columns) for row in rows(facts.values, table)]
    for right in (True, False):
        chosen = [(k, r[1]) for k, r in enumerate(results) if r and r[0] is right]
        if chosen:
            paths = tuple(f"{table.name}[{k}].{c.name}" for k, _ in chosen for c in needed if c)
            first = f"line {chosen[0][0] + 1}: {chosen[0][1]}"
            more = f" (and {len(chosen) - 1} more)" if len(chosen) > 1 else ""
            yield (passed if right else failed)(name, paths, first + more)
    if unknown := sum(r is None for r in results):
        yield not_evaluated(name, (table.name,), f"{unknown} lines without quantity, price or total")
    elif not results:
        yield not_evaluated(name, (table.name,), "no lines")
