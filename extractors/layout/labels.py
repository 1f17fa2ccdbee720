"""How well a printed label names a field: by known phrases, else by the words of the field's title."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.layout.tokens import (
    END,
    GENERIC_DATE,
    GENERIC_MONEY,
    GENERIC_NUMBER,
    NUMBER,
    OTHER_THING,
    START,
    STOP,
    tokens,
    word_set,
)
from schemas.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.schema import Field

PAPERS = frozenset(
    {"invoice", "billing", "bill", "rechnung", "facture", "factura", "fattura", "factuur", "fatura", "abrechnung"}
)
WHOLE_TITLE = 0.72
"""A label that has all words of a field's title, and others."""
ABOUT_OTHERS = 0.15
PERIODS = frozenset({"dates", "period", "periode", "periodo", "zeitraum", "daten", "fechas", "range", "term"})
PERIOD = 0.44
"""`Schedule dates`: a period of something is a weak label of both its ends."""
FOREIGN = 0.55
"""What a word about another paper or party takes from a match."""
MANY = 60
"""A field with so many labels needs no guesses from its title."""
COMPOUND = 7
"""Letters that the last part of a compound must have to be found in it."""
LONG = 7
"""A cell of more words than this is prose, not a label."""
_GENERIC = {
    Kind.CODE: GENERIC_NUMBER,
    Kind.IBAN: GENERIC_NUMBER,
    Kind.VAT_ID: GENERIC_NUMBER,
    Kind.MONEY: GENERIC_MONEY,
    Kind.NUMBER: GENERIC_MONEY | {"number", "count", "quantity"},
    Kind.INTEGER: GENERIC_MONEY | {NUMBER, "count", "quantity"},
    Kind.DATE: GENERIC_DATE | START | END,
    Kind.NAME: frozenset({"name", "nom", "nombre", "nome", "naam"}),
    Kind.TEXT: frozenset({"name", "nom", "nombre", "nome", "naam"}),
}
_ANY_GENERIC = GENERIC_NUMBER | GENERIC_MONEY | GENERIC_DATE | {"name"}
_TITLE, _NAME, _DESCRIPTION = 1.0, 0.9, 0.5
_PROSE_WORDS = word_set(
    "as is are be who that which whose where when if it its any all each not as printed shown document page "
    "field value first last day us dollars pays per number date amount total whole name currency"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLabels:
    """What is known of the labels of one field."""

    field: Field
    phrases: tuple[tuple[tuple[str, ...], float], ...]
    """(tokens, weight), longest first."""
    lexicon: dict[str, float] = dataclasses.field(default_factory=dict)
    """Word -> weight, from title, name and description of a field without labels in other languages."""
    edge: str = ""
    """`start` or `end` where the field is one end of a range of dates."""
    papers: frozenset[str] = frozenset()
    """The kinds of paper whose number it may be (`headings.NOUNS`)."""


def labels_of(fld: Field) -> FieldLabels:
    """The phrases and words by which a field is found."""
    phrases: dict[tuple[str, ...], float] = {}
    edge = _edge(fld)
    own = {w for t in (fld.title, fld.name.replace("_", " ")) for w in tokens(t)}
    described = set(tokens(fld.description)) - own
    for text in fld.labels:
        words = tokens(text)
        if words:
            phrases[words] = _phrase_weight(words, own, described, edge)
    for text in (fld.name.replace("_", " "), *_alternatives(fld.title)):
        words = tokens(text)
        if words:
            phrases[words] = 0.85 if _is_general(words) else 1.0
    ordered = sorted(phrases.items(), key=lambda p: -len(p[0]))
    return FieldLabels(
        field=fld, phrases=tuple(ordered), lexicon=_lexicon(fld) if len(fld.labels) < MANY else {}, edge=edge
    )


def _is_general(words: Sequence[str]) -> bool:
    return all(w in STOP or w in _ANY_GENERIC or w in START or w in END for w in words)


def _phrase_weight(words: tuple[str, ...], own: set[str], described: set[str], edge: str) -> float:
    """A phrase of general words (`date`, `total`) says little; one that only the description speaks of, not much."""
    if all(w in STOP for w in words):
        return 0.5
    if _is_general(words):
        return 0.5 if edge else 0.8
    content = [w for w in words if w not in STOP and w not in _ANY_GENERIC and w not in START and w not in END]
    if not own.intersection(content) and described.intersection(content):
        return 0.6
    return 1.0


def _alternatives(title: str) -> tuple[str, ...]:
    """`Contract or order number` is `contract number` and `order number`."""
    parts = re.split(r"\s+(?:or|oder|ou|o|of)\s+|\s*/\s*", title)
    if len(parts) == 1:
        return (title,)
    head = parts[-1].split()[-1:]
    return tuple(p if p.split()[-1:] == head else " ".join([p, *head]) for p in parts)


def _edge(fld: Field) -> str:
    if fld.kind is not Kind.DATE:
        return ""
    words = {*tokens(fld.title), *tokens(fld.name.replace("_", " "))}
    ends, starts = len(words & END), len(words & START)
    return "start" if starts > ends else "end" if ends > starts else ""


def _lexicon(fld: Field) -> dict[str, float]:
    """The words of title and name, and of the description where there is nothing else."""
    found: dict[str, float] = {}
    described = fld.description if not fld.labels else ""
    for weight, text in ((_DESCRIPTION, described), (_NAME, fld.name.replace("_", " ")), (_TITLE, fld.title)):
        for word in tokens(text):
            if word in STOP or word in START or word in END or (weight == _DESCRIPTION and word in _PROSE_WORDS):
                continue
            found[word] = max(weight, found.get(word, 0.0))
    return found


class LabelIndex:
    """The phrases of several fields by their first word, so that a cell meets only those that can match."""

    def __init__(self, known: Sequence[FieldLabels]) -> None:
        self.known = tuple(known)
        self.by_name = {k.field.name: k for k in self.known}
        self.starts: dict[str, list[tuple[int, tuple[str, ...], float]]] = {}
        for at, labels in enumerate(self.known):
            for phrase, weight in labels.phrases:
                self.starts.setdefault(phrase[0], []).append((at, phrase, weight))
        self.long = tuple(w for w in self.starts if len(w) >= COMPOUND)
        self.compounds: dict[str, tuple[str, ...]] = {}
        self.lexical: dict[str, set[int]] = {}
        for at, labels in enumerate(self.known):
            for word in labels.lexicon:
                self.lexical.setdefault(word, set()).add(at)
        self.ends = tuple(i for i, k in enumerate(self.known) if k.lexicon and k.edge)

    def match(self, cell: Sequence[str]) -> dict[str, float]:
        """Field name -> how well the cell's tokens name it, 0 to 1."""
        best: dict[int, float] = {}
        for at, word in enumerate(cell):
            for start in self._starts(word):
                for which, phrase, weight in self.starts[start]:
                    if weight <= best.get(which, 0.0) or at + len(phrase) > len(cell):
                        continue
                    if all(_same(cell[at + i], phrase[i]) for i in range(1, len(phrase))):
                        best[which] = max(best.get(which, 0.0), weight * _rest(cell, phrase, at))
        touched = {i for w in cell for i in (self.lexical.get(w) or self.lexical.get(_singular(w)) or ())}
        for which in touched.union(self.ends):
            soft = _soft(cell, self.known[which])
            if soft > best.get(which, 0.0):
                best[which] = soft
        return {self.known[i].field.name: s for i, s in best.items() if s > 0}

    def _starts(self, word: str) -> Iterable[str]:
        if word in self.starts:
            yield word
        elif len(word) > COMPOUND:
            if word not in self.compounds:
                self.compounds[word] = tuple(w for w in self.long if _same(word, w))
            yield from self.compounds[word]


def match(cell: Sequence[str], known: FieldLabels) -> float:
    """How well a cell's tokens name the field, 0 to 1."""
    return LabelIndex((known,)).match(cell).get(known.field.name, 0.0)


def _same(printed: str, known: str) -> bool:
    """Equal, or a compound that ends so: `warenrechnung` is a `rechnung`."""
    return printed == known or (len(known) >= COMPOUND and len(printed) <= 2.6 * len(known) and printed.endswith(known))


def _rest(cell: Sequence[str], phrase: tuple[str, ...], at: int) -> float:
    """What the words beside the phrase leave of the match."""
    before, after = cell[:at], cell[at + len(phrase) :]
    if len(cell) > LONG:
        return 0.55 if len(after) <= 1 else 0.15
    cost = sum(_cost(w, phrase) for w in after) + sum(FOREIGN for w in before if w in OTHER_THING and w not in phrase)
    if not after and len(phrase[0]) >= COMPOUND:
        cost += min(0.4, sum(_cost(w, phrase) for w in before if w not in OTHER_THING))
    else:
        cost += sum(_cost(w, phrase) for w in before if w not in OTHER_THING)
    return max(0.0, 1.0 - cost)


def _cost(word: str, phrase: tuple[str, ...]) -> float:
    if word in STOP or word in phrase or word.isdigit():
        return 0.02
    if word in OTHER_THING:
        return FOREIGN
    if word in _ANY_GENERIC:
        return 0.1
    return 0.25


def _soft(cell: Sequence[str], known: FieldLabels) -> float:
    """The share of the cell's words that the field's title, name and description explain."""
    if len(cell) > LONG:
        return 0.0
    own = _GENERIC.get(known.field.kind, frozenset())
    content = [w for w in cell if w not in STOP and w not in own]
    if not content:
        return _general(cell, known)
    weights = [known.lexicon.get(w, known.lexicon.get(_singular(w), 0.0)) for w in content]
    if max(weights) < 0.3:
        strange = len(content) == 1 and content[0] not in OTHER_THING and content[0] not in PAPERS
        return PERIOD if known.edge and strange and PERIODS.intersection(cell) else 0.0
    share = sum(weights) / len(weights)
    foreign = sum(1 for w in content if w in _ANY_GENERIC and w not in known.lexicon)
    bonus = 0.08 if any(w in own for w in cell) else 0.0
    score = 0.85 * share + bonus
    if all(w in content for w in known.lexicon if w not in _ANY_GENERIC):
        others = any(w in OTHER_THING and w not in known.lexicon for w in content)
        score = max(score, WHOLE_TITLE - 0.05 * len(content) - (ABOUT_OTHERS if others else 0.0))
    return max(0.0, min(0.97, score - 0.3 * foreign))


def _general(cell: Sequence[str], known: FieldLabels) -> float:
    """`Period:` or `Total`: a label of general words only, which the field's own words have."""
    if any(w not in _ANY_GENERIC for w in known.lexicon):
        return 0.0
    weights = [known.lexicon[w] for w in cell if w in known.lexicon]
    if not weights:
        return 0.0
    return (0.6 if known.field.kind is Kind.MONEY else 0.95) * max(weights)


def _singular(word: str) -> str:
    return word.removesuffix("s")
