"""What a document says to machines only: it is never a value, and a person hears of it.

The words that nobody sees are read like any others. Where they claim another value than the page shows, the field waits
for a person; where they read like an order to a machine, all required fields do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.layout.reader import read_layout
from extractors.reading import State
from extractors.record import ReviewReason
from schemas import Kind
from schemas.compare import same
from tiling import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.draft import Draft
    from extractors.reading import Finding
    from schemas import Schema
    from tiling import Document, Page

CLAIMS = frozenset({Kind.MONEY, Kind.DATE, Kind.IBAN, Kind.CODE, Kind.VAT_ID, Kind.NUMBER})
"""Kinds whose values a stray hidden word is not taken for."""
SHOWN_CHARACTERS = 80
NEAR_EM = 0.2
ORDER = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass)\b .{0,40} \b(?:instructions?|prompts?|rules|above|previous)\b
    | \b(?:system|developer) \s prompt\b | \byou \s are \s (?:now|an? \s (?:ai|assistant|model))\b
    | \b(?:do \s not|don't|never) \s (?:tell|reveal|mention|flag|report)\b
    | \b(?:return|output|respond|answer|extract|report|set|use) \b .{0,30} \b(?:instead|total|amount|iban|json|only)\b
    | \b(?:ignorier\w*|missacht\w*|vergiss) \b .{0,40} \b(?:anweisung\w*|regeln|vorherig\w*)\b
    | \b(?:ignore[rz]?|oublie[rz]?) \b .{0,40} \b(?:instructions?|consignes?|pr[ée]c[ée]dente?s?)\b
    | \b(?:ignor[ae]\w*|olvid[ae]\w*|dimentica\w*|negeer|vergeet) \b .{0,40}
      \b(?:instruc\w+|istruzion\w+|instructies|anterior\w*|precedent\w*|vorige)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How people address a machine that reads; only ever looked for among words that nobody sees."""


def doubt_hidden(document: Document, schema: Schema, drafts: Sequence[Draft]) -> list[str]:
    """Marks the drafts that hidden words speak about; returns what is to be said of the document."""
    pages = [p for p in document.pages if p.hidden_words]
    notes = []
    for page in pages:
        for finding in _claims(page, schema):
            _compare(finding, page, drafts)
        _overlaid(page, drafts)
        order = ORDER.search(" ".join(w.text for w in page.hidden_words))
        if order:
            said = order.group()[:SHOWN_CHARACTERS]
            notes.append(f"page {page.index + 1} has text that nobody sees, an order to machines: `{said}`")
            for draft in drafts:
                if draft.spec.required and "[" not in draft.path:
                    draft.doubt(ReviewReason.HIDDEN_TEXT, notes[-1])
    return notes


def _claims(page: Page, schema: Schema) -> Iterator[Finding]:
    """Values that the hidden words of a page would give."""
    kinds = {f.name: f.kind for f in schema.fields}
    hidden = replace(page, words=page.hidden_words, hidden_words=(), rulings=())
    for finding in read_layout([hidden], schema).findings:
        if finding.state is State.VALUE and kinds.get(finding.path) in CLAIMS:
            yield finding


def _overlaid(page: Page, drafts: Sequence[Draft]) -> None:
    """A hidden number over a value, or touching it, was put there to be read with it."""
    numbers = [w for w in page.hidden_words if any(ch.isdigit() for ch in w.text)]
    for draft in drafts if numbers else ():
        evidence = draft.evidence
        if evidence is None or evidence.box is None or evidence.page != page.index or draft.spec.kind not in CLAIMS:
            continue
        reach = NEAR_EM * evidence.box.height
        box = Box(evidence.box.x0 - reach, evidence.box.y0, evidence.box.x1 + reach, evidence.box.y1)
        for word in numbers:
            level = word.box.overlap_y(box) > word.box.height / 2
            repeats = evidence.box.contains(word.box.cx, word.box.cy) and _figures(word.text) in _figures(evidence.text)
            if level and word.box.overlap_x(box) > 0 and not repeats:
                said = f"text that nobody sees lies over it: `{word.text[:SHOWN_CHARACTERS]}`"
                draft.doubt(ReviewReason.HIDDEN_TEXT, said)


def _figures(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _compare(finding: Finding, page: Page, drafts: Sequence[Draft]) -> None:
    draft = next((d for d in drafts if d.path == finding.path), None)
    if draft is None or finding.value is None:
        return
    if draft.value is not None and same(draft.spec, draft.value, finding.value):
        return
    said = finding.text[:SHOWN_CHARACTERS]
    draft.doubt(ReviewReason.HIDDEN_TEXT, f"page {page.index + 1} has text that nobody sees, and that says `{said}`")
