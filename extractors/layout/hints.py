"""Values that need no label of their own: a date behind the document's number, a sentence, a letterhead, an IBAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.layout.candidates import Shape
from extractors.layout.cells import Cell
from extractors.layout.labels import match
from extractors.layout.prose import dates_to_pay_by
from extractors.layout.scored import Candidate, candidate_of, insert, key_of
from schemas.schema import Kind
from schemas.values import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.candidates import Mention
    from extractors.layout.cells import PageIndex
    from extractors.layout.labels import FieldLabels
    from schemas.values import Locale

OWN_DATE = 0.85
OWN_PAPERS = frozenset({"invoice", "credit"})
SENTENCE = 0.8
LONE_DATE = 0.45
TIMED = 0.2
"""How much surer a date is that has a time beside it."""
LETTERHEAD = 0.4
"""Share of the first page's height in which a letter has its date."""
FREE_IBAN = 0.6
NEAR = 8
"""Letter heights between the document's number and its date."""
CLAIMED = 0.3


def add_hints(
    indexes: Sequence[PageIndex],
    known: Sequence[FieldLabels],
    candidates: dict[str, list[Candidate]],
    locale: Locale,
    least: float,
    *,
    slip: bool = False,
) -> None:
    """Puts what was found without a label among the candidates; `least` is the score of a value that is given."""
    date = _field_of(known, (("invoice", "date"), ("date",)), 0.6)
    due = _field_of(known, (("due", "date"),), 0.8)
    if date is not None:
        own = [c for k in known if k.papers & OWN_PAPERS for c in candidates[k.field.name][:1] if c.score >= least]
        for number in own:
            found = _date_behind(indexes, number, locale)
            if found is not None:
                insert(candidates[date], found)
    if due is not None:
        for found in _to_pay_by(indexes, locale):
            insert(candidates[due], found)
    for fld in (k.field for k in known if k.field.kind is Kind.IBAN):
        for found in _free_ibans(indexes, locale):
            insert(candidates[fld.name], found)
    if date is not None and not (candidates[date] and candidates[date][0].score >= least):
        claimed = {c.key for n, cs in candidates.items() if n != date for c in cs if c.score >= CLAIMED}
        found = _date_of_slip(indexes[0], locale, claimed) if slip else _lone_date(indexes[0], locale, claimed)
        if found is not None:
            insert(candidates[date], found)


def _field_of(known: Sequence[FieldLabels], labels: Sequence[tuple[str, ...]], least: float) -> str | None:
    """The schema's first date field that one of `labels` names well."""
    dates = [k for k in known if k.field.kind is Kind.DATE and not k.edge]
    best = max(dates, key=lambda k: max(match(words, k) for words in labels), default=None)
    if best is None or max(match(words, best) for words in labels) < least:
        return None
    return best.field.name


def _date_behind(indexes: Sequence[PageIndex], number: Candidate, locale: Locale) -> Candidate | None:
    """`Invoice 4711 of 3 May 2026`."""
    if number.mention is None:
        return None
    index = next(i for i in indexes if i.page == number.page)
    after = [i for i in index.lines.get(number.mention.line, ()) if i.box.x0 >= number.box.x1 - 1]
    if len(after) > 1 and isinstance(after[0], Cell) and len(after[0].tokens) <= 2:
        after = after[1:]
    if not after or isinstance(after[0], Cell) or Shape.DATE not in after[0].shapes:
        return None
    if after[0].box.x0 - number.box.x1 > NEAR * number.box.height:
        return None
    return _dated(after[0], locale, OWN_DATE, number.text)


def _to_pay_by(indexes: Sequence[PageIndex], locale: Locale) -> list[Candidate]:
    found = [
        _dated(mention, locale, SENTENCE, " ".join(cell.tokens[-5:]))
        for index in indexes
        for cell, mention in dates_to_pay_by(index)
    ]
    return [c for c in found if c is not None]


def _lone_date(index: PageIndex, locale: Locale, claimed: set[object]) -> Candidate | None:
    """Letters carry their date without a label: the only date in the upper part that nothing else claims."""
    found: dict[object, Candidate] = {}
    for mention in index.mentions:
        if Shape.DATE in mention.shapes and Shape.CODE not in mention.shapes and _is_high(mention, index):
            candidate = _dated(mention, locale, LONE_DATE, "")
            if candidate is not None and candidate.key not in claimed:
                found.setdefault(candidate.key, candidate)
    return next(iter(found.values())) if len(found) == 1 else None


def _date_of_slip(index: PageIndex, locale: Locale, claimed: set[object]) -> Candidate | None:
    """A till prints the day without a label, with the time beside it, at the top or the foot of the slip."""
    found: dict[object, list[Candidate]] = {}
    for mention in index.mentions:
        if Shape.DATE not in mention.shapes or Shape.CODE in mention.shapes:
            continue
        row = index.lines.get(mention.line, ())
        timed = any(not isinstance(i, Cell) and Shape.TIME in i.shapes for i in row)
        candidate = _dated(mention, locale, LONE_DATE + (TIMED if timed else 0.0), "")
        if candidate is not None and candidate.key not in claimed:
            found.setdefault(candidate.key, []).append(candidate)
    if not found:
        return None
    best = max(found.values(), key=lambda some: (max(c.score for c in some), len(some)))
    return max(best, key=lambda c: c.score)


def _is_high(mention: Mention, index: PageIndex) -> bool:
    return mention.box.cy <= LETTERHEAD * index.height_pt


def _dated(mention: Mention, locale: Locale, score: float, label_text: str) -> Candidate | None:
    parsed = parse(Kind.DATE, mention.text, locale)
    if parsed is None:
        return None
    return candidate_of(mention, parsed, score, label=score if label_text else 0.0, label_text=label_text)


def _free_ibans(indexes: Sequence[PageIndex], locale: Locale) -> list[Candidate]:
    """An IBAN with right check digits speaks for itself."""
    found: dict[object, Candidate] = {}
    for index in indexes:
        for mention in index.mentions:
            parsed = parse(Kind.IBAN, mention.text, locale) if Shape.IBAN in mention.shapes else None
            if parsed is not None and parsed.checksum:
                found.setdefault(key_of(parsed), candidate_of(mention, parsed, FREE_IBAN))
    return list(found.values())
