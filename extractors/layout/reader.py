"""The layout reader: pages and a schema in, findings out; no model, no network, a few milliseconds a page."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.layout.cells import index_page
from extractors.layout.choose import choose
from extractors.layout.concepts import SUBTOTAL, TAX, TOTAL, sum_roles, words_of_labels
from extractors.layout.free_text import column_labels
from extractors.layout.headings import heading_families
from extractors.layout.known import schema_labels
from extractors.layout.mending import mended
from extractors.layout.scalars import Scorer
from extractors.layout.spelling import spelling_of
from extractors.layout.taxes import columns_of as tax_columns
from extractors.layout.taxes import find_taxes, sum_of_taxes
from extractors.layout.till_rows import rows_of
from extractors.layout.tokens import tokens
from extractors.reading import Reading
from extractors.revisions import LAYOUT as REVISION
from schemas.schema import Kind
from schemas.values import Locale, detect_locale
from tiling import WordsSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractors.layout.cells import PageIndex
    from extractors.layout.spelling import Spelling
    from extractors.reading import Finding
    from schemas.schema import Field, Schema
    from tiling import Box, Page

READER = "layout"
_GOODS = frozenset({Kind.TEXT, Kind.NAME})


def read_layout(pages: Sequence[Page], schema: Schema) -> Reading:
    """What the words of the pages say about the schema's fields; a field without a finding was not seen."""
    pages = tuple(mended(p) for p in pages)
    spelling = _spelling(pages, schema)
    indexes = tuple(index_page(p, spelling if p.words_source is WordsSource.OCR else None) for p in pages if p.words)
    if not indexes:
        return Reading(reader=READER, revision=REVISION, findings=(), notes=("no words on any page",))
    locale = detect_locale([s.text for i in indexes for s in i.segments])
    findings: list[Finding] = []
    regions: list[tuple[int, Box]] = []
    notes: list[str] = []
    for fld in schema.fields:
        if fld.kind is Kind.TABLE and tax_columns(fld) is None:
            found, inside, said = _tables(pages, fld, locale)
            findings.extend(found)
            if _has_goods(fld):
                regions.extend(inside)
            notes.extend(said)
    findings.extend(_parties(pages, schema, regions))
    spell = spelling.tokens if spelling is not None else tokens
    scalars = _scalars(indexes, schema, locale, regions, spell)
    taxes = _taxes(indexes, schema, locale, regions, scalars)
    summed = {f.path for f in taxes}
    findings.extend([*(f for f in scalars if f.path not in summed), *taxes])
    order = {f.name: i for i, f in enumerate(schema.fields)}
    findings.sort(key=lambda f: order[f.path.split("[", 1)[0]])
    notes.extend(r for r in (locale.decimal_reason, locale.day_reason) if r)
    return Reading(reader=READER, revision=REVISION, findings=tuple(findings), notes=tuple(notes))


def _spelling(pages: Sequence[Page], schema: Schema) -> Spelling | None:
    """What puts the labels of OCR right; a text layer is taken at its word."""
    if not any(p.words_source is WordsSource.OCR for p in pages):
        return None
    return spelling_of(words_of_labels(schema))


def _has_goods(table: Field) -> bool:
    """A table of things bought; a breakdown of taxes stands among the sums and hides none of them."""
    return any(column.kind in _GOODS for column in table.columns)


def _taxes(
    indexes: Sequence[PageIndex],
    schema: Schema,
    locale: Locale,
    regions: Sequence[tuple[int, Box]],
    scalars: Sequence[Finding],
) -> tuple[Finding, ...]:
    """Tables of tax by rate, which the sums that were read must confirm; and the whole tax where only they say it."""
    names = sum_roles(schema)
    values = {f.path: f.value for f in scalars}
    known = {role: values.get(names.get(role, "")) for role in (SUBTOTAL, TAX, TOTAL)}
    sums = {role: value for role, value in known.items() if isinstance(value, Decimal)}
    printed = sums.get(TAX)
    if SUBTOTAL in sums and TOTAL in sums:
        sums[TAX] = sums[TOTAL] - sums[SUBTOTAL]
    tables = {f.name: columns for f in schema.fields if (columns := tax_columns(f)) is not None}
    found = tuple(f for name in tables for f in find_taxes(indexes, schema.field(name), locale, _within(regions), sums))
    if TAX in names and TAX in sums and printed != sums[TAX]:
        taxes = [f for f in found if f.path.rpartition(".")[2] == tables[f.path.partition("[")[0]].amount.name]
        summed = sum_of_taxes(names[TAX], taxes, sums[TAX])
        found += (summed,) if summed is not None else ()
    return found


def _within(regions: Sequence[tuple[int, Box]]) -> Callable[[int, Box], bool]:
    def inside(page: int, box: Box) -> bool:
        return any(p == page and r.contains(box.cx, box.cy) for p, r in regions)

    return inside


def _scalars(
    indexes: Sequence[PageIndex],
    schema: Schema,
    locale: Locale,
    regions: Sequence[tuple[int, Box]],
    spell: Callable[[str], tuple[str, ...]],
) -> tuple[Finding, ...]:
    inside = _within(regions)
    families = heading_families(indexes)
    labels = schema_labels(schema, families)
    scorer = Scorer(
        labels=labels.index,
        locale=locale,
        inside_table=inside,
        families=families,
        headings=column_labels(schema),
    )
    rows = [r for i in indexes for r in rows_of(i, locale, spell)] if labels.till else []
    return choose(indexes, labels, scorer.score(indexes), locale, inside, rows)


def _tables(
    pages: Sequence[Page], fld: Field, locale: Locale
) -> tuple[tuple[Finding, ...], tuple[tuple[int, Box], ...], tuple[str, ...]]:
    try:
        from extractors.layout.table import find_tables
    except ImportError:
        return (), (), ()
    reading = find_tables(pages, fld, locale)
    return reading.findings, reading.regions, tuple(reading.notes)


def _parties(pages: Sequence[Page], schema: Schema, regions: Sequence[tuple[int, Box]]) -> tuple[Finding, ...]:
    try:
        from extractors.layout.parties import find_parties
    except ImportError:
        return ()
    return find_parties(pages, schema, regions)
