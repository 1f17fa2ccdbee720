"""Which text objects leave a trace on the page: the page is drawn again without them, and the pictures compared.

A text object whose absence changes nothing is not seen by anybody, whatever hides it: its mode, its colour, a clip, a
layer that is switched off, or something drawn over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tiling.ink import as_grey, counted_in, difference

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tiling.frame import Frame
    from tiling.glyphs import Glyphs

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Pixels = NDArray[np.uint8]
    Drawer = Callable[[Ints], Pixels]
    """Draws the page without the text objects of these numbers."""

TRACE = 10
"""Grey levels by which a page must differ without its print; less, and there is nothing to read."""
MARGIN = 0.25
"""What is left out at both ends of a character: the neighbours' ink is not its own."""
CELL_PT = (1.5, 3.0)
"""Two characters of different objects that share places so large stand over each other."""
ACROSS, DOWN = (0.25, 0.5, 0.75), (0.3, 0.7)
"""Where in a character's box its places are."""
TOUCHING = 0.15
"""Share of an object's places, and of its box, that another must share to stand over it."""
MOST_GROUPS = 4
"""Objects over objects over objects: deeper piles are not taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """What a page's print does to its picture."""

    trace: Pixels
    """(H, W): by how much each pixel differs from the page without any print."""
    bare: Pixels
    """(H, W): the page without any print."""
    unseen: Flags
    """By text object: its absence changes nothing."""


def painted(glyphs: Glyphs, frame: Frame, full: Pixels, without: Drawer) -> Painted:
    """Compares the page's picture with pictures without its text objects."""
    grey = as_grey(full)
    count = len(glyphs.handles)
    every = np.arange(count)
    if not count:
        return Painted(trace=np.zeros_like(grey), bare=grey, unseen=np.zeros(0, np.bool_))
    bare = as_grey(without(every))
    trace = difference(grey, bare)
    boxes = _displayed(glyphs, frame, MARGIN)
    unseen = ~_seen(trace, boxes, glyphs, frame, count) | _invisible(glyphs)
    whole = _displayed(glyphs, frame, 0.0)
    doubtful = np.flatnonzero(unseen & ~_invisible(glyphs) & _seen(trace, whole, glyphs, frame, count))
    if len(doubtful):  # the ink at their edges is their own, or their neighbours'
        own = _added(grey, as_grey(without(doubtful)), bare)
        unseen[doubtful[_seen(own, whole, glyphs, frame, count)[doubtful]]] = False
    pairs = [(a, b) for a, b in _piled(glyphs, boxes) if not (unseen[a] or unseen[b])]
    for group in _groups(pairs)[:MOST_GROUPS]:
        seen = _seen(_added(grey, as_grey(without(np.array(group))), bare), whole, glyphs, frame, count)
        unseen[[n for n in group if not seen[n]]] = True
    return Painted(trace=trace, bare=bare, unseen=unseen)


def _added(picture: Pixels, without: Pixels, bare: Pixels) -> Pixels:
    """By how much some objects set pixels off from the page without any print; white over black print only takes."""
    away, others = difference(picture, bare), difference(without, bare)
    return np.maximum(away, others) - others


def _displayed(glyphs: Glyphs, frame: Frame, margin: float) -> Floats:
    """Each character's box without its margins, (N, 4) in points on the page as displayed."""
    left, bottom, right, top = glyphs.boxes.T
    x0, y0 = frame.displayed(left, bottom)
    x1, y1 = frame.displayed(right, top)
    x0, x1, y0, y1 = np.minimum(x0, x1), np.maximum(x0, x1), np.minimum(y0, y1), np.maximum(y0, y1)
    wide, high = (x1 - x0) * margin, (y1 - y0) * margin / 2
    return np.stack([x0 + wide, y0 + high, x1 - wide, y1 - high], axis=1)


