"""What an invented invoice says; the drawing and the truth file are both made from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

CENT = Decimal("0.01")


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    name: str
    street: str
    city: str
    country: str
    vat_id: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax_rate: Decimal
    article: str = ""

    @property
    def total(self) -> Decimal:
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    stem: str
    number: str
    issued: dt.date
    due: dt.date | None
    seller: Party
    buyer: Party
    currency: str
    lines: tuple[Line, ...]
    iban: str | None = None
    bic: str | None = None
    bank: str | None = None
    order_number: str | None = None
    credit_note: bool = False
    printed_total: Decimal | None = None
    """A total that the lines do not add up to (for the example that a check must catch)."""

    @property
    def subtotal(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def taxes(self) -> dict[Decimal, tuple[Decimal, Decimal]]:
        """Rate -> (base, tax)."""
        bases: dict[Decimal, Decimal] = {}
        for line in self.lines:
            bases[line.tax_rate] = bases.get(line.tax_rate, Decimal(0)) + line.total
        return {rate: (base, cents(base * rate / 100)) for rate, base in sorted(bases.items())}

    @property
    def tax_total(self) -> Decimal:
        return sum((tax for _, tax in self.taxes.values()), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.printed_total if self.printed_total is not None else self.subtotal + self.tax_total

    def truth(self) -> dict[str, Any]:
        """The truth file: what the page says, numbers as strings of exact decimals."""
        truth: dict[str, Any] = {
            "invoice_number": self.number,
            "issue_date": self.issued.isoformat(),
            "due_date": self.due.isoformat() if self.due else None,
            "seller_name": self.seller.name,
            "seller_vat_id": self.seller.vat_id,
            "buyer_name": self.buyer.name,
            "currency": self.currency,
            "subtotal": str(self.subtotal),
            "tax_total": str(self.tax_total),
            "total": str(self.total),
            "amount_due": str(self.total),
            "iban": self.iban,
            "line_items": [
                {
                    "description": line.description,
                    "quantity": str(line.quantity),
                    "unit_price": str(line.unit_price),
                    "line_total": str(line.total),
                }
                for line in self.lines
            ],
        }
        truth["_absent"] = sorted(k for k in ("due_date", "seller_vat_id", "iban") if truth[k] is None)
        return truth
