"""Address blocks: lines that stand under each other as on an envelope, with the label that announces them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extractors.layout import names
from extractors.layout.parties_labels import Side, is_name_row
from extractors.layout.parties_lines import ADDRESS_KINDS, NAME_KINDS, Line, LineKind, one_line_name
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAR_PITCH = 1.25
"""Gap between two lines of a block, in letter heights."""
FAR_PITCH = 3.3
"""The same where an address plainly goes on (name, street, place): window addresses are set loosely."""
_UNFINISHED = re.compile(
    r"(?:[&,+-]|\b(?:und|et|and|y|e|en|de|du|des|der|die|für|of|for|the|della|di|van|von|la|le|les|do|da|dos))$",
    re.IGNORECASE,
)
"""How a line ends whose phrase goes on in the next one."""
_SKIPPED = frozenset((LineKind.LABEL, LineKind.OTHER, LineKind.FIELD, LineKind.TAX))
"""What may stand between a label and the name: numbers of the party."""
_REGISTRATION = re.compile(r"\s*\(?(?:co\.?\s*(?:reg\.?\s*)?no\.?\s*:?\s*)?\(?\d{4,12}\s?-?\s?[A-Z]\)?$", re.IGNORECASE)
"""A register number behind a company's name (`Ltd (123456-A)`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBlock:
    """One party as printed in one place."""

    page: int
    """0-based."""
    lines: tuple[Line, ...]
    side: Side | None = None
    """What its label says."""
    label_text: str = ""
    name: tuple[Line, ...] = ()
    """The line of the name; two where it is wrapped."""
    name_text: str = ""
    address: tuple[Line, ...] = ()
    other_names: tuple[str, ...] = field(default=())
    """Further lines that could be the name, best first."""
    return_line: bool = False
    """Name and address in one line, as in the window of an envelope."""

    @property
    def box(self) -> Box:
        return union(line.box for line in self.lines)

    @property
    def has_place(self) -> bool:
        return any(line.kind in {LineKind.CITY, LineKind.COUNTRY, LineKind.ONE_LINE} for line in self.lines)

    def has(self, kind: LineKind) -> bool:
        return any(line.kind is kind for line in self.lines)


def _aligned(a: Box, b: Box, tolerance: float) -> bool:
    return abs(a.x0 - b.x0) <= tolerance or abs(a.cx - b.cx) <= tolerance or abs(a.x1 - b.x1) <= tolerance


def _gap_limit(above: Line, below: Line) -> float:
    height = (above.height + below.height) / 2
    goes_on = below.kind in ADDRESS_KINDS and (
        above.kind in NAME_KINDS or above.kind in {LineKind.STREET, LineKind.CITY, LineKind.ATTENTION}
    )
    same_start = abs(above.box.x0 - below.box.x0) <= 0.3 * height
    return (FAR_PITCH if goes_on and same_start else NEAR_PITCH) * height


