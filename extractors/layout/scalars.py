"""Scalar fields: every value-like mention is scored against every field by its labels and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention, Shape
from extractors.layout.columns import merged, with_sums, without_columns
from extractors.layout.free_text import link_within, text_words, within
from extractors.layout.labels import LONG
from extractors.layout.links import Neighbours, Relation
from extractors.layout.naming import Names, in_sentence
from extractors.layout.scored import Candidate
from extractors.layout.textual import is_value, words_of
from extractors.layout.tokens import END, START
from schemas.schema import Kind
from schemas.values import Locale, Parsed, parse_field
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractors.layout.cells import Cell, PageIndex
    from extractors.layout.labels import FieldLabels, LabelIndex
    from extractors.layout.links import Link
    from schemas.schema import Field

_CENTS = re.compile(r"\d[.,]\d{2}$")
SHAPES: dict[Kind, frozenset[Shape]] = {
    Kind.MONEY: frozenset({Shape.AMOUNT}),
    Kind.NUMBER: frozenset({Shape.AMOUNT, Shape.INTEGER}),
    Kind.INTEGER: frozenset({Shape.INTEGER}),
    Kind.PERCENT: frozenset({Shape.PERCENT}),
    Kind.DATE: frozenset({Shape.DATE, Shape.RANGE}),
    Kind.TIME: frozenset({Shape.TIME}),
    Kind.CODE: frozenset({Shape.CODE, Shape.INTEGER, Shape.AMOUNT}),
    Kind.IBAN: frozenset({Shape.IBAN}),
    Kind.VAT_ID: frozenset({Shape.CODE, Shape.IBAN}),
}
"""Kinds whose values are found by their shape; the others are found by their labels alone."""
LEAST = 0.12
"""Candidates with a lower score are not kept."""
LABEL_IN_TABLE, VALUE_IN_TABLE = 0.75, 0.8
BARE_INTEGER = 0.45
"""An amount without decimals and currency is more often a count."""
AMOUNT_AS_CODE = 0.4
"""Numbers of papers have points and commas, but hardly two places behind the last."""
NO_EDGE = 0.5
"""A single date where the label does not say whether it is the start or the end."""


@dataclass(slots=True, kw_only=True)
class Scorer:
    """Scores the candidates of one document."""

    labels: LabelIndex
    locale: Locale
    inside_table: Callable[[int, Box], bool]
    families: frozenset[str] = frozenset()
    """What the document calls itself (`headings`)."""
    headings: frozenset[tuple[str, ...]] = frozenset()
    """Headings of the schema's tables: no text is one."""
    parsed: dict[tuple[str, Kind, str], Parsed | None] = field(default_factory=dict)

    def score(self, indexes: Sequence[PageIndex]) -> dict[str, list[Candidate]]:
        """Field name -> candidates, best first, one a value."""
        found: dict[str, list[Candidate]] = {k.field.name: [] for k in self.labels.known}
        names = Names(self.labels, self.families)
        for index in indexes:
            around = Neighbours(index, lambda c: len(c.tokens) <= LONG and bool(names.of(c)))
            for cell in index.cells:
                named = names.of(cell)
                if named:
                    self._score_cell(cell, named, around, found)
        for name, candidates in found.items():
            of_money = self._known(name).field.kind is Kind.MONEY
            found[name] = merged(with_sums(candidates) if of_money else without_columns(candidates))
        return found

    def _known(self, name: str) -> FieldLabels:
        return self.labels.by_name[name]

    def _score_cell(
        self, cell: Cell, named: dict[str, float], around: Neighbours, found: dict[str, list[Candidate]]
    ) -> None:
        trust = in_sentence(cell) * (LABEL_IN_TABLE if self.inside_table(cell.page, cell.box) else 1.0)
        by_kind: dict[Kind, list[str]] = {}
        for name in named:
            by_kind.setdefault(self._known(name).field.kind, []).append(name)
        for name in by_kind.get(Kind.TEXT, ()):
            parts = within(cell, self._known(name))
            if parts is not None:
                candidate = self._candidate(self._known(name), link_within(parts), trust, around)
                found[name] += [candidate] if candidate is not None else []
        for kind, fields in by_kind.items():
            skipped = self.headings if kind is Kind.TEXT else frozenset()
            for link in around.links(cell, _wanted(kind, skipped), skipped):
                for name in fields:
                    candidate = self._candidate(self._known(name), link, trust * named[name], around)
                    if candidate is not None:
                        found[name].append(candidate)

    def _candidate(self, known: FieldLabels, link: Link, label: float, around: Neighbours) -> Candidate | None:
        target, kind = link.target, known.field.kind
        if kind is Kind.TEXT:
            words = text_words(around.index, link, around.is_label)
            text, box = " ".join(w.text for w in words), union(w.box for w in words)
            factor, prose = 1.0, _is_prose(link)
        elif isinstance(target, Mention):
            text, box = _text_of(target, known), target.box
            factor = _type_strength(kind, target)
            if kind is Kind.DATE and known.edge and Shape.RANGE not in target.shapes and not _names_edge(link, known):
                factor = NO_EDGE
            prose = len(link.cell.tokens) > LONG and link.relation is not Relation.RIGHT
        else:
            words = words_of(target, link)
            text, box = " ".join(w.text for w in words), union(w.box for w in words)
            factor = is_value(target)
            prose = _is_prose(link)
        parsed = None if prose else self._value(known.field, text, label)
        score = label * link.strength * factor * (VALUE_IN_TABLE if self.inside_table(target.page, target.box) else 1.0)
        if parsed is None or score < LEAST:
            return None
        return Candidate(
            page=target.page,
            box=box,
            text=text,
            parsed=parsed,
            score=score,
            label=label,
            geometry=link.strength,
            relation=link.relation,
            label_text=link.cell.text,
            label_box=link.cell.box,
            mention=target if isinstance(target, Mention) else None,
        )

    def _value(self, fld: Field, text: str, label: float) -> Parsed | None:
        key = (fld.name if fld.kind is Kind.ENUM else "", fld.kind, text)
        if key not in self.parsed:
            self.parsed[key] = parse_field(fld, text, self.locale)
        found = self.parsed[key]
        if found is None and fld.kind is Kind.IBAN and label >= 0.9:
            note = "the check digits or the length of the IBAN are wrong"
            return Parsed(value="".join(text.split()), text=text, notes=(note,), checksum=False)
        return found


