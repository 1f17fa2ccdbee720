"""Printed dates and times become the days they mean, or are told to be ambiguous."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Kind
from schemas.values import Locale, parse

DAY, MONTH = Locale(day_first=True), Locale(day_first=False)
DAYS = st.dates(dt.date(1971, 1, 1), dt.date(2069, 12, 31))
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}


def date(text, locale=None):
    parsed = parse(Kind.DATE, text, locale or Locale())
    return parsed and parsed.value


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-04-03", "2026-04-03"),
        ("2026/4/3", "2026-04-03"),
        ("20260403", "2026-04-03"),
        ("2026-04-03T12:30:00", "2026-04-03"),
        ("3. April 2026", "2026-04-03"),
        ("Apr 3, 2026", "2026-04-03"),
        ("April 3rd, 2026", "2026-04-03"),
        ("3 avr. 2026", "2026-04-03"),
        ("1er février 2024", "2024-02-01"),
        ("3 de mayo de 2024", "2024-05-03"),
        ("03-APR-26", "2026-04-03"),
        ("03APR2026", "2026-04-03"),
        ("Jan/05/2020", "2020-01-05"),
        ("12/29/19", "2019-12-29"),
        ("29.12.19", "2019-12-29"),
        ("03. 04. 2026", "2026-04-03"),
        ("Montag, 3. März 2025", "2025-03-03"),
        ("mié. 3 abr 2024", "2024-04-03"),
        ("segunda-feira, 4 de março de 2024", "2024-03-04"),
        ("25/12/2018 8:13:39 PM", "2018-12-25"),
        ("98/12/31", "1998-12-31"),
        ("15.01.70", "1970-01-15"),
        ("15.01.69", "2069-01-15"),
    ],
)
def test_a_printed_date_is_its_day(text, iso):
    parsed = parse(Kind.DATE, text)
    assert parsed is not None
    assert parsed.value == dt.date.fromisoformat(iso)
    assert not parsed.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30/02/2024",
        "31.04.2026",
        "00/00/00",
        "1234567",
        "12/2019",
        "13/13/2020",
        "3. Foo 2026",
        "2026",
        "1.234,56",
        "03/04/1899",
        "12.05",
        "5 May",
        "99999999",
        "20261301",
    ],
)
def test_what_is_no_day_is_refused(text):
    assert date(text) is None


def test_two_numbers_below_thirteen_are_ambiguous_until_the_document_decides():
    parsed = parse(Kind.DATE, "03/04/2026")
    assert parsed.ambiguous
    assert {parsed.value, *parsed.alternatives} == {dt.date(2026, 4, 3), dt.date(2026, 3, 4)}
    assert date("03/04/2026", DAY) == dt.date(2026, 4, 3)
    assert date("03/04/2026", MONTH) == dt.date(2026, 3, 4)
    assert not parse(Kind.DATE, "03/04/2026", DAY).ambiguous


def test_equal_day_and_month_are_not_ambiguous():
    assert not parse(Kind.DATE, "04/04/2026").ambiguous


def test_a_number_that_can_only_be_a_day_wins_over_the_locale():
    assert date("04/25/2026", DAY) == dt.date(2026, 4, 25)
    assert date("25/04/2026", MONTH) == dt.date(2026, 4, 25)


@given(DAYS, st.sampled_from(["/", "-", "."]), st.booleans(), st.booleans())
def test_printing_and_parsing_digits_is_the_identity(day, mark, first, short):
    year = f"{day.year % 100:02}" if short else str(day.year)
    pair = (f"{day.day:02}", f"{day.month:02}") if first else (f"{day.month:02}", f"{day.day:02}")
    assert date(mark.join((*pair, year)), Locale(day_first=first)) == day


@given(
    DAYS,
    st.sampled_from(sorted(MONTHS)),
    st.sampled_from(["{d}. {m} {y}", "{d} {m} {y}", "{m} {d}, {y}", "{d}-{m}-{y}", "{d} de {m} de {y}"]),
)
def test_month_names_of_seven_languages_are_read(day, language, form):
    month = MONTHS[language].split()[day.month - 1]
    for spelled in (month, month.upper(), month.capitalize()):
        assert date(form.format(d=day.day, m=spelled, y=day.year)) == day


@given(DAYS)
def test_iso_dates_need_no_locale(day):
    for locale in (Locale(), DAY, MONTH):
        assert date(day.isoformat(), locale) == day


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14:05", "14:05"),
        ("14:05:33", "14:05:33"),
        ("2:05 PM", "14:05"),
        ("12:00 am", "00:00"),
        ("12:30 p.m.", "12:30"),
        ("14h05", "14:05"),
        ("14.05 Uhr", "14:05"),
        ("9 am", "09:00"),
        ("14:05 PM", "14:05"),
    ],
)
def test_a_printed_time_is_its_time(text, time):
    assert parse(Kind.TIME, text).value == dt.time.fromisoformat(time)


@pytest.mark.parametrize("text", ["25:00", "14", "14:75", "14:05 AM", "noon"])
def test_what_is_no_time_is_refused(text):
    assert parse(Kind.TIME, text) is None
