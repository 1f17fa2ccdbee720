"""The lines of a page as an addressee would see them: names, streets, places, contacts, tax numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.layout import addresses, names
from extractors.layout.parties_labels import NO_LABELS, PartyLabel, Side, is_address_row, is_name_row, party_label
from extractors.layout.segments import Segment, segments_of
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tiling import Page


class LineKind(StrEnum):
    """What a line says of a party."""

    COMPANY = "company"
    TEXT = "text"
    """Nothing is known against its being a name."""
    ATTENTION = "attention"
    ONE_LINE = "one_line"
    """Name and address in one line, with separators."""
    STREET = "street"
    CITY = "city"
    COUNTRY = "country"
    CONTACT = "contact"
    TAX = "tax"
    BANK = "bank"
    LABEL = "label"
    FIELD = "field"
    OTHER = "other"


ADDRESS_KINDS = frozenset((LineKind.STREET, LineKind.CITY, LineKind.COUNTRY))
NAME_KINDS = frozenset((LineKind.COMPANY, LineKind.TEXT))
PARTY_KINDS = ADDRESS_KINDS | NAME_KINDS | {LineKind.ONE_LINE, LineKind.ATTENTION}
"""How the block of a party may begin."""

_CONTACT = re.compile(
    r"@\w|\b[tfm]\s?:\s?\(?\+?\d{2}|https?:|www\.|\b(?:t[eé]l(?:[eé]fono|ephone|efon|efoon|efax)?|phone|fon|fax|"
    r"mobile?|mob|handy|cell|gsm|"
    r"e-?mail|mail|courriel|"
    r"correo|web(?:site)?|homepage|internet|hotline|portable)\b\s*(?:[.:]|\(?\+?\d)|^[☎✆✉📞📱🖂📧\uf000-\uf8ff?]\s|"
    r"^\(?\+\s?\d[\d\s()./-]{6,}$|^\(?0\d{1,4}\)?[\d\s./-]{5,}$|^\(\d{3}\)\s?\d{3}|\b\w[\w-]+\.(?:com|de|fr|it|es|"
    r"nl|net|org|eu|at|ch|be|pt|co\.uk)\b",
    re.IGNORECASE,
)
_TAX = re.compile(
    r"\b(?:ust|mwst|umsatzsteuer|steuer-?\s?(?:nr|nummer)|st\.?-?nr|uid|vat|tva|i\.?v\.?a|p\.?\s?iva|partita\s+iva|"
    r"btw|nif|cif|nipc|"
    r"c\.?f\.?:|codice\s+fiscale|siret|siren|r\.?c\.?s|ape|naf|hr[ab]|handelsregister|amtsgericht|firmenbuch|kvk|"
    r"k\.v\.k|chamber|"
    r"gst(?:in)?|abn|acn|ein|tax\s*(?:id|no|number|reg)|reg(?:istration|istered|\.)?\s*(?:no|number|office|in)|"
    r"company\s+(?:no|number|reg\w*)|"
    r"co\.?\s*(?:reg|no)|roc|registro\s+mercantil|capital|gln|duns|d-u-n-s|eori|weee\S*|org\.?\s?nr|cvr|crn|rea|sdi|"
    r"pec|nip|regon|pan|cin|"
    r"sst|identifikationsnummer|moms)\b",
    re.IGNORECASE,
)
_BANK = re.compile(
    r"\b(?:iban|bic|swift|blz|kto|konto(?:nummer|-?nr|inhaber)?|account\s*(?:no|number|name|holder)|sort\s+code|"
    r"routing|bankverbindung|"
    r"sparkasse|volksbank|commerzbank|postbank|banque|banca|banco|bank|rib|titulaire|domiciliation)\b",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^[^:]{2,40}:\s*\S|^[^:]{2,40}:$|^(?:n[°ºo]|nr|no|#)\.?\s*\d", re.IGNORECASE)
_DATE = re.compile(r"^\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{2,4}$")
_VALUE = re.compile(
    r"^[\d\s.,:/%€$£+#()-]+$|^\d{1,2}[./ -]\s?(?:\d{1,2}|[A-Za-zäéûç]{3,9})[./ -]\s?\d{2,4}$|^(?:EUR|USD|GBP|CHF|"
    r"RM)?\s?[\d.,]+\s?(?:€|EUR|\$|£)?$|"
    r"^[A-Z]{0,4}[-/]?\d[\dA-Z/-]{3,}$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A segment, or what of it follows a label, with what it says."""

    segment: Segment
    kind: LineKind
    text: str
    start: int = 0
    """Where `text` begins in the segment's text."""
    label: PartyLabel | None = None
    """The party label that the segment is or begins with."""
    row: str = ""
    """The label to its left in the same printed line (`Name:`)."""
    row_x0: float | None = None
    """Where that label begins, in points; None where there is none beside it."""

    @property
    def box(self) -> Box:
        return self.segment.box

    @property
    def height(self) -> float:
        return max(self.segment.box.height, 4.0)