def _is_prose(link: Link) -> bool:
    """The label is a sentence, or the words stand where no label has its value."""
    return len(link.cell.tokens) > LONG or link.relation not in {Relation.RIGHT, Relation.BELOW}


def _wanted(kind: Kind, headings: frozenset[tuple[str, ...]]) -> Callable[[Cell | Mention], bool]:
    shapes = SHAPES.get(kind)
    if kind is Kind.TEXT:
        return lambda item: isinstance(item, Mention) or not (item.colon or item.tokens in headings)
    if shapes is None:
        return lambda item: isinstance(item, Mention) or not item.colon
    if kind is Kind.MONEY:
        return lambda item: isinstance(item, Mention) and not item.aside and Shape.AMOUNT in item.shapes
    if kind is Kind.CODE:
        return lambda item: isinstance(item, Mention) and _may_be_code(item)
    return lambda item: isinstance(item, Mention) and bool(item.shapes & shapes)


def _may_be_code(item: Mention) -> bool:
    return not item.money_sign and not item.aside and bool(item.shapes & SHAPES[Kind.CODE])


def _text_of(target: Mention, known: FieldLabels) -> str:
    """Of a range of dates, the end that the field is about; a field that is neither has no use for it."""
    if Shape.RANGE not in target.shapes or known.field.kind is not Kind.DATE:
        return target.text
    if not known.edge:
        return ""
    return target.parts[0] if known.edge == "start" else target.parts[1]


def _names_edge(link: Link, known: FieldLabels) -> bool:
    return bool(set(link.cell.tokens) & (START if known.edge == "start" else END))


def _type_strength(kind: Kind, mention: Mention) -> float:
    """How much like a value of its kind the mention looks."""
    if kind is Kind.MONEY:
        if mention.money_sign:
            return 1.0
        return BARE_INTEGER if Shape.INTEGER in mention.shapes else 0.97
    if kind is Kind.CODE:
        if not mention.shapes & {Shape.CODE, Shape.INTEGER}:
            return AMOUNT_AS_CODE if _CENTS.search(mention.text) else 0.85
        return 0.97 if len(mention.text) >= 3 else 0.6
    return 1.0
