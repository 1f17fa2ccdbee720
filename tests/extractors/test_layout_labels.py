"""Printed labels name fields: spelling does not matter, foreign words do, and the better match wins."""

from __future__ import annotations

import pytest

from extractors.layout.known import labels_for
from extractors.layout.labels import LabelIndex, labels_of, match
from extractors.layout.naming import Names
from extractors.layout.tokens import tokens
from schemas.schema import Field, Kind

NUMBER = Field(
    name="invoice_number", kind=Kind.CODE, title="Invoice number", labels=("Rechnungsnummer", "N° de facture")
)
DATE = Field(name="invoice_date", kind=Kind.DATE, title="Invoice date", labels=("Date", "Rechnungsdatum"))
SUBTOTAL = Field(name="subtotal", kind=Kind.MONEY, title="Subtotal", labels=("Total excl. VAT", "Nettobetrag"))
TOTAL = Field(name="total", kind=Kind.MONEY, title="Total", labels=("Grand total", "Gesamtbetrag"))
FLIGHT = Field(name="flight_from", kind=Kind.DATE, title="Flight start", labels=("Flight dates", "Start date"))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Rechnungsnummer:", "Rechnungs-Nr."),
        ("Rechnungsdatum", "Rechnungs - Datum :"),
        ("Invoice No.", "INVOICE #"),
        ("N° de facture", "No de facture"),
        ("Numéro", "numero"),
        ("Ust.-Betrag", "USt Betrag"),
    ],
)
def test_one_label_has_many_spellings(a, b):
    assert tokens(a) == tokens(b)


def test_a_compound_is_found_by_its_last_part():
    known = labels_of(Field(name="number", kind=Kind.CODE, labels=("Rechnung Nr.",)))

    assert match(tokens("Handelsrechnung Nr."), known) == 1.0


def test_words_about_another_paper_weaken_a_label():
    known = labels_of(Field(name="order", kind=Kind.CODE, title="Order number", labels=("Order #",)))

    assert match(tokens("Order #"), known) == 1.0
    assert match(tokens("Alt Order #"), known) < 0.6


def test_prose_is_a_weak_label():
    said = tokens("please state the invoice number whenever you write to us about this")

    assert match(said, labels_of(NUMBER)) < 0.3


def _names(text: str, *fields: Field, families: frozenset[str] = frozenset()) -> dict[str, float]:
    return Names(LabelIndex([labels_for(f, families) for f in fields]), families)._of_tokens(tokens(text))


def test_the_better_match_takes_the_label():
    named = _names("Total excl. VAT", SUBTOTAL, TOTAL)

    assert set(named) == {"subtotal"}


def test_a_general_label_still_names_its_field():
    assert _names("TOTAL", SUBTOTAL, TOTAL)["total"] > 0.7


def test_the_start_of_a_table_column_is_a_weak_label_of_a_period():
    named = _names("Start Date", FLIGHT)

    assert named["flight_from"] < _names("Flight Dates", FLIGHT)["flight_from"] / 1.5


PAPER = Field(
    name="paper_number",
    kind=Kind.CODE,
    title="Contract or order number",
    labels=("Contract number", "Order number", "Invoice number"),
)


@pytest.mark.parametrize(("paper", "own"), [("invoice", "Invoice #"), ("order", "Order #"), ("contract", "Contract #")])
def test_the_number_of_the_paper_at_hand_comes_first(paper, own):
    families = frozenset({paper})
    others = [label for label in ("Invoice #", "Order #", "Contract #") if label != own]

    best = _names(own, PAPER, families=families)["paper_number"]

    assert all(_names(label, PAPER, families=families).get("paper_number", 0.0) < best - 0.2 for label in others)


def test_a_bare_number_label_is_the_documents_own():
    assert _names("N°", NUMBER, families=frozenset({"invoice"}))["invoice_number"] > 0.5
    assert _names("N°", NUMBER, families=frozenset({"order"})) == {}
