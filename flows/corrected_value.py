"""The value that a person typed: as the tables write it, or as it would be printed where that has one meaning only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.validate import validated
from flows.corrections import value_of
from schemas import Kind
from schemas.values import format_value, parse_field

if TYPE_CHECKING:
    from extractors import Value
    from schemas import Field

HOW = {
    Kind.MONEY: "write it as 1234.50",
    Kind.NUMBER: "write it as 1234.5",
    Kind.PERCENT: "write it as 19 or 5.5",
    Kind.INTEGER: "write it as 12",
    Kind.DATE: "write it as 2026-01-31",
    Kind.TIME: "write it as 14:30",
    Kind.BOOLEAN: "write true or false",
}
AS_WRITTEN = frozenset({Kind.TEXT, Kind.NAME, Kind.ADDRESS, Kind.CODE})


def corrected_value(field: Field, text: str) -> Value:
    """The value in the field's type; ValueError that says what is wrong and how to write it."""
    if field.kind is Kind.TABLE:
        msg = f"{field.name} is a table: correct its cells, or accept it as it is"
        raise ValueError(msg)
    if not text:
        msg = f"no corrected value is given; where the document shows no {field.name}, say `absent`"
        raise ValueError(msg)
    checked = validated(field, _typed(field, text))
    if checked.value is None:
        msg = f"{field.name}: {checked.note}"
        raise ValueError(msg)
    if checked.note:  # rounded: 1.234 may be meant as 1234
        msg = f"{field.name}: `{text}` has more than {field.decimals} decimals; {HOW[field.kind]}"
        raise ValueError(msg)
    return checked.value


def _typed(field: Field, text: str) -> Value:
    if field.kind in AS_WRITTEN:
        return text
    try:
        if field.kind in HOW:
            return value_of(field, text)
    except ValueError:
        pass  # not as the tables write it; perhaps as one would print it
    parsed = parse_field(field, text)
    hint = HOW.get(field.kind, f"one of {', '.join(field.choices)} is wanted" if field.choices else "look again")
    if parsed is None:
        msg = f"{field.name}: `{text}` is no {field.kind.value}; {hint}"
        raise ValueError(msg)
    if parsed.ambiguous:
        others = ", ".join(format_value(field.kind, v) for v in (parsed.value, *parsed.alternatives))
        msg = f"{field.name}: `{text}` may mean {others}; {hint}"
        raise ValueError(msg)
    if parsed.checksum is False:
        msg = f"{field.name}: the check digits of `{text}` are wrong; look again"
        raise ValueError(msg)
    return parsed.value
