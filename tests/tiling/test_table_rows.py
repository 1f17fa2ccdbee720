from __future__ import annotations

from tiling.box import Box
from tiling.page import Page, Word
from tiling.table_rows import tables_of

COLUMNS = (40.0, 260.0, 340.0, 420.0)
HEADING = ("Description", "Quantity", "Price", "Amount")
ROW = ("Coffee beans", "12", "3.50", "42.00")


def page_of(lines, rulings=()):
    """Lines are (y, cells): a cell a column, None where it is empty."""
    words = [
        Word(text=part, box=Box(x + 30 * n, y, x + 30 * n + 24, y + 8), size_pt=8.0, line=number)
        for number, (y, cells) in enumerate(lines)
        for x, cell in zip(COLUMNS, cells, strict=False)
        for n, part in enumerate((cell or "").split())
    ]
    return Page(index=0, width_pt=500, height_pt=800, words=tuple(words), rulings=tuple(rulings))


def test_every_line_of_figures_is_a_row_and_the_line_above_their_heading():
    tables = tables_of(page_of([(100, HEADING), *((120 + 12 * n, ROW) for n in range(5))]))
    [heading] = tables.headings
    assert (heading.row.y0, heading.row.y1) == (100, 108)
    assert len(tables.rows) == 5
    assert (heading.table.y0, heading.table.y1) == (120, 176)


def test_what_goes_on_below_belongs_to_its_row():
    lines = [(100 + 40 * n + step, cells) for n in range(4) for step, cells in ((0, ROW), (10, ("washed and dried",)))]
    tables = tables_of(page_of(lines))
    assert all(any(row.y0 <= y and y + 8 <= row.y1 for row in tables.rows) for y, _ in lines[:-1])
    assert any(row.y0 <= 100 and row.y1 >= 118 for row in tables.rows)


def test_what_stands_above_the_figures_belongs_to_them_where_the_white_says_so():
    lines = [(100 + 40 * n + step, cells) for n in range(4) for step, cells in ((0, ("washed",)), (10, ROW))]
    rows = tables_of(page_of(lines)).rows
    assert any(140 >= row.y0 > 118 and row.y1 >= 158 for row in rows)


def test_drawn_lines_part_rows():
    rulings = [Box(40, 137 + 40 * n, 480, 137.5 + 40 * n) for n in range(3)]
    lines = [(100 + 40 * n + step, cells) for n in range(4) for step, cells in ((0, ROW), (20, ("washed",)))]
    assert [row.y0 for row in tables_of(page_of(lines, rulings)).rows[1:]] == [137.25, 177.25, 217.25]


def test_prose_and_addresses_are_no_table():
    lines = [(100 + 12 * n, ("12 Market Street", None, None, "2024")) for n in range(6)]
    assert tables_of(page_of(lines)).rows == ()
    assert tables_of(page_of([])).headings == ()
