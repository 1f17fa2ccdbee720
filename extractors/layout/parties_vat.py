"""VAT ids and national tax numbers on the pages, and whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from extractors.layout.candidates import DATE
from extractors.layout.parties_labels import Side, owner_of
from extractors.layout.parties_lines import LineKind
from schemas import Kind
from schemas.values import Locale, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractors.layout.parties_blocks import PartyBlock
    from extractors.layout.parties_lines import Line
    from tiling import Page


class NumberKind(StrEnum):
    """What kind of registration a number is."""

    VAT = "vat"
    TAX = "tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A printed VAT id or tax number."""

    kind: NumberKind
    value: str
    line: Line
    start: int
    """Where it begins in the text of the line's segment."""
    end: int
    label: str
    """The words that announce it; empty where there are none."""
    valid: bool
    """Whether it has the form of some country's VAT ids, and no wrong check digits."""


_VAT_LABEL = re.compile(
    r"(?<![a-zà-ÿ])(?:ust\.?|mwst\.?|mws\.?|umsatzsteuer|uid|vat|t\.?v\.?a\.?|i\.?v\.?a\.?|p\.?\s?iva|partita\s+iva|"
    r"btw|b\.t\.w\.|"
    r"nif|n\.i\.f\.?|cif|c\.i\.f\.?|nipc|contribuinte|gstin|gst|moms|dič|ič\s?dph|áfa|adószám|nip|alv)(?![a-zà-ÿ])",
    re.IGNORECASE,
)
_TAX_LABEL = re.compile(
    r"(?<![a-zà-ÿ])(?:steuer-?\s?(?:nummer|nr\.?)|st\.?-?\s?nr\.?|siret|siren|codice\s+fiscale|c\.?\s?f\.?|abn|ein|"
    r"tax\s+(?:id|no|number)|"
    r"tin|tax\s+registration|finanzamt.*?nr\.?)(?![a-zà-ÿ])",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}|CHE)[\s.\-]{0,3}[A-Z0-9](?:[\s.\-]{0,2}[A-Z0-9+*]){6,14}(?![A-Za-z0-9])"
)
_GSTIN = re.compile(r"(?<![A-Z0-9])\d{2}[A-Z]{5}\d{4}[A-Z][A-Z0-9]Z[A-Z0-9](?![A-Z0-9])")
_BARE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{0,3}-?\d(?:[\s.\-/]{0,2}[A-Z0-9]){6,15}(?![A-Za-z0-9])")
_BEHIND = re.compile(r"(?:CHE|NO)?[\s-]?\d{3}[\s.]?\d{3}[\s.]?\d{3}\s?(MWST|TVA|IVA|MVA)\b")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,8}")
_MOMENT = re.compile(rf"(?<![\w./-]){DATE}\s\d{{1,2}}:\d{{2}}", re.IGNORECASE)
"""A day and a time are many digits, and no number of anybody."""
_MONEY = re.compile(r"\d[.,]\d{2}\s?[A-Z]{3}$")
_UNKNOWN = Locale()


def numbers_of(lines: Sequence[Line]) -> tuple[Number, ...]:
    """All VAT ids and tax numbers, each with the words that announce it (before, left of or above it)."""
    above = _labels_above(lines)
    found: list[Number] = []
    for i, line in enumerate(lines):
        text = line.segment.text
        if not any(c.isdigit() for c in text) or len(text) > 300:
            continue
        before = lines[i - 1].segment.text if i and lines[i - 1].segment.line == line.segment.line else ""
        found.extend(_in_line(line, before, above.get(id(line), "")))
    return tuple(found)


