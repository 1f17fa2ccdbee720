"""What the pages say for and against each party's being the seller or the buyer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from extractors.layout import names
from extractors.layout.names import vocabulary
from extractors.layout.parties_blocks import PartyBlock, with_name
from extractors.layout.parties_labels import Side
from extractors.layout.parties_lines import NAME_KINDS, Line, LineKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tiling import Page

SAME_NAME = 92
"""Similarity (0 to 100) from which two printed names are one party's."""
_DOMAIN = re.compile(r"(?:@|www\s?\.\s?|https?://)(?:www\.)?([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_PRIVATE = vocabulary(
    """gmail googlemail outlook hotmail yahoo gmx web icloud aol orange wanadoo free laposte libero t-online live
    example localhost ziggo sapo telefonica"""
)
_HOLDER = re.compile(
    r"(?:kontoinhaber|account\s+(?:holder|name)|beneficiary(?:\s+name)?|titulaire|titular|intestatario|intestato\s+a|"
    r"t\.?n\.?v\.?|ten\s+name\s+van|begunstigde|zahlungsempfänger|"
    r"all\s+payments?\s+to\s+be\s+made\s+in\s+favou?r\s+of|"
    r"(?:make\s+)?che(?:que|ck)s?\s+payable\s+to|payable\s+to|ordre|pay\s+to)\s*:?\s*(.*)$",
    re.IGNORECASE,
)

