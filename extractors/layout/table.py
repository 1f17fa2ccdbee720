"""Line-item tables: header, columns, rows over pages, checked by arithmetic, as findings with their evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.layout.table_arithmetic import read_number
from extractors.layout.table_columns import side_columns
from extractors.layout.table_headers import headers_of
from extractors.layout.table_items import Item, Items, items_of
from extractors.layout.table_lines import lines_of
from extractors.layout.table_pages import last_page, sections_of
from extractors.layout.table_patterns import patterned_header
from extractors.layout.table_rows import describe
from extractors.layout.table_schema import wanted_of
from extractors.layout.table_sum_labels import is_total
from extractors.layout.table_sums import adds_up
from extractors.layout.table_vocabulary import (
    DESCRIPTION,
    LINE_TOTAL,
    QUANTITY,
    TAX_AMOUNT,
    UNIT_PRICE,
    WORDS,
    squashed,
)
from extractors.reading import Evidence, Finding, Match, State
from schemas.schema import Kind
from schemas.values import parse
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.layout.table_headers import Header
    from extractors.layout.table_lines import Cell, Line
    from extractors.layout.table_pages import Section
    from extractors.layout.table_rows import Row
    from extractors.layout.table_schema import Wanted
    from schemas.schema import Field
    from schemas.values import Locale
    from tiling import Page

_RECKONED = frozenset({QUANTITY, UNIT_PRICE, LINE_TOTAL})
_MOST = 8
"""Headers of different tables that are tried."""
_CLEAR = 3
"""Rows that reckon and leave no doubt that a page's table was found."""
_PLAINLY = 2.7
"""Three of the wanted columns, or nearly, named by a header."""
_LEAST = 0.9
"""A table that scores less is no table of the wanted kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReading:
    """What was found of one table field."""

    findings: tuple[Finding, ...] = ()
    regions: tuple[tuple[int, Box], ...] = ()
    """Page index and box of each part of the table, header included."""
    row_count: int = 0
    """Rows that the pages show; more than the findings hold where a row could not be read."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    header: Header
    sections: tuple[Section, ...]
    items: Items
    score: float
    sums: bool
    """The totals add up to an amount that the document prints."""
    by_section: dict[int, list[Row]]
    support: dict[int, float]
    """Column -> share of the rows that have a number in it."""


def find_tables(pages: Sequence[Page], field: Field, locale: Locale) -> TableReading:
    """The rows of a table field, from all pages; empty where no table of its columns is found."""
    wanted = wanted_of(field)
    lines = [lines_of(page) for page in pages]
    headers = [headers_of(found, wanted) for found in lines]
    tables: list[_Table] = []
    for header in _candidates(headers, wanted):
        if any(_covers(t, header) for t in tables):
            continue
        table = _table(header, lines, headers, wanted, locale)
        if table is not None:
            tables.append(table)
    if not tables and wanted.items:
        tables = list(_patterned(lines, headers, wanted, locale))
    if not tables:
        return TableReading(findings=tuple(_without_rows(field, lines, headers, wanted)))
    tables.sort(key=lambda t: -t.score)
    return _reading(tables[0], wanted, locale)


def _without_rows(
    field: Field, lines: Sequence[Sequence[Line]], headers: Sequence[Sequence[Header]], wanted: Wanted
) -> Iterator[Finding]:
    """A table that is plainly headed and has no row: empty where a sum, or nothing, follows at once."""
    named = [h for found in headers for h in found if h.wanted and h.score(list(wanted.columns)) >= _PLAINLY]
    if len(named) != 1:
        return
    header = named[0]
    below = lines[header.page][header.last :]
    if below and not any(is_total(c.text) for c in below[0].cells):
        return
    yield Finding(
        path=field.name,
        state=State.EMPTY,
        evidence=Evidence(page=header.page, box=header.box, text=header.signature, match=Match.EXACT),
        notes=("a header, and no row under it",),
    )