def kind_of(text: str) -> LineKind:
    """What a line of text says, by itself."""
    if _DATE.match(text):
        return LineKind.OTHER
    if (kind := _listed_kind(text)) is not None:
        return kind
    form = names.has_legal_form(text)
    if _CONTACT.search(text) and not (form and names.has_legal_form(text.split(",", 1)[0])):
        return LineKind.CONTACT
    if form and len(text) <= 90 and not _FIELD.match(text) and not addresses.has_place(text):
        return LineKind.COMPANY
    numbered = ":" in text or any(c.isdigit() for c in text)
    if names.is_capital(text) or (numbered and _TAX.search(text) and not _BANK.search(text)):
        return LineKind.TAX
    if numbered and _BANK.search(text):
        return LineKind.BANK
    if not addresses.is_city(text) and (names.is_attention(text) or names.is_department(text)):
        return LineKind.ATTENTION
    return _plain_kind(text, form=form)


def _listed_kind(text: str) -> LineKind | None:
    """What a line of several parts says: name and address, or an address."""
    spans = names.separated(text)
    if len(spans) < 2 and text.count(",") < 2:
        return None
    if one_line_name(text) is not None:
        return LineKind.ONE_LINE
    first = text[slice(*spans[0])].strip(" ,") if spans else ""
    if addresses.is_street(first) and any(addresses.has_place(text[a:b].strip(" ,")) for a, b in spans):
        return LineKind.CITY
    return None


def _plain_kind(text: str, *, form: bool) -> LineKind:
    if _FIELD.match(text) and not addresses.is_city(text):
        return LineKind.FIELD
    if addresses.is_country(text):
        return LineKind.COUNTRY
    if addresses.is_city(text):
        return LineKind.CITY
    if _VALUE.match(text) or names.is_title(text):
        return LineKind.OTHER
    if addresses.is_street(text):
        return LineKind.STREET
    if form or names.looks_like_name(text):
        return LineKind.COMPANY if form else LineKind.TEXT
    return LineKind.OTHER


def one_line_name(text: str) -> tuple[int, int] | None:
    """The span of the name in `Company | Street 1 | 12345 City`; None where the line is not of that form."""
    spans = names.separated(text)
    if len(spans) < 2:
        spans = [(m.start(), m.end()) for m in re.finditer(r"[^,]+(?=,|$)", text)]
    parts = [text[a:b].strip(" ,") for a, b in spans]
    first = next((i for i, part in enumerate(parts) if addresses.is_street(part) or addresses.has_place(part)), None)
    if not first or not any(addresses.has_place(part) for part in parts[first:]):
        return None
    start, end = spans[0][0], spans[0][1]
    name = text[start:end].strip(" ,")
    if not names.looks_like_name(name) or _FIELD.match(name):
        return None
    # `Company, Legal form, Street`: what follows the name and is no address belongs to it only as its legal form.
    if first > 1 and names.only_legal_form(parts[1]):
        end = spans[1][1]
    return start, end


