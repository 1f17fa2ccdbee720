"""How well a printed label names a field: known phrases first, the words of title and description where there are none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
)
from schemas.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.schema import Field

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
_PROSE_WORDS = frozenset(
    "as is are be who that which whose where when if it its any all each not as printed shown document page field value "
    "first last day us dollars pays per number date amount total whole name currency".split(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLabels:
    """What is known of the labels of one field."""

    field: Field
    phrases: tuple[tuple[tuple[str, ...], float], ...]
    """(tokens, weight), longest first."""
    lexicon: dict[str, float] = field(default_factory=dict)
    """Word -> weight, from title, name and description; empty where there are labels enough."""
    edge: str = ""
    """`start` or `end` where the field is one end of a range of dates."""


def labels_of(fld: Field, inherited: Sequence[str] = ()) -> FieldLabels:
    """The phrases and words by which a field is found; `inherited` are labels of a built-in field that is the same thing."""
    phrases: dict[tuple[str, ...], float] = {}
    for weight, texts in ((0.95, inherited), (1.0, fld.labels), (1.0, _alternatives(fld.title)), (0.95, (fld.name.replace("_", " "),))):
        for text in texts:
            words = tokens(text)
            if words:
                phrases[words] = _phrase_weight(words, weight)
    edge = _edge(fld)
    lexicon = _lexicon(fld) if not fld.labels and not inherited else {}
    ordered = sorted(phrases.items(), key=lambda p: -len(p[0]))
    return FieldLabels(field=fld, phrases=tuple(ordered), lexicon=lexicon, edge=edge)


def _phrase_weight(words: tuple[str, ...], weight: float) -> float:
    """A phrase of one general word (`date`, `total`, `no`) says little."""
    if all(w in STOP or w in _ANY_GENERIC for w in words):
        return weight * 0.8
    return weight


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
    if starts == ends:
        described = set(tokens(fld.description)[:4])
        starts, ends = len(described & START), len(described & END)
    return "start" if starts > ends else "end" if ends > starts else ""


def _lexicon(fld: Field) -> dict[str, float]:
    found: dict[str, float] = {}
    for weight, text in ((_DESCRIPTION, fld.description), (_NAME, fld.name.replace("_", " ")), (_TITLE, fld.title)):
        for word in tokens(text):
            if word in STOP or word in START or word in END or (weight == _DESCRIPTION and word in _PROSE_WORDS):
                continue
            found[word] = max(weight, found.get(word, 0.0))
    return found


def match(cell: Sequence[str], known: FieldLabels) -> float:
    """How well a cell's tokens name the field, 0 to 1."""
    best = 0.0
    for phrase, weight in known.phrases:
        if weight <= best or len(phrase) > len(cell):
            continue
        for at in _places(cell, phrase):
            best = max(best, weight * _rest(cell, phrase, at))
    if known.lexicon:
        best = max(best, _soft(cell, known))
    return best


def _places(cell: Sequence[str], phrase: tuple[str, ...]) -> Iterable[int]:
    for at in range(len(cell) - len(phrase) + 1):
        if all(_same(cell[at + i], p) for i, p in enumerate(phrase)):
            yield at


def _same(printed: str, known: str) -> bool:
    """Equal, or a compound that ends so: `warenrechnung` is a `rechnung`."""
    return printed == known or (len(known) >= 7 and len(printed) <= 2.6 * len(known) and printed.endswith(known))


def _rest(cell: Sequence[str], phrase: tuple[str, ...], at: int) -> float:
    """What the words beside the phrase leave of the match."""
    before, after = cell[:at], cell[at + len(phrase) :]
    if len(cell) > LONG:
        return 0.55 if len(after) <= 1 else 0.15
    cost = sum(_cost(w, phrase) for w in before) + sum(_cost(w, phrase) for w in after)
    return max(0.0, 1.0 - cost)


def _cost(word: str, phrase: tuple[str, ...]) -> float:
    if word in STOP or word in phrase or word.isdigit():
        return 0.02
    if word in OTHER_THING:
        return 0.55
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
        return 0.0
    weights = [known.lexicon.get(w, known.lexicon.get(_singular(w), 0.0)) for w in content]
    if max(weights) < 0.3:
        return 0.0
    share = sum(weights) / len(weights)
    foreign = sum(1 for w in content if w in _ANY_GENERIC and w not in known.lexicon)
    bonus = 0.08 if any(w in own for w in cell) else 0.0
    return max(0.0, min(0.97, 0.85 * share + bonus - 0.3 * foreign))


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") else word