def _candidates(headers: Sequence[Sequence[Header]], wanted: Wanted) -> list[Header]:
    """The first header of each table, those that name most of the wanted columns first."""
    firsts: dict[str, Header] = {}
    for header in (h for found in headers for h in found if h.wanted):
        firsts.setdefault(squashed(header.signature), header)
    return sorted(firsts.values(), key=lambda h: -h.score(list(wanted.columns)))[:_MOST]


def _covers(table: _Table, header: Header) -> bool:
    """The header stands on a page whose rows a table already has, and has rightly: they reckon."""
    judged = [i.arithmetic for i in table.items.items if i.row.page == header.page and i.arithmetic is not None]
    return len(judged) >= _CLEAR and sum(judged) >= 0.9 * len(judged)


def _patterned(
    lines: Sequence[Sequence[Line]], headers: Sequence[Sequence[Header]], wanted: Wanted, locale: Locale
) -> Iterator[_Table]:
    """Tables that have no header."""
    for page, found in enumerate(lines):
        header = patterned_header(found, locale)
        if header is None:
            continue
        zones = [[header] if i == page else list(h) for i, h in enumerate(headers)]
        table = _table(header, lines, zones, wanted, locale)
        if table is not None:
            yield table
            return


def _table(
    header: Header, lines: Sequence[Sequence[Line]], headers: Sequence[Sequence[Header]], wanted: Wanted, locale: Locale
) -> _Table | None:
    stop = last_page(header, headers) + 2
    while True:
        sections = tuple(sections_of(header, lines, headers, stop=stop))
        items = items_of(header, sections, lines, locale)
        if stop >= len(lines) or not items.items or items.items[-1].row.page < stop - 1:
            break
        stop += stop
    if not items.items:
        return None
    sums = adds_up([i.row for i in items.items], items.roles.line_total, lines, locale)
    judged = [i.arithmetic for i in items.items if i.arithmetic is not None]
    score = items.roles.score + (0.5 if sums else 0.0) + 0.05 * min(10, len(items.items))
    score += 0.5 * header.score([r for r in wanted.columns if r not in (QUANTITY, UNIT_PRICE, LINE_TOTAL)])
    if any(c.roles.get(TAX_AMOUNT, 0.0) >= 0.9 for c in header.cells) and items.roles.quantity is None:
        score -= 1.5
    if judged and sum(judged) == 0:
        score -= 1.0
    if score < _LEAST:
        return None
    by_section: dict[int, list[Row]] = {}
    for item in items.items:
        by_section.setdefault(item.section, []).append(item.row)
    filled = Counter(column for item in items.items for column in item.row.numbers)
    return _Table(
        header=header,
        sections=sections,
        items=items,
        score=score,
        sums=sums,
        by_section=by_section,
        support={column: count / len(items.items) for column, count in filled.items()},
    )


def _reading(table: _Table, wanted: Wanted, locale: Locale) -> TableReading:
    items, header = table.items, table.header
    columns = _columns(table, wanted)
    description = columns.get(DESCRIPTION)
    for index, section in enumerate(table.sections):
        rows = table.by_section.get(index, [])
        if rows:
            others = [r for r in items.rows[index] if not any(r is row for row in rows)]
            describe(rows, others, section.lines, description, _end(table, index, rows))
    findings: list[Finding] = []
    for number, item in enumerate(items.items):
        findings.extend(_row(number, item, table, columns, wanted=wanted, locale=locale))
    if items.incomplete:
        findings.insert(0, _short(wanted.field, len(items.items), items.incomplete))
    return TableReading(
        findings=tuple(findings),
        regions=tuple(_regions(table)),
        row_count=len(items.items) + items.incomplete,
        notes=(f"columns: {', '.join(c.text for c in header.cells)}",),
    )


def _short(field: Field, read: int, left: int) -> Finding:
    """What says that the page shows more rows than there are findings."""
    return Finding(
        path=field.name,
        state=State.VALUE,
        signals={"rows_read": round(read / (read + left), 4)},
        reasons=("incomplete",),
        notes=(f"the page shows {read + left} rows, {read} could be read",),
    )


