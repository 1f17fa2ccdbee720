"""From candidates to findings: one value a field, sums that close, dates that are not taken twice; weak ones are left out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.layout.candidates import Shape
from extractors.layout.cells import Cell
from extractors.layout.currency import currency_places
from extractors.layout.scalars import Candidate, key_of
from extractors.layout.totals import EXPLAINING, rates_of, solve
from extractors.layout.labels import match
from extractors.layout.prose import dates_to_pay_by
from extractors.reading import Evidence, Finding, Match, State
from schemas.schema import Kind
from schemas.values import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from extractors.layout.candidates import Mention
    from extractors.layout.cells import PageIndex
    from extractors.layout.known import SchemaLabels
    from extractors.layout.labels import FieldLabels
    from extractors.layout.totals import Choice
    from schemas.schema import Field
    from schemas.values import Locale, Parsed
    from tiling import Box

THRESHOLD = 0.42
"""Weaker candidates are not given: a person finds a missing value faster than a wrong one."""
UNLABELLED_DATE = 0.45
OWN_DATE = 0.85
OWN_PAPERS = frozenset({"invoice", "credit"})
LETTERHEAD = 0.4
"""Share of the first page's height in which a letter has its date."""


def choose(
    indexes: Sequence[PageIndex],
    labels: SchemaLabels,
    candidates: dict[str, list[Candidate]],
    locale: Locale,
    inside: Callable[[int, Box], bool],
) -> tuple[Finding, ...]:
    """The findings of the scalar fields."""
    known, roles = labels.known, labels.roles
    fields = {k.field.name: k.field for k in known}
    edges = {k.field.name: k.edge for k in known}
    _own_date(indexes, known, candidates, locale)
    _paid_by(indexes, known, candidates, locale)
    _unlabelled(indexes, fields, candidates, locale)
    _lone_date(indexes, known, candidates, locale)
    sums = _sums(indexes, roles, candidates, locale, inside)
    findings: list[Finding] = []
    for name, choice in sums.items():
        if name in fields:
            findings.append(_finding(fields[name], choice.candidate, candidates[name], choice))
    taken: set[tuple[int, object]] = set()
    decided = set(roles.values()) if len(roles) > 1 else set(sums)
    rest = [(c.score, name, c) for name, cs in candidates.items() if name in fields and name not in decided for c in cs]
    done = {f.path for f in findings}
    for score, name, c in sorted(rest, key=lambda r: (-r[0], r[1])):
        if name in done or score < THRESHOLD:
            continue
        place = (c.page, (c.box, fields[name].kind, c.text, edges[name]))
        if place in taken:
            continue
        taken.add(place)
        done.add(name)
        findings.append(_finding(fields[name], c, candidates[name], None))
    for fld in fields.values():
        if fld.kind is Kind.CURRENCY and fld.name not in done:
            findings.extend(_currency(fld, indexes, locale))
    return tuple(findings)


def _sums(indexes: Sequence[PageIndex], roles: Mapping[str, str], candidates: Mapping[str, list[Candidate]], locale: Locale,
          inside: Callable[[int, Box], bool]) -> dict[str, Choice]:
    if len(roles) < 2:
        return {}
    by_role = {role: candidates.get(name, []) for role, name in roles.items()}
    by_role |= {name: candidates.get(name, []) for name in EXPLAINING}
    pool, rates = [], []
    for index in indexes:
        for mention in index.mentions:
            if Shape.AMOUNT in mention.shapes and Shape.INTEGER not in mention.shapes and not inside(mention.page, mention.box):
                parsed = parse(Kind.MONEY, mention.text, locale)
                if parsed is not None:
                    pool.append(_candidate(mention, parsed, 0.1))
            elif Shape.PERCENT in mention.shapes:
                parsed = parse(Kind.PERCENT, mention.text, locale)
                if parsed is not None and isinstance(parsed.value, Decimal):
                    rates.append(parsed.value)
    solved = solve(by_role, pool, rates_of(rates))
    return {roles[role]: choice for role, choice in solved.items() if role in roles and (choice.candidate.score >= THRESHOLD or choice.arithmetic > 0.5)}


def _own_date(indexes: Sequence[PageIndex], known: Sequence[FieldLabels], candidates: dict[str, list[Candidate]], locale: Locale) -> None:
    """`Invoice 4711 of 3 May 2026`: the date behind the document's own number is the document's."""
    date = _document_date(known)
    numbers = [c for k in known if k.papers & OWN_PAPERS for c in candidates[k.field.name][:1] if c.score >= THRESHOLD]
    if date is None:
        return
    for number in numbers:
        if number.mention is None:
            continue
        index = next(i for i in indexes if i.page == number.page)
        row = index.lines.get(number.mention.line, ())
        after = [i for i in row if i.box.x0 >= number.box.x1 - 1]
        if after and isinstance(after[0], Cell) and len(after[0].tokens) <= 2 and len(after) > 1:
            linked = after[1]
        elif after:
            linked = after[0]
        else:
            continue
        if isinstance(linked, Cell) or Shape.DATE not in linked.shapes or linked.box.x0 - number.box.x1 > 8 * number.box.height:
            continue
        parsed = parse(Kind.DATE, linked.text, locale)
        if parsed is not None:
            _insert(candidates[date], _candidate(linked, parsed, OWN_DATE, label=OWN_DATE, label_text=number.text))


