"""Values that are free text (terms, remarks): whole lines of print, numbers included, and what goes on below them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention
from extractors.layout.labels import LONG
from extractors.layout.links import Link, Relation
from extractors.layout.tokens import tokens
from schemas.schema import Kind
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractors.layout.cells import Cell, PageIndex
    from extractors.layout.labels import FieldLabels
    from extractors.layout.segments import Segment
    from schemas import Schema
    from tiling import Word

MORE_LINES = 5
"""A value is followed over so many lines at the most."""
LINE_GAP = 0.9
"""Letter heights between two lines of one text."""
LONG_LINE = 5
"""Words of a line that may have been broken for want of room."""
SEVERAL = 3
"""Words of a run that is a label and a text: `Payment due` is another label."""
WITHIN = 0.95
"""How sure a value is that stands behind its label in one run of words."""


@lru_cache(maxsize=64)
def column_labels(schema: Schema) -> frozenset[tuple[str, ...]]:
    """The headings that the tables of a schema may have: where one stands under a label, a table begins there."""
    tables = (f for f in schema.fields if f.kind is Kind.TABLE)
    return frozenset(tokens(text) for t in tables for c in t.columns for text in (*c.labels, c.title, c.name) if text)


def within(cell: Cell, known: FieldLabels) -> tuple[Cell, Cell] | None:
    """Label and value of a cell that holds both: `Payment terms  30 days net` without a colon; None otherwise."""
    length = max((len(p) for p, _ in known.phrases if cell.tokens[: len(p)] == p), default=0)
    rest = len(cell.tokens) - length
    if not length or rest < 1 or length + rest < SEVERAL or cell.colon:
        return None
    seen = 0
    for at, word in enumerate(cell.words):
        if seen == length:
            label, value = cell.words[:at], cell.words[at:]
            return _part(cell, label), _part(cell, value)
        seen += len(tokens(word.text))
    return None


def _part(cell: Cell, words: Sequence[Word]) -> Cell:
    text = " ".join(w.text for w in words)
    box = union(w.box for w in words)
    return replace(cell, words=tuple(words), box=box, text=text, tokens=tokens(text))


def text_words(index: PageIndex, link: Link, is_label: Callable[[Cell], bool]) -> tuple[Word, ...]:
    """The words of the text that begins at the link's target: to the end of its line or the next label, and below."""
    segment, start = _place(index, link.target)
    if link.relation is Relation.BELOW:
        start = _line_start(index, segment, start)
    found = list(_until_label(index, segment, start))
    if not found or len(found) < len(segment.words) - start:
        return tuple(found)
    line = segment
    for _ in range(MORE_LINES):
        following = _following(index, line, found[0] if line is segment else line.words[0], is_label)
        if following is None or not _goes_on(line, following):
            break
        found += following.words
        line = following
    return tuple(found)


def _place(index: PageIndex, target: Cell | Mention) -> tuple[Segment, int]:
    """The segment that the target is part of, and the position of its first word in it."""
    if not isinstance(target, Mention):
        return target.segment, next((n for n, w in enumerate(target.segment.words) if w is target.words[0]), 0)
    return next(
        (s, target.first)
        for s in index.segments
        if s.line == target.line and s.box.x0 - 1 <= target.box.x0 <= s.box.x1 and len(s.words) >= target.last
    )


def _line_start(index: PageIndex, segment: Segment, start: int) -> int:
    """Below its label a text begins with its line, or behind the last label of the line."""
    before = [
        i.words[-1]
        for i in index.lines.get(segment.line, ())
        if not isinstance(i, Mention) and i.colon and i.segment is segment
    ]
    ends = [n + 1 for n, w in enumerate(segment.words[:start]) if any(w is last for last in before)]
    return max(ends, default=0)


def _until_label(index: PageIndex, segment: Segment, start: int) -> Sequence[Word]:
    labels = [i for i in index.lines.get(segment.line, ()) if not isinstance(i, Mention) and i.colon]
    words = segment.words[start:]
    for at, word in enumerate(words):
        if at and any(word is label.words[0] for label in labels):
            return words[:at]
    return words


def _following(index: PageIndex, line: Segment, first: Word, is_label: Callable[[Cell], bool]) -> Segment | None:
    """The line of print right below, flush with the text or its label; None where another label or size begins."""
    letter = max(4.0, line.box.height)
    for segment in index.segments:
        gap = segment.box.y0 - line.box.y1
        if segment is line or not -0.3 * letter <= gap <= LINE_GAP * letter:
            continue
        edges = (first.box.x0, line.box.x0)
        off = min(abs(segment.box.x0 - x) for x in edges)
        if off > 0.8 * letter or abs(segment.size_pt - line.size_pt) > 0.1 * letter:
            continue
        cells = [i for i in index.lines.get(segment.line, ()) if not isinstance(i, Mention) and i.segment is segment]
        small = segment.text[:1].islower()
        labelled = any(c.colon or (not small and len(c.tokens) <= LONG and is_label(c)) for c in cells)
        return None if labelled else segment
    return None


def _goes_on(line: Segment, following: Segment) -> bool:
    """A sentence that is not at its end, or that goes on with a small letter."""
    if line.text.endswith((".", "!", "?")):
        return False
    return following.text[:1].islower() or len(line.words) >= LONG_LINE


def link_within(parts: tuple[Cell, Cell]) -> Link:
    """The link between label and value of one cell."""
    return Link(cell=parts[0], target=parts[1], relation=Relation.RIGHT, strength=WITHIN)
