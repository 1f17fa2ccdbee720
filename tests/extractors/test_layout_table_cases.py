"""Single difficulties of line-item tables, each drawn as a page of fixed-width print."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from extractors.layout.table import TableReading, find_tables
from extractors.layout.table_lines import lines_of
from extractors.reading import State
from schemas.registry import load_schema
from schemas.schema import Field, Kind
from schemas.values import detect_locale
from tiling import Box, Page, Word, WordsSource

LINE_ITEMS = load_schema("invoice").field("line_items")
CHAR, PITCH, NEW_PAGE = 5.0, 12.0, "\f"


def page_of(index: int, drawing: str) -> Page:
    words = []
    drawn = [(k, text) for k, text in enumerate(drawing.split("\n")) if text.strip()]
    for line, (k, text) in enumerate(drawn):
        for m in re.finditer(r"\S+", text):
            box = Box(30 + m.start() * CHAR, 40 + k * PITCH, 30 + m.end() * CHAR, 47 + k * PITCH)
            words.append(Word(text=m[0], box=box, size_pt=9, line=line))
    return Page(index=index, width_pt=595, height_pt=842, words=tuple(words), words_source=WordsSource.TEXT_LAYER)


def reading(drawing: str, field: Field = LINE_ITEMS) -> TableReading:
    pages = tuple(page_of(i, part) for i, part in enumerate(drawing.split(NEW_PAGE)))
    return find_tables(pages, field, detect_locale([" ".join(w.text for w in p.words) for p in pages]))


def rows(drawing: str, field: Field = LINE_ITEMS) -> list[dict]:
    found: dict[str, dict] = {}
    for finding in reading(drawing, field).findings:
        path, _, column = finding.path.partition(".")
        found.setdefault(path, {})[column] = finding.value
    return list(found.values())


def totals(drawing: str) -> list[str]:
    return [str(row.get("line_total")) for row in rows(drawing)]


def test_net_and_gross_columns_are_told_apart_by_what_multiplies():
    drawing = """
 Pos  Description              Qty   Net price   Gross price  VAT     Net      Gross
 1    Copper kettle             2      100.00       120.00    20 %   200.00   240.00
 2    Tin whistle              10        3.00         3.60    20 %    30.00    36.00
                                            Total net    230.00
                                            Total        276.00
"""
    assert [(r["unit_price"], r["line_total"]) for r in rows(drawing)] == [(100, 200), (3, 30)]


def test_one_word_for_two_columns_is_settled_by_the_rows():
    drawing = """
 Amount    Product                     VAT      Price       Total
   4.00    Ink, black                  20 %      2.50       10.00
 250.00    Envelopes                   20 %      0.04       10.00
"""
    assert [(r["quantity"], r["line_total"]) for r in rows(drawing)] == [(4, 10), (250, 10)]


def test_a_sum_between_groups_and_the_groups_title_are_no_rows():
    drawing = """
 Concepto                Cantidad    Precio     Importe
 Bloque A
 Puerta                        2     100,00      200,00
 Ventana                       3      50,00      150,00
 Suma del bloque                                 350,00
 Bloque B
 Pintura                       5      10,00       50,00
 Base imponible                                  400,00
"""
    assert totals(drawing) == ["200.00", "150.00", "50.00"]


def test_a_sum_carried_over_a_page_without_a_repeated_header_is_no_row():
    drawing = f"""
 Artikel                  Menge     Preis       Gesamt
 Stuhl                     10       80,00       800,00
 Tisch                      2       95,00       190,00
 Übertrag                                       990,00
{NEW_PAGE}
 Übertrag                                       990,00
 Lampe                      1       10,00        10,00
                        Nettobetrag           1.000,00
"""
    assert totals(drawing) == ["800.00", "190.00", "10.00"]
    assert [page for page, _ in reading(drawing).regions] == [0, 1]


def test_a_lump_sum_is_a_row_where_only_with_it_the_rows_add_up():
    drawing = """
 Item                     Hours     Rate       Amount
 Design                    10       80.00      800.00
 Travel, lump sum                              150.00
                                   Subtotal    950.00
