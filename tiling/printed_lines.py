"""Fragments put into printed lines: by baseline, not by content order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.fragments import BASELINE_EM, PIECE_EM, Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ASCENT_EM = 0.8
DESCENT_EM = 0.22
"""The height of a word's box: the usual extent of Latin print, because what fonts say of themselves is often wrong."""
SAME_BASELINE_EM = 0.13
COMMON_HEIGHT = 0.6
"""Two rows of fragments whose boxes share this much of the lower one's height are one line, if they do not collide."""
SPACED_LETTERS = 4


class _Row:
    """Fragments of one baseline."""

    __slots__ = ("fragments", "size", "v")

    def __init__(self, fragment: Fragment) -> None:
        self.fragments = [fragment]
        self.v = fragment.v
        self.size = fragment.size_pt

    def collides(self, other: _Row) -> bool:
        slack = 0.2 * min(self.size, other.size)
        return any(a.u0 < b.u1 - slack and b.u0 < a.u1 - slack for a in self.fragments for b in other.fragments)

    def common_height(self, other: _Row) -> float:
        """Share of the smaller row's height that both cover."""
        top = max(self.v - ASCENT_EM * self.size, other.v - ASCENT_EM * other.size)
        bottom = min(self.v + DESCENT_EM * self.size, other.v + DESCENT_EM * other.size)
        return (bottom - top) / ((ASCENT_EM + DESCENT_EM) * max(0.1, min(self.size, other.size)))

    @property
    def width(self) -> float:
        return sum(f.u1 - f.u0 for f in self.fragments)


def lines_of(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Printed lines top to bottom, each from left to right, with touching fragments joined."""
    rows: list[_Row] = []
    for fragment in sorted(fragments, key=lambda f: (f.v, f.u0)):
        row = rows[-1] if rows else None
        if row is not None and fragment.v - row.v <= SAME_BASELINE_EM * min(row.size, fragment.size_pt):
            row.fragments.append(fragment)
            row.size = max(row.size, fragment.size_pt)
        else:
            rows.append(_Row(fragment))
    lines = sorted(_united(rows), key=lambda r: r.v)
    return [joined(row.fragments) for row in lines]


def _united(rows: Sequence[_Row]) -> list[_Row]:
    """Rows on slightly different baselines united where they are one printed line, the wider row's baseline kept."""
    kept: list[_Row] = []
    for row in sorted(rows, key=lambda r: -r.width):
        near = [k for k in kept if abs(k.v - row.v) < max(k.size, row.size) and k.common_height(row) >= COMMON_HEIGHT]
        near.sort(key=lambda k: abs(k.v - row.v))
        home = next((k for k in near if not k.collides(row)), None)
        if home is None:
            kept.append(row)
        else:
            home.fragments.extend(row.fragments)
    return kept


def joined(fragments: Iterable[Fragment]) -> list[Fragment]:
    """One line from left to right: prints of the same text on top of each other once, touching pieces as one word."""
    line: list[Fragment] = []
    for fragment in sorted(fragments, key=lambda f: f.u0):
        if any(_same_print(fragment, other) for other in line[-3:]):
            continue
        last = line[-1] if line else None
        if last is not None and _touches(last, fragment):
            line[-1] = _united_words(last, fragment, "")
        else:
            line.append(fragment)
    return _letters_joined(line)


def _same_print(a: Fragment, b: Fragment) -> bool:
    """Bold faked by printing twice with a small offset."""
    em = min(a.size_pt, b.size_pt)
    return a.text == b.text and abs(a.u0 - b.u0) < BASELINE_EM * em and abs(a.u1 - b.u1) < BASELINE_EM * em


def _touches(a: Fragment, b: Fragment) -> bool:
    em = min(a.size_pt, b.size_pt)
    return (
        not a.spaced
        and PIECE_EM[0] * em <= b.u0 - a.u1 <= PIECE_EM[1] * em
        and abs(a.v - b.v) <= BASELINE_EM * em
        and max(a.size_pt, b.size_pt) <= 1.1 * em
    )


def _united_words(a: Fragment, b: Fragment, between: str) -> Fragment:
    return Fragment(
        text=a.text + between + b.text,
        u0=min(a.u0, b.u0),
        u1=max(a.u1, b.u1),
        v=a.v,
        size_pt=max(a.size_pt, b.size_pt),
        style=a.style,
        spaced=b.spaced,
        glyphs=a.glyphs + b.glyphs,
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
    if not (_is_letter(last) and _is_letter(fragment)):
        return False
    gap = (fragment.u0 - last.u1) / max(0.1, last.size_pt)
    first = (run[1].u0 - run[0].u1) / max(0.1, last.size_pt) if len(run) > 1 else gap
    return 0 < gap < 0.7 and abs(gap - first) < 0.12


def _is_letter(fragment: Fragment) -> bool:
    return len(fragment.text) == 1 and fragment.text.isalpha() and fragment.text.isupper()


def _as_word(run: list[Fragment]) -> list[Fragment]:
    if len(run) < SPACED_LETTERS or len({f.text for f in run}) < 3:
        return run
    word = run[0]
    for fragment in run[1:]:
        word = _united_words(word, fragment, "")
    return [word]
