"""Tax: the breakdown adds up, the rates are those of the country."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from schemas.check_result import CheckResult, decided, failed, not_evaluated, passed
from schemas.rules.facts import HALF_CENT, Facts, find_field, money, near, number, rows
from schemas.schema import Field, Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

HIGHEST = Decimal(30)
"""No country taxes sales at more (Hungary's 27 is the highest in Europe, India's 28 and 40 are listed)."""
RATES = {
    "AT": "20 13 10 19 5",
    "BE": "21 12 6",
    "BG": "20 9",
    "CH": "8.1 2.6 3.8 7.7 2.5 3.7 8 3.6",
    "CY": "19 9 5 3",
    "CZ": "21 15 12 10",
    "DE": "19 7 16 5",
    "DK": "25",
    "EE": "20 22 24 9 5 13",
    "EL": "24 13 6 17 9 4",
    "ES": "21 10 5 4 7.5 2 7 3 9.5 15 6.5 20 13.5 8",
    "FI": "24 25.5 14 13.5 10",
    "FR": "20 10 5.5 2.1 8.5 1.75 1.05 19.6 7 13 0.9",
    "GB": "20 5 12.5 17.5 15",
    "XI": "20 5 12.5",
    "HR": "25 13 5",
    "HU": "27 18 5",
    "IE": "23 21 13.5 9 4.8",
    "IN": "28 18 12 5 3 40 14 9 6 2.5 1.5 20 0.25",
    "IT": "22 10 5 4 21",
    "LT": "21 9 5 12",
    "LU": "17 16 14 13 8 7 3",
    "LV": "21 12 5",
    "MT": "18 12 7 5",
    "NL": "21 9 6",
    "NO": "25 15 12",
    "PL": "23 8 5 22 7",
    "PT": "23 13 6 22 12 5 16 9 4 18",
    "RO": "19 21 11 9 5",
    "SE": "25 12 6",
    "SI": "22 9.5 5",
    "SK": "20 23 19 10 5",
}
"""Rates of sales tax by country, in percent: those of today and of the last ten years; zero is everywhere."""
_RATES = {country: frozenset(Decimal(r) for r in listed.split()) for country, listed in RATES.items()}


def _breakdown(facts: Facts) -> tuple[Field, Field, Field | None, Field] | None:
    """The table of tax by rate: (table, rate, base, amount), told from line items by having no text and no quantity."""
    for table in facts.of_kind(Kind.TABLE):
        if any(c.kind in (Kind.TEXT, Kind.NUMBER) for c in table.columns):
            continue
        rate = find_field(table.columns, "tax_rate", (Kind.PERCENT,))
        amount = find_field(table.columns, "tax_amount", (Kind.MONEY,))
        if rate and amount:
            return table, rate, find_field(table.columns, "base", (Kind.MONEY,)), amount
    return None


def tax_breakdown_adds_up(facts: Facts) -> Iterator[CheckResult]:
    """Base x rate = tax for each rate; the taxes add up to the tax, the bases to the net sum."""
    name = "tax_breakdown_adds_up"
    found = _breakdown(facts)
    if found is None:
        return
    table, rate, base, amount = found
    lines = rows(facts.values, table)
    if not lines:
        yield not_evaluated(name, (table.name,), "no tax breakdown")
        return
    lines_count = max((len(rows(facts.values, t)) for t in facts.of_kind(Kind.TABLE)), default=1)
    for k, row in enumerate(lines):
        part, percent, taxed = (number(row.get(c.name)) if c else None for c in (amount, rate, base))
        if part is None or percent is None or taxed is None or base is None:
            continue
        value = taxed * percent / 100
        right = abs(abs(value) - abs(part)) <= HALF_CENT * (lines_count + 1)  # the tax may be rounded line by line
        paths = tuple(f"{table.name}[{k}].{c.name}" for c in (base, rate, amount))
        said = f"{money(taxed)} x {percent.normalize():f} % = {money(value.quantize(Decimal('0.01')))}"
        yield decided(name, right=right, paths=paths, message=said if right else f"{said}, not {money(part)}")
    for meaning, column in (("tax", amount), ("subtotal", base)):
        yield from _column_adds_up(facts, name, meaning, table, column)


def _column_adds_up(facts: Facts, name: str, meaning: str, table: Field, column: Field | None) -> Iterator[CheckResult]:
    goal = facts.field(meaning)
    target = facts.amount(goal)
    if column is None or goal is None or target is None:
        return
    amounts = [number(row.get(column.name)) for row in rows(facts.values, table)]
    known = [a for a in amounts if a is not None]
    if len(known) < len(amounts):
        return
    added = sum(known, Decimal(0))
    right = near(abs(added), abs(target), len(known) + 1)
    paths = (*(f"{table.name}[{k}].{column.name}" for k in range(len(known))), goal.name)
    said = " + ".join(money(a) for a in known[:6]) + (" + ..." if len(known) > 6 else "")
    sign = f"= {money(target)}" if right else f"= {money(added)}, but {goal.name} is {money(target)}"
    yield decided(name, right=right, paths=paths, message=f"{said} {sign}")


def _country(facts: Facts) -> str:
    """The seller's country, from its VAT id."""
    for field in facts.of_kind(Kind.VAT_ID):
        value = str(facts.values.get(field.name) or "")
        if field.role is not Role.RECIPIENT and len(value) > 4:
            return "CH" if value.startswith("CHE") else "IN" if value[:2].isdigit() and len(value) == 15 else value[:2]
    return ""


