"""Drawn lines of a PDF page: thin strokes, thin filled boxes and the edges of rectangles: what rules tables."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as c

from tiling.box import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pypdfium2 as pdfium

    from tiling.frame import Frame

    Matrix = tuple[float, float, float, float, float, float]
    Segment = tuple[float, float, float, float]

THIN_PT = 3.0
"""A filled box that is not thicker is a line."""
SHORTEST_PT = 8.0
AXIS_PT = 0.6
"""A segment that leaves its axis by less is horizontal or vertical."""
MEETING_PT = 1.0
"""Pieces on one axis that are nearer than this are one line (dashes, the edges of neighbouring cells)."""
MOST_OBJECTS = 20_000
MOST_SEGMENTS = 20_000
MOST_DEPTH = 8
WHITE = 245
FAINT = 30
"""Of 255: a fainter stroke is not seen."""
PAGE_SHARE = 0.9
"""A filled box larger than this share of the page is its background."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def rulings_of(page: pdfium.PdfPage, frame: Frame) -> tuple[Box, ...]:
    """Horizontal and vertical lines as thin boxes in points on the page as displayed, top to bottom."""
    boxes = (_line(segment, frame) for segment in _Walk(frame).segments(page.raw))
    return tuple(sorted(_merged(b for b in boxes if b is not None), key=lambda b: (b.y0, b.x0)))


class _Walk:
    """Through the page's objects and the forms inside it, with a limit to the work."""

    def __init__(self, frame: Frame) -> None:
        self._objects = MOST_OBJECTS
        self._segments = MOST_SEGMENTS
        self._page_area = max(1.0, frame.width_pt * frame.height_pt)

    def segments(self, page: object) -> Iterator[Segment]:
        for i in range(c.FPDFPage_CountObjects(page)):
            yield from self._of_object(c.FPDFPage_GetObject(page, i), IDENTITY, 0)

    def _of_object(self, handle: object, matrix: Matrix, depth: int) -> Iterator[Segment]:
        self._objects -= 1
        if self._objects < 0 or self._segments < 0:
            return
        kind = c.FPDFPageObj_GetType(handle)
        if kind == c.FPDF_PAGEOBJ_PATH:
            yield from self._of_path(handle, matrix)
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
            inner = _times(_matrix(handle), matrix)
            for i in range(c.FPDFFormObj_CountObjects(handle)):
                yield from self._of_object(c.FPDFFormObj_GetObject(handle, i), inner, depth + 1)

    def _of_path(self, handle: object, matrix: Matrix) -> Iterator[Segment]:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not c.FPDFPath_GetDrawMode(handle, fill, stroke):
            return
        stroked = bool(stroke.value) and _seen(handle, c.FPDFPageObj_GetStrokeColor)
        filled = fill.value != c.FPDF_FILLMODE_NONE and _seen(handle, c.FPDFPageObj_GetFillColor)
        if not (stroked or filled):
            return
        points = _points(handle, self._segments)
        self._segments -= len(points)
        whole = _times(_matrix(handle), matrix)
        placed = [(kind, *_apply(whole, x, y), closes) for kind, x, y, closes in points]
        if filled and not stroked:
            yield from self._of_filled([(x, y) for _, x, y, _ in placed])
        else:
            yield from _axis_segments(placed)

    def _of_filled(self, points: list[tuple[float, float]]) -> Iterator[Segment]:
        """A thin box is a line; a larger one has four edges; the page's background has none."""
        for corners in (points[i : i + 5] for i in range(0, len(points), 5)) if len(points) % 5 == 0 else (points,):
            if len(corners) not in {4, 5}:
                continue
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
            if any(min(x - left, right - x) > AXIS_PT or min(y - bottom, top - y) > AXIS_PT for x, y in corners):
                continue
            if min(right - left, top - bottom) <= THIN_PT:
                yield left, bottom, right, top
            elif (right - left) * (top - bottom) < PAGE_SHARE * self._page_area:
                yield left, bottom, right, bottom
                yield left, top, right, top
                yield left, bottom, left, top
                yield right, bottom, right, top


