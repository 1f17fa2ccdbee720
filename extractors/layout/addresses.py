"""What a line must look like to be part of a postal address, in the patterns of many countries."""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.layout.names import vocabulary

_PLACE = r"[A-ZÀ-ÞŁŚŻ][\w'’´`.\-]*(?:[ /,()-]+[\w'’´`.\-]+){0,6}"
_POSTCODE_FIRST = re.compile(
    r"^(?:(?:[A-Z]{1,3}|CH|FL)\s?[-–]?\s?)?"
    r"(?:\d{4,6}|\d{3}\s\d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-\d{3}|\d{4}\s?[A-Z]{2}|〒?\d{3}-\d{4})"
    rf"(?:\s?[,\-–]\s?|\s+|(?<=\d)(?=[A-ZÀ-Þ][a-zß-ÿ]))(?!(?:EUR|USD|GBP|CHF|Stk|PCS|"
    rf"Unit)\b){_PLACE}(?:,?\s*CEDEX(?:\s+\d+)?)?[.,]?$"
)
_WITH_COUNTRY = re.compile(r"^[A-Z]{1,2}[\s-]{1,3}\d{4,5}\s+[^\W\d][\w .'’-]+$")
_US_CITY = re.compile(
    r"^[A-Z][\w'’.\- ]+,?\s*\b(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|"
    r"P[AR]|RI|S[CD]|"
    r"T[NX]|UT|V[TA]|W[AVIY]|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|"
    r"Georgia|Hawaii|"
    r"Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    r"Mississippi|Missouri|"
    r"Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|"
    r"Oklahoma|Oregon|"
    r"Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|"
    r"West Virginia|"
    r"Wisconsin|Wyoming)\.?,?\s+\d{5}(?:[-–]\d{4})?\b(?:,?\s+(?:US|USA|United States))?"
)
_UK_POSTCODE = re.compile(r"\b(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2})[.,]?$")
_CANADA = re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d\b")
_AUSTRALIA = re.compile(r"\b(?:NSW|VIC|QLD|TAS|ACT|Victoria|Queensland)\.?,?\s+\d{4}\b")
_EIRCODE = re.compile(r"\b[AC-FHKNPRTV-Y]\d{2}\s?[0-9AC-FHKNPRTV-Y]{4}$")
_CITY_FIRST = re.compile(
    r"^[A-ZÀ-Þ][A-Za-zÀ-ÿ'’.,\- ]+?(?:\s*[-–,]\s*|\s+)(?:\d{3}\s?\d{3}|\d{5}|"
    r"\d{5}-\d{3})(?:[\s,]+[A-Z][\w .]+)?[.,]?$"
)
_POSTCODE_INSIDE = re.compile(
    r"(?:^|[\s,])(?:[A-Z]{1,3}-)?(?:\d{5,6}|\d{4}\s[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3})[\s,]+(?=[A-ZÀ-Þ])"
)

