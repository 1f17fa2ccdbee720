"""Printed amounts, quantities and rates become the numbers they mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Kind
from schemas.values import Locale, parse

COMMA, POINT, UNKNOWN = Locale(decimal=","), Locale(decimal="."), Locale()
CENTS = st.integers(-(10**11), 10**11).map(lambda n: Decimal(n).scaleb(-2))


def money(text, locale=UNKNOWN):
    return parse(Kind.MONEY, text, locale)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1.234,56", "1234.56", None),
        ("1,234.56", "1234.56", None),
        ("1 234,56", "1234.56", None),
        ("1\u00a0234,56", "1234.56", None),
        ("1\u202f234\u202f567,80 €", "1234567.80", "EUR"),
        ("1'234.56", "1234.56", None),
        ("1’234.56", "1234.56", None),
        ("12,34,567.00", "1234567.00", None),
        ("(35.70)", "-35.70", None),
        ("($35.70)", "-35.70", "USD"),
        ("$(35.70)", "-35.70", "USD"),
        ("35.70-", "-35.70", None),
        ("−35,70", "-35.70", None),
        ("- 3,50 €", "-3.50", "EUR"),
        ("35.70 CR", "-35.70", None),
        ("35.70 DR", "35.70", None),
        ("€ 1.190,00", "1190.00", "EUR"),
        ("1.190,00 EUR", "1190.00", "EUR"),
        ("CHF 35.-", "35", "CHF"),
        ("35,-- kr", "35", "SEK"),
        ("US$ 12.00", "12.00", "USD"),
        ("RM12.50", "12.50", "MYR"),
        ("$3,825.00 USD", "3825.00", "USD"),
        ("$1 ,200.00", "1200.00", "USD"),
        ("$ 1, 200.00", "1200.00", "USD"),
        ("1.190.00", "1190.00", None),
        (".50", "0.50", None),
        ("0.125", "0.125", None),
        ("12.50 A", "12.50", None),
        ("**12.00", "12.00", None),
        ("1 250,00 € TTC", "1250.00", "EUR"),
        ("80,00 HT", "80.00", None),
        ("12,50 €/h", "12.50", "EUR"),
        ("12.50 USD per hour", "12.50", "USD"),
        ("١٢٫٥٠".replace("٫", "."), "12.50", None),
    ],
)
def test_a_printed_amount_is_its_number(text, value, currency):
    parsed = money(text)
    assert parsed is not None
    assert parsed.value == Decimal(value)
    assert parsed.currency == currency
    assert parsed.text == text
    assert not parsed.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "$",
        "12.05.2026",
        "2026-01-02",
        "3/4",
        "19 %",
        "12 A",
        "1.00 119.00",
        "12- 13",
        "(35.70",
        "--5",
        "1 2",
        "EUR 5 USD",
        "Total 12.50",
        "12.50 items",
        "9" * 60,
    ],
)
def test_what_is_no_amount_is_refused(text):
    assert money(text) is None


def test_three_digits_after_a_mark_are_ambiguous_until_the_document_decides():
    assert money("1.234").ambiguous
    assert money("1.234").alternatives == (Decimal("1.234"),)
    assert money("1.234", COMMA).value == 1234
    assert money("1.234", POINT).value == Decimal("1.234")
    assert money("1,234", COMMA).value == Decimal("1.234")
    assert not money("1.234", COMMA).ambiguous


def test_the_reason_of_the_locale_is_told():
    locale = Locale(decimal=",", decimal_reason="2.000,00 can only be a decimal comma")
    assert "2.000,00" in money("1.234", locale).notes[0]


def test_an_ambiguous_negative_amount_keeps_its_sign_in_both_readings():
    parsed = money("-1.234")
    assert (parsed.value, parsed.alternatives) == (-1234, (Decimal("-1.234"),))


@pytest.mark.parametrize(
    ("text", "value"), [("12 Stk", 12), ("3,5 h", "3.5"), ("2 pcs.", 2), ("10 m²", 10), ("5 C62", 5)]
)
def test_a_quantity_may_carry_its_unit(text, value):
    parsed = parse(Kind.NUMBER, text)
    assert parsed.value == Decimal(value)
    assert "unit" in parsed.notes[-1]


def test_a_number_with_another_word_is_no_quantity():
    assert parse(Kind.NUMBER, "12 Main") is None


@pytest.mark.parametrize(
    ("text", "value"), [("19 %", "19"), ("7,7%", "7.7"), ("7.700 %", "7.7"), ("20.0", "20"), ("5 Prozent", "5")]
)
def test_a_rate_is_in_percent_points(text, value):
    assert parse(Kind.PERCENT, text).value == Decimal(value)


def test_an_integer_has_no_fraction():
    assert parse(Kind.INTEGER, "3,00").value == 3
    assert parse(Kind.INTEGER, "3,5") is None


def grouped(value: Decimal, group: str, mark: str) -> str:
    return f"{value:,.2f}".replace(",", "g").replace(".", mark).replace("g", group)


@given(CENTS, st.sampled_from([(",", "."), (".", ","), ("'", "."), (" ", ","), ("\u00a0", ","), ("", ","), ("", ".")]))
def test_printing_and_parsing_an_amount_is_the_identity(value, marks):
    group, mark = marks
    text = grouped(value, group, mark)
    for locale in (UNKNOWN, Locale(decimal=mark)):
        parsed = money(text, locale)
        assert parsed is not None
        assert parsed.value == value
        assert not parsed.ambiguous


@given(CENTS, st.sampled_from(["€ {}", "{} €", "EUR {}", "{} EUR", "${}", "{} zł", "CHF {}", "£{}"]))
def test_a_currency_beside_an_amount_changes_nothing(value, form):
    parsed = money(form.format(grouped(value, ".", ",")))
    assert parsed.value == value
    assert parsed.currency


@given(st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-4)), st.sampled_from([",", "."]))
def test_four_decimals_are_read_where_the_mark_is_known(value, mark):
    text = f"{value:.4f}".replace(".", mark)
    assert parse(Kind.NUMBER, text, Locale(decimal=mark)).value == value


@given(st.text(max_size=30))
def test_no_text_makes_parsing_fail(text):
    for kind in Kind:
        if kind is not Kind.TABLE:
            parsed = parse(kind, text, choices=("a", "b"))
            assert parsed is None or parsed.text == text


@given(st.text(alphabet="0123456789.,-+() '€$CRA%", max_size=14))
def test_whatever_is_read_as_an_amount_has_its_digits(text):
    parsed = money(text)
    if parsed is not None:
        shown = "".join(c for c in text if c.isdigit()).lstrip("0")
        assert "".join(c for c in str(abs(parsed.value)) if c.isdigit()).lstrip("0") == shown
