"""Till slips of six countries, with what OCR does to them: the total after rounding, the day, what was given."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from extractors.layout.reader import read_layout
from schemas.registry import load_schema
from tests.extractors.slips import slip
from tiling import WordsSource

RECEIPT = load_schema("receipt")

ROUNDED = """
KEDAI BUKU MELUR SDN BHD
(834512-K)
NO 12, JALAN KENANGA 3,
43200 CHERAS, SELANGOR
GST ID : 000734512896
TAX INVOICE
Invoice No : MB-20931  Date : 14/03/2018 18:22
NOTEBOOK A5   1 x 12.90   12.90
PENCIL 2B   3 x 1.47   4.41
Total Sales (Inclusive of GST)   RM 17.31
Rounding Adjustment   RM -0.01
Total Rounded   RM 17.30
CASH   RM 20.00
CHANGE   RM 2.70
GST Summary  Amount(RM)  Tax(RM)
SR 6%  16.33  0.98
"""
LONDON = """
MAPLE LANE STORES LTD
24 Foundry Road
Leeds LS9 8QT
VAT No. 412 5567 90
03/11/2025 09:14  Till 2
SEMI SKIMMED MILK   £1.45
SOURDOUGH LOAF   £3.20
Subtotal   £4.65
TOTAL   £4.65
VISA CONTACTLESS   £4.65
"""
BERLIN = """
Lindenhof Biomarkt GmbH
Ahornweg 7
10437 Berlin
Bon-Nr. 88213
Hafermilch 1L   1,99 A
Dinkelbrot   4,25 A
Kaffee 500g   7,49 A
SUMME EUR   13,73
Bar EUR   20,00
Rückgeld EUR   6,27
MwSt A 7%   0,90
12.05.2025 17:41
"""
LYON = """
BOULANGERIE DU FAUBOURG
18 rue des Tanneurs
69003 LYON
Ticket n° 5521
Le 07/09/2025 à 08:12
2 x 1,20 CROISSANT   2,40
TRADITION   1,35
TOTAL TTC   3,75
dont TVA 5,5%   0,20
Espèces   5,00
Rendu   1,25
"""
ROME = """
TRATTORIA LA QUERCIA SRL
Via dei Glicini 31
00184 ROMA
P.IVA 02755610139
COPERTO   4,00
RIGATONI   11,50
TOTALE COMPLESSIVO   15,50
DI CUI IVA   1,41
PAGAMENTO CONTANTE   20,00
RESTO   4,50
21-06-2025 21:03  DOC. N. 0142-0031
"""
DENVER = """
CEDAR CREEK GRILL
480 Larimer St
Denver, CO 80204
Check # 1193
06/24/2025 7:45 PM
Burger   $13.50
Iced Tea   $3.25
Subtotal   $16.75
Tax 8.81%   $1.48
Total   $18.23
"""


def _read(text: str, source: WordsSource = WordsSource.OCR) -> dict[str, object]:
    return {f.path: f.value for f in read_layout([slip(text, source=source)], RECEIPT).findings}


@pytest.mark.parametrize(
    ("text", "total", "day", "merchant"),
    [
        (ROUNDED, "17.30", dt.date(2018, 3, 14), "KEDAI BUKU MELUR SDN BHD"),
        (LONDON, "4.65", dt.date(2025, 11, 3), "MAPLE LANE STORES LTD"),
        (BERLIN, "13.73", dt.date(2025, 5, 12), "Lindenhof Biomarkt GmbH"),
        (LYON, "3.75", dt.date(2025, 9, 7), "BOULANGERIE DU FAUBOURG"),
        (ROME, "15.50", dt.date(2025, 6, 21), "TRATTORIA LA QUERCIA SRL"),
        (DENVER, "18.23", dt.date(2025, 6, 24), "CEDAR CREEK GRILL"),
    ],
    ids=["rounded", "London", "Berlin", "Lyon", "Rome", "Denver"],
)
@pytest.mark.parametrize("source", [WordsSource.OCR, WordsSource.TEXT_LAYER])
def test_a_slip_gives_total_day_and_merchant(
    text: str, total: str, day: dt.date, merchant: str, source: WordsSource
) -> None:
    found = _read(text, source)
    assert (found.get("total"), found.get("date"), found.get("merchant_name")) == (Decimal(total), day, merchant)


@pytest.mark.parametrize(
    ("text", "paid", "change", "method"),
    [
        (ROUNDED, "20.00", "2.70", "cash"),
        (BERLIN, "20.00", "6.27", "cash"),
        (LYON, "5.00", "1.25", "cash"),
        (ROME, "20.00", "4.50", "cash"),
    ],
    ids=["rounded", "Berlin", "Lyon", "Rome"],
)
def test_what_was_given_and_came_back_fits_the_total(text: str, paid: str, change: str, method: str) -> None:
    found = _read(text)
    assert (found.get("amount_paid"), found.get("change")) == (Decimal(paid), Decimal(change))
    assert found.get("payment_method") == method


def test_rounding_is_not_the_rounded_total() -> None:
    assert _read(ROUNDED)["rounding"] == Decimal("-0.01")


@pytest.mark.parametrize(
    ("right", "damaged"),
    [
        ("Total Rounded   RM 17.30", "Tota1 Rounded   RM17 . 30"),
        ("Total Rounded   RM 17.30", "TotaI Rnunded   RM 17 30"),
        ("Total Rounded   RM 17.30", "T o t a l Rounded   RM 17:30"),
        ("Total Sales (Inclusive of GST)   RM 17.31", "Totai Sa1es (Inclusve of GST)   RM l7.31"),
        ("Invoice No : MB-20931  Date : 14/03/2018 18:22", "lnvoice No:MB-20931  Date:14/03/201818:22"),
        ("CHANGE   RM 2.70", "CHANCE   RM 2.7O"),
    ],
)
def test_damage_that_the_sums_explain_changes_nothing(right: str, damaged: str) -> None:
    assert right in ROUNDED
    found = _read(ROUNDED.replace(right, damaged))
    assert found["total"] == Decimal("17.30")
    assert found["date"] == dt.date(2018, 3, 14)


def test_a_repaired_total_says_what_was_read() -> None:
    text = LYON.replace("TOTAL TTC   3,75", "TOTAL TTC   3 75")
    reading = read_layout([slip(text)], RECEIPT)
    total = next(f for f in reading.findings if f.path == "total")
    assert total.value == Decimal("3.75")
    assert total.text == "3 75"
    assert any("3 75" in note for note in total.notes)


def test_damaged_digits_are_not_believed_without_a_sum() -> None:
    text = "CORNER SHOP\n1 High Street\n02/02/2025 10:00\nTEA   l.2O\nTotal   l.2O"
    assert "total" not in _read(text)


def test_the_total_after_the_quantity_is_no_count() -> None:
    text = "CORNER SHOP\n02/02/2025 10:00\nTEA   1.20\nCAKE   2.30\nTotal Qty 2   3.50\nCash   5.00\nChange   1.50"
    assert _read(text)["total"] == Decimal("3.50")


def test_the_breakdown_of_the_tax_is_not_the_total() -> None:
    text = ROUNDED + "Total :   16.33   0.98\n"
    assert _read(text)["total"] == Decimal("17.30")


def test_a_service_charge_is_part_of_the_sum() -> None:
    text = (
        "NOODLE BAR\n12/03/2025 20:10\nRAMEN   18.00\nTEA   3.00\nSub Total   21.00\nService Charge 10%   2.10\n"
        "GST 6%   1.39\nRounding   0.01\nNET TOTAL   24.50"
    )
    assert _read(text)["total"] == Decimal("24.50")


def test_the_day_beside_the_time_comes_before_other_days() -> None:
    text = "CORNER SHOP\nOffer valid until 01/02/2026\nTEA   1.20\nTotal   1.20\n15:31 02/12/2025 #0042"
    assert _read(text)["date"] == dt.date(2025, 12, 2)


def test_letters_set_wide_are_one_word() -> None:
    text = "ÉPICERIE DU PONT\n3 rue Basse\n44000 NANTES\n07/09/2025 08:12\nPAIN   3.75\nTOTAL TTC E U R   3.75"
    assert _read(text)["currency"] == "EUR"
    assert _read(text.replace("E U R", "E U"))["total"] == Decimal("3.75")
