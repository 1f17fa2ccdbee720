"""Runs of characters by their shape: what could be a date, an amount, a code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.layout.candidates import Shape, mentions_of
from extractors.layout.segments import segments_of
from tiling import Box, Page, Word


def _segment(text: str):
    words, x = [], 0.0
    for part in text.split():
        words.append(Word(text=part, box=Box(x, 0, x + 5 * len(part), 10), size_pt=10, line=0))
        x += 5 * len(part) + 3
    return segments_of(Page(index=0, width_pt=2000, height_pt=100, words=tuple(words)), gap=9)[0]


def _found(text: str) -> list[tuple[str, set[Shape]]]:
    return [(m.text, set(m.shapes)) for m in mentions_of(_segment(text))]


@pytest.mark.parametrize(
    "text",
    ["03.04.2026", "2026-04-03", "4/3/26", "3. April 2026", "3 avril 2026", "April 3, 2026", "3 de abril de 2026",
     "3 maart 2026", "1er mars 2026", "03-Apr-2026", "3. 4. 2026"],
)  # fmt: skip
def test_dates_are_seen_in_many_forms(text):
    assert _found(f"Date: {text}") == [(text, {Shape.DATE})]


def test_eight_digits_may_be_a_date_or_a_number():
    [(_, shapes)] = _found("20260403")

    assert shapes == {Shape.DATE, Shape.CODE, Shape.INTEGER}


@pytest.mark.parametrize("text", ["02/07/26 - 02/13/26", "11/12/25-11/24/25", "01.02.2026 bis 28.02.2026"])
def test_two_dates_with_a_dash_are_a_range(text):
    [mention] = mentions_of(_segment(f"Period {text}"))

    assert mention.shapes == {Shape.RANGE}
    assert [p[:2] for p in mention.parts] == [text[:2], text[-8:-6] if "bis" not in text else "28"]


@pytest.mark.parametrize("text", ["1.234,56", "1,234.56", "1 234,56", "0.79", "-7,67", "12,-"])
def test_amounts_are_seen_with_any_mark(text):
    assert _found(text) == [(text, {Shape.AMOUNT})]


@pytest.mark.parametrize("text", ["EUR 12.00", "12.00 EUR", "$12.00", "12,00 €", "Rs 1939", "US$5.00"])
def test_a_currency_beside_an_amount_is_a_part_of_it(text):
    [mention] = mentions_of(_segment(f"Total {text}"))

    assert mention.text == text
    assert mention.money_sign


def test_a_currency_belongs_to_one_amount_only():
    assert [t for t, _ in _found("EUR 12,00 EUR 13,00")] == ["EUR 12,00", "EUR 13,00"]


@pytest.mark.parametrize("text", ["RE-2026/17", "INV/2026/03/0008", "A-77", "2026-03"])
def test_codes_have_digits_and_no_shape_of_their_own(text):
    assert _found(f"No. {text}") == [(text, {Shape.CODE})]


def test_a_number_in_parentheses_explains_the_label_and_is_no_value():
    assert [t for t, _ in _found("Trade invoice (380) No. 4711")] == ["4711"]


def test_an_amount_in_parentheses_behind_words_is_the_base_not_the_tax_and_not_negative():
    base, tax = mentions_of(_segment("VAT 19 % (100,00 €) 19,00 €"))[1:]

    assert (base.text, base.aside) == ("100,00 €", True)
    assert (tax.text, tax.aside) == ("19,00 €", False)


def test_an_amount_in_parentheses_that_stands_alone_is_negative_and_keeps_them():
    [mention] = mentions_of(_segment("(12.50)"))

    assert (mention.text, mention.aside) == ("(12.50)", False)


def test_the_box_of_a_value_behind_a_glued_colon_begins_at_the_value():
    [mention] = mentions_of(_segment("No.:4711"))

    assert mention.text.endswith("4711")
    assert mention.box.x1 == pytest.approx(40)


@given(st.text(alphabet="0123456789 .,-/:()€ABCabc%", min_size=1, max_size=40).filter(str.strip))
def test_what_is_found_is_printed_there(text):
    segment = _segment(text)

    for mention in mentions_of(segment):
        assert mention.text in segment.text
        assert 0 <= mention.first < mention.last <= len(segment.words)
        assert any(c.isdigit() for c in mention.text)
