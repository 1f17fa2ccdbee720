"""The labels of a schema's fields, with those of a built-in field lent to a user's field that is the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.headings import NOUNS
from extractors.layout.labels import FieldLabels, labels_of
from extractors.layout.tokens import NUMBER
from schemas.schema import Kind

if TYPE_CHECKING:
    from schemas.schema import Field


def labels_for(fld: Field) -> FieldLabels:
    """What is known of a field's labels; the document's own number may stand behind its bare name or a bare `No.`."""
    known = labels_of(fld)
    if fld.kind is not Kind.CODE:
        return known
    nouns = {w for words, _ in known.phrases if NUMBER in words for w in words if w in NOUNS}
    if not nouns and not (known.lexicon.keys() & NOUNS.keys()):
        return known
    extra = [((noun,), 0.72) for noun in sorted(nouns)] + [((NUMBER,), 0.55)]
    have = {words for words, _ in known.phrases}
    phrases = (*known.phrases, *(p for p in extra if p[0] not in have))
    return FieldLabels(field=fld, phrases=phrases, lexicon=known.lexicon, edge=known.edge)
