"""Scalar fields: every value-like mention is scored against every field by its labels and its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extractors.layout.candidates import Mention, Shape
from extractors.layout.cells import Cell
from extractors.layout.headings import family_of
from extractors.layout.labels import LONG, FieldLabels, LabelIndex
from extractors.layout.links import Link, Neighbours, Relation
from extractors.layout.tokens import END, GENERIC_DATE, GENERIC_NUMBER, START, STOP, tokens
from schemas.schema import Kind
from schemas.values import Locale, Parsed, parse
from schemas.values.ids import squash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extractors.layout.cells import PageIndex
    from tiling import Box, Word

SHAPES: dict[Kind, frozenset[Shape]] = {
    Kind.MONEY: frozenset({Shape.AMOUNT}),
    Kind.NUMBER: frozenset({Shape.AMOUNT, Shape.INTEGER}),
    Kind.INTEGER: frozenset({Shape.INTEGER}),
    Kind.PERCENT: frozenset({Shape.PERCENT}),
    Kind.DATE: frozenset({Shape.DATE}),
    Kind.TIME: frozenset({Shape.TIME}),
    Kind.CODE: frozenset({Shape.CODE, Shape.INTEGER, Shape.AMOUNT}),
    Kind.IBAN: frozenset({Shape.IBAN}),
    Kind.VAT_ID: frozenset({Shape.CODE, Shape.IBAN}),
}
"""Kinds whose values are found by their shape; the others are found by their labels alone."""
TEXTUAL = frozenset({Kind.TEXT, Kind.NAME, Kind.ADDRESS, Kind.COUNTRY, Kind.ENUM, Kind.CURRENCY, Kind.BOOLEAN})
MIN_LABEL = 0.3
ONE_PAPER = frozenset({"invoice", "credit"})
SENTENCE = 8
"""Words of a segment that make it running text."""
COLUMN_VALUES = 3
COLUMN_SUM = 0.15
LABEL_WORDS = (GENERIC_NUMBER | frozenset({"date", "dates", "datum", "fecha", "data", "name", "address", "phone", "tel", "fax", "email", "type",
                                           "product", "description", "terms", "amount", "total"})) - {"id"}
"""Words of labels that are rare in names."""


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
    label_box: Box | None = None
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
    labels: LabelIndex,
    locale: Locale,
    inside_table: Callable[[int, Box], bool],
    families: frozenset[str] = frozenset(),
) -> dict[str, list[Candidate]]:
    """Field name -> candidates, best first, one a value."""
    found: dict[str, list[Candidate]] = {k.field.name: [] for k in labels.known}
    memo: dict[tuple[str, ...], dict[str, float]] = {}

    def named(cell: Cell) -> dict[str, float]:
        if cell.tokens not in memo:
            memo[cell.tokens] = _named(cell.tokens, labels, families)
        if "/" in cell.text:
            return _with_parts(cell, memo[cell.tokens])
        return memo[cell.tokens]

    def _with_parts(cell: Cell, whole: dict[str, float]) -> dict[str, float]:
        """`Contract / Revision` names both."""
        merged = dict(whole)
        for part in cell.text.split("/"):
            words = tokens(part)
            if words and words not in memo:
                memo[words] = _named(words, labels, families)
            for name, score in memo.get(words, {}).items():
                merged[name] = max(merged.get(name, 0.0), 0.9 * score)
        return merged

    parsed: dict[tuple[Kind, str], Parsed | None] = {}

    def value_of(kind: Kind, text: str, choices: tuple[str, ...]) -> Parsed | None:
        if (kind, text) not in parsed:
            parsed[kind, text] = parse(kind, text, locale, choices=choices)
        return parsed[kind, text]

    by_name = {k.field.name: k for k in labels.known}
    for index in indexes:
        around = Neighbours(index, lambda c: bool(named(c)) and len(c.tokens) <= 6)
        for cell in index.cells:
            names = named(cell)
            if not names:
                continue
            dampened = 0.55 if inside_table(index.page, cell.box) else 1.0
            dampened *= _in_sentence(cell)
            kinds = {by_name[n].field.kind for n in names}
            for kind in kinds:
                wanted = _wanted(kind)
                fields = [(n, s) for n, s in names.items() if by_name[n].field.kind is kind]
                for link in around.links(cell, wanted):
                    for name, label in fields:
                        _add(found[name], by_name[name], link, label * dampened, value_of, inside_table)
    return {name: _merged(_without_columns(c) if by_name[name].field.kind is not Kind.MONEY else _column_sums(c)) for name, c in found.items()}


def _in_sentence(cell: Cell) -> float:
    """A label in running text says less: the sentence may be about another paper."""
    if cell.colon or not cell.text[:1].islower():
        return 1.0
    if cell.text.endswith("."):
        return 0.4
    return 0.6 if len(cell.segment.words) >= SENTENCE else 1.0


def _named(cell_tokens: tuple[str, ...], labels: LabelIndex, families: frozenset[str]) -> dict[str, float]:
    """Fields that a cell names; a field that another one beats by a longer match is discounted."""
    matched = labels.match(cell_tokens)
    if not matched:
        return {}
    known = {k.field.name: k for k in labels.known if k.field.name in matched}
    scores = {n: own for n, s in matched.items() if (own := _own(cell_tokens, known[n], s, families)) >= MIN_LABEL}
    result = {}
    for name, score in scores.items():
        mine = known[name]
        rivals = [s for n, s in scores.items() if n != name and known[n].field.kind is mine.field.kind and not (known[n].edge and mine.edge)]
        beaten = max(0.0, max(rivals, default=0.0) - score)
        value = score * max(0.0, 1.0 - 2.5 * beaten)
        if value >= MIN_LABEL:
            result[name] = value
    return result


def _own(cell_tokens: tuple[str, ...], known: FieldLabels, score: float, families: frozenset[str]) -> float:
    """Where a schema takes the number of several kinds of paper, that of the paper at hand comes first."""
    if score < MIN_LABEL or not families or not known.papers - ONE_PAPER:
        return score
    named = {f for t in cell_tokens if (f := family_of(t))}
    if not named or len(known.papers) < 2:
        return score
    if named & families:
        pure = all(family_of(t) or t in STOP or t in GENERIC_NUMBER for t in cell_tokens)
        return max(score, 0.97) if pure and any(t in GENERIC_NUMBER for t in cell_tokens) else score
    return 0.6 * score


def _wanted(kind: Kind) -> Callable[[Cell | Mention], bool]:
    shapes = SHAPES.get(kind)
    if shapes is None:
        return lambda item: isinstance(item, Mention) or not item.colon
    if kind is Kind.DATE:
        shapes |= {Shape.RANGE}
    if kind is Kind.MONEY:
        return lambda item: isinstance(item, Mention) and not item.aside and Shape.AMOUNT in item.shapes
    if kind is Kind.CODE:
        return lambda item: isinstance(item, Mention) and not item.money_sign and not item.aside and bool(item.shapes & shapes)
    return lambda item: isinstance(item, Mention) and bool(item.shapes & shapes)


def _add(into: list[Candidate], known: FieldLabels, link: Link, label: float, value_of: Callable[..., Parsed | None],
         inside_table: Callable[[int, Box], bool]) -> None:
    fld, target = known.field, link.target
    text, factor = target.text, 1.0
    if len(link.cell.tokens) > LONG and (link.relation is not Relation.RIGHT or fld.kind in TEXTUAL):
        return
    if isinstance(target, Mention):
        if Shape.RANGE in target.shapes:
            if not known.edge:
                return
            text = target.parts[0] if known.edge == "start" else target.parts[1]
        elif fld.kind is Kind.DATE and known.edge and not _names_edge(link.cell, known):
            factor = 0.5
        factor *= _type_strength(fld.kind, target)
    elif fld.kind in TEXTUAL:
        if link.relation not in (Relation.RIGHT, Relation.BELOW):
            return
        text = _whole_text(target, link)
        factor *= _is_value(link.cell, target)
    parsed = value_of(fld.kind, text, fld.choices)
    if parsed is None and fld.kind is Kind.IBAN and label >= 0.9:
        parsed = _as_printed(text)
    if parsed is None:
        return
    if inside_table(target.page, target.box):
        factor *= 0.6
    score = label * link.strength * factor
    if score < 0.12:
        return
    into.append(
        Candidate(page=target.page, box=target.box, text=text, parsed=parsed, score=score, label=label, geometry=link.strength,
                  relation=link.relation.value, label_text=link.cell.text, label_box=link.cell.box,
                  mention=target if isinstance(target, Mention) else None, key=key_of(parsed)),
    )


def _as_printed(text: str) -> Parsed:
    """What stands behind `IBAN` is given as it is, and said to be none."""
    return Parsed(value=squash(text), text=text, notes=("the check digits or the length of the IBAN are wrong",), checksum=False)


def _whole_text(target: Cell, link: Link) -> str:
    """The segment from the target on (a name may have numbers in it), but not into the next label."""
    first = _first_word(target, link)
    if target.last_of_segment and first is target.words[0]:
        return target.text
    start = next((i for i, w in enumerate(target.segment.words) if w is first), 0)
    words = []
    for word in target.segment.words[start:]:
        if words and word.text.endswith(":"):
            break
        words.append(word.text)
    return " ".join(words)


def _first_word(target: Cell, link: Link) -> Word:
    """Two columns may stand so close that they are one run of words: the value begins flush with its label."""
    label = link.cell.box
    if link.relation is Relation.BELOW and label.x0 - target.box.x0 > 3 * label.height:
        return next((w for w in target.words if abs(w.box.x0 - label.x0) < 0.8 * label.height), target.words[0])
    return target.words[0]


def _is_value(label: Cell, target: Cell) -> float:
    """Lower where the text is likely another label: it speaks of dates and numbers, or is set like the label beside it."""
    if any(t in LABEL_WORDS for t in target.tokens):
        return 0.4
    return 1.0


def _names_edge(cell: Cell, known: FieldLabels) -> bool:
    return bool(set(cell.tokens) & (START if known.edge == "start" else END))


def _type_strength(kind: Kind, mention: Mention) -> float:
    if kind is Kind.MONEY:
        if mention.money_sign:
            return 1.0
        return 0.45 if Shape.INTEGER in mention.shapes else 0.97
    if kind is Kind.CODE:
        if Shape.CODE not in mention.shapes and Shape.INTEGER not in mention.shapes:
            return 0.85
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


def _without_columns(candidates: list[Candidate]) -> list[Candidate]:
    """A header over several different values is a table's: it says nothing of the document."""
    values: dict[str, set[object]] = {}
    for c in candidates:
        if c.relation == Relation.BELOW.value:
            values.setdefault(f"{c.page} {c.label_box}", set()).add(c.key)
    many = {header for header, keys in values.items() if len(keys) >= COLUMN_VALUES}
    return [_scaled(c, 0.5, 0.0) if f"{c.page} {c.label_box}" in many and c.relation == Relation.BELOW.value else c for c in candidates]


def _column_sums(candidates: list[Candidate]) -> list[Candidate]:
    """Under one header, the amount that is the sum of those above it is the one that counts."""
    columns: dict[str, list[Candidate]] = {}
    for c in candidates:
        if c.relation == Relation.BELOW.value:
            columns.setdefault(f"{c.page} {c.label_box}", []).append(c)
    better: dict[int, float] = {}
    for column in columns.values():
        column.sort(key=lambda c: c.box.y0)
        for at, c in enumerate(column):
            above = [a for a in column[:at] if abs(a.box.x1 - c.box.x1) < c.box.height]
            if len(above) > 1 and c.parsed.value and sum(a.parsed.value for a in above) == c.parsed.value:  # type: ignore[misc]
                better[id(c)] = max(a.score for a in above) + COLUMN_SUM
    return [replace(c, score=max(c.score, better.get(id(c), 0.0))) for c in candidates]


def _scaled(c: Candidate, factor: float, more: float) -> Candidate:
    return replace(c, score=c.score * factor + more)


def _with(c: Candidate, score: float, repeated: int) -> Candidate:
    return replace(c, score=min(1.3, score), repeated=repeated)
