"""Whether a document is of the schema's kind at all: a record of nulls is no success, and an order is no invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.reading import State
from schemas import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.draft import Draft
    from schemas import Schema
    from tiling import Document

NOT_OF_KIND = "this does not look like"
"""How the note on a document of another kind begins."""
SEVERAL = "several documents in one file"
"""How the note on a file with more than one document begins."""
BOUND = 0.6
WEIGHTS = {Kind.MONEY: 2.0, Kind.IBAN: 2.0, Kind.CODE: 1.5, Kind.TABLE: 1.5, Kind.NAME: 0.5, Kind.CURRENCY: 0.5}
"""How much the fields say of a kind: letters, too, have a sender, a date and perhaps a currency."""
USUAL_WEIGHT = 1.0
OTHER_HEADING = 0.6
"""What a heading that names another kind of paper takes."""
OTHER_PAPERS = {
    "order": "an order",
    "contract": "a contract",
    "quote": "a quotation",
    "delivery": "a delivery note",
}
BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindMatch:
    """How well a document fits its schema."""

    match: float
    """0 to 1."""
    note: str = ""
    """Why it is none of this kind; empty where it may be one."""


def kind_match(document: Document, schema: Schema, drafts: Sequence[Draft]) -> KindMatch:
    """By the share of the schema's required fields that were found, and by what the document calls itself."""
    if any(d.from_xml for d in drafts):
        return KindMatch(match=1.0)
    wanted = [f for f in schema.fields if f.required]
    seen = {d.path.partition("[")[0] for d in drafts if d.state is State.VALUE and d.value is not None}
    if not wanted:
        return KindMatch(match=1.0) if seen else KindMatch(match=0.0, note=_note(schema, "nothing of it was found"))
    weights = {f.name: WEIGHTS.get(f.kind, USUAL_WEIGHT) for f in wanted}
    match = sum(w for name, w in weights.items() if name in seen) / sum(weights.values())
    heading = _other_heading(document, schema, seen) if match >= BOUND else ""
    if heading:
        return KindMatch(
            match=match * (1 - OTHER_HEADING), note=_note(schema, f"its heading calls it {OTHER_PAPERS[heading]}")
        )
    if match >= BOUND:
        return KindMatch(match=match)
    missing = [(f.title or f.name).lower() for f in wanted if f.name not in seen]
    return KindMatch(match=match, note=_note(schema, f"no {', no '.join(missing)}"))


def _note(schema: Schema, why: str) -> str:
    name = (schema.title or schema.name).lower() if schema.origin == BUILT_IN else f"`{schema.name}`"
    article = "" if schema.origin != BUILT_IN else "an " if name[0] in "aeiou" else "a "
    return f"{NOT_OF_KIND} {article}{name}: {why}"


def _other_heading(document: Document, schema: Schema, seen: set[str]) -> str:
    """The kind of paper that the first page's heading names, where the schema is about another."""
    if schema.origin != BUILT_IN or "document_type" in seen:
        return ""
    from extractors.layout.cells import index_page
    from extractors.layout.headings import heading_families

    page = next((p for p in document.pages if p.words), None)
    families = heading_families([index_page(page)]) if page is not None else frozenset()
    return next((f for f in sorted(families) if f in OTHER_PAPERS), "")
