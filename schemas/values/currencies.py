"""Currencies as printed: ISO codes, symbols, and symbols that several countries share."""

from __future__ import annotations

import re

from schemas.values.parsed import Locale, Parsed

CODES = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES
    VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL DEM FRF ITL ESP NLG BEF ATS PTE FIM HRK""".split()  # noqa: SIM905
)

SYMBOLS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS", "฿": "THB", "₫": "VND",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "zł": "PLN", "zl": "PLN", "kč": "CZK", "kc": "CZK", "ft": "HUF", "lei": "RON",
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD",
    "r$": "BRL", "mx$": "MXN", "rm": "MYR", "rs": "INR", "rs.": "INR", "fr.": "CHF", "fr": "CHF",
    "sfr": "CHF", "sfr.": "CHF",
    "rp": "IDR", "rp.": "IDR", "лв": "BGN", "лв.": "BGN", "euro": "EUR", "euros": "EUR", "eur.": "EUR",
    "can$": "CAD", "nt$": "TWD",
}  # fmt: skip
SHARED = {"$": "USD", "¥": "JPY", "￥": "JPY", "kr": "SEK", "kr.": "DKK"}
"""Symbols of several currencies, with the one that is taken when the document does not say."""
_SHARERS = {
    "$": frozenset("USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BBD BSD BZD FJD JMD TTD XCD".split()),  # noqa: SIM905
    "¥": frozenset({"JPY", "CNY"}),
    "￥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "kr.": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}

NAMES = {
    "euro": "EUR", "euros": "EUR", "us dollar": "USD", "us dollars": "USD", "us-dollar": "USD", "dollar": "USD",
    "dollars": "USD", "pound sterling": "GBP", "pounds sterling": "GBP", "pound": "GBP", "pounds": "GBP",
    "sterling": "GBP", "britische pfund": "GBP", "livre sterling": "GBP", "swiss franc": "CHF", "swiss francs": "CHF",
    "schweizer franken": "CHF", "franken": "CHF", "franc suisse": "CHF", "francs suisses": "CHF", "zloty": "PLN",
    "złoty": "PLN", "złotych": "PLN", "yen": "JPY", "rupee": "INR", "rupees": "INR", "ringgit": "MYR",
    "canadian dollar": "CAD", "canadian dollars": "CAD", "australian dollar": "AUD", "australian dollars": "AUD",
    "svenska kronor": "SEK", "danske kroner": "DKK", "norske kroner": "NOK", "forint": "HUF", "real": "BRL",
    "reais": "BRL", "dólar": "USD", "dólares": "USD", "dollaro": "USD", "dollari": "USD",
}  # fmt: skip

_STRIP = re.compile(r"^[\s:(\[]+|[\s:;,)\]]+$")


def currency_of(token: str, locale: Locale) -> tuple[str, bool] | None:
    """The ISO code of a symbol or code, and whether the symbol is shared and the document does not settle it."""
    plain = token.strip()
    upper = plain.upper()
    if upper in CODES:
        return upper, False
    lower = plain.lower()
    if lower in SYMBOLS:
        return SYMBOLS[lower], False
    if lower in SHARED:
        here = locale.currency
        return (here, False) if here in _SHARERS[lower] and here else (SHARED[lower], True)
    return None


def parse_currency(text: str, locale: Locale) -> Parsed | None:
    """`EUR`, `€`, `US Dollars`, `EUR (€)` as an ISO code."""
    plain = _STRIP.sub("", text)
    if not plain or len(plain) > 40:
        return None
    found = currency_of(plain, locale)
    if found is None:
        name = NAMES.get(plain.lower())
        found = (name, False) if name else None
    if found is None:
        codes = [c for part in re.split(r"[\s(),/:–-]+", plain) if part and (c := currency_of(part, locale))]
        if not codes or len({c for c, shared in codes if not shared}) > 1:
            return None
        found = next((c for c in codes if not c[1]), codes[0])
    code, shared = found
    if shared:
        note = f"`{plain}` is used by several currencies; the document names none, {code} is the usual one"
        return Parsed(value=code, text=text, notes=(note,), ambiguous=plain.strip() != "$")
    if plain.lower() in SHARED:
        return Parsed(value=code, text=text, notes=(f"`{plain}` is {code} in this document",))
    return Parsed(value=code, text=text)
