"""A document of another kind, and several in one file, say so instead of being records of nulls."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from extractors.kind import NOT_OF_KIND, SEVERAL
from extractors.layout.reader import read_layout
from extractors.merge import merge
from extractors.parts_of import parts_note, parts_of
from extractors.policy import Policy
from extractors.record import RecordStatus, ReviewReason
from schemas.registry import load_schema
from tests.extractors.slips import slip
from tests.flows.made_pdf import pdf_of
from tests.tiling.hidden_cases import Sheet, built
from tiling import Box, Document, Page, WordsSource, open_document

INVOICE, RECEIPT = load_schema("invoice"), load_schema("receipt")


def page_of(title, number, total):
    return [
        (60, 790, "Copper Finch Ltd"),
        (60, 775, "4 Mill Lane, York YO1 7AB"),
        (60, 740, title),
        (60, 700, f"{title} number"),
        (200, 700, number),
        (60, 685, f"{title} date"),
        (200, 685, "12 March 2026"),
        (60, 600, "Total GBP"),
        (200, 600, total),
    ]


LETTER = [
    (60, 780, "Copper Finch Ltd"),
    (60, 740, "York, 12 March 2026"),
    (60, 700, "Dear Ms Ashby,"),
    (60, 680, "thank you for your visit to our workshop last week. We were glad to show you"),
    (60, 665, "the kilns, and look forward to seeing you again in summer."),
    (60, 630, "Yours sincerely, Peter Finch"),
]


def pages_of(*pages):
    with open_document(None, pdf_of(*pages), source="made by a test") as document:
        return [document.page(n) for n in range(document.page_count)]


def record_of(*pages):
    read = pages_of(*pages)
    document = Document(document_id="0" * 64, source="d", media_type="application/pdf", size_bytes=1, pages=tuple(read))
    return merge(document, INVOICE, [read_layout(read, INVOICE)], policy=Policy())


def test_an_invoice_is_an_invoice():
    record = record_of(page_of("Invoice", "CF-2041", "120.00"))
    assert record.status is RecordStatus.COMPLETE
    assert not [n for n in record.notes if n.startswith(NOT_OF_KIND)]


def test_a_letter_is_none_and_what_was_found_in_it_waits():
    record = record_of(LETTER)
    assert record.status is RecordStatus.INCOMPLETE
    (note,) = [n for n in record.notes if n.startswith(NOT_OF_KIND)]
    assert note.startswith("this does not look like an invoice: no ")
    assert "no total" in note
    assert all(ReviewReason.INCOMPLETE in f.reasons for f in record.fields if f.value is not None)


def test_an_order_whose_number_is_no_invoice_number_is_none():
    record = record_of(page_of("Purchase order", "CF-2041", "120.00"))
    assert record.status is RecordStatus.INCOMPLETE
    assert record.values["order_number"] == "CF-2041"
    assert any(n.startswith(f"{NOT_OF_KIND} an invoice: no invoice number") for n in record.notes)


@pytest.mark.parametrize("title", ["Quotation", "Lieferschein", "Devis"])
def test_another_paper_with_date_and_total_is_named_by_its_heading(title):
    record = record_of(page_of(title, "CF-2041", "120.00"))
    assert record.status is RecordStatus.INCOMPLETE
    assert any("heading calls it" in n for n in record.notes)


def test_two_invoices_in_one_file_are_named_with_their_pages():
    note = parts_note(pages_of(page_of("Invoice", "CF-1", "120.00"), page_of("Invoice", "CF-2", "75.00")), INVOICE)
    assert note.startswith(SEVERAL)
    assert "pages 1-1 (cf1), pages 2-2 (cf2)" in note


def test_one_invoice_over_two_pages_with_its_header_repeated_is_one():
    pages = pages_of(page_of("Invoice", "CF-1", "120.00"), page_of("Invoice", "CF-1", "120.00"))
    assert parts_note(pages, INVOICE) == ""
    assert [(p.first, p.last) for p in parts_of(pages, INVOICE)] == [(0, 1)]


def test_a_page_of_terms_behind_an_invoice_belongs_to_it():
    assert parts_note(pages_of(page_of("Invoice", "CF-1", "120.00"), LETTER), INVOICE) == ""


def test_files_joined_by_a_tool_are_told_apart():
    joined = pdfium.PdfDocument.new()
    for data in (built(Sheet()), pdf_of(page_of("Invoice", "CF-2", "75.00"))):
        joined.import_pages(pdfium.PdfDocument(data))
    buffer = io.BytesIO()
    joined.save(buffer)
    with open_document(None, buffer.getvalue(), source="made by a test") as document:
        pages = [document.page(n) for n in range(2)]
    assert "pages 1-1 (hx2041), pages 2-2 (cf2)" in parts_note(pages, INVOICE)


def slip_words(left, *, shop, day, total, top=20.0):
    page = slip(f"{shop}\n4 Mill Lane\nYork YO1 7AB\n{day} 10:21\nTea   2.00\nTOTAL   {total}", left=left)
    return [replace(w, box=Box(w.box.x0, w.box.y0 + top, w.box.x1, w.box.y1 + top)) for w in page.words]


def sheet_of(*slips):
    words = tuple(w for words in slips for w in words)
    return Page(index=0, width_pt=595, height_pt=842, words=words, words_source=WordsSource.OCR)


OAK = {"shop": "OAK TEA ROOM LTD", "day": "12/03/2026", "total": "2.00"}
ELM = {"shop": "ELM CAFE LTD", "day": "13/03/2026", "total": "7.40"}


@pytest.mark.parametrize("place", [{"left": 320.0}, {"left": 20.0, "top": 400.0}], ids=["beside", "below"])
def test_two_slips_on_a_sheet_are_two(place):
    note = parts_note([sheet_of(slip_words(20.0, **OAK), slip_words(**place, **ELM))], RECEIPT)
    assert note.startswith(SEVERAL)
    assert "ELM CAFE LTD, 2026-03-13, 7.40" in note


def test_two_of_one_shop_and_day_are_two_where_they_lie_beside_each_other():
    twin = OAK | {"total": "9.10"}
    assert parts_note([sheet_of(slip_words(20.0, **OAK), slip_words(320.0, **twin))], RECEIPT)
    pages = [sheet_of(slip_words(20.0, **OAK)), replace(sheet_of(slip_words(20.0, **twin)), index=1)]
    assert not parts_note(pages, RECEIPT)  # it may be a sum that is carried over


def test_a_slip_and_its_copy_are_one():
    assert parts_note([sheet_of(slip_words(20.0, **OAK), slip_words(320.0, **OAK))], RECEIPT) == ""


def test_a_slip_a_page_is_one_document_a_page():
    pages = [sheet_of(slip_words(20.0, **OAK)), replace(sheet_of(slip_words(20.0, **ELM)), index=1)]
    assert parts_note(pages, RECEIPT).count("page ") == 2
