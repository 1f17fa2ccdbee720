"""From candidates to findings: one value a field, sums that close, no place taken twice; weak ones are left out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.layout.candidates import Shape
from extractors.layout.choices import find_choices
from extractors.layout.currency import find_currency
from extractors.layout.hints import add_hints
from extractors.layout.scored import Candidate, candidate_of
from extractors.layout.till import till_sums
from extractors.layout.totals import EXPLAINING, Choice, rates_of, solve
from extractors.reading import Evidence, Finding, Match, State
from schemas.schema import Kind
from schemas.values import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from extractors.layout.cells import PageIndex
    from extractors.layout.known import SchemaLabels
    from extractors.layout.till_rows import Row
    from schemas.schema import Field
    from schemas.values import Locale
    from tiling import Box

THRESHOLD = 0.42
"""Weaker candidates are not given: a person finds a missing value faster than a wrong one."""
UNCHECKED = 0.5
"""A sum that closes with more than this speaks for a value whose label is weak."""


def choose(
    indexes: Sequence[PageIndex],
    labels: SchemaLabels,
    candidates: dict[str, list[Candidate]],
    locale: Locale,
    inside: Callable[[int, Box], bool],
    till_rows: Sequence[Row] = (),
) -> tuple[Finding, ...]:
    """The findings of the scalar fields."""
    add_hints(indexes, labels.known, candidates, locale, THRESHOLD, slip=bool(labels.till))
    fields = {k.field.name: k.field for k in labels.known}
    till = {labels.till[c]: s for c, s in till_sums(till_rows).items() if c in labels.till}
    sums = {} if till else _sums(indexes, labels, candidates, locale, inside)
    sums |= {n: Choice(candidate=s.candidate, arithmetic=s.arithmetic, note=s.note) for n, s in till.items()}
    findings = [_finding(fields[n], choice.candidate, candidates[n], choice) for n, choice in sums.items()]
    decided = {
        *(labels.roles.values() if len(labels.roles) > 1 or till else ()),
        *(labels.till.values() if till else ()),
    }
    edges = {k.field.name: k.edge for k in labels.known}
    open_fields = {n: f for n, f in fields.items() if n not in decided}
    for name, c in _one_place_each(open_fields, edges, candidates).items():
        findings.append(_finding(fields[name], c, candidates[name], None))
    done = {f.path for f in findings}
    for fld in fields.values():
        if fld.kind is Kind.CURRENCY and fld.name not in done:
            findings.extend(find_currency(fld, indexes, locale))
    findings.extend(find_choices([f for f in fields.values() if f.name not in done], indexes, till_rows))
    return tuple(findings)


def _one_place_each(
    fields: Mapping[str, Field], edges: Mapping[str, str], candidates: Mapping[str, Sequence[Candidate]]
) -> dict[str, Candidate]:
    """The best candidates first; a printed value belongs to one field of its kind."""
    ranked = sorted(((-c.score, name, i) for name in fields for i, c in enumerate(candidates[name])))
    taken: set[tuple[object, ...]] = set()
    chosen: dict[str, Candidate] = {}
    for negative, name, i in ranked:
        c = candidates[name][i]
        place = (c.page, c.box, fields[name].kind, c.text, edges[name])
        if -negative >= THRESHOLD and name not in chosen and place not in taken:
            taken.add(place)
            chosen[name] = c
    return chosen


def _sums(
    indexes: Sequence[PageIndex],
    labels: SchemaLabels,
    candidates: Mapping[str, list[Candidate]],
    locale: Locale,
    inside: Callable[[int, Box], bool],
) -> dict[str, Choice]:
    """Field name -> choice, for the fields of the totals block; nothing where the schema has but one of them."""
    roles = labels.roles
    if len(roles) < 2:
        return {}
    by_role = {role: candidates[name] for role, name in roles.items()}
    for concept in EXPLAINING:
        both = (candidates.get(concept, []), candidates.get(labels.explaining.get(concept, ""), []))
        by_role[concept] = sorted((c for some in both for c in some), key=lambda c: -c.score)
    pool, rates = _printed(indexes, locale, inside)
    solved = solve(by_role, pool, rates_of(rates))
    return {
        roles[role]: choice
        for role, choice in solved.items()
        if role in roles and (choice.candidate.score >= THRESHOLD or choice.arithmetic > UNCHECKED)
    }


def _printed(
    indexes: Sequence[PageIndex], locale: Locale, inside: Callable[[int, Box], bool]
) -> tuple[list[Candidate], list[Decimal]]:
    """All amounts outside of the tables, and all percentages."""
    amounts, rates = [], []
    for mention in (m for index in indexes for m in index.mentions):
        if Shape.PERCENT in mention.shapes:
            parsed = parse(Kind.PERCENT, mention.text, locale)
            if parsed is not None and isinstance(parsed.value, Decimal):
                rates.append(parsed.value)
        elif Shape.AMOUNT in mention.shapes and Shape.INTEGER not in mention.shapes:
            parsed = None if inside(mention.page, mention.box) else parse(Kind.MONEY, mention.text, locale)
            if parsed is not None:
                amounts.append(candidate_of(mention, parsed, 0.1))
    return amounts, rates


def _finding(fld: Field, c: Candidate, rivals: Sequence[Candidate], choice: Choice | None) -> Finding:
    others = [r for r in rivals if r.key != c.key]
    margin = max(0.0, min(1.0, (c.score - others[0].score) / max(0.2, c.score))) if others else 1.0
    signals = {
        "label_match": round(min(1.0, c.label), 3),
        "geometry": round(min(1.0, max(0.0, c.geometry)), 3),
        "score": round(min(1.0, max(0.0, c.score)), 3),
        "margin": round(margin, 3),
        "type_strength": 0.4 if c.parsed.ambiguous or c.parsed.checksum is False else 1.0,
        "repeated": round(min(1.0, c.repeated / 3), 3),
    }
    notes = list(c.parsed.notes)
    if c.label_text:
        notes.append(f"label `{c.label_text}`, value {c.relation}")
    if choice is not None:
        signals["arithmetic"] = choice.arithmetic
        if choice.note:
            notes.append(choice.note)
    return Finding(
        path=fld.name,
        state=State.VALUE,
        value=c.parsed.value,
        text=c.text,
        evidence=Evidence(page=c.page, box=c.box, text=c.text, match=Match.EXACT),
        signals=signals,
        reasons=("ambiguous",) if c.parsed.ambiguous else (),
        notes=tuple(notes),
        alternatives=tuple(r.text for r in others[:3]),
    )
