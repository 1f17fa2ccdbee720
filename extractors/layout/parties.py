"""The two parties of a document: names, addresses, VAT ids and tax numbers of seller and buyer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.layout import names
from extractors.layout.parties_blocks import blocks_of
from extractors.layout.parties_choice import Choice, choose
from extractors.layout.parties_evidence import domains_of, parties_of
from extractors.layout.parties_labels import Side, fold
from extractors.layout.parties_lines import lines_of
from extractors.layout.parties_slip import merchant_of
from extractors.layout.parties_vat import NumberKind, Owned, numbers_of, owners_of
from extractors.reading import Evidence, Finding, Match, State
from schemas import Kind, Role
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.layout.parties_blocks import PartyBlock
    from extractors.layout.parties_evidence import Party
    from extractors.layout.parties_lines import Line
    from extractors.layout.segments import Segment
    from schemas import Field, Schema
    from tiling import Box, Page, Word

FIRST_PAGES = 2
LAST_PAGES = 1
"""Parties are looked for on the first and last pages: what is between is table."""
_SIDES = {Role.ISSUER: Side.SELLER, Role.RECIPIENT: Side.BUYER}
_TAX_FIELD = re.compile(r"tax|vat|fiscal|steuer|siret|registration", re.IGNORECASE)


def find_parties(
    pages: Sequence[Page], schema: Schema, excluded: Sequence[tuple[int, Box]] = ()
) -> tuple[Finding, ...]:
    """Findings for the fields that have a role and are a name, an address, a VAT id or a tax number.

    `excluded` are (page index, box in points): tables, whose cells are no parties. A field without support has no finding.
    """
    fields = [f for f in schema.fields if f.role in _SIDES and _is_ours(f)]
    if not fields or not any(page.words for page in pages):
        return ()
    if all(f.role is Role.ISSUER for f in fields) and (slip := _slip_findings(pages, fields)):
        return slip
    chosen = [*pages[:FIRST_PAGES], *pages[max(FIRST_PAGES, len(pages) - LAST_PAGES) :]]
    more = _schema_labels(fields)
    by_page = [lines_of(page, [box for index, box in excluded if index == page.index], more) for page in chosen]
    lines = [line for some in by_page for line in some]
    blocks = [block for some in by_page for block in blocks_of(some)]
    parties = parties_of(chosen, lines, blocks, domains_of(lines))
    choices = dict(zip((Side.SELLER, Side.BUYER), choose(parties), strict=True))
    owned = owners_of(numbers_of(lines), _sided(parties, choices), lines, chosen)
    return tuple(f for field in fields if (f := _finding(field, choices, owned)) is not None)


def _is_ours(field: Field) -> bool:
    if field.kind in {Kind.NAME, Kind.ADDRESS, Kind.VAT_ID}:
        return True
    return field.kind is Kind.CODE and _TAX_FIELD.search(field.name) is not None


def _schema_labels(fields: Sequence[Field]) -> tuple[tuple[str, Side], ...]:
    """What the schema says is printed beside a party."""
    return tuple(
        (fold(label), _SIDES[field.role])
        for field in fields
        if field.kind in {Kind.NAME, Kind.ADDRESS}
        for label in (*field.labels, field.title)
        if len(label) >= 3
    )


def _sided(parties: Sequence[Party], choices: Mapping[Side, Choice]) -> list[tuple[PartyBlock, Side]]:
    """The blocks whose owner is known: by the choice, else by their label."""
    sided = []
    for party in parties:
        side = next((s for s, choice in choices.items() if choice.party is party), None)
        for block in party.blocks:
            own = side or block.side
            if own is not None:
                sided.append((block, own))
    return sided


def _finding(field: Field, choices: Mapping[Side, Choice], owned: Sequence[Owned]) -> Finding | None:
    side = _SIDES[field.role]
    if field.kind is Kind.VAT_ID:
        return _number_finding(field, side, NumberKind.VAT, owned)
    if field.kind is Kind.CODE:
        return _number_finding(field, side, NumberKind.TAX, owned)
    choice = choices[side]
    if choice.party is None:
        return None
    return _name_finding(field, choice, side) if field.kind is Kind.NAME else _address_finding(field, choice, side)


def _name_finding(field: Field, choice: Choice, side: Side) -> Finding | None:
    party = choice.party
    if party is None or not party.name:
        return None
    block = party.blocks[0]
    others = tuple(names_ for names_ in (*block.other_names, *choice.others) if names_ != party.name)
    return Finding(
        path=field.name,
        state=State.VALUE,
        value=party.name,
        text=party.name,
        evidence=_evidence(block.name, party.name),
        signals=_signals(choice, side),
        notes=_notes(choice),
        alternatives=others[:3],
    )


def _address_finding(field: Field, choice: Choice, side: Side) -> Finding | None:
    party = choice.party
    if party is None:
        return None
    block = next((b for b in party.blocks if b.address), None)
    if block is None:
        return None
    text = ", ".join(_address_part(line, block) for line in block.address).strip(" ,")
    if not text:
        return None
    return Finding(
        path=field.name,
        state=State.VALUE,
        value=text,
        text=text,
        evidence=_evidence(block.address, text),
        signals=_signals(choice, side),
        notes=_notes(choice),
    )


def _address_part(line: Line, block: PartyBlock) -> str:
    """The line's part of the address; of a line with name and address, what follows the name."""
    text = line.text
    if block.return_line and block.name_text and text.startswith(block.name_text):
        text = text[len(block.name_text) :]
        return ", ".join(text[a:b].strip(" ,") for a, b in names.separated(text.strip(" ,|•●·-–—"))).strip(" ,")
    return text.strip(" ,;")