@dataclass(slots=True)
class _Pen:
    """Where a path began and where it stands."""

    start: tuple[float, float] = (0.0, 0.0)
    at: tuple[float, float] = (0.0, 0.0)


def _axis_segments(points: Iterable[tuple[int, float, float, bool]]) -> Iterator[Segment]:
    pen = _Pen()
    for kind, x, y, closes in points:
        if kind == c.FPDF_SEGMENT_MOVETO:
            pen.start = pen.at = (x, y)
            continue
        if kind == c.FPDF_SEGMENT_LINETO and (abs(x - pen.at[0]) < AXIS_PT or abs(y - pen.at[1]) < AXIS_PT):
            yield *pen.at, x, y
        pen.at = (x, y)
        if closes:
            if abs(x - pen.start[0]) < AXIS_PT or abs(y - pen.start[1]) < AXIS_PT:
                yield *pen.at, *pen.start
            pen.at = pen.start


def _points(handle: object, most: int) -> list[tuple[int, float, float, bool]]:
    """Kind, x, y and whether the figure is closed there, for every point of a path."""
    x, y = ctypes.c_float(), ctypes.c_float()
    found = []
    for i in range(min(c.FPDFPath_CountSegments(handle), max(0, most))):
        segment = c.FPDFPath_GetPathSegment(handle, i)
        if c.FPDFPathSegment_GetPoint(segment, x, y):
            kind = c.FPDFPathSegment_GetType(segment)
            found.append((kind, x.value, y.value, bool(c.FPDFPathSegment_GetClose(segment))))
    return found


def _seen(handle: object, colour_of: object) -> bool:
    """Whether the colour is neither transparent nor white."""
    channels = [ctypes.c_uint() for _ in range(4)]
    if not colour_of(handle, *channels):  # type: ignore[operator]
        return True
    red, green, blue, alpha = (channel.value for channel in channels)
    return alpha >= FAINT and min(red, green, blue) < WHITE


def _matrix(handle: object) -> Matrix:
    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(handle, matrix):
        return IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, cc, d, e, f = first
    a2, b2, c2, d2, e2, f2 = then
    return (
        a * a2 + b * c2,
        a * b2 + b * d2,
        cc * a2 + d * c2,
        cc * b2 + d * d2,
        e * a2 + f * c2 + e2,
        e * b2 + f * d2 + f2,
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, cc, d, e, f = matrix
    return a * x + cc * y + e, b * x + d * y + f


def _line(segment: Segment, frame: Frame) -> Box | None:
    """The segment on the displayed page, cut to it; None where nothing of it is a line there."""
    box = frame.box(*segment)
    if max(box.width, box.height) < SHORTEST_PT or min(box.width, box.height) > THIN_PT:
        return None
    cut = Box(max(0.0, box.x0), max(0.0, box.y0), min(frame.width_pt, box.x1), min(frame.height_pt, box.y1))
    return cut if cut.width >= 0 and cut.height >= 0 and max(cut.width, cut.height) >= SHORTEST_PT else None


def _merged(lines: Iterable[Box]) -> list[Box]:
    """Pieces that lie on one axis and meet, as one line."""
    flat: dict[int, list[Box]] = defaultdict(list)
    upright: dict[int, list[Box]] = defaultdict(list)
    for line in lines:
        if line.width >= line.height:
            flat[round(line.cy / MEETING_PT)].append(line)
        else:
            upright[round(line.cx / MEETING_PT)].append(line)
    found: list[Box] = []
    for group in flat.values():
        group.sort(key=lambda b: b.x0)
        found.extend(_chained(group, horizontal=True))
    for group in upright.values():
        group.sort(key=lambda b: b.y0)
        found.extend(_chained(group, horizontal=False))
    return found


def _chained(lines: list[Box], *, horizontal: bool) -> Iterator[Box]:
    current: Box | None = None
    for line in lines:
        if current is None:
            current = line
            continue
        gap = line.x0 - current.x1 if horizontal else line.y0 - current.y1
        if gap <= MEETING_PT:
            current = Box(
                min(current.x0, line.x0), min(current.y0, line.y0), max(current.x1, line.x1), max(current.y1, line.y1)
            )
        else:
            yield current
            current = line
    if current is not None:
        yield current