_STREET_WORD = (
    r"rue|avenue|ave|bd|bld|boulevard|chemin|place|all[ée]e|impasse|route|quai|cours|square|sq|faubourg|"
    r"rond[- ]point|villa|"
    r"lieu[- ]dit|z\.?\s?[ai]\.?c?|zone|b[âa]timent|b[âa]t|r[ée]sidence|parc|immeuble|"
    r"street|st|road|rd|lane|ln|drive|dr|court|ct|way|blvd|suite|ste|floor|flr|unit|building|bldg|park|house|close|"
    r"terrace|"
    r"parkway|pkwy|highway|hwy|crescent|row|mews|gardens|plaza|mall|block|lot|tower|estate|industrial|"
    r"via|viale|v\.le|piazza|p\.za|corso|c\.so|largo|vicolo|strada|localit[àa]|loc|contrada|piazzale|"
    r"calle|c/|avda|avenida|av|paseo|p[ºo]|carrer|carretera|ctra|camino|pol[ií]gono|pol\.\s?ind|plaza|pza|ronda|"
    r"rua|travessa|pra[çc]a|estrada|alameda|lote|urbaniza[çc][ãa]o|"
    r"jalan|jln|jl|lorong|persiaran|lebuh|taman|tmn|bandar|kampung|kawasan|seksyen|lingkaran|batu|"
    r"ulica|ul|aleja|al|utca|[úu]t|t[ée]r|ulice|n[áa]m[ěe]st[íi]|str|strada|bulevardul|"
    r"straße|strasse|weg|platz|allee|gasse|ring|damm|ufer|am|an der|im|auf der|zum|zur|unter den|alte|"
    r"straat|laan|plein|gracht|kade|singel|dreef|steenweg|"
    r"gata|gatan|v[äa]gen|vej|gade|veien|katu|tie"
)
_STREET_TOKEN = re.compile(rf"(?<!\w)(?:{_STREET_WORD})(?:\b|\.|(?<=/))", re.IGNORECASE)
_STREET_SUFFIX = re.compile(
    r"\w{2}(?:stra(?:ß|ss)e|str\.?|weg|platz|allee|gasse|ring|damm|(?<!ä)ufer|hof|markt|steig|graben|berg|feld|wall|"
    r"chaussee|"
    r"straat|laan|plein|gracht|kade|singel|dreef|dijk|steenweg|markt|street|gata|gatan|vägen|vej|vejen|gade|veien|"
    r"katu|tie|utca)\b\.?",
    re.IGNORECASE,
)
_NUMBERLESS = re.compile(
    r"\w(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|straat|laan|plein|gracht|gatan|vägen|gade)$", re.IGNORECASE
)
_STREET_FIRST = vocabulary("rue via viale piazza calle rua avenue avenida jalan place chemin corso")
_NUMBER_FIRST = re.compile(
    r"^(?:no\.?\s*|n[°º]\s*|lot\s+|nr\.?\s*|unit\s+|suite\s+|"
    r"#\s*)?[A-Z]{0,3}-?\d{1,5}(?:\s?[-–/&]\s?[A-Z]?\d{1,4})*\s?(?:[a-zA-Z]|bis|ter|quater)?\s*[,.]?\s+(?=[^\W\d])",
    re.IGNORECASE,
)
_NUMBER_LAST = re.compile(
    r"^[^\W\d][\w'’.\-/ ]*?[^\W\d][.,]?\s*,?\s*(?:n[°ºr]?\.?\s*)?\d{1,4}\s?[a-zA-Z]?"
    r"(?:\s?[-–/+]\s?\d{0,4}\s?[a-zA-Z]{0,2})?(?:,?\s?(?:bis|ter|bte|bus|[0-9]+[ºª°].*))?[,.]?$"
)
_YEAR_LAST = re.compile(r"\b(?:19|20)\d{2}$")
_PO_BOX = re.compile(
    r"(?:p\.?\s?o\.?\s?box|postfach|b\.?p\.?\s?\d|bo[îi]te postale|casella postale|c\.p\.\s?\d|apartado|apdo|"
    r"postbus|locked bag|"
    r"private bag|caixa postal|boks|box)\s*\d",
    re.IGNORECASE,
)
_COUNTRY_WORDS = vocabulary(
    """deutschland germany allemagne alemania germania duitsland alemanha france frankreich francia frankrijk frança
    österreich austria
    autriche oostenrijk áustria schweiz suisse svizzera switzerland suiza zwitserland suíça italia italy italie
    italien italië itália
    spain españa espagne spanien spagna spanje espanha portugal portogallo nederland niederlande netherlands
    pays-bas holland belgique
    belgië belgien belgium belgio bélgica luxembourg luxemburg liechtenstein united kingdom uk great britain england
    scotland wales
    northern ireland royaume-uni großbritannien irland irlande usa u.s.a us states america états-unis vereinigte
    staaten estados unidos
    canada kanada australia zealand india indien singapore malaysia china hong kong japan denmark danmark dänemark
    danemark sverige
    sweden schweden suède norge norway norwegen suomi finland finnland polska poland polen pologne czech republic
    česko tschechien
    slovakia slovensko slowakei hungary magyarország ungarn romania românia rumänien slovenia slovenija croatia
    hrvatska kroatien
    greece griechenland ελλάδα bulgaria bulgarien mexico méxico brasil brazil argentina chile colombia peru turkey
    türkiye türkei
    israel africa arab emirates uae estonia eesti latvia latvija lithuania lietuva malta cyprus iceland ísland
    ukraine serbia srbija
    monaco andorra réunion the of and new south"""
)
_COUNTRY_JUNK = frozenset(("the", "of", "and", "new", "great", "south", "us", "a"))


def _country(text: str) -> bool:
    words = [w for w in re.split(r"[\s/,()]+", text.casefold().strip(" .,")) if w]
    return (
        0 < len(words) <= 4 and all(w in _COUNTRY_WORDS for w in words) and any(w not in _COUNTRY_JUNK for w in words)
    )


@lru_cache(maxsize=4096)
def is_country(text: str) -> bool:
    """Whether a line is the name of a country and nothing else, maybe in two languages."""
    return _country(text)


@lru_cache(maxsize=4096)
def is_city(text: str) -> bool:
    """Whether a line holds a postcode and a place and nothing before them (`D-12345 Ort`, `Town ST 12345`)."""
    text = text.strip()
    if len(text) > 80 or sum(c.isalpha() for c in text) < 2:
        return False
    if _POSTCODE_FIRST.match(text) or _US_CITY.match(text) or _WITH_COUNTRY.match(text):
        return True
    if _UK_POSTCODE.search(text) or _CANADA.search(text) or _AUSTRALIA.search(text) or _EIRCODE.search(text):
        return True
    return _CITY_FIRST.match(text) is not None


@lru_cache(maxsize=4096)
def is_street(text: str) -> bool:
    """Whether a line is a street with a number, a building, or a post-office box."""
    text = text.strip()
    if len(text) > 90:
        return False
    if _PO_BOX.search(text):
        return True
    if not any(c.isalpha() for c in text):
        return False
    word = _STREET_TOKEN.search(text) is not None or _STREET_SUFFIX.search(text) is not None
    number = any(c.isdigit() for c in text)
    if word and number:
        return True
    if _NUMBER_FIRST.match(text):
        return len(text.split()) <= 10
    if _NUMBER_LAST.match(text):
        return len(text.split()) <= 6 and _YEAR_LAST.search(text) is None
    # A street without a number: its word must stand where the language puts it.
    words = text.split()
    if words[0].casefold().rstrip(".,") in _STREET_FIRST:
        return True
    return len(words) <= 2 and text[0].isupper() and _NUMBERLESS.search(text) is not None


def is_address(text: str) -> bool:
    """Whether a line, or a part of one, is a street, a place or a country."""
    return is_city(text) or is_street(text) or is_country(text)


def has_place(text: str) -> bool:
    """Whether a postcode followed by a place stands anywhere in a line."""
    return is_city(text) or _POSTCODE_INSIDE.search(text) is not None
