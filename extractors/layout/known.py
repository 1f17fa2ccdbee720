"""The labels of a schema's fields, with those of a built-in field lent to a user's field that is the same thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.layout.headings import NOUNS
from extractors.layout.labels import FieldLabels, labels_of
from extractors.layout.tokens import NUMBER, OTHER_THING, tokens
from schemas.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.schema import Field

BARE = 0.75
"""What a label without its word for number is worth: `Invoice 4711`."""


def labels_for(fld: Field, families: frozenset[str] = frozenset()) -> FieldLabels:
    """What is known of a field's labels; the document's own number may stand behind its bare name or a bare `No.`."""
    known = labels_of(fld)
    if fld.kind is not Kind.CODE:
        return known
    weights = dict(known.phrases)
    nouns: dict[str, float] = {}
    for words, weight in known.phrases:
        if NUMBER in words:
            for word in words:
                if word in NOUNS:
                    nouns[word] = max(weight, nouns.get(word, 0.0))
    if not nouns:
        return known
    for noun, weight in nouns.items():
        weights[(noun,)] = BARE * weight
    papers = frozenset(NOUNS[n] for n in nouns)
    if not _asks_for_other_party(fld) and (papers & families or not families):
        weights[(NUMBER,)] = 0.55
    else:
        weights.pop((NUMBER,), None)
    return FieldLabels(field=fld, phrases=tuple(weights.items()), lexicon=known.lexicon, papers=papers)


def with_more(known: FieldLabels, labels: Sequence[str]) -> FieldLabels:
    """The field with labels that are too general to be in a schema, as weak ones."""
    weights = {tokens(text): 0.8 for text in labels} | dict(known.phrases)
    return replace(known, phrases=tuple(weights.items()))


def _asks_for_other_party(fld: Field) -> bool:
    """A bare `No.` is the number of the paper at hand, never the customer's or the supplier's."""
    return any(word in OTHER_THING and word not in NOUNS for word in tokens(f"{fld.title} {fld.name}".replace("_", " ")))
