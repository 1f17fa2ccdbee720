"""Printed text <-> typed value, for every kind of field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from schemas.schema import Kind
from schemas.values.amounts import parse_integer, parse_money, parse_number, parse_percent
from schemas.values.currencies import parse_currency
from schemas.values.dates import parse_date, parse_time
from schemas.values.detect import detect_locale, language_of
from schemas.values.ids import parse_iban, parse_vat_id
from schemas.values.parsed import Locale, Parsed, Value
from schemas.values.words import (
    parse_boolean,
    parse_choice,
    parse_code,
    parse_country,
    parse_lines,
    parse_name,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.schema import Field

__all__ = ["Locale", "Parsed", "Value", "detect_locale", "format_value", "language_of", "parse", "parse_field"]

_UNKNOWN = Locale()
_PARSERS: dict[Kind, Callable[[str, Locale], Parsed | None]] = {
    Kind.TEXT: parse_text,
    Kind.NAME: parse_name,
    Kind.ADDRESS: parse_lines,
    Kind.CODE: parse_code,
    Kind.MONEY: parse_money,
    Kind.NUMBER: parse_number,
    Kind.PERCENT: parse_percent,
    Kind.INTEGER: parse_integer,
    Kind.DATE: parse_date,
    Kind.TIME: parse_time,
    Kind.CURRENCY: parse_currency,
    Kind.IBAN: parse_iban,
    Kind.VAT_ID: parse_vat_id,
    Kind.COUNTRY: parse_country,
    Kind.BOOLEAN: parse_boolean,
}


def parse(kind: Kind, text: str, locale: Locale = _UNKNOWN, *, choices: Sequence[str] = ()) -> Parsed | None:
    """What a printed text means as a value of a kind; None where it is no such value.

    The whole text must be the value: `Total 12.50` is no amount. Tables have no text of their own: ValueError.
    """
    if kind is Kind.ENUM:
        return parse_choice(text, choices)
    parser = _PARSERS.get(kind)
    if parser is None:
        message = f"a {kind} is not parsed from one text"
        raise ValueError(message)
    return parser(text, locale)


def parse_field(field: Field, text: str, locale: Locale = _UNKNOWN) -> Parsed | None:
    """What a printed text means as a value of a field: as `parse`, with the field's choices and length."""
    if field.kind is Kind.ENUM:
        return parse_choice(text, field.choices, field.choice_labels)
    parsed = parse(field.kind, text, locale)
    return (
        None if parsed is None or (isinstance(parsed.value, str) and len(parsed.value) > field.max_length) else parsed
    )


def format_value(kind: Kind, value: Value) -> str:
    """The canonical string of a value, as the `fields` table holds it: `1190.00`, `2026-04-03`, `true`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if kind is Kind.TABLE:
        message = "a table has no canonical string; format its cells"
        raise ValueError(message)
    return str(value)