def _signals(choice: Choice, side: Side) -> dict[str, float]:
    party = choice.party
    evidence = party.evidence if party is not None else frozenset()
    return {
        "label_match": 1.0 if f"label_{side.value}" in evidence else 0.0,
        "score": _share(choice.score, 10.0),
        "margin": _share(choice.margin, 6.0),
        "position": 1.0 if evidence & {"window", "under_return_line", "header", "return_line", "footer"} else 0.0,
        "type_strength": 1.0 if "legal_form" in evidence else 0.5 if "company_word" in evidence else 0.0,
        "repetition": 1.0 if evidence & {"repeated", "domain", "holder"} else 0.0,
        "address": 1.0 if "place" in evidence else 0.0,
    }


def _share(value: float, most: float) -> float:
    return round(min(1.0, max(0.0, value / most)), 4)


def _notes(choice: Choice) -> tuple[str, ...]:
    if choice.party is None:
        return ()
    block = choice.party.blocks[0]
    said = [f"under the label {block.label_text!r}"] if block.side is not None and block.label_text else []
    rest = sorted(e.replace("_", " ") for e in choice.party.evidence if not e.startswith("label_"))
    return (f"chosen for: {', '.join([*said, *rest])}",) if said or rest else ()


def _number_finding(field: Field, side: Side, kind: NumberKind, owned: Sequence[Owned]) -> Finding | None:
    """The number with the most votes for this side, if no other side has as many for it."""
    ranked = sorted(
        (o for o in owned if o.number.kind is kind and _wins(o, side)),
        key=lambda o: (-o.votes[side], not o.number.valid, not o.number.label),
    )
    if not ranked:
        return None
    best = ranked[0]
    number = best.number
    words = _words_between(number.line.segment, number.start, number.end)
    text = " ".join(w.text for w in words)
    exact = text == number.line.segment.text[number.start : number.end]
    box = union(w.box for w in words)
    second = ranked[1].votes[side] if len(ranked) > 1 else 0.0
    return Finding(
        path=field.name,
        state=State.VALUE,
        value=number.value,
        text=number.line.segment.text[number.start : number.end],
        evidence=Evidence(
            page=number.line.segment.page, box=box, text=text, match=Match.EXACT if exact else Match.NORMALISED
        ),
        signals={
            "label_match": 1.0 if number.label else 0.0,
            "type_strength": 1.0 if number.valid else 0.3,
            "owner": _share(best.votes[side], 4.0),
            "margin": _share(best.votes[side] - second, 3.0),
        },
        reasons=("ambiguous",) if second and second == best.votes[side] else (),
        notes=() if number.valid or kind is NumberKind.TAX else ("the form or the check digits fit no country's rule",),
        alternatives=tuple(o.number.value for o in ranked[1:4]),
    )


def _wins(owned: Owned, side: Side) -> bool:
    votes = owned.votes.get(side, 0.0)
    return votes > 0 and votes >= max(owned.votes.values())


def _evidence(lines: Sequence[Line], text: str) -> Evidence:
    words: list[Word] = []
    for line in lines:
        words.extend(_words_between(line.segment, line.start, line.start + len(line.text)))
    if len(lines) == 1:
        at = lines[0].segment.text.find(text)
        if at >= 0:
            words = _words_between(lines[0].segment, at, at + len(text))
    printed = " ".join(w.text for w in words)
    match = Match.EXACT if printed == text else Match.NORMALISED
    return Evidence(page=lines[0].segment.page, box=union(w.box for w in words), text=printed, match=match)


def _words_between(segment: Segment, start: int, end: int) -> list[Word]:
    """The words that a span of the segment's text touches."""
    found, at = [], 0
    for word in segment.words:
        if at < end and at + len(word.text) > start:
            found.append(word)
        at += len(word.text) + 1
    return found or list(segment.words)


def _slip_findings(pages: Sequence[Page], fields: Sequence[Field]) -> tuple[Finding, ...]:
    """Name and address at the top of a slip, for schemas that know no buyer."""
    page = next((p for p in pages if p.words), None)
    merchant = merchant_of(page) if page is not None else None
    if page is None or merchant is None:
        return ()
    form = 1.0 if names.has_legal_form(merchant.name_text) else 0.0
    signals = {"label_match": 0.0, "position": 1.0, "type_strength": form, "address": 1.0 if merchant.address else 0.0}
    base = Finding(path="", state=State.VALUE, signals=signals, notes=("the first lines of the slip",))
    found = []
    for field in fields:
        if field.kind is Kind.NAME:
            segments, text, others = merchant.name, merchant.name_text, merchant.others
        elif field.kind is Kind.ADDRESS and merchant.address:
            segments, others = merchant.address, ()
            text = ", ".join(s.text.strip(" ,") for s in merchant.address)
        else:
            continue
        words = [w for s in segments for w in s.words]
        printed = " ".join(w.text for w in words)
        match = Match.EXACT if printed == text else Match.NORMALISED
        evidence = Evidence(page=page.index, box=union(w.box for w in words), text=printed, match=match)
        found.append(
            replace(base, path=field.name, value=text, text=printed, evidence=evidence, alternatives=others[:3])
        )
    return tuple(found)
