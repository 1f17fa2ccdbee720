"""Values are found again in the words of the pages, in whatever form they are printed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.locate import Hint, locate
from extractors.locate_rows import locate_rows
from extractors.page_index import PageIndex, numbers_in
from extractors.reading import Finding, Match, State
from schemas import Field, Kind
from tiling import Box, Page, Word

LINE_PT, LETTER_PT = 14.0, 6.0


def page(*lines: str, index: int = 0) -> Page:
    """A page of typewritten lines: each letter is 6 points wide, so columns are made with spaces."""
    words = []
    for number, line in enumerate(lines):
        column = 0
        for part in line.split(" "):
            if part:
                x, y = 40 + column * LETTER_PT, 40 + number * LINE_PT
                box = Box(x, y, x + len(part) * LETTER_PT, y + 10)
                words.append(Word(text=part, box=box, size_pt=10, line=number))
            column += len(part) + 1
    return Page(index=index, width_pt=595, height_pt=842, words=tuple(words))


def index(*lines: str) -> PageIndex:
    return PageIndex([page(*lines)])


@pytest.mark.parametrize(
    "printed",
    ["1.234,50", "1,234.50", "1 234,50", "1'234.50", "€1,234.50", "1.234,50€", "EUR1234.50", "1234,5", "1 234,50*"],
)
def test_an_amount_is_found_in_every_form_of_print(printed: str) -> None:
    found = locate(index("Some words", f"Total {printed} now"), Kind.MONEY, Decimal("1234.50"))
    assert found.match in (Match.EXACT, Match.NORMALISED)
    assert found.text.replace(" ", "") == printed.replace(" ", "")


def test_an_amount_in_a_code_or_a_date_is_not_found() -> None:
    assert locate(index("RE-2026-119 12.03.2026 +49 40 119"), Kind.MONEY, Decimal(2026)).match is Match.NONE


def test_another_amount_is_none() -> None:
    found = locate(index("Total 119,10"), Kind.MONEY, Decimal("119.00"))
    assert found.match is Match.NONE
    assert found.box is None


def test_a_lost_sign_is_only_like_the_value() -> None:
    assert locate(index("Total -119,00"), Kind.MONEY, Decimal(119)).match is Match.FUZZY
    assert locate(index("Total (119,00)"), Kind.MONEY, Decimal(-119)).match is Match.NORMALISED


@pytest.mark.parametrize(
    "printed", ["03.04.2026", "2026-04-03", "03/04/26", "3. April 2026", "April 3, 2026", "3 avril 2026", "20260403"]
)
def test_a_date_is_found_in_every_form_of_print(printed: str) -> None:
    found = locate(index(f"Datum: {printed} Hamburg"), Kind.DATE, dt.date(2026, 4, 3))
    assert found.match is Match.NORMALISED or printed == "2026-04-03"
    assert found.text == printed


def test_the_same_print_is_exact_and_another_is_normalised() -> None:
    words = index("Kessel & Sohn OHG", "DE 136 695 976")
    assert locate(words, Kind.NAME, "Kessel & Sohn OHG").match is Match.EXACT
    assert locate(words, Kind.NAME, "Kesel & Sohn OHG").match is Match.FUZZY
    assert locate(words, Kind.NAME, "kessel & sohn ohg").match is Match.NORMALISED
    assert locate(words, Kind.VAT_ID, "DE136695976").match is Match.NORMALISED


def test_a_value_that_is_glued_to_its_label_is_found() -> None:
    assert locate(index("Rechnung:K-2026/17 vom"), Kind.CODE, "K-2026/17").match is Match.NORMALISED


def test_a_part_of_a_longer_code_is_no_place() -> None:
    assert locate(index("RE-K-2026/17-B"), Kind.CODE, "2026").match is Match.NONE


def test_a_wrapped_description_is_found_beside_other_columns() -> None:
    words = index("Walnut board, oiled   3   60,00", "and sanded", "Next thing   1   5,00")
    found = locate(words, Kind.TEXT, "Walnut board, oiled and sanded")
    assert found.match is Match.EXACT
    assert found.text == "Walnut board, oiled and sanded"


def test_an_address_is_found_line_by_line_without_its_country_code() -> None:
    words = index("Kessel OHG        Date 3.4.2026", "Am Kai 4          No. 7", "20095 Hamburg")
    found = locate(words, Kind.ADDRESS, "Am Kai 4\n20095 Hamburg\nDE")
    assert found.match is Match.NORMALISED
    assert found.box == Box(40, 40 + LINE_PT, 40 + 13 * LETTER_PT, 40 + 2 * LINE_PT + 10)


def test_a_currency_is_found_by_its_sign() -> None:
    assert locate(index("Total 12,00 €"), Kind.CURRENCY, "EUR").match is Match.NORMALISED
    assert locate(index("Total 12.00 EUR"), Kind.CURRENCY, "EUR").match is Match.EXACT
    assert locate(index("Total 12.00 £"), Kind.CURRENCY, "EUR").match is Match.NONE


def test_equal_places_are_ambiguous_unless_a_label_tells_them_apart() -> None:
    words = index("Position one      119,00", "Zwischensumme     119,00", "Rechnungsbetrag   119,00")
    assert locate(words, Kind.MONEY, Decimal(119)).match is Match.AMBIGUOUS
    found = locate(words, Kind.MONEY, Decimal(119), hint=Hint(labels=("Rechnungsbetrag",)))
    assert found.match is Match.NORMALISED
    assert found.box is not None
    assert found.box.y0 == 40 + 2 * LINE_PT


def test_a_label_above_counts_too() -> None:
    words = index("Ordered         Due", "01.02.2026      01.02.2026")
    found = locate(words, Kind.DATE, dt.date(2026, 2, 1), hint=Hint(labels=("Due",)))
    assert found.match is Match.NORMALISED
    assert found.box is not None
    assert found.box.x0 == 40 + 16 * LETTER_PT


def test_a_long_text_that_is_printed_twice_is_not_ambiguous() -> None:
    assert locate(index("K-2026/17", "Your K-2026/17"), Kind.CODE, "K-2026/17").match is Match.EXACT


def test_pages_are_counted_as_in_the_document() -> None:
    pages = [page("nothing", index=1), page("Total 5,55", index=4)]
    assert locate(PageIndex(pages), Kind.MONEY, Decimal("5.55")).page == 4


def test_no_pages_show_nothing() -> None:
    assert locate(PageIndex([]), Kind.NAME, "Kessel").match is Match.NONE


COLUMNS = (
    Field(name="description", kind=Kind.TEXT),
    Field(name="quantity", kind=Kind.NUMBER),
    Field(name="unit_price", kind=Kind.MONEY),
    Field(name="line_total", kind=Kind.MONEY),
)


def row(description: str, quantity: str, price: str, total: str) -> dict[str, Finding]:
    cells = {"description": description, "quantity": Decimal(quantity), "unit_price": Decimal(price)}
    cells["line_total"] = Decimal(total)
    return {n: Finding(path=n, state=State.VALUE, value=v, text=str(v)) for n, v in cells.items()}


def test_the_cells_of_a_row_are_found_side_by_side() -> None:
    words = index(
        "Oil    1    20,00    20,00",
        "Wax    1    20,00    20,00",
        "Oil    2    20,00    40,00",
    )
    rows = [row("Oil", "1", "20", "20"), row("Wax", "1", "20", "20"), row("Oil", "2", "20", "40")]
    located = locate_rows(words, COLUMNS, rows)
    for number, cells in enumerate(located):
        assert {e.box.y0 for e in cells.values() if e.box} == {40 + number * LINE_PT}
    price, total = located[0]["unit_price"].box, located[0]["line_total"].box
    assert price is not None
    assert total is not None
    assert price.x0 < total.x0


def test_two_equal_rows_are_two_places() -> None:
    words = index("Oil    1    20,00    20,00", "Oil    1    20,00    20,00")
    located = locate_rows(words, COLUMNS, [row("Oil", "1", "20", "20")] * 2)
    assert [cells["description"].box.y0 for cells in located if cells["description"].box] == [40, 40 + LINE_PT]


@given(st.decimals(min_value=0, max_value=9_999_999, places=2, allow_nan=False))
def test_every_printed_amount_means_at_least_itself(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.replace(",", "_").replace(".", ",").replace("_", ".")
    swiss = english.replace(",", "'")
    assert all(value in numbers_in(printed) for printed in (english, german, swiss, f"{value:.2f}"))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=12), st.data())
def test_whatever_is_printed_is_found_where_it_stands(words: list[str], data: st.DataObject) -> None:
    plain = [w for w in (" ".join(text.split()).replace(" ", "") for text in words) if any(map(str.isalnum, w))]
    if not plain:
        return
    first = data.draw(st.integers(0, len(plain) - 1))
    last = data.draw(st.integers(first, len(plain) - 1))
    wanted = " ".join(plain[first : last + 1])
    assert locate(index(" ".join(plain)), Kind.TEXT, wanted).match is not Match.NONE
