"""What was decided about the parties, as findings with evidence and signals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.layout import names
from extractors.layout.parties_labels import Side
from extractors.layout.parties_vat import NumberKind
from extractors.reading import Evidence, Finding, Match, State
from schemas import Kind, Role
from tiling import union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.layout.parties_blocks import PartyBlock
    from extractors.layout.parties_choice import Choice
    from extractors.layout.parties_lines import Line
    from extractors.layout.parties_slip import Merchant
    from extractors.layout.parties_vat import Owned
    from extractors.layout.segments import Segment
    from schemas import Field
    from tiling import Word

CLOSE = 0.3
"""The margin below which two parties are as likely: a person must look."""
SIDES = {Role.ISSUER: Side.SELLER, Role.RECIPIENT: Side.BUYER}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who sells and who buys, and the numbers with their owners."""

    choices: Mapping[Side, Choice]
    owned: tuple[Owned, ...]
    lines: tuple[Line, ...] = ()
    """All lines that were read."""


def party_finding(field: Field, found: Parties) -> Finding | None:
    """The finding of one field with a role; None where nothing speaks for a value."""
    side = SIDES[field.role]
    if field.kind is Kind.VAT_ID:
        return _number_finding(field, side, (NumberKind.VAT,), found.owned)
    choice = found.choices[side]
    if field.kind in {Kind.CODE, Kind.TEXT}:
        if "mail" in field.name.casefold():
            return _email_finding(field, choice, side, found.lines)
        kinds = (NumberKind.TAX,) if "vat" not in field.name.casefold() else (NumberKind.VAT,)
        anything = not any(word in field.name.casefold() for word in ("number", "vat", "siret", "steuer"))
        return _number_finding(field, side, (NumberKind.VAT, NumberKind.TAX) if anything else kinds, found.owned)
    if choice.party is None:
        return None
    return _name_finding(field, choice, side) if field.kind is Kind.NAME else _address_finding(field, choice, side)


def _email_finding(field: Field, choice: Choice, side: Side, lines: Sequence[Line]) -> Finding | None:
    """The first e-mail address in one of the party's blocks, or one whose domain spells the party's name."""
    if choice.party is None:
        return None
    own = [line for block in choice.party.blocks for line in block.lines]
    for line in (*own, *lines):
        hit = _EMAIL.search(line.segment.text)
        if hit is None or not (line in own or _is_at(choice.party.name, hit[0])):
            continue
        words = _words_between(line.segment, hit.start(), hit.end())
        printed = " ".join(w.text for w in words)
        match = Match.EXACT if printed == hit[0] else Match.NORMALISED
        return Finding(
            path=field.name,
            state=State.VALUE,
            value=hit[0],
            text=hit[0],
            evidence=Evidence(page=line.segment.page, box=union(w.box for w in words), text=printed, match=match),
            signals=_signals(choice, side),
        )
    return None


def _is_at(name: str, email: str) -> bool:
    return any(names.spells_domain(name, part) for part in email.rpartition("@")[2].split(".")[:-1])


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
        reasons=("ambiguous",) if choice.margin < CLOSE else (),
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
        rest = text[len(block.name_text) :].strip(" ,|•●·-–—")
        return ", ".join(rest[a:b].strip(" ,") for a, b in names.separated(rest))
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


def _number_finding(field: Field, side: Side, kinds: tuple[NumberKind, ...], owned: Sequence[Owned]) -> Finding | None:
    """The number with the most votes for this side, if no other side has as many for it."""
    ranked = sorted(
        (o for o in owned if o.number.kind in kinds and _wins(o, side)),
        key=lambda o: (kinds.index(o.number.kind), -o.votes[side], not o.number.valid, not o.number.label),
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
        notes=()
        if number.valid or number.kind is NumberKind.TAX
        else ("the form or the check digits fit no country's rule",),
        alternatives=tuple(o.number.value for o in ranked[1:4]),
    )


def _wins(owned: Owned, side: Side) -> bool:
    votes = owned.votes.get(side, 0.0)
    return votes > 0 and all(votes >= owned.votes.get(other, 0.0) for other in SIDES.values())


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


def slip_finding(field: Field, merchant: Merchant) -> Finding | None:
    """Name or address of the merchant at the top of a slip."""
    if field.kind is Kind.NAME:
        segments, text = merchant.name, merchant.name_text
    else:
        segments, text = merchant.address, ", ".join(s.text.strip(" ,") for s in merchant.address)
    if not segments:
        return None
    words = [w for s in segments for w in s.words]
    printed = " ".join(w.text for w in words)
    match = Match.EXACT if printed == text else Match.NORMALISED
    return Finding(
        path=field.name,
        state=State.VALUE,
        value=text,
        text=printed,
        evidence=Evidence(page=segments[0].page, box=union(w.box for w in words), text=printed, match=match),
        signals={
            "label_match": 0.0,
            "position": 1.0,
            "type_strength": 1.0 if names.has_legal_form(merchant.name_text) else 0.0,
            "address": 1.0 if merchant.address else 0.0,
        },
        notes=("the first lines of the slip",),
        alternatives=merchant.others[:3] if field.kind is Kind.NAME else (),
    )