def _seen(trace: Pixels, boxes: Floats, glyphs: Glyphs, frame: Frame, count: int) -> Flags:
    """By object: whether there is a trace under any of its characters."""
    height, width = trace.shape
    scale = np.array([width / frame.width_pt, height / frame.height_pt] * 2)
    pixels = boxes * scale
    x0, x1 = (np.clip(f, 0, width).astype(np.int64) for f in (np.floor(pixels[:, 0]), np.ceil(pixels[:, 2])))
    y0, y1 = (np.clip(f, 0, height).astype(np.int64) for f in (np.floor(pixels[:, 1]), np.ceil(pixels[:, 3])))
    marked = counted_in(trace >= TRACE, x0, y0, x1, y1) > 0
    seen = np.zeros(count, np.bool_)
    seen[glyphs.objects[marked]] = True
    return seen


def _piled(glyphs: Glyphs, boxes: Floats) -> list[tuple[int, int]]:
    """Pairs of text objects that stand over each other and say different things."""
    word = _alphanumeric(glyphs.codes)
    if not word.any():
        return []
    boxes, objects, codes = boxes[word], glyphs.objects[word], glyphs.codes[word]
    x, y = boxes[:, :2].T
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    cells = [
        np.floor((y + height * down) / CELL_PT[1]).astype(np.int64) * 1_000_003
        + np.floor((x + width * across) / CELL_PT[0]).astype(np.int64)
        for across in ACROSS
        for down in DOWN
    ]
    cell, who, code = np.concatenate(cells), np.tile(objects, len(cells)), np.tile(codes, len(cells))
    order = np.lexsort((who, cell))
    cell, who, code = cell[order], who[order], code[order]
    new = np.concatenate(([True], (cell[1:] != cell[:-1]) | (who[1:] != who[:-1])))
    cell, who, code = cell[new], who[new], code[new]
    at = np.flatnonzero((cell[1:] == cell[:-1]) & (who[1:] != who[:-1]))
    if not len(at):
        return []
    places = np.bincount(who)
    keys, inverse, counts = np.unique(
        np.stack([who[at], who[at + 1]], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    differing = np.bincount(inverse.ravel(), weights=code[at] != code[at + 1], minlength=len(keys))
    needed = np.maximum(2, TOUCHING * np.minimum(places[keys[:, 0]], places[keys[:, 1]]))
    piled = (counts >= needed) & (differing > counts / 2)  # the same text twice is one, printed so to look bold
    found = ((int(a), int(b)) for a, b in keys[piled])
    return [(a, b) for a, b in found if _overlap(boxes, objects, a, b) >= TOUCHING]


def _overlap(boxes: Floats, objects: Ints, one: int, other: int) -> float:
    """Share of the smaller of two rows of characters that the other covers."""
    rows = (boxes[objects == n] for n in (one, other))
    a, b = (np.concatenate([row[:, :2].min(axis=0), row[:, 2:].max(axis=0)]) for row in rows)
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    smaller = min(np.prod(a[2:] - a[:2]), np.prod(b[2:] - b[:2]))
    return float(np.prod(np.maximum(sides, 0)) / smaller) if smaller > 0 else 0.0


def _invisible(glyphs: Glyphs) -> Flags:
    """By object: whether its mode paints nothing."""
    flags = np.zeros(len(glyphs.handles), np.bool_)
    flags[glyphs.objects] = np.array([s.invisible for s in glyphs.styles], np.bool_)[glyphs.style_at]
    return flags


def _alphanumeric(codes: Ints) -> Flags:
    """Rules, dots and brackets are printed over words everywhere."""
    values, inverse = np.unique(codes, return_inverse=True)
    known = [0 < v < 0xD800 and chr(v).isalnum() for v in values.tolist()]
    flags: Flags = np.array(known, np.bool_)[inverse]
    return flags


def _groups(pairs: list[tuple[int, int]]) -> list[list[int]]:
    """The objects in as few groups as it goes, so that none stands over another of its group."""
    neighbours: dict[int, set[int]] = {}
    for a, b in pairs:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    groups: list[list[int]] = []
    for one in sorted(neighbours):
        fitting = (g for g in groups if not neighbours[one].intersection(g))
        group = next(fitting, None)
        if group is None:
            group = []
            groups.append(group)
        group.append(one)
    return groups
