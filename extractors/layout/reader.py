"""The layout reader: pages and a schema in, findings out; no model, no network, a few milliseconds a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.cells import index_page
from extractors.layout.choose import choose
from extractors.layout.headings import heading_families
from extractors.layout.known import schema_labels
from extractors.layout.scalars import Scorer
from extractors.reading import Reading
from schemas.schema import Kind
from schemas.values import Locale, detect_locale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.cells import PageIndex
    from extractors.reading import Finding
    from schemas.schema import Field, Schema
    from tiling import Box, Page

READER = "layout"
REVISION = "1"
_GOODS = frozenset({Kind.TEXT, Kind.NAME})


def read_layout(pages: Sequence[Page], schema: Schema) -> Reading:
    """What the words of the pages say about the schema's fields; a field without a finding was not seen."""
    indexes = tuple(index_page(p) for p in pages if p.words)
    if not indexes:
        return Reading(reader=READER, revision=REVISION, findings=(), notes=("no words on any page",))
    locale = detect_locale([s.text for i in indexes for s in i.segments])
    findings: list[Finding] = []
    regions: list[tuple[int, Box]] = []
    notes: list[str] = []
    for fld in schema.fields:
        if fld.kind is Kind.TABLE:
            found, inside, said = _tables(pages, fld, locale)
            findings.extend(found)
            if _has_goods(fld):
                regions.extend(inside)
            notes.extend(said)
    findings.extend(_parties(pages, schema, regions))
    findings.extend(_scalars(indexes, schema, locale, regions))
    order = {f.name: i for i, f in enumerate(schema.fields)}
    findings.sort(key=lambda f: order[f.path.split("[", 1)[0]])
    notes.extend(r for r in (locale.decimal_reason, locale.day_reason) if r)
    return Reading(reader=READER, revision=REVISION, findings=tuple(findings), notes=tuple(notes))


def _has_goods(table: Field) -> bool:
    """A table of things bought; a breakdown of taxes stands among the sums and hides none of them."""
    return any(column.kind in _GOODS for column in table.columns)


def _scalars(
    indexes: Sequence[PageIndex], schema: Schema, locale: Locale, regions: Sequence[tuple[int, Box]]
) -> tuple[Finding, ...]:
    def inside(page: int, box: Box) -> bool:
        return any(p == page and r.contains(box.cx, box.cy) for p, r in regions)

    families = heading_families(indexes)
    labels = schema_labels(schema, families)
    scorer = Scorer(labels=labels.index, locale=locale, inside_table=inside, families=families)
    return choose(indexes, labels, scorer.score(indexes), locale, inside)


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
