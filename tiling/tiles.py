"""A page cut into tiles that fit a model's budget: along white space, never through a line of print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from tiling.box import Box
from tiling.tile import Strip, Tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiling.scale import Look
    from tiling.tokens import Formula

LOSSLESS = 0.97
"""A picture that the model makes smaller by less than this share is seen as it was sent."""
OVERLAP_EMS = 3.0
"""Where there is no gap, the next tile begins so many font sizes earlier: a line cut by one is whole in the other."""
WHITE_EMS = 1.2
"""Of a white band right across the page so much is kept, in font sizes: it parts, and costs nothing more."""
SMALLER = 0.93
"""Step by which the scale gives way where no cut can help."""
LEAST_SCALE = 0.15
"""Pixels a point; below, nothing at all can be read."""
LATE = 0.6
"""A tile is filled at least so far before the best gap is chosen."""
NEAR_PT = 2.0
"""A drawn line so near a gap ends a row there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Visual tokens; None: as many as the model takes."""

    request: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableHeading:
    """A heading row (points) that goes with every tile which begins in its table."""

    row: Box
    table: Box


class BudgetError(ValueError):
    """The budget is too small for any picture of this page."""


def tiles_of(
    page_index: int,
    look: Look,
    formula: Formula,
    budget: Budget,
    *,
    headings: Sequence[TableHeading] = (),
    whole: Sequence[Box] = (),
) -> tuple[Tile, ...]:
    """The tiles of a page from above to below, each within the budget, all ink covered; BudgetError where none can be.

    `whole` are boxes (points) that no cut may cross, such as rows of tables whose cells have several lines. Where the
    page is too wide for the model, or has more tiles than its budget allows, it is scaled down, and says so.
    """
    gaps = tuple(gap for gap in look.gaps if not any(box.y0 < gap[0] and gap[1] < box.y1 for box in whole))
    scale = look.scale
    while scale >= LEAST_SCALE:
        tiles = _Cutter(page_index, look, formula, budget, gaps, tuple(headings), scale).cut()
        if tiles and (budget.page is None or sum(tile.tokens for tile in tiles) <= budget.page):
            return tiles
        scale *= SMALLER
    msg = f"a budget of {budget.request or budget.page} visual tokens is too small for any picture of the page"
    raise BudgetError(msg)


@dataclass(frozen=True)
class _Cutter:
    page_index: int
    look: Look
    formula: Formula
    budget: Budget
    gaps: tuple[tuple[float, float], ...]
    headings: tuple[TableHeading, ...]
    wanted_scale: float

    def cut(self) -> tuple[Tile, ...]:
        """All tiles at this scale; empty where the page cannot be cut so that every tile fits."""
        content = self.look.content
        tiles: list[Tile] = []
        top = content.y0
        while True:
            rest = self._tile(top, content.y1)
            if rest is not None:
                return (*tiles, rest)
            tile, following = self._next(top)
            if tile is None:
                return ()
            tiles.append(tile)
            top = following

    @cached_property
    def _width_px(self) -> int:
        """Of the strips: the nearest width that the model sees as it is; a little larger or smaller is no matter."""
        exact = max(1, round(self.look.content.width * self.wanted_scale))
        least = max(1, int(exact * LOSSLESS))
        return next((w for w in range(exact, least, -1) if self.formula.canvas(w, w)[0] == w), exact)

    @cached_property
    def _scale(self) -> float:
        return self._width_px / self.look.content.width

    @cached_property
    def _printed(self) -> tuple[tuple[float, float], ...]:
        """(top, bottom) of what is kept of the content from above to below: all but the middle of wide white bands."""
        content, half = self.look.content, WHITE_EMS * self.look.em_pt / 2
        edges = [content.y0]
        for top, bottom in self.look.gaps:
            if content.y0 < top and bottom < content.y1 and bottom - top > 2 * half:
                edges += [top + half, bottom - half]
        edges.append(content.y1)
        return tuple(zip(edges[::2], edges[1::2], strict=True))

    def _next(self, top: float) -> tuple[Tile | None, float]:
        """The tile that begins at `top`, and where the one after it begins."""
        deepest = self._deepest(top)
        if deepest is None:
            return None, top
        for gap in self._choice(top, deepest):
            middle = sum(gap) / 2
            tile = self._tile(top, middle)
            if tile is not None:
                return tile, middle
        overlap = OVERLAP_EMS * self.look.em_pt
        return (self._tile(top, deepest), deepest - overlap) if deepest - top > 2 * overlap else (None, top)

    def _choice(self, top: float, deepest: float) -> list[tuple[float, float]]:
        """Gaps to cut at, the best first: one between rows; within a row too tall for a tile, one between lines."""
        least, late = top + self.look.em_pt, top + LATE * (deepest - top)
        for gaps, first in ((self.gaps, late), (self.gaps, least), (self.look.gaps, least)):
            found = [gap for gap in gaps if first < sum(gap) / 2 <= deepest]
            if found:
                return sorted(found, key=self._worth, reverse=True)
        return []

    def _deepest(self, top: float) -> float | None:
        """About how far down a tile from `top` fits; None where not even two lines do."""
        least, most = 2 * self.look.em_pt, self.look.content.y1 - top
        height = most
        while height > least:
            if self._tile(top, top + height) is not None:
                return top + height
            height *= 0.97
        return None

    def _worth(self, gap: tuple[float, float]) -> float:
        """Wide gaps part what does not belong together; beside a drawn line a row ends."""
        near = any(gap[0] - NEAR_PT <= y <= gap[1] + NEAR_PT for y in self.look.rulings_y)
        return (gap[1] - gap[0]) * (2 if near else 1)

    def _tile(self, top: float, bottom: float) -> Tile | None:
        """The tile, or None where it is over the budget or the model would shrink it."""
        strips = self._strips(top, bottom)
        height = strips[-1].top_px + strips[-1].height_px
        try:
            size = self.formula.canvas(self._width_px, height)
            tokens = self.formula.tokens(*size)
        except ValueError:  # too long and thin for the model
            return None
        if self.budget.request is not None and tokens > self.budget.request:
            return None
        if self.formula.shrinkage(*size) < LOSSLESS:
            return None
        return Tile(
            page_index=self.page_index,
            strips=strips,
            strip_width_px=self._width_px,
            width_px=size[0],
            height_px=size[1],
            tokens=tokens,
            legible=self._scale >= LOSSLESS * self.look.scale,
        )

    def _strips(self, top: float, bottom: float) -> tuple[Strip, ...]:
        content = self.look.content
        heading = self._heading(top)
        boxes = [] if heading is None else [heading]
        kept = [(max(a, top), min(b, bottom)) for a, b in self._printed if a < bottom and b > top]
        boxes += [Box(content.x0, a, content.x1, b) for a, b in kept or [(top, bottom)]]
        heights = [max(1, round(box.height * self._scale)) for box in boxes]
        tops = [sum(heights[:n]) for n in range(len(heights))]
        places = zip(boxes, tops, heights, strict=True)
        strips = [Strip(box=box, top_px=y, height_px=height) for box, y, height in places]
        if heading is not None:
            strips[0] = replace(strips[0], heading=True)
        return tuple(strips)

    def _heading(self, top: float) -> Box | None:
        content = self.look.content
        for heading in self.headings:
            if heading.row.y1 <= top < heading.table.y1:
                return Box(content.x0, heading.row.y0, content.x1, heading.row.y1)
        return None


def overlaps(tiles: Sequence[Tile]) -> tuple[float, ...]:
    """By how many points of the page each tile repeats the one before it; 0.0 where it begins at a gap."""
    return tuple(max(0.0, before.box.y1 - after.box.y0) for before, after in pairwise(tiles))