def _joined(segments: Sequence[Segment]) -> list[Segment]:
    """Segments that only a separator keeps apart (`Name   ●   Street   ●   City`) are one line."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last is not None and last.line == segment.line and (_is_mark(last.text[-1]) or _is_mark(segment.text[0])):
            gap = segment.box.x0 - last.box.x1
            if 0 <= gap <= 2.5 * max(last.box.height, segment.box.height):
                joined[-1] = Segment(
                    page=last.page,
                    line=last.line,
                    words=(*last.words, *segment.words),
                    box=union((last.box, segment.box)),
                    text=f"{last.text} {segment.text}",
                )
                continue
        joined.append(segment)
    return joined


def _is_mark(char: str) -> bool:
    return char in "●•·∙▪■◦|–—"


def _rows(segments: Sequence[Segment]) -> dict[int, Segment]:
    """For each segment (by id) the one directly left of it in the same printed line."""
    left: dict[int, Segment] = {}
    for a, b in pairwise(segments):
        if a.line == b.line and a.box.x1 <= b.box.x0 + 1:
            left[id(b)] = a
    return left


def _is_row_label(text: str) -> bool:
    return text.rstrip().endswith(":") or is_name_row(text) or is_address_row(text)


def lines_of(page: Page, excluded: Sequence[Box] = (), more: Mapping[str, Side] = NO_LABELS) -> tuple[Line, ...]:
    """The page's segments as typed lines, in reading order, without those inside `excluded` (tables)."""
    apart = [s for s in segments_of(page) if not any(box.contains(s.box.cx, s.box.cy) for box in excluded)]
    segments = _joined(apart)
    left = _rows(segments)
    heads = {id(before) for s in segments if s.text.startswith(":") and (before := left.get(id(s))) is not None}
    lines = []
    for segment in segments:
        line = _line(segment, more)
        if id(segment) in heads and line.kind is not LineKind.LABEL:
            line = replace(line, kind=LineKind.FIELD)
        elif segment.text.startswith(":"):
            start = len(segment.text) - len(segment.text.lstrip(" :"))
            line = replace(line, kind=kind_of(segment.text[start:]), text=segment.text[start:], start=start)
        before = left.get(id(segment))
        if before is not None and line.kind is not LineKind.LABEL:
            label = party_label(before.text, more)
            if label is not None and label.rest_at is None and line.kind in PARTY_KINDS:
                line = replace(line, label=line.label or label, row=before.text, row_x0=before.box.x0)
            elif _is_row_label(before.text) or id(before) in heads:
                street = is_address_row(before.text) and line.kind is LineKind.TEXT
                kind = LineKind.STREET if street else line.kind
                line = replace(line, row=before.text, row_x0=before.box.x0, kind=kind)
        lines.append(line)
    return tuple(lines)


def _line(segment: Segment, more: Mapping[str, Side]) -> Line:
    text = segment.text
    label = party_label(text, more)
    if label is None:
        return _named_row(segment)
    if label.rest_at is None:
        return Line(segment=segment, kind=LineKind.LABEL, text=text, label=label)
    rest = text[label.rest_at :]
    kind = kind_of(rest)
    if kind not in PARTY_KINDS:
        return Line(segment=segment, kind=LineKind.FIELD, text=text)
    return Line(segment=segment, kind=kind, text=rest, start=label.rest_at, label=label)


def _named_row(segment: Segment) -> Line:
    """A line whose own beginning says what it is (`Name: Muster GmbH`), or any other."""
    head, colon, rest = segment.text.partition(":")
    if colon and rest.strip() and (is_name_row(head) or is_address_row(head)):
        start = len(segment.text) - len(rest.lstrip())
        return Line(segment=segment, kind=kind_of(rest.strip()), text=rest.strip(), start=start, row=head)
    return Line(segment=segment, kind=kind_of(segment.text), text=segment.text)
