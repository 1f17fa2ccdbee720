"""How a document prints amounts and dates is decided from all of it, with a reason."""

from __future__ import annotations

import pytest

from schemas.values import detect_locale, language_of


@pytest.mark.parametrize(
    ("lines", "decimal", "reason"),
    [
        (["Summe 1.190,00 €"], ",", "1.190,00"),
        (["Total $1,190.00"], ".", "1,190.00"),
        (["12,50", "3,99"], ",", "12,50"),
        (["1'190.00 CHF"], ".", "1'190.00"),
        (["1 190,00"], ",", "1 190,00"),
    ],
)
def test_amounts_decide_the_decimal_mark(lines, decimal, reason):
    locale = detect_locale(lines)
    assert locale.decimal == decimal
    assert reason in locale.decimal_reason


@pytest.mark.parametrize(
    ("lines", "day_first"),
    [(["13/04/2026", "03/04/2026"], True), (["04/13/2026", "03/04/2026"], False), (["28-02-26"], True)],
)
def test_a_date_that_has_one_order_decides_for_all(lines, day_first):
    locale = detect_locale(lines)
    assert locale.day_first is day_first
    assert lines[0] in locale.day_reason


def test_dates_are_no_amounts():
    assert detect_locale(["03.04.2026", "12.05.26"]).decimal is None


def test_contradictions_decide_nothing():
    locale = detect_locale(["1.190,00", "1,190.00", "13/04/2026", "04/13/2026"])
    assert locale.decimal is None
    assert locale.day_first is None
    assert "both" in locale.decimal_reason
    assert "both" in locale.day_reason


def test_what_is_seen_wins_over_hints():
    locale = detect_locale(["1.190,00", "25/12/2026"], ["en", "US", "USD"])
    assert (locale.decimal, locale.day_first) == (",", True)


@pytest.mark.parametrize(
    ("hints", "decimal", "day_first"),
    [(["de"], ",", True), (["US"], ".", False), (["GBP"], ".", True), (["USD"], ".", False), (["GB"], ".", True)],
)
def test_hints_decide_where_nothing_is_seen(hints, decimal, day_first):
    locale = detect_locale([], hints)
    assert (locale.decimal, locale.day_first) == (decimal, day_first)


def test_an_american_address_means_month_first():
    locale = detect_locale(["Order date 04/03/2026", "Springfield, IL 62704"])
    assert locale.day_first is False
    assert locale.currency == "USD"


def test_words_in_capitals_are_no_currencies():
    assert detect_locale(["ALL SALES ARE FINAL, TRY OUR TOP RATE", "SEND IT TO ALL"]).currency is None
    assert detect_locale(["Total SEK 120"]).currency == "SEK"
    assert detect_locale(["120 NOK"]).currency == "NOK"


def test_nothing_seen_is_nothing_known():
    locale = detect_locale(["Hello"])
    assert (locale.decimal, locale.day_first, locale.currency) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("rechnung und lieferung der ware für den betrag", "de"),
        ("facture et montant ttc pour votre règlement", "fr"),
        ("invoice for the amount due and payment", "en"),
        ("factuur en het bedrag van btw", "nl"),
        ("fattura importo quantità prezzo pagamento", "it"),
    ],
)
def test_typical_words_tell_the_language(text, language):
    assert language_of(text.split()) == language
