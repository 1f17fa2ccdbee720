"""A run of digits and marks as a number: which mark is the decimal one."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from schemas.values.parsed import Locale, Parsed

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u3000]+")
_MARKS = str.maketrans(dict.fromkeys("−–—‐‑﹣－", "-") | dict.fromkeys("’‘ʼ´`′", "'"))

_LOOSE = re.compile(r"(?<=\d) (?=[.,]\d)|(?<=\d[.,]) (?=\d)")
_PLAIN = re.compile(r"\d+$")
_COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$")
_DOT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$")
_OTHER_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[ ']\d{3})+(?:[.,]\d+)?$")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$")
_DECIMAL = re.compile(r"\d*[.,]\d+$")
_TWICE = re.compile(r"\d{1,3}(?:\.\d{3})+\.\d{1,2}$|\d{1,3}(?:,\d{3})+,\d{1,2}$")
_THREE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}$")


def clean(text: str) -> str:
    """One kind of space, minus, apostrophe and digit."""
    if not text.isascii():
        text = text.translate(_MARKS)
        if any(c.isdecimal() and not c.isascii() for c in text):
            text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    elif "`" in text:
        text = text.replace("`", "'")
    return _SPACES.sub(" ", text).strip()


def _decimal(digits: str, mark: str | None) -> Decimal:
    kept = "".join(c for c in digits if c.isdigit() or c == mark)
    return Decimal(kept.replace(",", ".")) if mark else Decimal(kept)


def _three_digits(digits: str, text: str, locale: Locale) -> Parsed:
    """`1.234`: thousands, or three decimals."""
    mark = "." if "." in digits else ","
    whole, broken = _decimal(digits, None), _decimal(digits, mark)
    if locale.decimal is None:
        note = f"`{digits}` may be {whole} or {broken}: nothing in the document shows which mark is the decimal one"
        return Parsed(value=whole, text=text, notes=(note,), ambiguous=True, alternatives=(broken,))
    why = f" ({locale.decimal_reason})" if locale.decimal_reason else ""
    if locale.decimal == mark:
        return Parsed(value=broken, text=text, notes=(f"`{mark}` is the decimal mark here{why}",))
    return Parsed(value=whole, text=text, notes=(f"`{mark}` groups thousands here{why}",))


def _value(digits: str) -> Decimal | None:
    """The number where its form leaves no choice."""
    if _PLAIN.match(digits):
        return Decimal(digits)
    if _COMMA_GROUPS.match(digits) or _INDIAN.match(digits):
        return _decimal(digits, ".")
    if _DOT_GROUPS.match(digits):
        return _decimal(digits, ",")
    if _DECIMAL.match(digits) or _OTHER_GROUPS.match(digits):
        return _decimal(digits, "," if "," in digits else "." if "." in digits else None)
    return None


def parse_digits(raw: str, text: str, locale: Locale) -> Parsed | None:
    """The number that digits, marks and single spaces make, without sign or currency; `text` is kept as verbatim."""
    digits = stripped = raw.strip()
    notes: tuple[str, ...] = ()
    if " " in digits:
        digits = _LOOSE.sub("", digits)
        if digits != stripped:
            notes = (f"stray spaces in `{stripped}` were left out",)
    digits = digits.rstrip(".,'")
    if _THREE.match(digits):
        return _three_digits(digits, text, locale)
    value = _value(digits)
    if value is not None:
        return Parsed(value=value, text=text, notes=notes)
    if _TWICE.match(digits):
        whole, _, cents = digits.replace(",", ".").rpartition(".")
        note = f"`{digits}` uses one mark twice; the last is taken as the decimal one"
        return Parsed(value=Decimal(f"{whole.replace('.', '')}.{cents}"), text=text, notes=(*notes, note))
    return None
