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
_DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19"
"""European, Arabic, Persian, Indian and full-width."""
_NEVER = r'"\\\x00-\x1f'
"""Not every backend can escape these inside a pattern. They stand last in a set: one backend takes the digit behind
`\\x1f` for a part of it."""
_NO_DATE = "$€£%@#*=<>{}|_"


def _print(before: int, behind: int, besides: str = "") -> str:
    """Print with a digit in it: so many characters before the first at most, so many behind, none of them `besides`."""
    return rf"^[^{_DIGITS}{besides}{_NEVER}]{{0,{before}}}[{_DIGITS}][^{besides}{_NEVER}]{{0,{behind}}}$"


AMOUNT_LENGTH, DATE_LENGTH = 48, 60
"""Characters of what our own parsing makes an amount or a date of."""
_AMOUNT = _print(12, AMOUNT_LENGTH - 13)
"""A currency or a sign before it, units or words behind it, in any script and with any space or mark between digits."""
_DATE = _print(30, DATE_LENGTH - 31, _NO_DATE)
"""Weekdays, months and articles in any script, any mark between them."""
_PATTERNS = {
    **dict.fromkeys((Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.INTEGER), (_AMOUNT, AMOUNT_LENGTH)),
    Kind.DATE: (_DATE, DATE_LENGTH),
}
_LENGTHS = {Kind.TIME: 16, Kind.CURRENCY: 20, Kind.COUNTRY: 40, Kind.IBAN: 50, Kind.VAT_ID: 40}
_LOOK_AROUND = re.compile(r"\(\?[=!<]")
_LITERALS = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_ENDLESS = re.compile(r"[*+]|\{\d+,\}")


def decodable(pattern: str) -> bool:
    """Whether decoders can hold a model to a pattern: no look-around, and an end (`*`, `+` and `{n,}` have none)."""
    return not _LOOK_AROUND.search(pattern) and not _ENDLESS.search(_LITERALS.sub("x", pattern))


def anchored(pattern: str) -> str:
    """The pattern for the whole text: backends disagree on what an unanchored one means."""
    start, end = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    if start and end:
        return pattern
    body = f"({pattern})" if "|" in pattern else pattern
    return ("" if start else "^.{0,500}") + body + ("" if end else ".{0,500}$")


def text_of(field: Field) -> dict[str, Any]:
    """The string that a field's value is written as: `pattern` or `maxLength`, never both, as one decoder drops one."""
    if field.kind in _PATTERNS:
        return {"type": "string", "pattern": _PATTERNS[field.kind][0]}
    if field.pattern and decodable(field.pattern):
        return {"type": "string", "pattern": anchored(field.pattern)}
    return {"type": "string", "maxLength": min(field.max_length, _LENGTHS.get(field.kind, field.max_length))}


def checked_text_of(field: Field) -> dict[str, Any]:
    """As `text_of`, for an answer that may have been written without a decoder.

    Of amounts and dates the length alone: one that is printed as nobody foresaw is one value that our parsing does not
    understand, and no reason to believe nothing of the answer.
    """
    if field.kind in _PATTERNS:
        return {"type": "string", "maxLength": _PATTERNS[field.kind][1]}
    return text_of(field)


def _value(field: Field) -> dict[str, Any]:
    if field.kind is Kind.TABLE:
        row = _object(field.columns)
        return {"anyOf": [{"type": "array", "maxItems": field.max_items, "items": row}, {"type": "null"}]}
    if field.kind is Kind.ENUM:
        return {"enum": [*field.choices, UNREADABLE, None]}
    if field.kind is Kind.BOOLEAN:
        return {"enum": [True, False, UNREADABLE, None]}
    text = text_of(field)
    unreadable = [] if "maxLength" in text else [{"const": UNREADABLE}]  # a bounded text may be it already
    return {"anyOf": [text, *unreadable, {"type": "null"}]}


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {f.name: _value(f) for f in fields},
        "required": [f.name for f in fields],
        "additionalProperties": False,
    }


def decoder_schema(schema: Schema) -> dict[str, Any]:
    """What a model's answer must look like; the order of the properties is the order of the answer.

    Every field may be null (not printed) or `UNREADABLE`; what is required is a check and no grammar. A value is
    written as printed, and our own parsing decides what it means. No titles and descriptions: those belong in the
    prompt.
    """
    return _object(schema.fields)
