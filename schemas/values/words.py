"""Values that are words: text, names, codes, countries, yes and no, one of several choices."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from schemas.values.parsed import Locale, Parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

_YES = frozenset("yes y true ja oui si sì sí sim tak x ✓ ✔ ☑ ☒ ✗ ✘ 1 on wahr vrai vero verdadero".split())  # noqa: SIM905
_NO = frozenset("no n false nein non nee não nao nie ☐ □ ○ 0 off falsch faux falso -".split())  # noqa: SIM905
_COUNTRIES = {
    "AT": "austria österreich oesterreich autriche oostenrijk áustria republik_österreich",
    "AU": "australia australien australie", "BE": "belgium belgien belgique belgië bélgica belgio bélgium",
    "BG": "bulgaria bulgarien bulgarie", "BR": "brazil brasil brasilien brésil", "CA": "canada kanada canadá",
    "CH": "switzerland schweiz suisse svizzera suiza zwitserland suíça helvetia", "CN": "china chine",
    "CY": "cyprus zypern chypre", "CZ": "czech_republic czechia tschechien tschechische_republik république_tchèque",
    "DE": "germany deutschland allemagne alemania germania duitsland alemanha bundesrepublik_deutschland niemcy",
    "DK": "denmark dänemark danmark danemark dinamarca danimarca denemarken", "EE": "estonia estland estonie",
    "ES": "spain spanien españa espagne spagna spanje espanha", "FI": "finland finnland suomi finlande finlandia",
    "FR": "france frankreich francia frankrijk frança francja", "GR": "greece griechenland grèce grecia ellada hellas",
    "GB": "united_kingdom great_britain uk u.k. england scotland wales grossbritannien großbritannien royaume-uni "
          "vereinigtes_königreich reino_unido regno_unito verenigd_koninkrijk",
    "HR": "croatia kroatien croatie hrvatska", "HU": "hungary ungarn hongrie magyarország", "IN": "india indien inde",
    "IE": "ireland irland irlande irlanda ierland éire", "IT": "italy italien italia italie itália italië",
    "JP": "japan japon", "LI": "liechtenstein", "LT": "lithuania litauen lituanie", "LV": "latvia lettland lettonie",
    "LU": "luxembourg luxemburg luxemburgo lussemburgo", "MT": "malta malte", "MX": "mexico mexiko méxico mexique",
    "MY": "malaysia malaisie", "NL": "netherlands the_netherlands niederlande pays-bas nederland holland paesi_bassi "
          "países_bajos países_baixos", "NO": "norway norwegen norvège norge noruega norvegia",
    "NZ": "new_zealand neuseeland", "PL": "poland polen pologne polska polonia polónia", "PT": "portugal portogallo",
    "RO": "romania rumänien roumanie românia", "SE": "sweden schweden suède sverige suecia svezia zweden",
    "SG": "singapore singapur singapour", "SI": "slovenia slowenien slovénie slovenija",
    "SK": "slovakia slowakei slovaquie slovensko", "TR": "turkey türkei turquie türkiye",
    "US": "united_states united_states_of_america usa u.s.a. us états-unis estados_unidos stati_uniti "
          "vereinigte_staaten",
    "ZA": "south_africa südafrika",
}  # fmt: skip
COUNTRIES = {name.replace("_", " "): code for code, names in _COUNTRIES.items() for name in names.split()}
_ISO2 = frozenset(_COUNTRIES) | frozenset(
    """AE AR CL CO HK ID IL IS KR KZ MA ME MK MC PE PH PK QA RS RU SA SM TH TN TW UA UY VN AL BA BD BY EG GE KE LK MD
    NG VA""".split()  # noqa: SIM905
)
_EDGE = " \t\u00a0:;,"
_CODE_EDGE = " \t\u00a0:;,.#*|_="
_NOT_WORD = re.compile(r"[\W_]+")


def squash_space(text: str) -> str:
    """Composed characters, single spaces."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def parse_text(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001 - one signature for all kinds
    """Any text, with single spaces."""
    plain = squash_space(text)
    return Parsed(value=plain, text=text) if plain else None


def parse_lines(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001
    """An address: its lines, each with single spaces; empty lines are left out."""
    lines = [line for raw in text.splitlines() if (line := squash_space(raw))]
    return Parsed(value="\n".join(lines), text=text) if lines else None


def parse_name(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001
    """A name: text with a letter in it, without the punctuation of its surroundings."""
    plain = squash_space(text).strip(_EDGE)
    return Parsed(value=plain, text=text) if any(c.isalpha() for c in plain) else None


def parse_code(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001
    """A number or reference, as printed, without a leading `#` or `:`."""
    plain = squash_space(text).strip(_CODE_EDGE)
    if not plain or len(plain) > 60 or not any(c.isalnum() for c in plain):
        return None
    return Parsed(value=plain, text=text)


def parse_country(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001
    """A country's name or code as ISO 3166 alpha-2."""
    plain = squash_space(text).strip(_EDGE + "()")
    if len(plain) == 2 and plain.upper() in _ISO2:
        return Parsed(value=plain.upper(), text=text)
    code = COUNTRIES.get(plain.lower())
    return Parsed(value=code, text=text) if code else None


def parse_boolean(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001
    """Yes and no in words, digits and ticked boxes."""
    plain = squash_space(text).strip(_EDGE + ".[]").lower()
    if plain in _YES:
        return Parsed(value=True, text=text)
    return Parsed(value=False, text=text) if plain in _NO else None


def _words(text: str) -> str:
    return _NOT_WORD.sub(" ", text.casefold()).strip()


@lru_cache(maxsize=64)
def _by_printed(choices: tuple[str, ...], labels: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Printed form -> choice; longer forms first, so that `credit note` is found before `credit`."""
    pairs = {_words(printed): choice for printed, choice in (*labels, *((c, c) for c in choices))}
    return {p: pairs[p] for p in sorted(pairs, key=len, reverse=True) if p}


def parse_choice(text: str, choices: Sequence[str], labels: tuple[tuple[str, str], ...] = ()) -> Parsed | None:
    """The choice that is printed: alike but for case and punctuation, else the longest whose words are in the text."""
    plain = _words(text)
    if not plain or len(text) > 200:
        return None
    by_printed = _by_printed(tuple(choices), labels)
    if plain in by_printed:
        return Parsed(value=by_printed[plain], text=text)
    inside = [p for p in by_printed if f" {p} " in f" {plain} "]
    if not inside:
        return None
    others = {by_printed[p] for p in inside if f" {p} " not in f" {inside[0]} "} - {by_printed[inside[0]]}
    note = f"`{inside[0]}` stands in `{squash_space(text)}`"
    return Parsed(
        value=by_printed[inside[0]],
        text=text,
        notes=(note,),
        ambiguous=bool(others),
        alternatives=tuple(sorted(others)),
    )