def _document_date(known: Sequence[FieldLabels]) -> str | None:
    best = max(((max(match(("invoice", "date"), k), match(("date",), k)), -i, k.field.name) for i, k in enumerate(known)
                if k.field.kind is Kind.DATE and not k.edge), default=None)
    return best[2] if best is not None and best[0] >= 0.6 else None


def _paid_by(indexes: Sequence[PageIndex], known: Sequence[FieldLabels], candidates: dict[str, list[Candidate]], locale: Locale) -> None:
    """A sentence says by when to pay."""
    best = max(((match(("due", "date"), k), k.field.name) for k in known if k.field.kind is Kind.DATE), default=(0.0, ""))
    if best[0] < 0.8:
        return
    for index in indexes:
        for cell, mention in dates_to_pay_by(index):
            parsed = parse(Kind.DATE, mention.text, locale)
            if parsed is not None:
                _insert(candidates[best[1]], _candidate(mention, parsed, 0.8, label=0.8, label_text=" ".join(cell.tokens[-5:])))


def _lone_date(indexes: Sequence[PageIndex], known: Sequence[FieldLabels], candidates: dict[str, list[Candidate]], locale: Locale) -> None:
    """Letters carry their date without a label: the only date in the upper part of the first page that nothing else claims."""
    name = _document_date(known)
    if name is None or (candidates[name] and candidates[name][0].score >= THRESHOLD):
        return
    index = indexes[0]
    claimed = {c.key for n, cs in candidates.items() if n != name for c in cs if c.score >= 0.3}
    found: dict[object, Candidate] = {}
    for mention in index.mentions:
        if Shape.DATE not in mention.shapes or Shape.CODE in mention.shapes or mention.box.cy > LETTERHEAD * index.height_pt:
            continue
        parsed = parse(Kind.DATE, mention.text, locale)
        if parsed is not None and key_of(parsed) not in claimed:
            found.setdefault(key_of(parsed), _candidate(mention, parsed, UNLABELLED_DATE))
    if len(found) == 1:
        _insert(candidates[name], *found.values())


def _candidate(mention: Mention, parsed: Parsed, score: float, *, label: float = 0.0, label_text: str = "") -> Candidate:
    return Candidate(page=mention.page, box=mention.box, text=mention.text, parsed=parsed, score=score, label=label,
                     geometry=1.0 if label_text else 0.0, relation="right" if label_text else "", label_text=label_text,
                     mention=mention, key=key_of(parsed))


def _insert(candidates: list[Candidate], *more: Candidate) -> None:
    for new in more:
        same = next((i for i, c in enumerate(candidates) if c.key == new.key), None)
        if same is None:
            candidates.append(new)
        elif candidates[same].score < new.score:
            candidates[same] = new
    candidates.sort(key=lambda c: -c.score)


def _unlabelled(indexes: Sequence[PageIndex], fields: Mapping[str, Field], candidates: dict[str, list[Candidate]], locale: Locale) -> None:
    """An IBAN speaks for itself."""
    for fld in fields.values():
        if fld.kind is not Kind.IBAN:
            continue
        have = {c.key for c in candidates[fld.name]}
        for index in indexes:
            for mention in index.mentions:
                if Shape.IBAN not in mention.shapes:
                    continue
                parsed = parse(Kind.IBAN, mention.text, locale)
                if parsed is not None and parsed.checksum and key_of(parsed) not in have:
                    _insert(candidates[fld.name], _candidate(mention, parsed, 0.6))


def _currency(fld: Field, indexes: Sequence[PageIndex], locale: Locale) -> tuple[Finding, ...]:
    places = currency_places(indexes, locale)
    if not places:
        return ()
    code, text, page, box, votes = places[0]
    others = sum(p[4] for p in places[1:])
    parsed = parse(Kind.CURRENCY, text, locale)
    return (
        Finding(path=fld.name, state=State.VALUE, value=code, text=text,
                evidence=Evidence(page=page, box=box, text=text, match=Match.EXACT),
                signals={"label_match": 0.0, "margin": round(votes / (votes + others), 3), "type_strength": 1.0},
                notes=parsed.notes if parsed is not None else (), alternatives=tuple(p[1] for p in places[1:4])),
    )


def _finding(fld: Field, c: Candidate, rivals: Sequence[Candidate], choice: Choice | None) -> Finding:
    other = [r for r in rivals if r.key != c.key]
    margin = max(0.0, min(1.0, (c.score - other[0].score) / max(0.2, c.score))) if other else 1.0
    signals = {
        "label_match": round(min(1.0, c.label), 3),
        "geometry": round(min(1.0, max(0.0, c.geometry)), 3),
        "score": round(min(1.0, max(0.0, c.score)), 3),
        "margin": round(margin, 3),
        "type_strength": 0.4 if c.parsed.ambiguous else 1.0,
        "repeated": round(min(1.0, c.repeated / 3), 3),
    }
    notes = [*c.parsed.notes, *c.notes]
    if c.label_text:
        notes.append(f"label `{c.label_text}`, value {c.relation}")
    if choice is not None:
        signals["arithmetic"] = choice.arithmetic
        if choice.note:
            notes.append(choice.note)
    return Finding(
        path=fld.name, state=State.VALUE, value=c.parsed.value, text=c.text,
        evidence=Evidence(page=c.page, box=c.box, text=c.text, match=Match.EXACT),
        signals=signals, reasons=("ambiguous",) if c.parsed.ambiguous else (), notes=tuple(notes),
        alternatives=tuple(r.text for r in other[:3]),
    )


