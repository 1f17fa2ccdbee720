"""Scalar fields: every value-like mention is scored against every field by its labels and its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention, Shape
from extractors.layout.cells import Cell
from extractors.layout.headings import family_of
from extractors.layout.labels import FieldLabels, match
from extractors.layout.links import Link, Neighbours, Relation
from extractors.layout.tokens import END, GENERIC_NUMBER, START, STOP
from schemas.schema import Kind
from schemas.values import Locale, Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extractors.layout.cells import PageIndex
    from tiling import Box

SHAPES: dict[Kind, frozenset[Shape]] = {
    Kind.MONEY: frozenset({Shape.AMOUNT}),
    Kind.NUMBER: frozenset({Shape.AMOUNT, Shape.INTEGER}),
    Kind.INTEGER: frozenset({Shape.INTEGER}),
    Kind.PERCENT: frozenset({Shape.PERCENT}),
    Kind.DATE: frozenset({Shape.DATE}),
    Kind.TIME: frozenset({Shape.TIME}),
    Kind.CODE: frozenset({Shape.CODE, Shape.INTEGER}),
    Kind.IBAN: frozenset({Shape.IBAN}),
    Kind.VAT_ID: frozenset({Shape.CODE, Shape.IBAN}),
}
"""Kinds whose values are found by their shape; the others are found by their labels alone."""
TEXTUAL = frozenset({Kind.TEXT, Kind.NAME, Kind.ADDRESS, Kind.COUNTRY, Kind.ENUM, Kind.CURRENCY, Kind.BOOLEAN})
MIN_LABEL = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A value that may be the field's, with what speaks for it."""

    page: int
    box: Box
    text: str
    parsed: Parsed
    score: float
    label: float
    geometry: float
    relation: str
    label_text: str
    repeated: int = 1
    notes: tuple[str, ...] = ()
    mention: Mention | None = None
    key: object = None


@dataclass(slots=True)
class Scored:
    """Candidates of every field, best first."""

    by_field: dict[str, list[Candidate]] = field(default_factory=dict)


def score_all(
    indexes: Sequence[PageIndex],
    known: Sequence[FieldLabels],
    locale: Locale,
    inside_table: Callable[[int, Box], bool],
    families: frozenset[str] = frozenset(),
) -> dict[str, list[Candidate]]:
    """Field name -> candidates, best first, one a value."""
    found: dict[str, list[Candidate]] = {k.field.name: [] for k in known}
    memo: dict[tuple[str, ...], dict[str, float]] = {}

    def named(cell: Cell) -> dict[str, float]:
        if cell.tokens not in memo:
            memo[cell.tokens] = _named(cell.tokens, known, families)
        return memo[cell.tokens]

    parsed: dict[tuple[Kind, str], Parsed | None] = {}

    def value_of(kind: Kind, text: str, choices: tuple[str, ...]) -> Parsed | None:
        if (kind, text) not in parsed:
            parsed[kind, text] = parse(kind, text, locale, choices=choices)
        return parsed[kind, text]

    by_name = {k.field.name: k for k in known}
    for index in indexes:
        around = Neighbours(index, lambda c: bool(named(c)) and len(c.tokens) <= 6)
        for cell in index.cells:
            labels = named(cell)
            if not labels:
                continue
            dampened = 0.55 if inside_table(index.page, cell.box) else 1.0
            kinds = {by_name[n].field.kind for n in labels}
            for kind in kinds:
                wanted = _wanted(kind)
                fields = [(n, s) for n, s in labels.items() if by_name[n].field.kind is kind]
                for link in around.links(cell, wanted):
                    for name, label in fields:
                        _add(found[name], by_name[name], link, label * dampened, value_of, inside_table)
    return {name: _merged(candidates) for name, candidates in found.items()}


def _named(cell_tokens: tuple[str, ...], known: Sequence[FieldLabels], families: frozenset[str]) -> dict[str, float]:
    """Fields that a cell names; a field that another one beats by a longer match is discounted."""
    scores = {k.field.name: s for k in known if (s := _own(cell_tokens, k, families)) >= MIN_LABEL}
    kinds = {k.field.name: k.field.kind for k in known}
    edges = {k.field.name: k.edge for k in known}
    result = {}
    for name, score in scores.items():
        rivals = [s for n, s in scores.items() if n != name and kinds[n] is kinds[name] and not (edges[n] and edges[name])]
        beaten = max(0.0, max(rivals, default=0.0) - score)
        value = score * max(0.0, 1.0 - 2.5 * beaten)
        if value >= MIN_LABEL:
            result[name] = value
    return result


