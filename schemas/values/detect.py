"""How a document prints amounts and dates, decided from all of them together, with the reason."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.values.currencies import CODES
from schemas.values.parsed import Locale

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_AMOUNT = re.compile(r"(?<![\d.,'/:\-])\d{1,3}(?:[.,' \u00a0\u202f’]?\d{3})*[.,]\d{2}(?![\d/:]|[.,\-]\d|\s?[.]\d)")
_DATE = re.compile(r"(?<![\d./\-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d/]|[.\-]\d)")
_US_ZIP = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]),?\s+\d{5}(?:-\d{4})?\b"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(
    r"\b(?:EUR|USD|GBP|CHF)\b|[€£₹]|(?<![A-Z])(?:US|CA|C|AU|A|NZ|S|HK)\$|"
    r"\b(?:[A-Z]{3}|RM)(?=\s?-?\d)|(?<=\d\s)[A-Z]{3}\b|(?<=\d)[A-Z]{3}\b"
)
"""Codes that are no words in capitals; the others only beside a number."""
_GONE = frozenset("DEM FRF ITL ESP NLG BEF ATS PTE FIM HRK".split())  # noqa: SIM905 - a list of codes
_TYPICAL = {
    "de": "rechnung und der die das für mit betrag datum steuer mwst ust bis von bitte zahlung menge lieferung nicht",
    "fr": "facture et le les des du tva montant ht ttc prix quantité payer pour votre adresse règlement échéance",
    "es": "factura y el los del iva importe fecha cantidad precio por pago cliente vencimiento imponible",
    "it": "fattura e il di del della imponibile importo data quantità prezzo pagamento cliente scadenza partita",
    "nl": "factuur en het van btw bedrag datum aantal prijs voor betaling klant factuurnummer vervaldatum",
    "pt": "fatura e os da do dos data quantidade preço pagamento cliente vencimento nota valor imposto",
    "en": "invoice and the of for date amount due tax quantity price payment bill to receipt thank you order",
    "pl": "faktura i na dla kwota data ilość cena nabywca sprzedawca netto brutto termin płatności",
    "sv": "faktura och att för moms belopp datum antal pris betalning förfallodatum",
    "da": "faktura og til moms beløb dato antal pris betaling forfaldsdato",
}
_LANGUAGE_OF = {lang: frozenset(words.split()) for lang, words in _TYPICAL.items()}
_MONTH_FIRST = frozenset({"US", "USD", "PH"})
_DECIMAL_DOT_LANGUAGES = frozenset({"en", "zh", "ja", "ko", "th", "ms"})
_DECIMAL_DOT_COUNTRIES = frozenset("US GB IE AU NZ CA IN MY SG HK PH TH JP CN KR IL MX CH LI".split())  # noqa: SIM905
_DECIMAL_DOT_CURRENCIES = frozenset("USD GBP AUD NZD INR MYR SGD HKD PHP THB JPY CNY KRW ILS MXN CHF".split())  # noqa: SIM905
_SYMBOL = {
    "€": "EUR", "£": "GBP", "₹": "INR", "RM": "MYR", "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD",
    "A$": "AUD", "NZ$": "NZD", "S$": "SGD", "HK$": "HKD",
}  # fmt: skip


@dataclass(slots=True)
class _Votes:
    """What the amounts and dates of a document say, with an example of each side."""

    decimal: Counter[str] = field(default_factory=Counter)
    decimal_example: dict[str, str] = field(default_factory=dict)
    day_first: Counter[bool] = field(default_factory=Counter)
    day_example: dict[bool, str] = field(default_factory=dict)
    dotted: int = 0
    currencies: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    american: str = ""


def _count(votes: _Votes, text: str) -> None:
    for amount in _AMOUNT.findall(text):
        mark = amount[-3]
        sure = len(re.findall(r"[.,' \u00a0\u202f’]", amount)) > 1
        votes.decimal[mark] += 5 if sure else 1
        if sure or mark not in votes.decimal_example:
            votes.decimal_example[mark] = amount
    for m in _DATE.finditer(text):
        a, sep, b = int(m[1]), m[2], int(m[3])
        votes.dotted += sep == "."
        if 12 < a <= 31 and b <= 12:
            votes.day_first[True] += 1
            votes.day_example[True] = m[0]
        elif 12 < b <= 31 and a <= 12:
            votes.day_first[False] += 1
            votes.day_example[False] = m[0]
    for code in _CODE.findall(text):
        iso = _SYMBOL.get(code, code)
        if iso in CODES and iso not in _GONE:
            votes.currencies[iso] += 1
    votes.words.update(w.lower() for w in _WORD.findall(text))
    if not votes.american and (address := _US_ZIP.search(text)):
        votes.american = address[0]


def language_of(words: Iterable[str]) -> str | None:
    """The language whose typical words are most frequent among lower-case words; None where it is not clear."""
    present = frozenset(words)
    ranked = sorted(((len(typical & present), lang) for lang, typical in _LANGUAGE_OF.items()), reverse=True)
    (first, lang), (second, _) = ranked[0], ranked[1]
    return lang if first >= 2 and first > second else None


def _decimal(
    votes: _Votes, language: str | None, countries: Sequence[str], currency: str | None
) -> tuple[str | None, str]:
    comma, dot = votes.decimal[","], votes.decimal["."]
    if comma > 2 * dot:
        return ",", f"{votes.decimal_example[',']} can only be a decimal comma"
    if dot > 2 * comma:
        return ".", f"{votes.decimal_example['.']} can only be a decimal point"
    if comma or dot:
        return None, f"the document has both {votes.decimal_example.get(',')} and {votes.decimal_example.get('.')}"
    for country in countries:
        mark = "." if country in _DECIMAL_DOT_COUNTRIES else ","
        return mark, f"usual in {country}"
    if language:
        return ("." if language in _DECIMAL_DOT_LANGUAGES else ","), f"usual in a document in `{language}`"
    if currency in _DECIMAL_DOT_CURRENCIES:
        return ".", f"usual where {currency} is paid"
    return None, ""


def _day_first(
    votes: _Votes, language: str | None, countries: Sequence[str], currency: str | None
) -> tuple[bool | None, str]:
    first, second = votes.day_first[True], votes.day_first[False]
    if first and not second:
        return True, f"{votes.day_example[True]} can only be day first"
    if second and not first:
        return False, f"{votes.day_example[False]} can only be month first"
    if first and second:
        return None, f"the document has both {votes.day_example[True]} and {votes.day_example[False]}"
    if language and language != "en":
        return True, f"usual in a document in `{language}`"
    for country in countries:
        return country not in _MONTH_FIRST, f"usual in {country}"
    if votes.american:
        return False, f"usual in the United States ({votes.american})"
    if currency and currency != "CAD":
        return currency not in _MONTH_FIRST, f"usual where {currency} is paid"
    if votes.dotted:
        return True, "dates with dots are written so"
    return None, ""


def detect_locale(texts: Iterable[str], hints: Sequence[str] = ()) -> Locale:
    """The locale of a document from its lines (or words); `hints` are codes: `de`, `US`, `EUR`.

    What the document shows wins over what is usual in its language, country or currency.
    """
    votes = _Votes()
    for text in texts:
        _count(votes, text)
    languages = [h for h in hints if len(h) == 2 and h.islower()]
    countries = [h for h in hints if len(h) == 2 and h.isupper()]
    currencies = [h for h in hints if len(h) == 3 and h.isupper()]
    language = languages[0] if languages else language_of(votes.words)
    common = votes.currencies.most_common(2)
    currency = currencies[0] if currencies else common[0][0] if common else None
    if currency is None and votes.american:
        currency = "USD"
    decimal, decimal_reason = _decimal(votes, language, countries, currency)
    day_first, day_reason = _day_first(votes, language, countries, currency)
    return Locale(
        decimal=decimal, day_first=day_first, currency=currency, decimal_reason=decimal_reason, day_reason=day_reason
    )