CONTACT_PITCH = 1.0
"""Gap in letter heights up to which a line of contact belongs to the address above."""
SELLER_WEIGHTS: Mapping[str, float] = {
    "label_seller": 6.0, "label_buyer": -7.0, "label_delivery": -5.0, "label_other": -5.0, "return_line": 4.0,
    "header": 1.5, "footer": 2.5, "domain": 2.5, "holder": 1.5, "legal_form": 1.0, "company_word": 0.4, "place": 1.0,
    "no_place": -1.0, "large": 0.8, "repeated": 0.7, "contact": 0.8, "tax": 1.2, "bank": 1.5, "later_page": -1.0,
    "window": -0.5, "title": -0.8,
}  # fmt: skip
BUYER_WEIGHTS: Mapping[str, float] = {
    "label_seller": -7.0, "label_buyer": 6.0, "label_delivery": 0.3, "label_other": -5.0, "return_line": -5.0,
    "header": -0.8, "footer": -3.0, "domain": -2.5, "holder": -3.0, "place": 1.0, "no_place": -1.5, "window": 1.5,
    "under_return_line": 3.0, "contact": -0.6, "bank": -3.0, "later_page": -1.0, "large": -0.6, "customer_number":
    0.6,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One name on the pages, with all the blocks that print it."""

    blocks: tuple[PartyBlock, ...]
    """Best first: the one whose name and address are told."""
    evidence: frozenset[str]
    """Keys of `SELLER_WEIGHTS` and `BUYER_WEIGHTS`."""

    @property
    def name(self) -> str:
        return self.blocks[0].name_text

    @property
    def seller_score(self) -> float:
        return sum(SELLER_WEIGHTS.get(e, 0.0) for e in self.evidence)

    @property
    def buyer_score(self) -> float:
        return sum(BUYER_WEIGHTS.get(e, 0.0) for e in self.evidence)


def domains_of(lines: Sequence[Line]) -> Mapping[str, tuple[Line, ...]]:
    """The second-level names of all e-mail and web addresses but those of mail providers, and where they stand."""
    found: dict[str, tuple[Line, ...]] = {}
    for line in lines:
        if "@" in line.segment.text or "www" in line.segment.text or "http" in line.segment.text:
            for hit in _DOMAIN.finditer(line.segment.text):
                parts = hit[1].casefold().split(".")
                label = parts[-2] if len(parts) < 3 or parts[-2] not in {"co", "com"} else parts[-3]
                if label not in _PRIVATE:
                    found[label] = (*found.get(label, ()), line)
    return found


def repeated_cores(lines: Sequence[Line], pages: Sequence[Page]) -> frozenset[str]:
    """Cores of lines that are printed again in the letterhead, the footer or the return address."""
    heights = {page.index: page.height_pt for page in pages}
    short = [line for line in lines if len(line.segment.text) <= 120]
    texts = [names.core(line.segment.text) for line in short]
    margins = [
        text
        for text, line in zip(texts, short, strict=True)
        if line.kind is LineKind.ONE_LINE or not 0.12 <= line.box.y0 / heights[line.segment.page] <= 0.8
    ]
    cores = {names.core(line.text) for line in short if line.kind in NAME_KINDS}
    return frozenset(
        c for c in cores if len(c) >= 4 and any(_holds(t, c) for t in margins) and sum(_holds(t, c) for t in texts) >= 2
    )


def _holds(text: str, part: str) -> bool:
    return part in text and f" {part} " in f" {text} "


def parties_of(
    pages: Sequence[Page], lines: Sequence[Line], blocks: Sequence[PartyBlock], domains: Mapping[str, tuple[Line, ...]]
) -> tuple[Party, ...]:
    """The names on the pages that could be a party, each with its evidence."""
    repeated = repeated_cores(lines, pages)
    size_by_page = {p.index: p for p in pages}
    usable = [
        b
        for b in (with_name(block, repeated, frozenset(domains)) for block in blocks if _may_name(block))
        if _usable(b, domains)
    ]
    groups: list[list[PartyBlock]] = []
    for block in usable:
        core = names.core(block.name_text)
        group = next((g for g in groups if fuzz.ratio(core, names.core(g[0].name_text)) >= SAME_NAME), None)
        if group is None:
            groups.append([block])
        else:
            group.append(block)
    holders = _holders(lines)
    parties = []
    for group in groups:
        evidence: set[str] = set()
        for block in group:
            evidence |= _of_block(block, size_by_page[block.page], usable)
        evidence |= _of_name(group, repeated, holders)
        if _spelled_elsewhere(group, lines, domains, size_by_page):
            evidence.add("domain")
        ordered = sorted(group, key=_rank, reverse=True)
        parties.append(Party(blocks=tuple(ordered), evidence=frozenset(_consistent(evidence))))
    return tuple(parties)


def _may_name(block: PartyBlock) -> bool:
    return any(line.kind in NAME_KINDS or line.kind is LineKind.ONE_LINE for line in block.lines)


def _usable(block: PartyBlock, domains: Mapping[str, tuple[Line, ...]]) -> bool:
    if not block.name_text or not names.looks_like_name(block.name_text):
        return False
    if block.side is not None or block.return_line or names.has_legal_form(block.name_text):
        return True
    if block.address and (block.has_place or len(block.address) > 1):
        return True
    return any(names.spells_domain(block.name_text, d) for d in domains) and len(block.name_text) <= 50


def _rank(block: PartyBlock) -> tuple[bool, bool, bool, int, float]:
    """Which of a party's blocks to tell: labelled, with an address of its own lines, spelled with its legal form."""
    return (
        block.side in {Side.SELLER, Side.BUYER},
        bool(block.address) and not block.return_line,
        names.has_legal_form(block.name_text),
        -block.page,
        -block.box.y0,
    )


def _of_block(block: PartyBlock, page: Page, others: Sequence[PartyBlock]) -> set[str]:
    found = _of_place(block, page)
    if block.side is not None:
        found.add(f"label_{block.side.value}")
    else:
        found |= {k.value for k in (LineKind.CONTACT, LineKind.TAX, LineKind.BANK) if block.has(k)}
    if not block.address:
        found.add("no_place")
    elif block.has_place:
        found.add("place")
    if any(_right_under(block, o) for o in others if o.return_line and o.page == block.page):
        found.add("under_return_line")
    return found


def _of_place(block: PartyBlock, page: Page) -> set[str]:
    """What the block's place and size on the page say."""
    top, bottom = block.box.y0 / page.height_pt, block.box.y1 / page.height_pt
    found = {"later_page"} if block.page != 0 else set()
    if block.return_line and block.side is None and top < 0.4:
        found.add("return_line")
    elif top < 0.1:
        found.add("header")
    if block.side is None and block.address and not block.return_line and (top + bottom) / 2 >= 0.12 and bottom <= 0.42:
        found.add("window")
    if top > 0.82:
        found.add("footer")
    if block.name and top < 0.35 and block.name[0].segment.size_pt >= 1.25 * _usual_size(page):
        found.add("large")
    return found


def _usual_size(page: Page) -> float:
    sizes = sorted(w.size_pt for w in page.words)
    return sizes[len(sizes) // 2] if sizes else 10.0


def _right_under(block: PartyBlock, line: PartyBlock) -> bool:
    gap = block.box.y0 - line.box.y1
    near = -0.5 * line.lines[0].height <= gap <= 6.5 * line.lines[0].height
    return block is not line and near and block.box.overlap_x(line.box) > 0 and not block.return_line


def _spelled_elsewhere(
    group: Sequence[PartyBlock],
    lines: Sequence[Line],
    domains: Mapping[str, tuple[Line, ...]],
    pages: Mapping[int, Page],
) -> bool:
    """Whether a domain outside the party's own blocks, or in the letterhead or footer, spells its name."""
    own = {id(line) for block in group for line in (*block.lines, *_contacts_under(block, lines))}
    for domain, places in domains.items():
        if names.spells_domain(group[0].name_text, domain):
            for line in places:
                place = line.box.y0 / pages[line.segment.page].height_pt
                if id(line) not in own or place < 0.12 or place > 0.82:
                    return True
    return False


def _contacts_under(block: PartyBlock, lines: Sequence[Line]) -> list[Line]:
    """Telephone and e-mail right under a block, which icons before them keep from being aligned with it."""
    found: list[Line] = []
    above = block.lines[-1]
    for line in sorted(lines, key=lambda other: other.box.y0):
        if line.kind is not LineKind.CONTACT or line.segment.page != block.page:
            continue
        near = -0.5 <= (line.box.y0 - above.box.y1) / above.height <= CONTACT_PITCH
        if near and line.box.overlap_x(block.box) > 0:
            found.append(line)
            above = line
    return found


def _of_name(group: Sequence[PartyBlock], repeated: frozenset[str], holders: frozenset[str]) -> set[str]:
    found = set()
    name = group[0].name_text
    if any(names.has_legal_form(b.name_text) for b in group):
        found.add("legal_form")
    if names.has_company_word(name):
        found.add("company_word")
    if names.is_person_title(name):
        found.add("title")
    if names.core(name) in repeated:
        found.add("repeated")
    if any(fuzz.ratio(names.core(name), h) >= SAME_NAME for h in holders):
        found.add("holder")
    return found


def _consistent(evidence: set[str]) -> set[str]:
    """One block with an address is enough, and a label outweighs where else the name stands."""
    if "place" in evidence:
        evidence.discard("no_place")
    if "label_buyer" in evidence or "label_seller" in evidence:
        evidence -= {"label_delivery", "later_page"}
    return evidence


def is_holder(text: str) -> bool:
    """Whether a text announces whom payments go to."""
    return _HOLDER.search(text) is not None


def _holders(lines: Sequence[Line]) -> frozenset[str]:
    """Cores of the names that payments go to."""
    found = set()
    for i, line in enumerate(lines):
        hit = _HOLDER.search(line.segment.text)
        if hit is None:
            continue
        rest = hit[1].strip(" :") or (lines[i + 1].segment.text if i + 1 < len(lines) else "")
        if names.looks_like_name(rest):
            found.add(names.core(rest))
    return frozenset(found)
