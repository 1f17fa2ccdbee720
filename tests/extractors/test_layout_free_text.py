"""Free text is read as it is printed: whole lines, with their numbers, and never the heading of a table."""

from __future__ import annotations

import pytest

from extractors.layout.reader import read_layout
from schemas.registry import load_schema
from tests.extractors.test_layout_scalars import _page

INVOICE = load_schema("invoice")


def terms(*lines):
    """The payment terms of a page with these lines, (x, y, text) each; y runs downwards."""
    reading = read_layout([_page((60, 50, "Copper Finch Ltd"), *lines)], INVOICE)
    return next((f.value for f in reading.findings if f.path == "payment_terms"), None)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Payment terms: 30 days net", "30 days net"),
        ("Payment terms: 2% within 10 days, 30 days net", "2% within 10 days, 30 days net"),
        ("Zahlungsbedingungen: Zahlbar sofort ohne Abzug", "Zahlbar sofort ohne Abzug"),
        ("Conditions de paiement à réception", "à réception"),
    ],
)
def test_the_rest_of_the_line_is_the_text(line, text):
    assert terms((60, 400, line)) == text


def test_a_text_below_its_label_begins_with_its_line():
    assert terms((60, 400, "Payment terms"), (60, 413, "Payable within 14 days of receipt")) == (
        "Payable within 14 days of receipt"
    )


def test_a_sentence_goes_on_in_the_next_line_and_ends_at_its_stop():
    lines = [
        (60, 400, "Payment terms: a discount of 2% is"),
        (131, 413, "granted for payment within 14 days."),
        (131, 426, "goods remain ours until paid"),
    ]
    assert terms(*lines) == "a discount of 2% is granted for payment within 14 days."


def test_the_heading_of_a_table_is_no_text():
    lines = [
        (60, 400, "Zahlungsbedingungen"),
        (60, 416, "Beschreibung"),
        (400, 416, "Menge"),
        (60, 429, "Zahlbar sofort rein netto"),
    ]
    assert terms(*lines) == "Zahlbar sofort rein netto"


@pytest.mark.parametrize("line", ["Payment due", "Payment receipt"])
def test_two_words_are_a_label_of_something_else(line):
    assert terms((60, 400, line)) is None