def _labels_above(lines: Sequence[Line]) -> Mapping[int, str]:
    """For lines right under a label that has no number of its own, that label."""
    labels = [
        line
        for line in lines
        if (_VAT_LABEL.search(line.segment.text) or _TAX_LABEL.search(line.segment.text))
        and sum(c.isdigit() for c in line.segment.text) < 4
        and len(line.segment.text) < 40
    ]
    above: dict[int, str] = {}
    for label in labels:
        for line in lines:
            gap = line.box.y0 - label.box.y1
            under = line.segment.page == label.segment.page and line.box.cy > label.box.y1 - 1
            if under and gap <= 2.2 * line.height and abs(line.box.x0 - label.box.x0) <= 3 * line.height:
                above.setdefault(id(line), label.segment.text)
    return above


def _in_line(line: Line, left: str, above: str) -> Iterator[Number]:
    text = line.segment.text
    taken = [hit.span() for hit in _IBAN.finditer(text) if parse(Kind.IBAN, hit[0], _UNKNOWN)]
    taken += [hit.span() for hit in _MOMENT.finditer(text)]
    for pattern in (_GSTIN, _PREFIXED, _BARE):
        at = 0
        while (hit := pattern.search(text, at)) is not None:
            number = None
            if not any(a < hit.end() and hit.start() < b for a, b in taken):
                label = _label_of(text[: hit.start()], left, above) or _label_after(text[hit.start() :])
                number = _number(line, hit.start(), hit.end(), label, bare=pattern is _BARE)
            if number is not None:
                taken.append((number.start, number.end))
                yield number
            # What was no number may still begin with the letters of a label (`BTW BE 0123 ...`).
            at = number.end if number is not None else _next_token(text, hit.start())


def _next_token(text: str, start: int) -> int:
    gap = re.compile(r"[^A-Za-z0-9]").search(text, start)
    return gap.end() if gap is not None else len(text)


def _label_after(text: str) -> str:
    """The label behind a number, as in Switzerland and Norway (`CHE-123.456.789 MWST`)."""
    hit = _BEHIND.match(text)
    return hit[1] if hit is not None else ""


def _label_of(before: str, left: str, above: str) -> str:
    """The announcing words nearest to a number: in its own line, left of it, above it."""
    for place in (before, left if len(before.strip(" :")) < 3 else "", above if not before.strip(" :") else ""):
        hits = [*_VAT_LABEL.finditer(place), *_TAX_LABEL.finditer(place)]
        if hits:
            last = max(hits, key=lambda h: h.start())
            # Another number between label and number makes the label that one's.
            if sum(c.isdigit() for c in place[last.end() :]) < 3:
                return place
    return ""


def _last_is_tax(label: str) -> bool:
    vat = max((h.start() for h in _VAT_LABEL.finditer(label)), default=-1)
    tax = max((h.start() for h in _TAX_LABEL.finditer(label)), default=-1)
    return tax > vat


def _number(line: Line, start: int, end: int, label: str, *, bare: bool) -> Number | None:
    text = line.segment.text
    if label and _last_is_tax(label):
        if not bare and not text[start].isdigit():
            return None
        return Number(
            kind=NumberKind.TAX, value=text[start:end], line=line, start=start, end=end, label=label, valid=False
        )
    if bare:
        squashed = re.sub(r"[\s.\-/]", "", text[start:end])
        fits = label and "/" not in text[start:end] and 8 <= len(squashed) <= 15 and not _MONEY.search(text[start:end])
        return _vat(line, start, end, label, squashed, valid=False) if fits else None
    return _prefixed(line, start, end, label)


def _prefixed(line: Line, start: int, end: int, label: str) -> Number | None:
    """A number with a country prefix; words after it that the pattern took with it are given back."""
    text = line.segment.text
    ends = [end, *(start + m.start() for m in reversed(list(re.finditer(r"[\s\-]", text[start:end]))))]
    later = _PREFIXED.match(text, _next_token(text, start))
    if later is not None and later.end() <= end and _has_country(later[0]):
        return None  # a word of the label: `USt-ID DE...`
    for stop in ends:
        parsed = parse(Kind.VAT_ID, text[start:stop], _UNKNOWN)
        if parsed is not None and (label or parsed.checksum):
            return _vat(line, start, stop, label, str(parsed.value), valid=parsed.checksum is not False)
    if not label:
        return None
    for stop in reversed(ends):
        squashed = re.sub(r"[\s.\-]", "", text[start:stop])
        if 8 <= len(squashed) <= 16 and sum(c.isdigit() for c in squashed) >= 6:
            rest = text[stop:end].strip()
            if not rest or not rest[0].isdigit():
                return _vat(line, start, stop, label, squashed, valid=False)
    return None


