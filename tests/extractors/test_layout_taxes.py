"""The tax by rate is read by what reckons: from tables, from lines among the totals, from columns."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from extractors.layout.reader import read_layout
from extractors.layout.taxes import columns_of
from schemas.registry import load_schema
from tiling import Box, Page, Word, WordsSource

if TYPE_CHECKING:
    from extractors.reading import Finding

INVOICE = load_schema("invoice")
CHAR, PITCH = 5.0, 12.0
GOODS = """
 Article                      Quantity    Unit price   VAT       Total
 Rope ladder                     2          100.00     20 %     200.00
 Signal lamp                     5           38.50     20 %     192.50
"""


def findings(drawing: str) -> tuple[Finding, ...]:
    """What is read from a drawing in fixed-width print."""
    words = []
    for k, text in enumerate(t for t in drawing.split("\n") if t.strip()):
        for m in re.finditer(r"\S+", text):
            box = Box(30 + m.start() * CHAR, 40 + k * PITCH, 30 + m.end() * CHAR, 47 + k * PITCH)
            words.append(Word(text=m[0], box=box, size_pt=9, line=k))
    page = Page(index=0, width_pt=595, height_pt=842, words=tuple(words), words_source=WordsSource.TEXT_LAYER)
    return read_layout([page], INVOICE).findings


def taxes(drawing: str) -> list[tuple[str | None, ...]]:
    """(rate, base, amount) of each row."""
    found: dict[str, dict[str, str]] = {}
    for finding in findings(drawing):
        if finding.path.startswith("tax_breakdown"):
            row, _, column = finding.path.partition(".")
            found.setdefault(row, {})[column] = f"{Decimal(str(finding.value)).normalize():f}"
    return [tuple(row.get(c) for c in ("rate", "base", "amount")) for row in found.values()]


def test_lines_of_goods_are_no_taxes():
    assert taxes(GOODS) == []


def test_one_tax_line_among_the_totals_is_on_the_net_sum():
    totals = """
                                     Net total                  392.50
                                     plus 20 % VAT               78.50
                                     Total                      471.00
"""
    assert taxes(GOODS + totals) == [("20", "392.5", "78.5")]


def test_a_table_by_rate_is_read_beside_the_totals():
    totals = """
  Rate        Base          Tax         Net total                392.50
  20 %       300.00        60.00        Discount                   0.00
   5 %        92.50         4.63        VAT total                 64.63
                                        Total                    457.13
"""
    assert taxes(GOODS + totals) == [("20", "300", "60"), ("5", "92.5", "4.63")]


def test_a_rate_without_a_percent_sign_is_told_by_its_header():
    totals = """
  Taux       Base HT        Montant TVA
  20.00       300.00          60.00
   5.50       100.00           5.50
                                        Total HT                 400.00
                                        Total TVA                 65.50
                                        Total TTC                465.50
"""
    assert taxes(totals) == [("20", "300", "60"), ("5.5", "100", "5.5")]


def test_rates_side_by_side_stand_over_their_bases_and_taxes():
    totals = """
               20 %         5 %
  Base       300.00       100.00         Net total               400.00
  VAT         60.00         5.00         VAT                      65.00
                                         Total                   465.00
"""
    assert taxes(totals) == [("20", "300", "60"), ("5", "100", "5")]


def test_labels_in_a_row_over_their_amounts_are_taxes_too():
    totals = """
  Net total       VAT 20 %      VAT 5 %       Total
  400.00          60.00         5.00          465.00
"""
    assert taxes(totals) == [("20", None, "60"), ("5", None, "5")]
    (whole,) = [f for f in findings(totals) if f.path == "tax_total"]
    assert str(whole.value) == "65.00"


def test_a_discount_for_early_payment_is_no_tax():
    totals = """
                                     Net total                  200.00
                                     VAT 20 %                    40.00
                                     Total                      240.00
  2 % discount of 240.00 within ten days:  4.80
"""
    assert taxes(totals) == [("20", "200", "40")]


def test_the_whole_tax_is_the_sum_of_its_parts_where_net_and_total_say_so():
    totals = """
                                     Net total                  392.50
                                     VAT 20 %                    60.00
                                     VAT 5 %                      4.63
                                     Total                      457.13
"""
    (whole,) = [f for f in findings(GOODS + totals) if f.path == "tax_total"]
    assert (str(whole.value), whole.text) == ("64.63", "60.00 + 4.63")
    other = findings(GOODS + totals.replace("457.13", "499.99"))
    assert all("+" not in f.text for f in other)


def test_taxes_that_do_not_add_up_to_the_printed_tax_are_left_out():
    totals = """
  20 %       300.00        60.00
                                     Net total                  300.00
                                     VAT                         75.00
                                     Total                      375.00
"""
    assert taxes(totals) == []


@pytest.mark.parametrize("name", ["line_items", "invoice_number"])
def test_other_fields_are_no_tables_of_taxes(name):
    assert columns_of(INVOICE.field(name)) is None


def test_a_breakdown_is_told_by_its_columns():
    columns = columns_of(INVOICE.field("tax_breakdown"))
    assert columns is not None
    assert (columns.rate.name, columns.amount.name) == ("rate", "amount")
    assert columns.base is not None
    assert columns.base.name == "base"
