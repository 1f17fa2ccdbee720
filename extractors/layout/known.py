"""The labels of a schema's fields, with those of a built-in field lent to a user's field that is the same thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.layout.concepts import DUE, MORE_DUE, SUBTOTAL, TAX, TOTAL, explaining_roles, rivals_of, sum_roles
from extractors.layout.headings import NOUNS
from extractors.layout.labels import FieldLabels, LabelIndex, labels_of
from extractors.layout.till_words import Concept
from extractors.layout.tokens import NUMBER, OTHER_THING, tokens
from schemas.rules.facts import find_field
from schemas.schema import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.schema import Field, Schema

_PARTY_KINDS = frozenset({Kind.NAME, Kind.ADDRESS})
_OF_TILL = {SUBTOTAL: Concept.SUBTOTAL, TAX: Concept.TAX, TOTAL: Concept.TOTAL}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaLabels:
    """All that the scalar part knows of a schema, made once."""

    known: tuple[FieldLabels, ...]
    """The fields that are looked for here."""
    index: LabelIndex
    """Their phrases, and those of what must not be taken for them."""
    roles: dict[str, str]
    """Role in the totals block -> field name."""
    explaining: dict[str, str]
    """What only explains the totals (prepaid, rounding) -> field name, where the schema has a field for it."""
    till: dict[Concept, str] = dataclass_field(default_factory=dict)
    """What a till slip says -> field name; empty where the schema is not of slips."""


@lru_cache(maxsize=64)
def schema_labels(schema: Schema, families: frozenset[str]) -> SchemaLabels:
    """The labels of a schema's scalar fields in a document that calls itself one of `families`."""
    roles = sum_roles(schema)
    known = tuple(labels_for(f, families) for f in scalar_fields(schema))
    known = tuple(_with_more(k, MORE_DUE) if k.field.name == roles.get(DUE) else k for k in known)
    of_parties = tuple(labels_of(f) for f in schema.fields if f.role is not Role.NONE and f.kind not in _PARTY_KINDS)
    return SchemaLabels(
        known=known,
        index=LabelIndex((*known, *rivals_of(schema), *of_parties)),
        roles=roles,
        explaining=explaining_roles(schema),
        till=_till_fields(schema, roles) if is_of_slips(schema) else {},
    )


def is_of_slips(schema: Schema) -> bool:
    """One party, and it is the one that sells: or fields for what is only done at a till."""
    roles = {f.role for f in schema.fields if f.kind in _PARTY_KINDS}
    at_till = any(find_field(schema.fields, meaning, (Kind.MONEY,)) for meaning in ("rounding", "change"))
    return Role.RECIPIENT not in roles and (Role.ISSUER in roles or at_till)


def _till_fields(schema: Schema, roles: dict[str, str]) -> dict[Concept, str]:
    """The fields of the sums of a slip, by what they mean."""
    found = {_OF_TILL[role]: name for role, name in roles.items() if role in _OF_TILL}
    for concept in (Concept.ROUNDING, Concept.PAID, Concept.CHANGE):
        fld = find_field(schema.fields, concept.value, (Kind.MONEY,))
        if fld is not None:
            found[concept] = fld.name
    return found


def scalar_fields(schema: Schema) -> tuple[Field, ...]:
    """The fields that are found by their labels; tables and parties have readers of their own."""
    return tuple(f for f in schema.fields if f.kind is not Kind.TABLE and f.role is Role.NONE)


def _with_more(known: FieldLabels, labels: Sequence[str]) -> FieldLabels:
    """The field with labels that are too general to be in a schema, as weak ones."""
    weights = {tokens(text): 0.8 for text in labels} | dict(known.phrases)
    return replace(known, phrases=tuple(weights.items()))


def _asks_for_other_party(fld: Field) -> bool:
    """A bare `No.` is the number of the paper at hand, never the customer's or the supplier's."""
    return any(
        word in OTHER_THING and word not in NOUNS for word in tokens(f"{fld.title} {fld.name}".replace("_", " "))
    )
