"""Numbers as printed: which mark is the decimal one, which sign, which currency."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from schemas.values.currencies import TOKEN, currency_of
from schemas.values.parsed import Locale, Parsed

MAX_LENGTH = 48
UNITS = (
    r"(?:st(?:k|ck|ück|uecks?|\.|d|unden?)?|stk\.|stck\.|pcs?\.?|pieces?|pce?s?|pi[èe]ces?|ea|each|x|h|hrs?\.?|hours?|std\.?|"
    r"heures?|ore|horas?|uur|tage?|days?|jours?|giorni|d[ií]as?|dagen|wochen?|weeks?|monate?|months?|mois|mesi|meses|"
    r"jahre?|years?|ans?|min\.?|minuten?|sek\.?|kg|g|mg|t|to|tonnen?|lbs?|oz|l|ltr?\.?|liter|litres?|ml|cl|hl|m|cm|mm|km|"
    r"m[2²3³]|qm|cbm|lfm|lfdm|kwh|mwh|kw|u|un|uds?\.?|unidad(?:es)?|units?|unit[àé]s?|einh(?:eit(?:en)?)?\.?|pz\.?|pezzi|"
    r"psch\.?|pauschale?|ps|paar|pairs?|pkg?\.?|packs?|pack(?:ung(?:en)?)?|box(?:es)?|cartons?|ktn\.?|sets?|rollen?|flaschen?|fl\.?|"
    r"stuks?|szt\.?|bl(?:att)?|seiten?|pages?|lots?|fois|forfait|ens|ce|c62|h87|hur|kgm|ltr|mtr|mtk|day|mon|xpp|nar|pr|le)"
)

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u3000]+")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "’": "'", "‘": "'", "ʼ": "'",
                        "´": "'", "`": "'", "′": "'"})  # fmt: skip
_AMOUNT = re.compile(
    rf"""^\*{{0,4}}(?P<open>\()?\ ?(?P<sign>[-+])?\ ?(?P<before>{TOKEN})?[\ :]?(?P<sign2>[-+])?\ ?(?P<open2>\()?
    (?P<digits>\d[\d.,' ]*|[.,]\d+)
    (?P<dash>-{{1,2}})?\ ?(?P<after>{TOKEN})?\ ?
    (?P<sign3>-|CR\b\.?|DR\b\.?)?\ ?(?P<close>\))?(?P<after2>\ ?{TOKEN})?\ ?(?P<code>(?:[A-Z]{{1,2}}|\*|[A-Z]\*)|)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_PERCENT = re.compile(
    r"^(?P<number>[-+(]?\ ?[\d.,' ]*\d\)?)\ ?(?:%|٪|percent|per cent|prozent|pct\.?|p\.?c\.?|v\.?\s?h\.?)?$",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"^(?P<number>[-+(]?\ ?\d[\d.,' ]*\)?-?)\ ?(?P<unit>{UNITS})$", re.IGNORECASE)

_LOOSE = re.compile(r"(?<=\d) (?=[.,]\d)|(?<=\d[.,]) (?=\d)")
_PLAIN = re.compile(r"\d+$")
_COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$")
_DOT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$")
_OTHER_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[ ']\d{3})+(?:[.,]\d+)?$")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$")
_DECIMAL = re.compile(r"\d*[.,]\d+$")
_TWICE = re.compile(r"\d{1,3}(?:\.\d{3})+\.\d{1,2}$|\d{1,3}(?:,\d{3})+,\d{1,2}$")
_THREE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}$")


def _decimal(digits: str, mark: str | None) -> Decimal:
    kept = "".join(c for c in digits if c.isascii() and (c.isdigit() or c == mark))
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


def _digits(raw: str, text: str, locale: Locale) -> Parsed | None:
    digits = raw.strip()
    if _PLAIN.match(digits):
        return Parsed(value=Decimal(digits), text=text)
    notes: tuple[str, ...] = ()
    if " " in digits:
        digits = _LOOSE.sub("", digits)
        if digits != raw.strip():
            notes = (f"stray spaces in `{raw.strip()}` were left out",)
    digits = digits.rstrip(".,'")
    if _THREE.match(digits):
        return _three_digits(digits, text, locale)
    if _PLAIN.match(digits):
        return Parsed(value=Decimal(digits), text=text, notes=notes)
    if _COMMA_GROUPS.match(digits) or _INDIAN.match(digits):
        return Parsed(value=_decimal(digits, "."), text=text, notes=notes)
    if _DOT_GROUPS.match(digits):
        return Parsed(value=_decimal(digits, ","), text=text, notes=notes)
    if _DECIMAL.match(digits) or _OTHER_GROUPS.match(digits):
        mark = "," if "," in digits else "." if "." in digits else None
        return Parsed(value=_decimal(digits, mark), text=text, notes=notes)
    if _TWICE.match(digits):
        whole, _, cents = digits.replace(",", ".").rpartition(".")
        note = f"`{digits}` uses one mark twice; the last is taken as the decimal one"
        return Parsed(value=Decimal(f"{whole.replace('.', '')}.{cents}"), text=text, notes=(*notes, note))
    return None


def clean(text: str) -> str:
    """One kind of space, minus and apostrophe."""
    return _SPACES.sub(" ", text.translate(_MINUS)).strip()


def _signed(parsed: Parsed, m: re.Match[str]) -> Parsed | None:
    bracketed = m["close"] is not None
    sign3 = (m["sign3"] or "").upper()
    signs = [s for s in (m["sign"], m["sign2"]) if s]
    if sign3 == "-":
        signs.append("-")
    if len(signs) + bracketed > 1:
        return None
    notes = parsed.notes
    negative = "-" in signs
    if bracketed:
        negative, notes = True, (*notes, "brackets mean a negative amount")
    elif sign3.startswith("CR"):
        negative, notes = not negative, (*notes, "CR marks a credit: a negative amount")
    if not negative:
        return replace(parsed, notes=notes) if notes is not parsed.notes else parsed
    assert isinstance(parsed.value, Decimal)  # noqa: S101 - for the type checker
    others = tuple(-v for v in parsed.alternatives if isinstance(v, Decimal))
    return replace(parsed, value=-parsed.value, notes=notes, alternatives=others)


def parse_money(text: str, locale: Locale) -> Parsed | None:
    """An amount with or without its currency; the currency, where there is one, is told apart."""
    if len(text) > MAX_LENGTH:
        return None
    plain = clean(text)
    m = _AMOUNT.match(plain)
    if m is None or bool(m["open"] or m["open2"]) != bool(m["close"]):
        return None
    parsed = _digits(m["digits"], text, locale)
    if parsed is None:
        return None
    if m["dash"] == "-" and m["digits"][-1:].isdigit() and not (m["sign"] or m["sign2"] or m["sign3"]):
        m_negative = True
    elif m["dash"] and m["digits"][-1:].isdigit():
        return None
    else:
        m_negative = False
    if m["code"] and not re.search(r"[.,]\d\d ?$", m["digits"]):
        return None
    signed = _signed(parsed, m)
    if signed is None:
        return None
    if m_negative:
        signed = replace(signed, value=-signed.value, alternatives=tuple(-v for v in signed.alternatives))  # type: ignore[operator]
    token = m["before"] or m["after"] or m["after2"]
    if token and (found := currency_of(token, locale)):
        signed = replace(signed, currency=found[0])
    return signed


def parse_number(text: str, locale: Locale) -> Parsed | None:
    """A number, with or without its unit (`12 Stk`, `3,5 h`)."""
    if len(text) > MAX_LENGTH:
        return None
    plain = clean(text)
    unit = _UNIT.match(plain)
    parsed = parse_money(unit["number"] if unit else plain, locale)
    if parsed is None:
        return None
    notes = (*parsed.notes, f"the unit `{unit['unit']}` was left out") if unit else parsed.notes
    return replace(parsed, text=text, notes=notes)


def parse_percent(text: str, locale: Locale) -> Parsed | None:
    """`19 %` is 19: percent points, not a share."""
    if len(text) > MAX_LENGTH:
        return None
    m = _PERCENT.match(clean(text))
    parsed = parse_money(m["number"], locale) if m else None
    if parsed is None or parsed.currency:
        return None
    if parsed.ambiguous:  # 7.700 % is 7.7, thousands of percent are not printed
        return Parsed(value=parsed.alternatives[0], text=text, notes=("a rate: three decimals, not thousands",))
    return replace(parsed, text=text)


def parse_integer(text: str, locale: Locale) -> Parsed | None:
    """A whole number; `3,00` is one, `3,5` is none."""
    parsed = parse_number(text, locale)
    if parsed is None or not isinstance(parsed.value, Decimal) or parsed.value != parsed.value.to_integral_value():
        return None
    whole = tuple(int(v) for v in parsed.alternatives if isinstance(v, Decimal) and v == v.to_integral_value())
    return replace(parsed, value=int(parsed.value), alternatives=whole)
