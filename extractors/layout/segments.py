"""The geometry under the layout reader: words joined into segments, segments into columns and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tiling import Box, Page, Word, union

if TYPE_CHECKING:
    from collections.abc import Sequence


NARROWEST = 0.75
"""Letter heights; no space of running text is so wide."""
WIDER = 2.2
USUAL_AT_MOST = 0.9


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

    def parted(self, at: int) -> tuple[Segment, Segment]:
        """The words before index `at`, and those from there on; both must have some."""
        return _segment(self.page, self.words[:at]), _segment(self.page, self.words[at:])


def _segment(page: int, words: Sequence[Word]) -> Segment:
    return Segment(
        page=page,
        line=words[0].line,
        words=tuple(words),
        box=union(w.box for w in words),
        text=" ".join(w.text for w in words),
    )


def segments_of(page: Page, *, gap: float = 1.2) -> tuple[Segment, ...]:
    """The page's segments in reading order; a gap wider than `gap` times the line's letter height ends one.

    Columns may stand closer: a gap that is much wider than the page's usual space between words ends one as well.
    """
    limit = min(gap, max(NARROWEST, WIDER * _usual_space(page)))
    segments: list[Segment] = []
    run: list[Word] = []
    for word in page.words:
        if run:
            last = run[-1]
            if word.line != last.line or _space(last, word) > limit:
                segments.append(_segment(page.index, run))
                run = []
        run.append(word)
    if run:
        segments.append(_segment(page.index, run))
    return tuple(segments)


def _space(left: Word, right: Word) -> float:
    """The gap between two words, in letter heights."""
    return (right.box.x0 - left.box.x1) / max(left.box.height, right.box.height, 4.0)


def _usual_space(page: Page) -> float:
    spaces = sorted(
        space
        for left, right in pairwise(page.words)
        if left.line == right.line and 0 < (space := _space(left, right)) < USUAL_AT_MOST
    )
    return spaces[len(spaces) // 2] if spaces else USUAL_AT_MOST
