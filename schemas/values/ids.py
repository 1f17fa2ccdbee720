"""Numbers with check digits: IBAN, VAT and tax registration ids, with the rules of each country."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.values.parsed import Locale, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{2}\s?\d\s?\d(?:[ \u00a0\u202f.\-]?[A-Z0-9]){11,30})(?![A-Za-z0-9])", re.IGNORECASE
)
_SQUASH = re.compile(r"[\s\u00a0\u202f.\-/·]+")


def squash(text: str) -> str:
    """Upper case, without what only groups the characters."""
    return _SQUASH.sub("", text).upper()


def iban_checksum(iban: str) -> bool:
    """Mod 97 of ISO 13616, on an IBAN without spaces."""
    moved = iban[4:] + iban[:4]
    return moved.isalnum() and moved.isascii() and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


_ALONE_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")


def parse_iban(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001 - one signature for all kinds
    """An IBAN of its country's length, without spaces; wrong check digits are told, not refused."""
    if len(text) > 80 or len(text) < 15:
        return None
    for m in _IBAN.finditer(text):
        plain = squash(m[1])
        length = IBAN_LENGTHS.get(plain[:2])
        if length is None or len(plain) < length:
            continue
        plain = plain[:length]
        right = iban_checksum(plain)
        notes = () if right else ("the check digits of this IBAN are wrong",)
        return Parsed(value=plain, text=text, notes=notes, checksum=right)
    plain = squash(text)
    length = IBAN_LENGTHS.get(plain[:2])
    if length is None or not _ALONE_IBAN.match(plain):
        return None
    note = f"this IBAN has {len(plain)} characters, those of {plain[:2]} have {length}"
    return Parsed(value=plain, text=text, notes=(note,), checksum=False)


def _digits(s: str) -> list[int]:
    return [int(c) for c in s]


def _luhn(s: str) -> bool:
    total = 0
    for i, d in enumerate(reversed(_digits(s))):
        doubled = d * 2 if i % 2 else d
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _weighted(s: str, weights: tuple[int, ...]) -> int:
    return sum(int(c) * w for c, w in zip(s, weights, strict=False))


