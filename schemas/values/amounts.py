"""Amounts, quantities and rates as printed: digits with a sign, a currency, a unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from schemas.values.currencies import currency_of
from schemas.values.digits import clean, parse_digits
from schemas.values.parsed import Locale, Parsed

MAX_LENGTH = 48
_UNIT_WORDS = (
    r"st(?:k|ck|ück|uecks?|\.|d|unden?)?|stk\.|stck\.|pcs?\.?|pieces?|pce?s?|pi[èe]ces?|ea|each|x|h|hrs?\.?|hours?|std\.?",
    r"heures?|ore|horas?|uur|tage?|days?|jours?|giorni|d[ií]as?|dagen|wochen?|weeks?|monate?|months?|mois|mesi|meses",
    r"jahre?|years?|ans?|min\.?|minuten?|sek\.?|kg|g|mg|t|to|tonnen?|lbs?|oz|l|ltr?\.?|liter|litres?|ml|cl|hl|m|cm|mm|km",
    r"m[2²3³]|qm|cbm|lfm|lfdm|kwh|mwh|kw|u|un|uds?\.?|unidad(?:es)?|units?|unit[àé]s?|einh(?:eit(?:en)?)?\.?|pz\.?|pezzi",
    r"psch\.?|pauschale?|ps|paar|pairs?|pkg?\.?|packs?|pack(?:ung(?:en)?)?|box(?:es)?|cartons?|ktn\.?|sets?|rollen?",
    r"flaschen?|fl\.?|stuks?|szt\.?|bl(?:att)?|seiten?|pages?|lots?|fois|forfait|ens|ce|c62|h87|hur|kgm|ltr|mtr|mtk|day|mon",
    r"xpp|nar|pr|le",
)
_WORD = r"[^\W\d_]{1,5}\.?\$?|[€£$¥￥₹₺₽₩₪฿₫₴₦₱]"
_DIGIT = re.compile(r"\d")
_BARE = re.compile(r"\d[\d.,' ]*$")
_AMOUNT = re.compile(
    rf"\*{{0,4}}(?P<open>\()? ?(?P<sign>[-+])? ?(?P<before>{_WORD})?[ :]?(?P<sign2>[-+])? ?(?P<open2>\()?"
    r"(?P<digits>\d[\d.,' ]*|[.,]\d+)(?P<rest>[^\d]{0,16})$"
)
_PER = re.compile(r" ?(?:/|\b(?:per|pro|par|je|por)\b) ?[^\W\d_]{1,10}\.?$", re.IGNORECASE)
_NET_OR_GROSS = frozenset({"HT", "TTC", "HTVA", "TVAC", "NET", "NETTO", "BRUT", "GROSS", "INCL", "EXCL"})
"""Words that may follow an amount and change nothing of it."""
_REST = re.compile(rf" ?(?:(?P<word>{_WORD})|(?P<mark>--?|\)|\*))")
_PERCENT = re.compile(
    r"^(?P<number>[-+(]? ?[\d.,' ]*\d\)?) ?(?:%|٪|percent|per cent|prozent|pct\.?|p\.?c\.?|v\.?\s?h\.?)?$",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"^(?P<number>[-+(]? ?\d[\d.,' ]*\)?-?) ?(?P<unit>{'|'.join(_UNIT_WORDS)})$", re.IGNORECASE)


@dataclass(slots=True)
class _Parts:
    """What stands around the digits."""

    minus: int = 0
    opened: int = 0
    closed: int = 0
    credit: bool = False
    currency: str | None = None
    code: bool = False
    """A letter after the amount, as tills print for the tax rate."""


def _word(parts: _Parts, word: str, locale: Locale, *, after: bool) -> bool:
    """Whether a word beside the digits belongs to an amount: a currency, CR or DR, a tax letter."""
    upper = word.upper().rstrip(".")
    if after and upper in {"CR", "DR"}:
        parts.credit = parts.credit or upper == "CR"
        return True
    if after and upper in _NET_OR_GROSS:
        return True
    found = currency_of(word, locale)
    if found:
        if parts.currency not in (None, found[0]) and not found[1]:
            return False
        parts.currency = parts.currency or found[0]
        return True
    parts.code = after and len(word) <= 2 and word.isupper()
    return parts.code


def _around(m: re.Match[str], locale: Locale) -> _Parts | None:
    """Signs, brackets and words of an amount; None where something does not belong to one."""
    parts = _Parts(minus=(m["sign"] == "-") + (m["sign2"] == "-"), opened=bool(m["open"]) + bool(m["open2"]))
    if m["before"] and not _word(parts, m["before"], locale, after=False):
        return None
    rest, at = m["rest"].rstrip(), 0
    bare = m["digits"][-1] in ".,"  # `35,-` and `35.--` say that there are no cents
    while at < len(rest):
        token = _REST.match(rest, at)
        if token is None:
            return None
        at = token.end()
        if token["word"]:
            if not _word(parts, token["word"], locale, after=True):
                return None
        elif token["mark"] == ")":
            parts.closed += 1
        elif token["mark"] == "--" and not bare:
            return None
        elif token["mark"] == "-" and not bare:
            parts.minus += 1
        bare = bare and token["mark"] is None
    return parts


def parse_money(text: str, locale: Locale) -> Parsed | None:
    """An amount with or without its currency; the currency, where there is one, is told apart."""
    if len(text) > MAX_LENGTH or not _DIGIT.search(text):
        return None
    plain = clean(text)
    if _BARE.match(plain):
        return parse_digits(plain, text, locale)
    m = _AMOUNT.match(_PER.sub("", plain) if plain[-1].isalpha() or plain[-1] == "." else plain)
    parts = _around(m, locale) if m else None
    if m is None or parts is None or parts.opened != parts.closed or parts.minus + parts.opened > 1:
        return None
    if parts.code and not re.search(r"[.,]\d\d ?$", m["digits"]):
        return None
    parsed = parse_digits(m["digits"], text, locale)
    return _signed(parsed, parts) if parsed else None


def _signed(parsed: Parsed, parts: _Parts) -> Parsed:
    notes = parsed.notes
    if parts.opened:
        notes = (*notes, "brackets mean a negative amount")
    if parts.credit:
        notes = (*notes, "CR marks a credit: a negative amount")
    values = (parsed.value, *parsed.alternatives)
    if (parts.minus + parts.opened > 0) != parts.credit:
        values = tuple(-v for v in values if isinstance(v, Decimal))
    return replace(parsed, value=values[0], alternatives=values[1:], notes=notes, currency=parts.currency)


def parse_number(text: str, locale: Locale) -> Parsed | None:
    """A number, with or without its unit (`12 Stk`, `3,5 h`)."""
    if len(text) > MAX_LENGTH or not _DIGIT.search(text):
        return None
    plain = clean(text)
    unit = _UNIT.match(plain) if plain[-1:].isalpha() or plain[-1:] in ".²³23" else None
    if unit is None:
        return parse_money(text, locale)
    parsed = parse_money(unit["number"], locale)
    if parsed is None:
        return None
    return replace(parsed, text=text, notes=(*parsed.notes, f"the unit `{unit['unit']}` was left out"))


def parse_percent(text: str, locale: Locale) -> Parsed | None:
    """`19 %` is 19: percent points, not a share."""
    if len(text) > MAX_LENGTH or not _DIGIT.search(text):
        return None
    m = _PERCENT.match(clean(text))
    parsed = parse_money(m["number"], locale) if m else None
    if parsed is None:
        return None
    if parsed.ambiguous:  # 7.700 % is 7.7: nobody prints thousands of percent
        return Parsed(value=parsed.alternatives[0], text=text, notes=("a rate: three decimals, not thousands",))
    return replace(parsed, text=text)


def parse_integer(text: str, locale: Locale) -> Parsed | None:
    """A whole number; `3,00` is one, `3,5` is none."""
    parsed = parse_number(text, locale)
    if parsed is None or not isinstance(parsed.value, Decimal) or parsed.value != parsed.value.to_integral_value():
        return None
    whole = tuple(int(v) for v in parsed.alternatives if isinstance(v, Decimal) and v == v.to_integral_value())
    return replace(parsed, value=int(parsed.value), alternatives=whole)
