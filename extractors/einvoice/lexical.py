"""The lexical forms of XML (decimals, coded dates) to the typed value of a field's kind."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from schemas import Kind

if TYPE_CHECKING:
    from extractors.reading import Value
    from schemas import Field

DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{4,6})?")
DAY_FIRST_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
"""Its form only: a wrong check digit is a failed check, and still what the invoice says."""
NUMBERS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT})
CODES_WITHOUT_SPACES = frozenset({Kind.VAT_ID, Kind.CURRENCY})
YES_NO = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One thing that the XML says, before it gets the type of a field."""

    text: str
    verbatim: str = ""
    """What the XML has, where `text` was computed from it."""
    note: str = ""
    """Where a choice or a computation was made: which, and why."""
    doubtful: bool = False
    """The XML itself says two things; a person has to choose."""


def typed(field: Field, text: str) -> Value | None:
    """The value of `text` for this field; None where it has no such value."""
    kind = field.kind
    if kind in NUMBERS:
        return decimal_of(text)
    if kind is Kind.DATE:
        return date_of(text)
    if kind is Kind.INTEGER:
        number = decimal_of(text)
        return int(number) if number is not None and number == number.to_integral_value() else None
    if kind is Kind.BOOLEAN:
        return YES_NO.get(text.strip().lower())
    if kind is Kind.ENUM:
        return next((c for c in field.choices if _letters(c) == _letters(text)), None)
    if kind is Kind.IBAN:
        account = re.sub(r"\s", "", text).upper()
        return account if IBAN.fullmatch(account) else None
    if kind in CODES_WITHOUT_SPACES:
        return re.sub(r"\s", "", text).upper() or None
    if kind in (Kind.TIME, Kind.TABLE):
        return None
    return text or None


def decimal_of(text: str) -> Decimal | None:
    """An xs:decimal; a comma as the only separator is taken as the point that it should have been."""
    compact = re.sub(r"\s", "", text)
    if compact.count(",") == 1 and "." not in compact:
        compact = compact.replace(",", ".")
    if not DECIMAL.fullmatch(compact):
        return None
    try:
        value = Decimal(compact)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 20 else None


def date_of(text: str) -> dt.date | None:
    """UN/CEFACT format 102 and its longer forms (203, 204), xs:date and xs:dateTime; the written form decides.

    The `format` attribute is often wrong and these forms cannot be confused with each other.
    """
    compact = text.strip()
    for pattern, order in ((ISO_DATE, (1, 2, 3)), (COMPACT_DATE, (1, 2, 3)), (DAY_FIRST_DATE, (3, 2, 1))):
        found = pattern.match(compact)
        if found:
            year, month, day = (int(found.group(i)) for i in order)
            try:
                return dt.date(year, month, day)
            except ValueError:
                return None
    return None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