def _end(table: _Table, section: int, rows: Sequence[Row]) -> float:
    """Where the texts of the last row must end: at the first sum below it."""
    last = rows[-1].bottom
    below = [r.top for r in table.items.rows[section] if r.top > last]
    return min(below, default=float("inf"))


def _regions(table: _Table) -> Iterator[tuple[int, Box]]:
    for index, section in enumerate(table.sections):
        boxes = [row.box for row in table.by_section.get(index, [])]
        if not boxes:
            continue
        if section.header is not None:
            boxes.append(section.header.box)
        yield section.page, union(boxes)


def _row(
    number: int, item: Item, table: _Table, columns: dict[str, int], *, wanted: Wanted, locale: Locale
) -> Iterator[Finding]:
    for role, field in wanted.columns.items():
        path = f"{wanted.field.name}[{number}].{field.name}"
        column = columns.get(role)
        cells = item.row.description if role == DESCRIPTION else _cells(item.row, column)
        if not cells:
            continue
        finding = _finding(path, field, cells, item.row.page, locale)
        if finding is None:
            continue
        label = table.header.cells[column].roles.get(role, 0.0) if column is not None else 0.0
        signals = {
            "label_match": label,
            "margin": table.items.roles.margin,
            "row_support": table.support.get(column, 0.0) if column is not None else 0.0,
            "sum": float(table.sums),
        }
        if role in _RECKONED and item.arithmetic is not None:
            signals["arithmetic"] = item.arithmetic
        yield replace(finding, signals=signals)


def _columns(table: _Table, wanted: Wanted) -> dict[str, int]:
    """Role -> column of the table; the description is the wordiest column where no header names it."""
    r = table.items.roles
    reckoned = {QUANTITY: r.quantity, UNIT_PRICE: r.unit_price, LINE_TOTAL: r.line_total}
    columns = {role: c for role, c in reckoned.items() if c is not None}
    asked = [role for role in wanted.columns if role not in reckoned]
    asked.sort(key=lambda role: role != DESCRIPTION)
    others = [*asked, *(role for role in (DESCRIPTION, *WORDS) if role not in reckoned and role not in asked)]
    columns |= side_columns(table.header, others, columns.values())
    if DESCRIPTION not in columns:
        free = [c for c in range(len(table.header.cells)) if c not in columns.values()]
        letters = {
            c: sum(ch.isalpha() for i in table.items.items for p in i.row.lines for ch in p.text(c)) for c in free
        }
        if letters and max(letters.values()) > 0:
            columns[DESCRIPTION] = max(letters, key=lambda c: letters[c])
    return columns


def _cells(row: Row, column: int | None) -> list[Cell]:
    if column is None:
        return []
    if column in row.numbers:
        return [row.numbers[column]]
    return [c for p in row.lines for c in p.texts.get(column, ())]


def _finding(path: str, field: Field, cells: Sequence[Cell], page: int, locale: Locale) -> Finding | None:
    text = " ".join(c.text for c in cells)
    numeric = field.kind in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER, Kind.PERCENT)
    parsed = read_number(text, locale) if numeric else parse(field.kind, text, locale, choices=field.choices)
    if parsed is None:
        if not any(c.number for c in cells):
            return None
        return Finding(path=path, state=State.UNREADABLE, text=text, evidence=_evidence(cells, page, text))
    return Finding(
        path=path,
        state=State.VALUE,
        value=parsed.value,
        text=text,
        evidence=_evidence(cells, page, text),
        reasons=("ambiguous",) if parsed.ambiguous else (),
        notes=parsed.notes,
    )


def _evidence(cells: Sequence[Cell], page: int, text: str) -> Evidence:
    return Evidence(page=page, box=union(c.box for c in cells), text=text, match=Match.EXACT)
