"""Fragments put into printed lines: by baseline, not by content order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.fragments import BASELINE_EM, PIECE_EM, Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable

ASCENT_EM = 0.8
DESCENT_EM = 0.22
"""The height of a word's box: the usual extent of Latin print, because what fonts say of themselves is often wrong."""
SAME_BASELINE_EM = 0.13
COMMON_HEIGHT = 0.6
"""Two rows of fragments whose boxes share this much of the lower one's height are one line, if they do not collide."""
SPACED_LETTERS = 4
SPACED_LETTER_GAP_EM = 0.7


class _Row:
    """Fragments of one baseline."""

    __slots__ = ("bottom", "fragments", "size", "top", "v", "width")

    def __init__(self, fragment: Fragment) -> None:
        self.fragments = [fragment]
        self.v = fragment.v
        self.size = fragment.size_pt
        self.width = fragment.u1 - fragment.u0
        self._extend()

    def _extend(self) -> None:
        self.top = self.v - ASCENT_EM * self.size
        self.bottom = self.v + DESCENT_EM * self.size

    def add(self, fragment: Fragment) -> None:
        self.fragments.append(fragment)
        self.size = max(self.size, fragment.size_pt)
        self.width += fragment.u1 - fragment.u0
        self._extend()

    def collides(self, other: _Row) -> bool:
        slack = 0.2 * min(self.size, other.size)
        return any(a.u0 < b.u1 - slack and b.u0 < a.u1 - slack for a in self.fragments for b in other.fragments)

    def common_height(self, other: _Row) -> float:
        """Share of the smaller row's height that both cover."""
        bottom = min(other.bottom, self.bottom)
        top = max(other.top, self.top)
        return (bottom - top) / ((ASCENT_EM + DESCENT_EM) * max(0.1, min(self.size, other.size)))


def lines_of(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Printed lines top to bottom, each from left to right, with touching pieces joined."""
    rows: list[_Row] = []
    for fragment in sorted(fragments, key=lambda f: (f.v, f.u0)):
        row = rows[-1] if rows else None
        if row is not None and fragment.v - row.v <= SAME_BASELINE_EM * min(row.size, fragment.size_pt):
            row.add(fragment)
        else:
            rows.append(_Row(fragment))
    return [_joined(row.fragments) for row in sorted(_united(rows), key=lambda r: r.v)]


def _united(rows: list[_Row]) -> list[_Row]:
    """Rows on slightly different baselines united where they are one printed line, the wider row's baseline kept."""
    place = {id(row): i for i, row in enumerate(rows)}
    kept: list[_Row | None] = [None] * len(rows)
    for row in sorted(rows, key=lambda r: -r.width):
        i = place[id(row)]
        near = [k for k in kept[max(0, i - 6) : i + 7] if k is not None and k.common_height(row) >= COMMON_HEIGHT]
        near.sort(key=lambda k: abs(k.v - row.v))
        home = next((k for k in near if not k.collides(row)), None)
        if home is None:
            kept[i] = row
        else:
            home.fragments.extend(row.fragments)
    return [k for k in kept if k is not None]


def _joined(fragments: Iterable[Fragment]) -> list[Fragment]:
    """One line from left to right: prints of the same text on top of each other once, touching pieces as one word."""
    line: list[Fragment] = []
    for fragment in sorted(fragments, key=_start):
        text = fragment.text
        if any([text == other.text and _same_print(fragment, other) for other in line[-3:]]):  # noqa: C419 - faster
            continue
        if line and _touches(line[-1], fragment):
            line[-1] = _one_word([line[-1], fragment])
        else:
            line.append(fragment)
    letters = sum(len(f.text) == 1 for f in line)
    return _letters_joined(line) if letters >= SPACED_LETTERS else line


def _start(fragment: Fragment) -> float:
    return fragment.u0


def _same_print(a: Fragment, b: Fragment) -> bool:
    """Bold faked by printing the same text twice with a small offset."""
    em = min(a.size_pt, b.size_pt)
    return abs(a.u0 - b.u0) < BASELINE_EM * em and abs(a.u1 - b.u1) < BASELINE_EM * em


def _touches(a: Fragment, b: Fragment) -> bool:
    em = min(a.size_pt, b.size_pt)
    return (
        not a.ended
        and PIECE_EM[0] * em <= b.u0 - a.u1 <= PIECE_EM[1] * em
        and abs(a.v - b.v) <= BASELINE_EM * em
        and max(a.size_pt, b.size_pt) <= 1.1 * em
    )


def _one_word(pieces: list[Fragment]) -> Fragment:
    return Fragment(
        text="".join(p.text for p in pieces),
        u0=min(p.u0 for p in pieces),
        u1=max(p.u1 for p in pieces),
        v=pieces[0].v,
        size_pt=max(p.size_pt for p in pieces),
        first=pieces[0].first,
        ended=pieces[-1].ended,
    )


def _letters_joined(line: list[Fragment]) -> list[Fragment]:
    """`I N V O I C E` typed with spaces between the letters as one word."""
    result: list[Fragment] = []
    run: list[Fragment] = []
    for fragment in line:
        if run and not _continues(run, fragment):
            result.extend(_as_word(run))
            run = []
        run.append(fragment)
    result.extend(_as_word(run))
    return result


def _continues(run: list[Fragment], fragment: Fragment) -> bool:
    last = run[-1]
    if not (_is_capital(last) and _is_capital(fragment)):
        return False
    em = max(0.1, last.size_pt)
    gap = (fragment.u0 - last.u1) / em
    first = (run[1].u0 - run[0].u1) / em if len(run) > 1 else gap
    return 0 < gap < SPACED_LETTER_GAP_EM and abs(gap - first) < BASELINE_EM


def _is_capital(fragment: Fragment) -> bool:
    return len(fragment.text) == 1 and fragment.text.isupper()


def _as_word(run: list[Fragment]) -> list[Fragment]:
    """One word of at least four letters, three of them different (`X X X X` are marks in columns)."""
    if len(run) < SPACED_LETTERS or len({f.text for f in run}) < SPACED_LETTERS - 1:
        return run
    return [_one_word(run)]
