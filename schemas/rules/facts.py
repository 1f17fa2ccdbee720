"""The values of a record by what they mean, so that a rule need not know a schema's names."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schemas.phrases import tokens
from schemas.schema import Field, Kind, Schema

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

HALF_CENT = Decimal("0.005")

MEANINGS = {
    "subtotal": (
        "subtotal, net total, net amount, total net, net, total excl tax, sub total, net sum, amount before tax, "
        "total before tax, total ht"
    ),
    "tax": (
        "tax total, tax, tax amount, vat, vat amount, vat total, total tax, total vat, gst, sales tax, tax sum, "
        "mwst, ust, tva, iva, btw"
    ),
    "total": (
        "total, grand total, total amount, gross total, total gross, gross amount, invoice total, order total, "
        "amount total, total incl tax, gross, total ttc"
    ),
    "due": (
        "amount due, balance due, total due, payable, amount payable, balance, outstanding, due amount, amount to pay"
    ),
    "prepaid": "prepaid amount, prepaid, already paid, deposit, prepayment, down payment, advance payment",
    "allowance": "allowance total, discount total, total discount, allowances, discount, rebate, discount amount",
    "charge": "charge total, charges, shipping, freight, surcharge, shipping cost, delivery charge, handling",
    "rounding": "rounding, rounding adjustment",
    "paid": "amount paid, paid, tendered, cash tendered, amount tendered",
    "change": "change, change due",
    "quantity": "quantity, qty, units, count, hours",
    "unit_price": "unit price, price, rate, price per unit, unit cost, net price",
    "discount_rate": "discount, discount percent, discount rate, discount pct",
    "line_total": "line total, amount, total, line amount, total price, net amount, extended price, sum",
    "tax_rate": "tax rate, rate, vat rate, vat, tax percent, vat percent, gst rate, tax",
    "base": "base, taxable amount, net, net amount, taxable, basis, tax base",
    "tax_amount": "amount, tax amount, tax, vat amount, vat",
    "issue": "issue date, invoice date, date, order date, document date, date issued, issued on, receipt date",
    "due_date": "due date, payment due date, due on, pay by, payment due",
}
"""Meaning -> what a field's name or title says when it has it, best first."""
_WORDS = {meaning: tuple(tuple(p.split()) for p in listed.split(", ")) for meaning, listed in MEANINGS.items()}


def find_field(fields: Sequence[Field], meaning: str, kinds: tuple[Kind, ...]) -> Field | None:
    """The field of a meaning among fields of some kinds; the title helps where no name fits."""
    wanted = _WORDS[meaning]
    usable = [f for f in fields if f.kind in kinds]
    by_name = {tokens(f.name): f for f in reversed(usable)}
    if found := next((by_name[w] for w in wanted if w in by_name), None):
        return found
    by_title = {tokens(f.title): f for f in reversed(usable)}
    return next((by_title[w] for w in wanted if w in by_title), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A schema and a record's values."""

    schema: Schema
    values: Mapping[str, Any]
    today: dt.date | None = None
    _found: dict[tuple[str, tuple[Kind, ...]], Field | None] = field(default_factory=dict, compare=False, repr=False)

    def field(self, meaning: str, *kinds: Kind) -> Field | None:
        """The field of a meaning, looked for once a record."""
        key = (meaning, kinds or (Kind.MONEY,))
        if key not in self._found:
            self._found[key] = find_field(self.schema.fields, *key)
        return self._found[key]

    def amount(self, field: Field | None) -> Decimal | None:
        return number(self.values.get(field.name)) if field else None

    def of_kind(self, *kinds: Kind) -> Iterator[Field]:
        return (f for f in self.schema.fields if f.kind in kinds)

    def cells(self, *kinds: Kind) -> Iterator[tuple[str, Field, Any]]:
        """(path, field, value) of every value of some kinds, in tables too."""
        for top in self.schema.fields:
            if top.kind in kinds and self.values.get(top.name) is not None:
                yield top.name, top, self.values[top.name]
            for column in top.columns:
                if column.kind in kinds:
                    for k, row in enumerate(rows(self.values, top)):
                        if row.get(column.name) is not None:
                            yield f"{top.name}[{k}].{column.name}", column, row[column.name]

    def line_table(self) -> tuple[Field, Field] | None:
        """The table of lines and its column of line totals: the table with a quantity, a price or a description."""
        for table in self.of_kind(Kind.TABLE):
            total = find_field(table.columns, "line_total", (Kind.MONEY,))
            lines = any(
                find_field(table.columns, m, (Kind.NUMBER, Kind.INTEGER, Kind.MONEY))
                for m in ("quantity", "unit_price")
            )
            if total and (lines or any(c.kind is Kind.TEXT for c in table.columns)):
                return table, total
        return None


def number(value: object) -> Decimal | None:
    """A value as a Decimal; None for what is no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(repr(value)) if isinstance(value, float) and value == value else None  # noqa: PLR0124 - not NaN


def rows(values: Mapping[str, Any], table: Field) -> Sequence[Mapping[str, Any]]:
    return values.get(table.name) or ()


def money(value: Decimal) -> str:
    """An amount for people: two decimals, more where it has them."""
    places = -int(value.as_tuple().exponent) if isinstance(value.as_tuple().exponent, int) else 2
    return f"{value:.{max(2, min(places, 6))}f}"


def near(a: Decimal, b: Decimal, amounts: int) -> bool:
    """Equal within half a cent for each of the rounded amounts that take part."""
    return abs(a - b) <= HALF_CENT * max(amounts, 2)
