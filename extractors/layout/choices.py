"""One of several: what kind of paper a heading names, and how a slip says it was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.headings import family_of
from extractors.layout.till_words import Concept
from extractors.layout.tokens import NUMBER, OTHER_THING, STOP, tokens
from extractors.reading import Evidence, Finding, Match, State
from schemas.schema import Kind
from schemas.values import parse_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.cells import Cell, PageIndex
    from extractors.layout.till_rows import Row
    from schemas.schema import Field
    from schemas.values import Parsed
    from tiling import Box

UPPER = 0.5
"""Share of the first page in which a document says what it is."""
MOST_WORDS = 5
LEAST = 0.9
"""A heading is as large as the rest, at least."""
WHOLE, CAPITALS = 0.4, 0.3
"""How much more a heading weighs that says nothing else, or is in capitals."""
PAPERS = 0.5
"""Share of the choices that must name papers in a field of kinds of paper."""


def find_choices(
    fields: Sequence[Field], indexes: Sequence[PageIndex], till_rows: Sequence[Row]
) -> tuple[Finding, ...]:
    """A finding for each field of kinds of paper, and of ways to pay, that the document answers without a label."""
    found = []
    for fld in fields:
        if fld.kind is not Kind.ENUM:
            continue
        finding = _of_heading(fld, indexes) if _is_of_papers(fld) else _of_payment(fld, till_rows)
        if finding is not None:
            found.append(finding)
    return tuple(found)


def _is_of_papers(fld: Field) -> bool:
    named = {choice for printed, choice in fld.choice_labels if any(family_of(t) for t in tokens(printed))}
    named |= {c for c in fld.choices if any(family_of(t) for t in tokens(c.replace("_", " ")))}
    return len(named) >= PAPERS * len(fld.choices) > 0


def _of_heading(fld: Field, indexes: Sequence[PageIndex]) -> Finding | None:
    """The largest short line of the first page's upper half that says one of the choices."""
    if not indexes:
        return None
    first = indexes[0]
    sizes = sorted(s.size_pt for s in first.segments) or [10.0]
    usual = max(1.0, sizes[len(sizes) // 2])
    best: tuple[float, Cell, Parsed] | None = None
    for cell in first.cells:
        if cell.box.y0 > UPPER * first.height_pt:
            continue
        parsed, weight = _heading(fld, cell, usual)
        if parsed is not None and weight >= LEAST and (best is None or weight > best[0]):
            best = (weight, cell, parsed)
    if best is None:
        return None
    weight, cell, parsed = best
    return _finding(fld, parsed, cell.page, cell.box, cell.text, min(1.0, weight / 2), "the heading says so")


def _heading(fld: Field, cell: Cell, usual: float) -> tuple[Parsed | None, float]:
    content = [t for t in cell.tokens if t not in STOP and t != NUMBER]
    if not content or len(content) > MOST_WORDS or any(t in OTHER_THING and not family_of(t) for t in content):
        return None, 0.0
    words = [w.text for w in cell.words if tokens(w.text) not in ((), (NUMBER,))]
    parsed = parse_field(fld, " ".join(words))
    if parsed is None or parsed.ambiguous:
        return None, 0.0
    whole = not parsed.notes
    if not whole and len(content) > 2:
        return None, 0.0
    size = max(w.size_pt for w in cell.words) / usual
    alone = 1.0 if cell.text == cell.segment.text else 0.7
    return parsed, (size + (WHOLE if whole else 0.0) + (CAPITALS if cell.text.isupper() else 0.0)) * alone


def _of_payment(fld: Field, rows: Sequence[Row]) -> Finding | None:
    """`VISA 12.50`: the row of what was given says how."""
    for row in rows:
        if row.concept is not Concept.PAID or not row.amounts or row.of_summary or row.label_box is None:
            continue
        label = " ".join(w for w in row.text.split() if not any(c.isdigit() for c in w))
        parsed = parse_field(fld, label)
        if parsed is not None and not parsed.ambiguous:
            return _finding(fld, parsed, row.page, row.label_box, label, 0.8, "the row of what was given says so")
    return None


def _finding(fld: Field, parsed: Parsed, page: int, box: Box, text: str, score: float, note: str) -> Finding:
    return Finding(
        path=fld.name,
        state=State.VALUE,
        value=parsed.value,
        text=text,
        evidence=Evidence(page=page, box=box, text=text, match=Match.EXACT),
        signals={"label_match": 0.0, "score": round(score, 3), "type_strength": 1.0},
        notes=(note, *parsed.notes),
    )