"""
    assert totals(drawing) == ["800.00", "150.00"]
    assert totals(drawing.replace("950.00", "800.00")) == ["800.00"]


def test_shipping_below_the_subtotal_is_no_row():
    drawing = """
 Item                     Qty     Price       Amount
 Chair                     10       80.00      800.00
                                   Subtotal    800.00
                                   Shipping     25.00
                                   Total       825.00
"""
    assert totals(drawing) == ["800.00"]


def test_items_may_be_named_like_sums():
    drawing = """
 Description               Qty     Unit price    Total
 Total care plan            1          99.00      99.00
 Tax consulting             3         150.00     450.00
 Total                                           549.00
"""
    assert totals(drawing) == ["99.00", "450.00"]


def test_a_tax_table_beside_or_below_is_another_table():
    drawing = """
 Artikel                  Menge     Preis       Gesamt
 Stuhl                     10       80,00       800,00

 MwSt    Netto     Steuer         Summe netto   800,00
 19 %    800,00    152,00         MwSt          152,00

 Steuersatz               Netto    Steuer       Brutto
 19 %                    800,00    152,00       952,00
"""
    assert totals(drawing) == ["800.00"]


def test_equal_rows_are_all_kept():
    line = " Table flowers            14       12.00      168.00\n"
    drawing = "\n Item                     Qty      Price      Amount\n" + 3 * line
    assert totals(drawing) == ["168.00"] * 3


def test_a_price_for_many_is_divided_by_its_basis():
    drawing = """
 Pos  Beschreibung         Menge   Preis    per    Betrag
 10   Schrauben M4          500    12,00    100     60,00
 20   Muttern M4            300     8,00    100     24,00
"""
    assert [(r["quantity"], r["unit_price"], r["line_total"]) for r in rows(drawing)] == [(500, 12, 60), (300, 8, 24)]


def test_a_total_that_stands_a_little_lower_belongs_to_its_row():
    drawing = """
 Beschreibung              Preis    Menge     Betrag
 Montage                   43,20    3 Std
"""
    page = page_of(0, drawing)
    low = Word(text="129,60", box=Box(250, 72, 280, 79), size_pt=9, line=2)
    reading_ = find_tables((Page(index=0, width_pt=595, height_pt=842, words=(*page.words, low)),), LINE_ITEMS,
                           detect_locale(["129,60"]))  # fmt: skip
    values = {f.path.partition(".")[2]: f.value for f in reading_.findings}
    assert (values["quantity"], values["line_total"]) == (3, Decimal("129.60"))


def test_two_header_lines_name_what_stands_in_the_two_lines_of_an_item():
    drawing = """
 GTIN             Supplier no.            Qty     Price     Amount
 Your no.         Description
 4001000000017    S-100                    4       2.50      10.00
 77               Sewing thread, white
 4001000000024    S-200                    2       8.00      16.00
 78               Sewing thread, red
"""
    assert totals(drawing) == ["10.00", "16.00"]
    assert "Sewing thread, red" in rows(drawing)[1]["description"]


def test_a_free_row_is_a_row_and_so_is_one_without_a_total():
    drawing = """
 Item                Qty    Price    Amount
 Starter kit          1     30.00     30.00
 Manual               1      0.00      0.00
 Sticker              2      1.00
 Poster               1      5.00      5.00
                          Total       35.00
"""
    found = reading(drawing)
    assert totals(drawing) == ["30.00", "0.00", "None", "5.00"]
    assert found.row_count == 4


def test_a_word_in_place_of_a_total_is_a_row_and_what_follows_a_closed_sum_is_none():
    drawing = """
 Item                Qty    Price    Amount
 Starter kit          1     30.00     30.00
 Poster               1      5.00      5.00
 Assembly             1                free
                          Total       35.00
 Optional stand       1     90.00
"""
    assert totals(drawing) == ["30.00", "5.00", "None"]


def test_a_row_that_is_left_out_makes_the_table_incomplete():
    drawing = """
 Item                Qty    Price    Amount
 Starter kit          1     30.00     30.00
 Poster               1      5.00      5.00



 Travel                               99.00
                          Total      777.00
"""
    found = reading(drawing)
    assert found.row_count == 3
    assert (found.findings[0].path, found.findings[0].reasons) == ("line_items", ("incomplete",))
    closing = reading(drawing.replace("777.00", "134.00"))
    assert closing.row_count == 3
    assert closing.findings[0].path == "line_items[0].description"


def test_a_header_without_rows_is_an_empty_table():
    drawing = """
 Item                Qty    Price    Amount
                          Total        0.00
