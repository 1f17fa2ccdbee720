"""A schema as JSON Schema for constrained decoding: nothing unbounded, nothing optional, everything nullable.

Only keywords are used that the known decoders (guidance, xgrammar) enforce alike; what the schema says beside them is
checked after the answer (`schemas.answer`, `schemas.model`).
"""

from __future__ import annotations

import re
from typing import Any

from schemas.schema import Field, Kind, Schema

UNREADABLE = "?"
"""What a model writes where something is printed that it cannot read; null means that nothing is printed."""
# Characters of printed amounts: digits, marks, signs, and a currency before or after. No quote or backslash,
# because not every backend can escape them inside a pattern.
_PRINTED_AMOUNT = r"^[-+(A-Za-z$€£¥*. ]{0,8}[0-9][0-9.,' ]{0,20}[-)A-Za-z$€£¥%. ]{0,8}$"
_CANONICAL = {
    Kind.DATE: r"^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$",
    Kind.TIME: r"^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$",
    Kind.INTEGER: r"^-?[0-9]{1,15}$",
    Kind.CURRENCY: r"^[A-Z]{3}$",
    Kind.COUNTRY: r"^[A-Z]{2}$",
    Kind.IBAN: r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
}
_PRINTED_LENGTH = {Kind.DATE: 40, Kind.TIME: 16, Kind.CURRENCY: 20, Kind.COUNTRY: 40, Kind.IBAN: 50, Kind.VAT_ID: 40}
_AMOUNTS = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT)
_LOOK_AROUND = re.compile(r"\(\?[=!<]")
_LITERALS = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_ENDLESS = re.compile(r"[*+]|\{\d+,\}")


def decodable(pattern: str) -> bool:
    """Whether decoders can hold a model to a pattern: no look-around, and an end (`*`, `+` and `{n,}` have none)."""
    return not _LOOK_AROUND.search(pattern) and not _ENDLESS.search(_LITERALS.sub("x", pattern))


def _amount_pattern(decimals: int) -> str:
    return rf"^-?[0-9]{{1,13}}\.[0-9]{{{decimals}}}$" if decimals else r"^-?[0-9]{1,13}$"


def anchored(pattern: str) -> str:
    """The pattern for the whole text: backends disagree on what an unanchored one means."""
    start, end = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    if start and end:
        return pattern
    body = f"({pattern})" if "|" in pattern else pattern
    return ("" if start else "^.{0,500}") + body + ("" if end else ".{0,500}$")


def text_of(field: Field, *, verbatim: bool = True) -> dict[str, Any]:
    """The string that a field's value is written as: `pattern` or `maxLength`, never both, as one decoder drops one."""
    if field.kind in _AMOUNTS or (field.kind is Kind.INTEGER and verbatim):
        pattern = _PRINTED_AMOUNT if verbatim else _amount_pattern(field.decimals)
        return {"type": "string", "pattern": pattern}
    if not verbatim and field.kind in _CANONICAL:
        return {"type": "string", "pattern": _CANONICAL[field.kind]}
    if field.pattern and decodable(field.pattern):
        return {"type": "string", "pattern": anchored(field.pattern)}
    return {"type": "string", "maxLength": min(field.max_length, _PRINTED_LENGTH.get(field.kind, field.max_length))}


def _value(field: Field, *, verbatim: bool) -> dict[str, Any]:
    if field.kind is Kind.TABLE:
        row = _object(field.columns, verbatim=verbatim)
        return {"anyOf": [{"type": "array", "maxItems": field.max_items, "items": row}, {"type": "null"}]}
    if field.kind is Kind.ENUM:
        return {"enum": [*field.choices, UNREADABLE, None]}
    if field.kind is Kind.BOOLEAN:
        return {"enum": [True, False, UNREADABLE, None]}
    text = text_of(field, verbatim=verbatim)
    unreadable = [] if "maxLength" in text else [{"const": UNREADABLE}]  # a bounded text may be it already
    return {"anyOf": [text, *unreadable, {"type": "null"}]}


def _object(fields: tuple[Field, ...], *, verbatim: bool) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {f.name: _value(f, verbatim=verbatim) for f in fields},
        "required": [f.name for f in fields],
        "additionalProperties": False,
    }


def decoder_schema(schema: Schema, *, verbatim: bool = True) -> dict[str, Any]:
    """What a model's answer must look like; the order of the properties is the order of the answer.

    Every field may be null (not printed) or `UNREADABLE`; what is required is a check and no grammar. With `verbatim`
    a value is written as printed, and our own parsing decides what it means. Without it dates are ISO and amounts have
    a point. No titles and descriptions: those belong in the prompt.
    """
    return _object(schema.fields, verbatim=verbatim)