def _has_country(text: str) -> bool:
    parsed = parse(Kind.VAT_ID, text, _UNKNOWN)
    return parsed is not None and parsed.checksum is True


def _vat(line: Line, start: int, end: int, label: str, value: str, *, valid: bool) -> Number:
    return Number(kind=NumberKind.VAT, value=value, line=line, start=start, end=end, label=label, valid=valid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A number and how much speaks for each owner."""

    number: Number
    votes: Mapping[Side, float]


def owners_of(
    numbers: Sequence[Number], sides: Sequence[tuple[PartyBlock, Side]], lines: Sequence[Line], pages: Sequence[Page]
) -> tuple[Owned, ...]:
    """The votes for each number's owner; `sides` are the blocks whose owner is known by now."""
    headings = [line for line in lines if line.kind is LineKind.LABEL or _is_owners_heading(line)]
    heights = {page.index: page.height_pt for page in pages}
    merged: dict[tuple[NumberKind, str], tuple[Number, dict[Side, float]]] = {}
    for number in numbers:
        key = (number.kind, re.sub(r"\W", "", number.value))
        first, votes = merged.setdefault(key, (number, {}))
        for side, weight in _votes(number, sides, headings, heights):
            votes[side] = max(votes.get(side, 0.0), weight)
        if (number.valid and not first.valid) or (number.label and not first.label):
            merged[key] = (number, votes)
    return tuple(Owned(number=number, votes=votes) for number, votes in merged.values())


def _is_owners_heading(line: Line) -> bool:
    """`Vos identifiants`, `Your details`: a heading without a number that says whose the numbers below are."""
    text = line.segment.text
    plain = len(text) <= 40 and not any(c.isdigit() for c in text) and ":" not in text.rstrip(": ")
    return plain and line.kind in {LineKind.TEXT, LineKind.OTHER} and owner_of(text) is not None


def _votes(
    number: Number,
    sides: Sequence[tuple[PartyBlock, Side]],
    headings: Sequence[Line],
    heights: Mapping[int, float],
) -> Iterator[tuple[Side, float]]:
    owner = owner_of(number.label)
    if owner is not None:
        yield owner, 4.0
        return
    line = number.line
    for block, side in sides:
        if any(line is inside for inside in block.lines):
            yield side, 3.0
            return
    near = _nearest(number, sides, headings)
    if near is not None:
        yield near, 2.5
        return
    place = line.box.y0 / heights[line.segment.page]
    yield Side.SELLER, 2.0 if place < 0.12 or place > 0.8 else 0.8


def _nearest(number: Number, sides: Sequence[tuple[PartyBlock, Side]], headings: Sequence[Line]) -> Side | None:
    """Whose block or heading is next above in the same column."""
    box, page, height = number.line.box, number.line.segment.page, number.line.height
    found: list[tuple[float, Side]] = []
    for block, side in sides:
        gap = box.y0 - block.box.y1
        if block.page == page and -1 <= gap <= 7 * height and abs(block.box.x0 - box.x0) <= 4 * height:
            found.append((gap, side))
    for heading in headings:
        gap, aside = box.y0 - heading.box.y1, box.x0 - heading.box.x0
        if heading.segment.page == page and -1 <= gap <= 12 * height and -4 <= aside / height <= 18:
            overlaps = abs(aside) <= 4 * height or number.line.row != ""
            whose = heading.label.side if heading.label is not None else owner_of(heading.segment.text)
            if overlaps and whose is not None:
                found.append((gap, whose))
    return min(found, key=lambda f: f[0])[1] if found else None