"""
    (finding,) = reading(drawing).findings
    assert (finding.path, finding.state) == ("line_items", State.EMPTY)


def test_a_receipt_needs_no_header_where_its_lines_add_up():
    drawing = """
        CORNER SHOP
     12 High Street
  MILK 1L                     1.20
  BREAD WHOLEMEAL             2.45
  CHEESE                      7.00
  TOTAL                      10.65
  CASH                       20.00
"""
    assert [(r["description"], str(r["line_total"])) for r in rows(drawing)] == [
        ("MILK 1L", "1.20"), ("BREAD WHOLEMEAL", "2.45"), ("CHEESE", "7.00"),
    ]  # fmt: skip
    assert rows(drawing.replace("10.65", "11.65")) == []


@pytest.mark.parametrize("text", ["", "Dear customer,\n we thank you for your order of 12.00 and remain yours"])
def test_a_page_without_a_table_has_none(text):
    assert reading(text) == TableReading()


def test_evidence_is_what_is_printed_where_it_is_printed():
    drawing = """
 Item                     Qty      Price      Amount
 Chair                     10       80.00     800.00
"""
    found = {f.path: f for f in reading(drawing).findings}
    total = found["line_items[0].line_total"]
    assert total.evidence is not None
    assert (total.evidence.page, total.evidence.text, total.text) == (0, "800.00", "800.00")
    assert total.evidence.box == Box(30 + 46 * CHAR, 64, 30 + 52 * CHAR, 71)
    assert total.signals["arithmetic"] == 1.0


def test_a_table_of_a_users_own_columns_is_read_by_their_labels():
    field = Field(
        name="spots",
        kind=Kind.TABLE,
        columns=(
            Field(name="station", kind=Kind.TEXT, title="Station"),
            Field(name="aired_on", kind=Kind.DATE, title="Air date"),
            Field(name="rate", kind=Kind.MONEY, title="Spot rate"),
        ),
    )
    drawing = """
 Station        Air date        Spot rate
 KXYZ           2026-04-03         250.00
 KABC           2026-04-05         300.00
"""
    found = rows(drawing, field)
    assert [(r["station"], str(r["aired_on"]), r["rate"]) for r in found] == [
        ("KXYZ", "2026-04-03", 250), ("KABC", "2026-04-05", 300),
    ]  # fmt: skip


def test_a_quantity_right_before_its_description_is_a_quantity():
    drawing = """
      Qty Description            Unit price      Total
        5 USB hub, 7 ports            10.00      50.00
       12 Copper pipe 15 mm            4.00      48.00
"""
    assert [(str(r["quantity"]), r["description"]) for r in rows(drawing)] == [
        ("5", "USB hub, 7 ports"), ("12", "Copper pipe 15 mm"),
    ]  # fmt: skip


def test_a_unit_beside_the_quantity_goes_to_the_unit_column():
    drawing = """
 Item                        Qty Unit    Price     Amount
 Wicker basket                 3 pcs     20.00      60.00
 Rope, hemp                    7 m        2.00      14.00
"""
    assert [(str(r["quantity"]), r["unit"]) for r in rows(drawing)] == [("3", "pcs"), ("7", "m")]


def test_an_amount_with_a_currency_before_spaced_thousands_is_one_number():
    places = {"Fr.": (0, 12), "5": (15, 19), "037,15": (21, 45)}
    words = [Word(text=t, box=Box(x0, 0, x1, 9), size_pt=9, line=0) for t, (x0, x1) in places.items()]
    page = Page(index=0, width_pt=595, height_pt=842, words=tuple(words), words_source=WordsSource.TEXT_LAYER)
    assert [(c.text, c.number) for c in lines_of(page)[0].cells] == [("Fr. 5 037,15", True)]


def test_a_column_called_no_behind_the_descriptions_counts_things():
    drawing = """
 #  Particulars              Price each   No.   Line total
 1  Survey of the roof            45.00    3       135.00
 2  Ladder hire                   20.00    2        40.00
"""
    assert [str(r["quantity"]) for r in rows(drawing)] == ["3", "2"]
