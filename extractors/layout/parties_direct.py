"""A name beside the very words of its field: `Supplier   Example Ltd`; no block says it better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.layout import names
from extractors.layout.parties_labels import fold, is_address_row, is_name_row, party_label
from extractors.layout.parties_lines import LineKind, kind_of
from extractors.layout.segments import segments_of
from extractors.reading import Evidence, Finding, Match, State
from schemas.schema import Kind
from schemas.values import Locale, parse
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.layout.segments import Segment
    from schemas import Field
    from tiling import Page, Word

_REACH = 0.45
"""A value stands no farther from its label, as a share of the page's width."""
_INLINE = re.compile(r"^([^:]{2,40}?)\s*:\s*(?=\S)")
_NO_NAME = frozenset((LineKind.CONTACT, LineKind.TAX, LineKind.BANK, LineKind.STREET, LineKind.CITY, LineKind.FIELD))


def named_beside_label(pages: Sequence[Page], field: Field) -> Finding | None:
    """The name right of a text that is the field's title or one of its labels; None where two labels disagree."""
    labels = {fold(text) for text in (field.title, *field.labels) if len(fold(text)) > 1}
    found = [hit for page in pages if page.words for hit in _beside(page, labels)]
    texts = {names.plain(_text(words)) for _, words in found}
    if len(texts) != 1:
        return None
    page, words = found[0]
    text = _text(words)
    return Finding(
        path=field.name,
        state=State.VALUE,
        value=text,
        text=text,
        evidence=Evidence(page=page.index, box=union(w.box for w in words), text=text, match=Match.EXACT),
        signals={"label_match": 1.0, "geometry": 1.0, "score": 0.9, "margin": 1.0},
        notes=("beside its own label",),
    )


def _beside(page: Page, labels: set[str]) -> Iterator[tuple[Page, tuple[Word, ...]]]:
    lines: dict[int, list[Segment]] = {}
    for segment in segments_of(page):
        lines.setdefault(segment.line, []).append(segment)
    for line in lines.values():
        line.sort(key=lambda s: s.box.x0)
        for at, segment in enumerate(line):
            following = line[at + 1] if at + 1 < len(line) else None
            words = _inline(segment, labels)
            if not words and fold(segment.text) in labels and following is not None:
                near = following.box.x0 - segment.box.x1 <= _REACH * page.width_pt
                words = following.words if near else ()
            if words and _may_be_value(_text(words), labels):
                yield page, words


def _inline(segment: Segment, labels: set[str]) -> tuple[Word, ...]:
    hit = _INLINE.match(segment.text)
    if hit is None or fold(hit[1]) not in labels:
        return ()
    count = len(segment.text[: hit.end()].split())
    return segment.words[count:]


def _may_be_value(text: str, labels: set[str]) -> bool:
    """Words that name somebody, not the next label of the line or a header's next column."""
    if text.endswith(":") or fold(text) in labels or sum(c.isalpha() for c in text) < 3:
        return False
    if is_name_row(text) or is_address_row(text) or party_label(text) is not None or names.is_title(text):
        return False
    return kind_of(text) not in _NO_NAME and parse(Kind.DATE, text, Locale()) is None


def _text(words: Sequence[Word]) -> str:
    return " ".join(w.text for w in words)