def _de(s: str) -> bool:  # ISO 7064 mod 11,10
    product = 10
    for d in _digits(s[:8]):
        total = (d + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(s[8])


def _fr(s: str) -> bool | None:
    if not s[:2].isdigit():
        return None
    return (12 + 3 * (int(s[2:]) % 97)) % 97 == int(s[:2])


def _es(s: str) -> bool | None:
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    if s[0].isdigit() and s[-1].isalpha():
        return letters[int(s[:8]) % 23] == s[-1]
    if s[0] in "XYZ" and s[-1].isalpha():
        return letters[int(str("XYZ".index(s[0])) + s[1:8]) % 23] == s[-1]
    if s[0] not in "ABCDEFGHJNPQRSUVW":
        return None
    odd = sum(sum(divmod(2 * int(c), 10)) for c in s[1:8:2])
    control = -(odd + sum(int(c) for c in s[2:8:2])) % 10
    return s[-1] in (str(control), "JABCDEFGHI"[control])


def _nl(s: str) -> bool:
    eleven = _weighted(s, (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(s[8])
    return eleven or int("".join(str(int(c, 36)) for c in "NL" + s)) % 97 == 1


def _at(s: str) -> bool:
    total = sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(s[1:8]))
    return (10 - (total + 4) % 10) % 10 == int(s[8])


def _pl(s: str) -> bool:
    return _weighted(s, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(s[9])


def _pt(s: str) -> bool:
    rest = 11 - _weighted(s, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest >= 10 else rest) == int(s[8])


def _dk(s: str) -> bool:
    return _weighted(s, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _fi(s: str) -> bool:
    rest = _weighted(s, (7, 9, 10, 5, 8, 4, 2)) % 11
    return (0 if rest == 0 else 11 - rest) == int(s[7])


def _gb(s: str) -> bool | None:
    if not s.isdigit():
        return None
    total = _weighted(s, (8, 7, 6, 5, 4, 3, 2)) + int(s[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _ch(s: str) -> bool:
    rest = 11 - _weighted(s[1:], (5, 4, 3, 2, 7, 6, 5, 4)) % 11
    return rest % 11 == int(s[9])


def _no(s: str) -> bool:
    rest = 11 - _weighted(s, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return rest % 11 == int(s[8])


def _gstin(s: str) -> bool:
    total = 0
    for i, c in enumerate(s[:14]):
        total += sum(divmod(int(c, 36) * (1 + i % 2), 36))
    return (36 - total % 36) % 36 == int(s[14], 36)


_Rule = tuple[str, "Callable[[str], bool | None] | None"]
VAT_RULES: dict[str, _Rule] = {
    "AT": (r"U\d{8}", _at),
    "BE": (r"[01]?\d{9}", lambda s: 97 - int(s.zfill(10)[:8]) % 97 == int(s[-2:])),
    "BG": (r"\d{9,10}", None),
    "CY": (r"\d{8}[A-Z]", None),
    "CZ": (r"\d{8,10}", None),
    "DE": (r"\d{9}", _de),
    "DK": (r"\d{8}", _dk),
    "EE": (r"\d{9}", lambda s: _weighted(s, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0),
    "EL": (r"\d{9}", lambda s: sum(int(c) * 2 ** (8 - i) for i, c in enumerate(s[:8])) % 11 % 10 == int(s[8])),
    "ES": (r"[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z]", _es),
    "FI": (r"\d{8}", _fi),
    "FR": (r"[A-HJ-NP-Z0-9]{2}\d{9}", _fr),
    "GB": (r"\d{9}|\d{12}|(?:GD|HA)\d{3}", _gb),
    "HR": (r"\d{11}", None),
    "HU": (r"\d{8}", lambda s: _weighted(s, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0),
    "IE": (r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", None),
    "IT": (r"\d{11}", _luhn),
    "LT": (r"\d{9}|\d{12}", None),
    "LU": (r"\d{8}", lambda s: int(s[:6]) % 89 == int(s[6:])),
    "LV": (r"\d{11}", None),
    "MT": (r"\d{8}", lambda s: _weighted(s, (3, 4, 6, 7, 8, 9, 10, 1)) % 37 == 0),
    "NL": (r"\d{9}B\d{2}", _nl),
    "PL": (r"\d{10}", _pl),
    "PT": (r"\d{9}", _pt),
    "RO": (r"\d{2,10}", None),
    "SE": (r"\d{12}", lambda s: s[10:] != "00" and _luhn(s[:10])),
    "SI": (r"\d{8}", None),
    "SK": (r"\d{10}", lambda s: int(s) % 11 == 0),
    "XI": (r"\d{9}|\d{12}|(?:GD|HA)\d{3}", _gb),
}
_VAT = {country: re.compile(rf"(?:{pattern})$") for country, (pattern, _) in VAT_RULES.items()}
_CHE = re.compile(r"CHE(\d{9})(?:MWST|TVA|IVA|VAT)?$")
_NOR = re.compile(r"(?:NO)?(\d{9})MVA$")
_GSTIN = re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][A-Z0-9]Z[A-Z0-9]$")
_PREFIX = re.compile(
    r"^(?:ust|umsatzsteuer|mwst|vat|tva|iva|btw|nif|cif|p\.? ?iva|partita iva|gstin?|uid|tax)[\w.\-/ °]{0,24}?[:\s#°]+",
    re.IGNORECASE,
)
_EIN = re.compile(r"\d{2}-\d{7}$")


_ODD = re.compile(r"([A-Z]{2})\d{7,12}$")


def _found(value: str, text: str, country: str, right: bool | None) -> Parsed:
    note = (f"the check digits do not fit the rule of {country}",) if right is False else ()
    return Parsed(value=value, text=text, notes=note, checksum=right)


def _vat_of(plain: str, text: str) -> Parsed | None:
    country = "EL" if plain[:2] == "GR" else plain[:2]
    rule = _VAT.get(country)
    if rule and rule.match(plain[2:]):
        check = VAT_RULES[country][1]
        return _found(country + plain[2:], text, country, check(plain[2:]) if check else None)
    if m := _CHE.match(plain):
        return _found(f"CHE{m[1]}", text, "CH", _ch("E" + m[1]))
    if m := _NOR.match(plain):
        return _found(f"NO{m[1]}MVA", text, "NO", _no(m[1]))
    if _GSTIN.match(plain):
        return _found(plain, text, "IN", _gstin(plain))
    return None


def parse_vat_id(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001 - one signature for all kinds
    """A VAT id without spaces; known are the EU, GB, CH, NO, India, and the US EIN as it is printed."""
    if not 8 <= len(text) <= 80:
        return None
    stripped = text.strip(" \t\u00a0:;,.()")
    if _EIN.match(stripped):
        return Parsed(value=stripped, text=text, notes=("a US employer identification number",))
    plain = squash(stripped)
    if not any(c.isdigit() for c in plain):
        return None
    if found := _vat_of(plain, text):
        return found
    without = _PREFIX.sub("", stripped)
    if without != stripped and (found := _vat_of(squash(without), text)):
        return found
    if (m := _ODD.match(without)) and m[1] in VAT_RULES:
        return Parsed(value=without, text=text, notes=(f"VAT ids of {m[1]} have another form",), checksum=False)
    return None