def _own(cell_tokens: tuple[str, ...], known: FieldLabels, families: frozenset[str]) -> float:
    """The match; where a schema takes the number of any paper, that of the paper at hand comes first."""
    score = match(cell_tokens, known)
    if score < MIN_LABEL or known.field.kind is not Kind.CODE or not known.lexicon or not families:
        return score
    named = {f for t in cell_tokens if (f := family_of(t))}
    if not named:
        return score
    if named & families:
        return max(score, 0.9) if all(family_of(t) or t in STOP or t in GENERIC_NUMBER for t in cell_tokens) else score
    return 0.6 * score


def _wanted(kind: Kind) -> Callable[[Cell | Mention], bool]:
    shapes = SHAPES.get(kind)
    if shapes is None:
        return lambda item: True
    if kind is Kind.DATE:
        shapes |= {Shape.RANGE}
    return lambda item: isinstance(item, Mention) and bool(item.shapes & shapes)


def _add(into: list[Candidate], known: FieldLabels, link: Link, label: float, value_of: Callable[..., Parsed | None],
         inside_table: Callable[[int, Box], bool]) -> None:
    fld, target = known.field, link.target
    text, factor = target.text, 1.0
    if isinstance(target, Mention):
        if Shape.RANGE in target.shapes:
            if not known.edge:
                return
            text = target.parts[0] if known.edge == "start" else target.parts[1]
        elif fld.kind is Kind.DATE and known.edge and not _names_edge(link.cell, known):
            factor = 0.5
        factor *= _type_strength(fld.kind, target)
    elif fld.kind in TEXTUAL:
        text = target.segment.text if target.segment is not link.cell.segment else target.text
        if link.relation not in (Relation.RIGHT, Relation.BELOW):
            return
    parsed = value_of(fld.kind, text, fld.choices)
    if parsed is None:
        return
    if inside_table(target.page, target.box):
        factor *= 0.6
    score = label * link.strength * factor
    if score < 0.12:
        return
    into.append(
        Candidate(page=target.page, box=target.box, text=text, parsed=parsed, score=score, label=label, geometry=link.strength,
                  relation=link.relation.value, label_text=link.cell.text,
                  mention=target if isinstance(target, Mention) else None, key=key_of(parsed)),
    )


def _names_edge(cell: Cell, known: FieldLabels) -> bool:
    return bool(set(cell.tokens) & (START if known.edge == "start" else END))


def _type_strength(kind: Kind, mention: Mention) -> float:
    if kind is Kind.MONEY:
        if mention.money_sign:
            return 1.0
        return 0.6 if Shape.INTEGER in mention.shapes else 0.97
    if kind is Kind.CODE:
        return 0.97 if len(mention.text) >= 3 else 0.6
    return 1.0


def key_of(parsed: Parsed) -> object:
    value = parsed.value
    return value.casefold().replace(" ", "") if isinstance(value, str) else value


def _merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate a value: the best place, a little more where the value is found again or two labels agree on it."""
    groups: dict[object, list[Candidate]] = {}
    for c in candidates:
        groups.setdefault(c.key, []).append(c)
    merged = []
    for group in groups.values():
        group.sort(key=lambda c: (-c.score, c.page, c.box.y0))
        best = group[0]
        crossing = max((c.score for c in group if c.relation != best.relation and _same_place(c, best)), default=0.0)
        score = best.score + 0.3 * crossing + 0.02 * min(3, len(group) - 1)
        merged.append(_with(best, score, len(group)))
    merged.sort(key=lambda c: (-c.score, c.page, c.box.y0))
    return merged


def _same_place(a: Candidate, b: Candidate) -> bool:
    return a.page == b.page and a.box == b.box


def _with(c: Candidate, score: float, repeated: int) -> Candidate:
    return Candidate(page=c.page, box=c.box, text=c.text, parsed=c.parsed, score=min(1.2, score), label=c.label, geometry=c.geometry,
                     relation=c.relation, label_text=c.label_text, repeated=repeated, notes=c.notes, mention=c.mention, key=c.key)
