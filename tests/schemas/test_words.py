"""Currencies, countries, choices, codes and names as printed."""

from __future__ import annotations

import pytest

from schemas import Field, Kind
from schemas.values import Locale, format_value, parse, parse_field


@pytest.mark.parametrize(
    ("text", "code"),
    [("EUR", "EUR"), ("€", "EUR"), ("US Dollars", "USD"), ("EUR (€)", "EUR"), ("zł", "PLN"), ("chf", "CHF")],
)
def test_a_currency_is_its_code(text, code):
    parsed = parse(Kind.CURRENCY, text)
    assert parsed.value == code
    assert not parsed.ambiguous


def test_a_shared_symbol_is_told_and_settled_by_the_document():
    assert parse(Kind.CURRENCY, "$").value == "USD"
    assert "several" in parse(Kind.CURRENCY, "$").notes[0]
    assert parse(Kind.CURRENCY, "kr").ambiguous
    assert parse(Kind.CURRENCY, "kr", Locale(currency="EUR")).ambiguous
    settled = parse(Kind.CURRENCY, "kr", Locale(currency="NOK"))
    assert (settled.value, settled.ambiguous) == ("NOK", False)


@pytest.mark.parametrize("text", ["", "Total", "EUR USD", "invoice"])
def test_other_words_are_no_currency(text):
    assert parse(Kind.CURRENCY, text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Germany", "DE"), ("Deutschland", "DE"), ("FR", "FR"), ("Pays-Bas", "NL"), ("United Kingdom", "GB")],
)
def test_a_country_is_its_code(text, code):
    assert parse(Kind.COUNTRY, text).value == code


def test_yes_and_no_are_known_in_several_languages():
    assert [parse(Kind.BOOLEAN, t).value for t in ("Ja", "yes", "[x]", "☑", "non", "☐")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def test_codes_lose_only_what_surrounds_them():
    assert parse(Kind.CODE, " # RE-2026/017 ").value == "RE-2026/017"
    assert parse(Kind.CODE, "---") is None


def test_an_address_keeps_its_lines():
    assert parse(Kind.ADDRESS, "Weg 1\n\n  12345   Ort ").value == "Weg 1\n12345 Ort"


STATUS = Field(
    name="type",
    kind=Kind.ENUM,
    choices=("invoice", "credit_note"),
    choice_labels=(("Rechnung", "invoice"), ("Gutschrift", "credit_note")),
)


@pytest.mark.parametrize(
    ("text", "choice"), [("RECHNUNG", "invoice"), ("Gutschrift Nr. 5", "credit_note"), ("Credit-Note", "credit_note")]
)
def test_a_choice_is_found_by_its_printed_forms(text, choice):
    assert parse_field(STATUS, text).value == choice


def test_two_choices_in_one_text_are_ambiguous():
    assert parse_field(STATUS, "Gutschrift zur Rechnung").ambiguous


def test_a_text_longer_than_its_field_is_no_value():
    assert parse_field(Field(name="code", kind=Kind.CODE, max_length=5), "ABCDEF") is None


def test_a_table_has_no_text_of_its_own():
    with pytest.raises(ValueError, match="table"):
        parse(Kind.TABLE, "1 2 3")


def test_canonical_texts_are_what_the_fields_table_holds():
    for kind, text, canonical in (
        (Kind.MONEY, "1.190,00 €", "1190.00"),
        (Kind.DATE, "3. April 2026", "2026-04-03"),
        (Kind.TIME, "2:05 PM", "14:05:00"),
        (Kind.BOOLEAN, "ja", "true"),
        (Kind.INTEGER, "3,00", "3"),
    ):
        assert format_value(kind, parse(kind, text).value) == canonical
