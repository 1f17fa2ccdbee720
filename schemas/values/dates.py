"""Dates and times as printed: day or month first, month names, two-digit years."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from schemas.values.parsed import Locale, Parsed

MAX_LENGTH = 60
FIRST_YEAR, LAST_YEAR = 1950, 2099
CENTURY_TURN = 70
"""Two-digit years below are 20xx, the others 19xx."""

_NAMES = (
    "january janvier januar janner enero gennaio januari janeiro styczen stycznia jan janv ene gen sty jän jaen",
    "february fevrier februar febrero febbraio februari fevereiro luty lutego feb fev fevr febr lut",
    "march mars marz maerz marzo maart marco marts marzec marca mar mrz mrt maa",
    "april avril abril aprile kwiecien kwietnia apr avr abr kwi",
    "may mai mayo maggio mei maio maj maja mag",
    "june juin juni junio giugno junho czerwiec czerwca jun giu cze",
    "july juillet juli julio luglio julho lipiec lipca jul juil lug lip",
    "august aout agosto augustus augusti sierpien sierpnia aug aou ago sie",
    "september septembre septiembre setiembre settembre setembro wrzesien wrzesnia sep sept set wrz",
    "october octobre oktober octubre ottobre outubro pazdziernik pazdziernika oct okt ott out paz",
    "november novembre noviembre novembro listopad listopada nov lis",
    "december decembre dezember diciembre dicembre dezembro grudzien grudnia dec dez dic gru",
)


def _plain(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


MONTHS = {_plain(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}

_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = r"(?:[a-z]{2,10}(?:-feira)?\.?\s*,?\s+)?"
_TIME = (
    r"(?:[\st,]\s*(?:um|at|a|om|le|alle)?\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?"
    r"\s*(?:uhr|h|[ap]\.?m\.?|z|[+-]\d\d:?\d\d)?)?"
)
_END = rf"{_TIME}[\s.,;]*$"
_ISO = re.compile(rf"^(?P<y>(?:19|20)\d\d)\s?([-./])\s?(?P<m>\d{{1,2}})\s?\2\s?(?P<d>\d{{1,2}}){_END}")
_COMPACT = re.compile(r"^(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)$")
_NUMERIC = re.compile(
    rf"^{_WEEKDAY}(?P<a>\d{{1,2}})\s?(?P<sep>[-./])\s?(?P<b>\d{{1,2}})\s?(?P=sep)\s?(?P<y>\d{{4}}|\d\d){_END}"
)
_SPACED = re.compile(rf"^(?P<a>\d\d) (?P<b>\d\d) (?P<y>(?:19|20)\d\d){_END}")
_DAY_NAME = re.compile(
    rf"^{_WEEKDAY}(?:den |le |el |il |the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|e|o|a|°)?[\s.\-/]*"
    rf"(?:de |of |di )?{_MONTH}"
    rf"[\s.,\-/']*(?:de |del |of )?(?P<y>\d{{4}}|\d\d){_END}"
)
_NAME_DAY = re.compile(
    rf"^{_WEEKDAY}{_MONTH}[\s.\-/]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s.,\-/']+(?P<y>\d{{4}}|\d\d){_END}"
)
_YEAR_NAME = re.compile(rf"^(?P<y>(?:19|20)\d\d)[\s.\-/]*{_MONTH}[\s.\-/]*(?P<d>\d{{1,2}}){_END}")
_MAYBE = re.compile(r"\d")

_CLOCK = re.compile(
    r"^(?P<h>\d{1,2})\s?(?:[:.h]\s?(?P<m>\d{2})(?:\s?[:.m]\s?(?P<s>\d{2})s?)?)?\s?(?P<half>[ap]\.?\s?m\.?)?\s?(?:uhr|hrs?|h)?$",
    re.IGNORECASE,
)


def full_year(text: str) -> int:
    """The year of four or two digits."""
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < CENTURY_TURN else 1900)


def _date(year: int, month: int, day: int) -> dt.date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _numeric(m: re.Match[str], text: str, locale: Locale) -> Parsed | None:
    """Two numbers and a year: the order is told by the numbers, the dots, or the document."""
    a, b, year = int(m["a"]), int(m["b"]), full_year(m["y"])
    day_first, month_first = _date(year, b, a), _date(year, a, b)
    if day_first is None or month_first is None or day_first == month_first:
        only = day_first or month_first
        if only is None:
            return _year_first(m, text)
        notes: tuple[str, ...] = ()
        if only != day_first:
            notes = ("month first: the second number can only be a day",)
        elif locale.day_first is False and day_first != month_first:
            notes = ("day first: the first number can only be a day",)
        return Parsed(value=only, text=text, notes=notes)
    if locale.day_first is not None:
        order = "day first" if locale.day_first else "month first"
        why = f" ({locale.day_reason})" if locale.day_reason else ""
        return Parsed(value=day_first if locale.day_first else month_first, text=text, notes=(f"{order}{why}",))
    if "sep" in m.re.groupindex and m["sep"] == ".":
        return Parsed(value=day_first, text=text, notes=("day first: dates with dots are written so",))
    note = f"may be {day_first} or {month_first}: nothing in the document shows whether the day or the month is first"
    return Parsed(value=day_first, text=text, notes=(note,), ambiguous=True, alternatives=(month_first,))


def _year_first(m: re.Match[str], text: str) -> Parsed | None:
    """`98/12/31`: neither order makes a date, the year may stand first."""
    if len(m["y"]) > 2 or len(m["a"]) < 2:
        return None
    found = _date(full_year(m["a"]), int(m["b"]), int(m["y"]))
    note = "year first: no other order makes a date"
    return Parsed(value=found, text=text, notes=(note,)) if found else None


def _exact(m: re.Match[str], month: int, text: str) -> Parsed | None:
    found = _date(full_year(m["y"]), month, int(m["d"]))
    return Parsed(value=found, text=text) if found else None


def parse_date(text: str, locale: Locale) -> Parsed | None:
    """A date in digits or with the name of the month; None for anything else and for days that do not exist."""
    if len(text) > MAX_LENGTH or not _MAYBE.search(text):
        return None
    plain = " ".join(_plain(text).split())
    if len(plain) < 6:
        return None
    digits_only = not any(c.isalpha() for c in plain)
    if m := _NUMERIC.match(plain):
        return _numeric(m, text, locale)
    if m := _ISO.match(plain) or _COMPACT.match(plain):
        return _exact(m, int(m["m"]), text)
    if m := _SPACED.match(plain):
        return _numeric(m, text, locale)
    if digits_only:
        return None
    if m := _DAY_NAME.match(plain) or _NAME_DAY.match(plain) or _YEAR_NAME.match(plain):
        return _exact(m, MONTHS[m["month"]], text)
    return None


def parse_time(text: str, locale: Locale) -> Parsed | None:  # noqa: ARG001 - one signature for all kinds
    """A time of day; `14` alone is none."""
    if len(text) > 20:
        return None
    m = _CLOCK.match(" ".join(text.split()))
    if m is None or not (m["m"] or m["half"]):
        return None
    hour, minute, second = int(m["h"]), int(m["m"] or 0), int(m["s"] or 0)
    if m["half"]:
        if not 1 <= hour <= 12:
            if hour > 12 and m["half"][0] in "aA":
                return None
        else:
            hour = hour % 12 + (12 if m["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Parsed(value=dt.time(hour, minute, second), text=text)