def _chains(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines linked to the line right above them, if that is aligned with them and near."""
    ordered = sorted(((line.box, line) for line in lines), key=lambda pair: (pair[0].y0, pair[0].x0))
    chains: list[list[Line]] = []
    chain_of: dict[int, list[Line]] = {}
    for i, (box, line) in enumerate(ordered):
        above = _right_above(ordered[max(0, i - 60) : i], box)
        if above is not None:
            chain = chain_of[id(above)]
            if chain[-1] is above and box.y0 - above.box.y1 <= _gap_limit(above, line):
                chain.append(line)
                chain_of[id(line)] = chain
                continue
        chain_of[id(line)] = [line]
        chains.append(chain_of[id(line)])
    return chains


def _right_above(before: Sequence[tuple[Box, Line]], box: Box) -> Line | None:
    """The line that stands over a box and is aligned with it; None where the nearest printed line holds none."""
    best: list[tuple[Box, Line]] = []
    for other, line in reversed(before):
        if other.y0 < box.y0 - 10 * max(box.height, 8.0):
            break
        if other.y0 + other.y1 >= 2 * box.y0 or other.x1 <= box.x0 or other.x0 >= box.x1:
            continue
        if best and line.segment.line == best[0][1].segment.line:
            best.append((other, line))
        elif not best or other.y1 > best[0][0].y1 + 1:
            best = [(other, line)]
    for other, line in best:
        if _aligned(other, box, max(2.5, 0.4 * min(other.height, box.height))):
            return line
    return None


def _cut(chain: Sequence[Line], headings: Sequence[Line]) -> list[list[Line]]:
    """A chain cut where a label announces the next party, or where a new name follows a finished address."""
    pieces: list[list[Line]] = [[]]
    finished = False
    for line in chain:
        piece = pieces[-1]
        new = line.label is not None or (line.row != "" and piece and _between(piece[-1], line, headings))
        again = finished and line.kind is LineKind.COMPANY
        if piece and (new or again or line.kind is LineKind.ONE_LINE or piece[-1].kind is LineKind.ONE_LINE):
            pieces.append([])
            finished = False
        pieces[-1].append(line)
        finished = finished or line.kind is LineKind.CITY
    return [piece for piece in pieces if piece]


def _between(above: Line, below: Line, headings: Sequence[Line]) -> bool:
    """Whether a heading to the left separates two lines of a column of values."""
    return any(
        above.box.cy < h.box.cy < below.box.cy and h.box.x0 < below.box.x0 - 2 and h.segment.page == below.segment.page
        for h in headings
    )


def _label_above(piece: Sequence[Line], labels: Sequence[Line], lines: Sequence[Line]) -> Line | None:
    """The party label right above a block, with nothing between; for label-value rows, the heading of the section."""
    first = piece[0]
    heads = [line.row_x0 for line in piece if line.row_x0 is not None]
    rows = bool(heads)
    best: Line | None = None
    for label in labels:
        gap = first.box.y0 - label.box.y1
        if label.label is None or not -0.3 * first.height <= gap or label is first:
            continue
        if rows:
            fits = gap <= 14 * first.height and abs(label.box.x0 - min(heads)) <= 3 * first.height
        else:
            near = label.box.overlap_x(first.box) > 0 or abs(label.box.x0 - first.box.x0) <= 4 * first.height
            fits = gap <= 4.5 * first.height and near and label.box.x0 - first.box.x0 <= 6 * first.height
        if fits and (best is None or label.box.y0 > best.box.y0 + 1 or _nearer(label, best, first)):
            best = label
    if best is None or (not rows and _blocked(best, first, lines)):
        return None
    return best


def _nearer(label: Line, best: Line, first: Line) -> bool:
    same_height = abs(label.box.y0 - best.box.y0) <= 1
    return same_height and abs(label.box.x0 - first.box.x0) < abs(best.box.x0 - first.box.x0)


def _blocked(label: Line, first: Line, lines: Sequence[Line]) -> bool:
    """Whether another line stands between a label and the first line of a block."""
    for line in lines:
        if line is label or line is first or not label.box.y1 - 1 < line.box.cy < first.box.y0 + 1:
            continue
        if line.box.overlap_x(first.box) > 0 and line.kind not in _SKIPPED:
            return True
    return False


def blocks_of(lines: Sequence[Line]) -> tuple[PartyBlock, ...]:
    """The blocks of one page with their labels; names are chosen when all pages are known (`with_name`)."""
    labels = [line for line in lines if line.kind is LineKind.LABEL]
    blocks = []
    for chain in _chains(lines):
        for piece in _cut(chain, labels):
            block = _block(piece, labels, lines)
            if block is not None:
                blocks.append(block)
    return tuple(blocks)


def _block(piece: list[Line], labels: Sequence[Line], lines: Sequence[Line]) -> PartyBlock | None:
    head: Line | None = None
    if piece[0].kind is LineKind.LABEL:
        head, piece = piece[0], piece[1:]
    elif piece[0].label is not None:
        head = piece[0]
    if not piece:
        return None
    if head is None:
        head = _label_above(piece, labels, lines)
    side = head.label.side if head is not None and head.label is not None else None
    return PartyBlock(
        page=piece[0].segment.page,
        lines=tuple(piece),
        side=side,
        label_text=head.segment.text if head is not None else "",
        return_line=piece[0].kind is LineKind.ONE_LINE,
    )


def _candidates(block: PartyBlock) -> list[Line]:
    """The lines that may be the name: those before the address, or all where there is none."""
    named = [line for line in block.lines if is_name_row(line.row)]
    if named:
        return named
    first = next((i for i, line in enumerate(block.lines) if line.kind in ADDRESS_KINDS), len(block.lines))
    before = [line for line in block.lines[:first] if line.kind in NAME_KINDS and (line.label or not _is_value(line))]
    return before[:5] if first == len(block.lines) else before[-5:]


def _is_value(line: Line) -> bool:
    """Whether a line is the value of some label to its left that announces no name (`Abteilung: 12`)."""
    return line.row.rstrip().endswith(":")


def _worth(line: Line, place: int, repeated: frozenset[str], domains: frozenset[str]) -> float:
    text = line.text
    worth = -0.4 * place
    worth += 3.0 if line.kind is LineKind.COMPANY else 0.0
    worth += 2.0 if names.core(text) in repeated else 0.0
    worth += 2.0 if any(names.spells_domain(text, domain) for domain in domains) else 0.0
    worth += 0.6 if names.has_company_word(text) else 0.0
    worth -= 3.0 if names.is_trade_name(text) else 0.0
    worth -= 2.5 if "contact" in text.casefold() else 0.0
    worth -= 1.5 if names.is_sentence(text) else 0.0
    worth -= 0.8 if names.is_person_title(text) else 0.0
    return worth + (0.2 if line.segment.words[0].bold else 0.0)


def with_name(block: PartyBlock, repeated: frozenset[str], domains: frozenset[str]) -> PartyBlock:
    """The block with its name chosen; `repeated` are cores of texts that stand elsewhere too, `domains` web names."""
    head = block.lines[0]
    if block.return_line:
        span = one_line_name(head.text)
        if span is not None:
            return replace(block, name=(head,), name_text=head.text[span[0] : span[1]].strip(" ,"), address=(head,))
    candidates = _candidates(block)
    ranked = sorted(candidates, key=lambda line: -_worth(line, candidates.index(line), repeated, domains))
    if not ranked:
        return replace(block, address=_address(block, ()))
    best = ranked[0]
    at = block.lines.index(best)
    before = [line for line in block.lines[max(0, at - 1) : at] if line.kind in NAME_KINDS and _goes_on(line, best)]
    after = [line for line in block.lines[at + 1 : at + 2] if _goes_on(best, line)]
    name = (*before, best, *after)
    return replace(
        block,
        name=name,
        name_text=" ".join(cut_name(line.text) for line in name),
        address=_address(block, name),
        other_names=tuple(line.text for line in ranked[1:]),
    )


def _goes_on(line: Line, after: Line) -> bool:
    """Whether a name is wrapped: its legal form stands alone, or the line breaks inside a phrase."""
    if after.kind not in NAME_KINDS:
        return False
    if names.only_legal_form(after.text):
        return True
    if after.text[0].islower():
        return not names.has_legal_form(line.text)
    return _UNFINISHED.search(line.text) is not None


def cut_name(text: str) -> str:
    """The name at the beginning of a line that goes on with something else."""
    span = one_line_name(text)
    name = text[span[0] : span[1]] if span is not None else text
    return _REGISTRATION.sub("", name).strip(" ,;|•●·")


def _address(block: PartyBlock, name: Iterable[Line]) -> tuple[Line, ...]:
    """Street to country, with the lines between them."""
    taken = {id(line) for line in name}
    at = [i for i, line in enumerate(block.lines) if line.kind in ADDRESS_KINDS and id(line) not in taken]
    if not at:
        return ()
    lines = block.lines[at[0] : at[-1] + 1]
    return tuple(line for line in lines if line.kind in ADDRESS_KINDS or line.kind in NAME_KINDS)
