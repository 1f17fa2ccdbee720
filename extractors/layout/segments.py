"""The geometry under the layout reader: words joined into segments, segments into columns and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiling import Box, Page, Word, union

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of words of one printed line without a wide gap: a label, a value, a table cell, a line of an address."""

    page: int
    """0-based."""
    line: int
    words: tuple[Word, ...]
    box: Box
    """Points on the page as displayed."""
    text: str
    """The words joined by single spaces."""

    @property
    def size_pt(self) -> float:
        return max(w.size_pt for w in self.words)


def _segment(page: Page, words: Sequence[Word]) -> Segment:
    return Segment(
        page=page.index,
        line=words[0].line,
        words=tuple(words),
        box=union(w.box for w in words),
        text=" ".join(w.text for w in words),
    )


def segments_of(page: Page, *, gap: float = 1.2) -> tuple[Segment, ...]:
    """The page's segments in reading order; a gap wider than `gap` times the line's letter height ends one."""
    segments: list[Segment] = []
    run: list[Word] = []
    for word in page.words:
        if run:
            last = run[-1]
            height = max(last.box.height, word.box.height, 4.0)
            if word.line != last.line or word.box.x0 - last.box.x1 > gap * height:
                segments.append(_segment(page, run))
                run = []
        run.append(word)
    if run:
        segments.append(_segment(page, run))
    return tuple(segments)
