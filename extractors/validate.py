"""Whether a reader's value may stand in the record: the type, the length and the digits that its field allows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from schemas import Field, Kind

if TYPE_CHECKING:
    from extractors.reading import Value

MAX_DIGITS = 18
"""What the decimal columns of the tables hold, the decimals included."""
MAX_INTEGER = 2**63 - 1
DECIMALS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT})
LETTERS_OF_CURRENCY = 3


@dataclass(frozen=True, slots=True)
class Validated:
    """A value as the record holds it, or None and what is wrong with it."""

    value: Value | None
    note: str = ""


def validated(field: Field, value: Value | None) -> Validated:
    """The value in its field's type; never an exception."""
    if value is None:
        return Validated(None, "a value was announced and none was given")
    if field.kind in DECIMALS:
        return _decimal(field, value)
    if field.kind is Kind.INTEGER:
        return _integer(field, value)
    if field.kind is Kind.DATE:
        return _is(value, dt.date, "date")
    if field.kind is Kind.TIME:
        time = value.replace(microsecond=0, tzinfo=None) if isinstance(value, dt.time) else value
        return _is(time, dt.time, "time")
    if field.kind is Kind.BOOLEAN:
        return _is(value, bool, "yes or no")
    return _text(field, value)


def _is(value: Value, wanted: type, name: str) -> Validated:
    if isinstance(value, dt.datetime):
        value = value.date()
    return Validated(value) if isinstance(value, wanted) else Validated(None, f"`{value}` is no {name}")


def _decimal(field: Field, value: Value) -> Validated:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Validated(None, f"`{value}` is no number")
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() >= MAX_DIGITS - field.decimals - 1:
        return Validated(None, f"`{value}` is no number that a document of this kind states")
    rounded = number.quantize(Decimal(1).scaleb(-field.decimals), rounding=ROUND_HALF_UP)
    note = "" if rounded == number else f"rounded from {number} to {field.decimals} decimals"
    return _bounded(field, rounded, note)


def _bounded(field: Field, number: Decimal | int, note: str = "") -> Validated:
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"at least {low}" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
        return Validated(None, f"`{number}` is not {bounds}")
    return Validated(number, note)


def _integer(field: Field, value: Value) -> Validated:
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_INTEGER:
        return Validated(None, f"`{value}` is no whole number")
    return _bounded(field, value)


def _text(field: Field, value: Value) -> Validated:
    if not isinstance(value, str) or not value.strip():
        return Validated(None, f"`{value}` is no text")
    if len(value) > field.max_length:
        return Validated(None, f"{len(value)} characters, and at most {field.max_length} are allowed")
    if field.pattern and not re.search(field.pattern, value):
        return Validated(None, f"`{value}` has not the form {field.pattern}")
    if field.choices and value not in field.choices:
        return Validated(None, f"`{value}` is none of {', '.join(field.choices)}")
    if field.kind is Kind.CURRENCY and (len(value) != LETTERS_OF_CURRENCY or not value.isalpha()):
        return Validated(None, f"`{value}` is no currency code")
    return Validated(value)
