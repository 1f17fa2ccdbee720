"""A page cut into label cells (what is not a value) and mentions (what looks like one), line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors.layout.candidates import SYMBOL, Mention, mentions_of
from extractors.layout.headers import cuts
from extractors.layout.segments import Segment, segments_of
from extractors.layout.tokens import NUMBER, tokens
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.layout.spelling import Spelling
    from tiling import Page, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A run of words without a value in it: perhaps a label, perhaps a name, perhaps prose."""

    page: int
    line: int
    words: tuple[Word, ...]
    box: Box
    text: str
    tokens: tuple[str, ...]
    colon: bool
    """It ends with a colon."""
    segment: Segment
    last_of_segment: bool = False
    """What follows it in its segment, if anything, is not its continuation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageIndex:
    """One page, ready to be asked."""

    page: int
    width_pt: float
    height_pt: float
    segments: tuple[Segment, ...]
    cells: tuple[Cell, ...]
    mentions: tuple[Mention, ...]
    items: tuple[Cell | Mention, ...]
    """Cells and mentions in reading order."""
    lines: dict[int, tuple[Cell | Mention, ...]]
    letter_pt: float
    """The usual height of a line's letters."""


_CURRENCY_ONLY = re.compile(rf"^(?:{SYMBOL}|[()\-–/+=._*\s])+$", re.IGNORECASE)
_NOTE = re.compile(r"\(\d{1,4}\)")
_LABEL_ENDS = frozenset({(w,) for w in (NUMBER, "id", "date", "datum", "period", "total", "code")})
_CUTTER = frozenset("·|;•●")


def index_page(page: Page, spelling: Spelling | None = None) -> PageIndex:
    """Segments, cells and mentions of a page; the words of its cells are put right by `spelling`, if any."""
    segments = segments_of(page)
    cells: list[Cell] = []
    mentions: list[Mention] = []
    items: list[Cell | Mention] = []
    for segment in segments:
        found = mentions_of(segment)
        mentions.extend(found)
        rest = list(_cells(segment, found))
        cells.extend(rest)
        items.extend(sorted([*rest, *found], key=lambda i: i.box.x0))
    lines: dict[int, list[Cell | Mention]] = {}
    for item in items:
        lines.setdefault(item.line, []).append(item)
    for row in lines.values():
        _part_values_from_labels(row)
    for row, following in pairwise([lines[k] for k in sorted(lines)]):
        _part_headers(row, following)
    if spelling is not None:
        for row in lines.values():
            row[:] = [_spelt(i, spelling) if isinstance(i, Cell) else i for i in row]
    items = [i for row in lines.values() for i in row]
    cells = [i for i in items if isinstance(i, Cell)]
    heights = sorted(s.box.height for s in segments) or [10.0]
    return PageIndex(
        page=page.index,
        width_pt=page.width_pt,
        height_pt=page.height_pt,
        segments=segments,
        cells=tuple(cells),
        mentions=tuple(mentions),
        items=tuple(items),
        lines={k: tuple(v) for k, v in lines.items()},
        letter_pt=max(4.0, heights[len(heights) // 2]),
    )


def _spelt(cell: Cell, spelling: Spelling) -> Cell:
    return replace(cell, tokens=spelling.tokens(_NOTE.sub(" ", cell.text)))


def _part_values_from_labels(row: list[Cell | Mention]) -> None:
    """`Name  Example Ltd Invoice No.  4711`: a long segment between a label and a value ends in the value's label."""
    for at in range(len(row) - 2, 0, -1):
        cell = row[at]
        if not isinstance(cell, Cell) or isinstance(row[at + 1], Cell) or cell.tokens[-1:] not in _LABEL_ENDS:
            continue
        first = next(i for i, item in enumerate(row) if item.box.x0 >= cell.segment.box.x0 - 1)
        before = row[first - 1] if first else None
        if not isinstance(before, Cell) or len(before.tokens) > 3 or len(cell.words) < (4 if first == at else 3):
            continue
        if row[at + 1].box.x0 >= cell.segment.box.x1:
            value, label = cell.segment.parted(len(cell.segment.words) - 2)
            whole = [i for i in row[:at] if isinstance(i, Cell) and i.segment is cell.segment]
            for item in whole:
                row[row.index(item)] = replace(item, segment=value)
            row[at : at + 1] = [
                *([_cell_of(value, cell.words[:-2], last=True)] if cell.words[:-2] else []),
                _cell_of(label, cell.words[-2:], last=True),
            ]


def _part_headers(row: list[Cell | Mention], below: list[Cell | Mention]) -> None:
    for at in range(len(row) - 1, -1, -1):
        cell = row[at]
        if isinstance(cell, Mention):
            continue
        edges = (0, *cuts(cell, below), len(cell.words))
        if len(edges) > 2:
            row[at : at + 1] = [_cell_of(cell.segment, cell.words[a:b], last=True) for a, b in pairwise(edges)]


def _cells(segment: Segment, mentions: tuple[Mention, ...]) -> Iterator[Cell]:
    taken = {i for m in mentions for i in range(m.first, m.last)}
    run: list[Word] = []
    for i, word in enumerate(segment.words):
        if i in taken:
            yield from _cell(segment, run)
            run = []
            glued = _glued_label(word, mentions, i)
            if glued is not None:
                yield from _cell(segment, [glued])
            continue
        if word.text in _CUTTER:
            yield from _cell(segment, run)
            run = []
            continue
        run.append(word)
        if word.text.endswith((":", "：")):
            yield from _cell(segment, run)
            run = []
    yield from _cell(segment, run)


def _glued_label(word: Word, mentions: tuple[Mention, ...], at: int) -> Word | None:
    """`Kundennummer:2` is one word: the part before the colon is a label."""
    head, colon, tail = word.text.partition(":")
    if not colon or not tail or any(c.isdigit() for c in head) or len(head) < 2:
        return None
    mention = next((m for m in mentions if m.first <= at < m.last), None)
    if mention is None or mention.first != at:
        return None
    share = (len(head) + 1) / len(word.text)
    box = Box(word.box.x0, word.box.y0, word.box.x0 + share * word.box.width, word.box.y1)
    return type(word)(text=head + ":", box=box, size_pt=word.size_pt, line=word.line, bold=word.bold)


def _cell(segment: Segment, run: list[Word]) -> Iterator[Cell]:
    if not run:
        return
    text = " ".join(w.text for w in run)
    if _CURRENCY_ONLY.match(text):
        return
    cell = _cell_of(segment, tuple(run), last=run[-1] is segment.words[-1])
    if cell.tokens or text == ":":
        yield cell


def _cell_of(segment: Segment, words: tuple[Word, ...], *, last: bool = False) -> Cell:
    text = " ".join(w.text for w in words)
    return Cell(
        page=segment.page,
        line=segment.line,
        words=words,
        box=union(w.box for w in words),
        text=text,
        tokens=tokens(_NOTE.sub(" ", text)),
        colon=text.rstrip().endswith((":", "：")),
        segment=segment,
        last_of_segment=last,
    )
