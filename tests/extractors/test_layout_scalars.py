"""Label and value on a page: in all directions, in ranges, in sentences, and what is left alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from extractors.layout.reader import read_layout
from schemas.schema import Field, Kind, Schema
from tiling import Box, Page, Word, WordsSource

LETTER = 10.0
WIDTH = 5.0
"""Points that a letter takes."""

NUMBER = Field(name="order_number", kind=Kind.CODE, title="Order number", labels=("Order no.", "Order"))
CUSTOMER = Field(name="customer", kind=Kind.NAME, title="Customer", labels=("Customer",))
START = Field(name="start", kind=Kind.DATE, title="Start of campaign", labels=("Campaign start", "Campaign dates"))
END = Field(name="end", kind=Kind.DATE, title="End of campaign", labels=("Campaign end", "Campaign dates"))
GROSS = Field(name="gross", kind=Kind.MONEY, title="Gross amount", labels=("Gross amount", "Total gross"))
ISSUED = Field(name="issue_date", kind=Kind.DATE, title="Invoice date", labels=("Date",))
DUE = Field(name="due_date", kind=Kind.DATE, title="Due date", labels=("Due",))
INVOICE = Field(name="invoice_number", kind=Kind.CODE, title="Invoice number", labels=("Invoice no.",))
IBAN = Field(name="iban", kind=Kind.IBAN, title="IBAN", labels=("IBAN",))
CURRENCY = Field(name="currency", kind=Kind.CURRENCY, title="Currency", labels=("Currency",))


def _page(*runs: tuple[float, float, str], index: int = 0) -> Page:
    """A page with runs of words at (x, y)."""
    tops = sorted({y for _, y, _ in runs})
    words = []
    for x, y, text in sorted(runs, key=lambda r: (r[1], r[0])):
        left = x
        for part in text.split():
            box = Box(left, y, left + WIDTH * len(part), y + LETTER)
            words.append(Word(text=part, box=box, size_pt=LETTER, line=tops.index(y)))
            left += WIDTH * (len(part) + 0.6)
    return Page(index=index, width_pt=595, height_pt=842, words=tuple(words), words_source=WordsSource.TEXT_LAYER)


def _read(fields: tuple[Field, ...], *pages: Page) -> dict[str, object]:
    reading = read_layout(pages, Schema(name="own", version="1", fields=fields))
    return {f.path: f.value for f in reading.findings}


@pytest.mark.parametrize(
    "runs",
    [
        [(50, 100, "Order no.: A-4711")],
        [(50, 100, "Order no."), (300, 100, "A-4711")],
        [(50, 100, "Order no."), (50, 113, "A-4711")],
        [(50, 113, "Order no."), (50, 100, "A-4711")],
        [(50, 100, "A-4711"), (90, 100, "Order no.")],
        [(50, 100, "ORDER A-4711")],
        [(50, 100, "Date"), (150, 100, "Order no."), (50, 113, "03.04.2026"), (150, 113, "A-4711")],
        [(50, 100, "Order / Revision"), (50, 113, "A-4711 / 2")],
    ],
    ids=["inline", "right", "below", "above", "left", "bare", "header row", "joint label"],
)
def test_a_value_is_found_in_all_directions_of_its_label(runs):
    assert _read((NUMBER,), _page(*runs)) == {"order_number": "A-4711"}


def test_a_value_belongs_to_the_nearer_label():
    page = _page((50, 100, "Alt Order no.: X-1"), (50, 120, "Order no.: A-4711"), (50, 140, "Quote no.: Q-9"))

    assert _read((NUMBER,), page) == {"order_number": "A-4711"}


def test_without_a_label_nothing_is_guessed():
    page = _page((50, 100, "4711 0815"), (50, 120, "Thank you for 12.50 reasons, 03.04.2026"))

    assert _read((NUMBER, CUSTOMER, GROSS, START, END), page) == {}


def test_a_name_is_read_to_its_end_but_not_into_the_next_label():
    page = _page((50, 100, "Customer"), (150, 100, "Riverside 4 Kids Ltd Invoice No."), (450, 100, "77-1"))

    assert _read((CUSTOMER,), page) == {"customer": "Riverside 4 Kids Ltd"}


def test_a_general_label_behind_the_label_is_passed_over():
    page = _page((50, 100, "Customer"), (150, 100, "Name:"), (250, 100, "Riverside Ltd"))

    assert _read((CUSTOMER,), page) == {"customer": "Riverside Ltd"}


def test_under_a_row_of_headers_the_value_is_below_not_beside():
    page = _page(
        (50, 100, "Customer"), (250, 100, "Original date"), (50, 113, "Riverside Ltd"), (250, 113, "03.04.2026")
    )

    assert _read((CUSTOMER,), page) == {"customer": "Riverside Ltd"}


def test_a_range_of_dates_gives_both_ends():
    page = _page((50, 100, "Campaign dates"), (200, 100, "13.04.2026 - 30.04.2026"))

    assert _read((START, END), page) == {"start": dt.date(2026, 4, 13), "end": dt.date(2026, 4, 30)}


def test_both_ends_of_a_range_may_be_one_day():
    page = _page((50, 100, "Campaign dates: 13.04.2026 - 13.04.2026"))

    assert _read((START, END), page) == {"start": dt.date(2026, 4, 13), "end": dt.date(2026, 4, 13)}


def test_start_and_end_may_have_labels_of_their_own():
    page = _page((50, 100, "Campaign end: 30.04.2026"), (50, 120, "Campaign start: 13.04.2026"))

    assert _read((START, END), page) == {"start": dt.date(2026, 4, 13), "end": dt.date(2026, 4, 30)}


def test_the_sum_below_a_column_is_its_amount():
    runs = [(50, 100, "Month"), (200, 100, "Gross amount")]
    runs += [(50, 113, "May"), (200, 113, "$60.00"), (50, 126, "June"), (200, 126, "$40.00")]

    assert _read((GROSS,), _page(*runs, (50, 139, "Totals"), (195, 139, "$100.00"))) == {"gross": Decimal("100.00")}


def test_the_date_behind_the_documents_number_is_its_date():
    page = _page((50, 100, "Invoice no. 2026-17 of 3 May 2026"), (50, 200, "Delivered 28.04.2026"))

    assert _read((INVOICE, ISSUED), page)["issue_date"] == dt.date(2026, 5, 3)


@pytest.mark.parametrize(
    "sentence",
    [
        "Please remit the amount until 29.10.2026.",
        "Bitte begleichen Sie den Betrag bis zum 29.10.2026",
        "Merci de régler la facture avant le 29.10.2026",
        "Le rogamos pagar la factura antes del 29.10.2026",
        "Si prega di pagare entro il 29.10.2026",
        "Wij verzoeken u te betalen voor 29.10.2026",
    ],
)
def test_a_sentence_says_by_when_to_pay(sentence):
    assert _read((DUE,), _page((50, 400, sentence))) == {"due_date": dt.date(2026, 10, 29)}


def test_a_letter_has_its_date_without_a_label():
    page = _page((400, 100, "Port City, 03.04.2026"), (50, 300, "Dear all"))

    assert _read((ISSUED,), page) == {"issue_date": dt.date(2026, 4, 3)}


def test_two_dates_without_a_label_are_none():
    page = _page((400, 100, "Port City, 03.04.2026"), (50, 120, "Our talk of 17.03.2026"))

    assert _read((ISSUED,), page) == {}


def test_an_iban_speaks_for_itself_and_a_broken_one_needs_its_label():
    right, broken = "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130"

    assert _read((IBAN,), _page((50, 700, f"Bank of Ports {right}"))) == {"iban": right.replace(" ", "")}
    assert _read((IBAN,), _page((50, 700, f"Bank of Ports {broken}"))) == {}
    assert _read((IBAN,), _page((50, 700, f"IBAN: {broken}"))) == {"iban": broken.replace(" ", "")}


def test_the_currency_is_what_stands_at_the_amounts():
    page = _page((50, 100, "Total 12,00 EUR"), (50, 120, "Fee 3,00 EUR"), (50, 700, "Rates for USD on demand"))

    assert _read((CURRENCY,), page) == {"currency": "EUR"}


def test_a_printed_date_is_given_to_one_field_only():
    page = _page((50, 100, "Date / Due: 03.04.2026"))

    assert len(_read((ISSUED, DUE), page)) == 1


def test_evidence_says_where_the_value_stands_and_why():
    page = _page((50, 100, "Order no.:"), (300, 100, "A-4711"))

    [finding] = read_layout((page,), Schema(name="own", version="1", fields=(NUMBER,))).findings

    assert finding.text == "A-4711"
    assert finding.evidence is not None
    assert (finding.evidence.page, finding.evidence.box) == (0, Box(300, 100, 330, 110))
    assert finding.signals["label_match"] == 1.0
    assert all(0 <= v <= 1 for v in finding.signals.values())
    assert "Order no.:" in " ".join(finding.notes)


def test_ambiguous_dates_are_marked():
    page = _page((50, 100, "Date: 03/04/2026"))

    [finding] = read_layout((page,), Schema(name="own", version="1", fields=(ISSUED,))).findings

    assert finding.reasons == ("ambiguous",)


def test_pages_without_words_have_no_findings():
    empty = Page(index=0, width_pt=595, height_pt=842)

    assert _read((NUMBER,), empty) == {}
    assert _read((NUMBER,)) == {}


def test_a_header_that_is_printed_on_every_page_is_one_value():
    pages = [_page((50, 50, "Order no.: A-4711"), (500, 50, f"Page {i + 1}"), index=i) for i in range(3)]

    [finding] = read_layout(pages, Schema(name="own", version="1", fields=(NUMBER,))).findings

    assert finding.value == "A-4711"
    assert finding.evidence is not None
    assert finding.evidence.page == 0
    assert finding.signals["repeated"] == 1.0