def tax_rate_plausible(facts: Facts) -> Iterator[CheckResult]:
    """Every tax rate is one of the seller's country; where the country is not known, none above 30 %."""
    name = "tax_rate_plausible"
    country = _country(facts)
    known = _RATES.get(country)
    wrong: dict[str, Decimal] = {}
    right: dict[str, Decimal] = {}
    for table in facts.of_kind(Kind.TABLE):
        column = find_field(table.columns, "tax_rate", (Kind.PERCENT,))
        for k, row in enumerate(rows(facts.values, table) if column else ()):
            value = number(row.get(column.name)) if column else None
            if column and value is not None:
                fits = value == 0 or (value in known if known else 0 <= value <= HIGHEST)
                (right if fits else wrong)[f"{table.name}[{k}].{column.name}"] = value
    where = f"in {country}" if known else "anywhere"
    if wrong:
        rates = ", ".join(sorted({f"{v.normalize():f} %" for v in wrong.values()}))
        yield failed(name, tuple(wrong), f"{rates} is no tax rate {where}")
    if right:
        rates = ", ".join(sorted({f"{v.normalize():f} %" for v in right.values()}))
        yield passed(
            name,
            tuple(right),
            f"{rates}: {'tax rates' if known else 'possible tax rates'}{f' in {country}' if known else ''}",
        )
    yield from _whole_rate(facts, name)


def _whole_rate(facts: Facts, name: str) -> Iterator[CheckResult]:
    """The tax as a share of the net sum is between 0 and 30 %."""
    subtotal, tax = facts.field("subtotal"), facts.field("tax")
    net, vat = facts.amount(subtotal), facts.amount(tax)
    if subtotal is None or tax is None or net is None or vat is None:
        return
    paths = (subtotal.name, tax.name)
    if net == 0:
        yield decided(name, right=vat == 0, paths=paths, message=f"{money(vat)} of tax on nothing")
        return
    share = vat / net * 100
    right = vat * net >= 0 and abs(vat) - 2 * HALF_CENT <= abs(net) * HIGHEST / 100
    said = f"{money(vat)} is {share:.1f} % of {money(net)}"
    yield decided(name, right=right, paths=paths, message=said if right else f"{said}: no tax is that high or negative")
