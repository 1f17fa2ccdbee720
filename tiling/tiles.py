"""A page cut into tiles that fit a model's budget: along white space, never through a line of print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiling.box import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiling.scale import Look
    from tiling.tokens import Formula

LOSSLESS = 0.97
"""A picture that the model makes smaller by less than this share is seen as it was sent."""
OVERLAP_EMS = 3.0
"""Where there is no gap, the next tile begins so many font sizes earlier: a line cut by one is whole in the other."""
SMALLER = 0.93
"""Step by which the scale gives way where no cut can help."""
LEAST_SCALE = 0.15
"""Pixels a point; below, nothing at all can be read."""
LATE = 0.6
"""A tile is filled at least so far before the best gap is chosen."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A cut of a page, and the picture that is made of it. A heading row, where there is one, is put on top."""

    page_index: int
    box: Box
    """Points."""
    width_px: int
    height_px: int
    """Of the whole picture, heading included."""
    tokens: int
    legible: bool
    """The smallest significant print keeps the size it needs."""
    heading: Box | None = None
    heading_px: int = 0

    def to_page(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Pixels of the tile -> points of the page."""
        box, top, height = self._part(in_heading=y_px < self.heading_px)
        return box.x0 + x_px * box.width / self.width_px, box.y0 + (y_px - top) * box.height / height

    def to_tile(self, x_pt: float, y_pt: float) -> tuple[float, float]:
        """Points of the page -> pixels of the tile; of what is also in the heading, those of the tile itself."""
        inside = self.box.y0 <= y_pt <= self.box.y1
        in_heading = not inside and self.heading is not None and self.heading.y0 <= y_pt <= self.heading.y1
        box, top, height = self._part(in_heading=in_heading)
        return (x_pt - box.x0) * self.width_px / box.width, top + (y_pt - box.y0) * height / box.height

    def _part(self, *, in_heading: bool) -> tuple[Box, int, int]:
        if in_heading and self.heading is not None:
            return self.heading, 0, self.heading_px
        return self.box, self.heading_px, self.height_px - self.heading_px


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
    gaps = [gap for gap in look.gaps if not any(box.y0 < sum(gap) / 2 < box.y1 for box in whole)]
    scale = look.scale
    while scale >= LEAST_SCALE:
        cutter = _Cutter(page_index, look, formula, budget, gaps, headings, scale)
        tiles = cutter.cut()
        if tiles and (budget.page is None or sum(tile.tokens for tile in tiles) <= budget.page):
            return tiles
        scale *= SMALLER
    msg = f"a budget of {budget.request or budget.page} visual tokens is too small for any picture of the page"
    raise BudgetError(msg)


@dataclass(frozen=True, slots=True)
class _Cutter:
    page_index: int
    look: Look
    formula: Formula
    budget: Budget
    gaps: Sequence[tuple[float, float]]
    headings: Sequence[TableHeading]
    scale: float

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

    def _next(self, top: float) -> tuple[Tile | None, float]:
        """The tile that begins at `top`, and where the one after it begins."""
        deepest = self._deepest(top)
        if deepest is None:
            return None, top
        found = [gap for gap in self.gaps if top + LATE * (deepest - top) <= sum(gap) / 2 <= deepest]
        found = found or [gap for gap in self.gaps if top + self.look.em_pt < sum(gap) / 2 <= deepest]
        for gap in sorted(found, key=self._worth, reverse=True):
            middle = sum(gap) / 2
            tile = self._tile(top, middle)
            if tile is not None:
                return tile, middle
        overlap = OVERLAP_EMS * self.look.em_pt
        return (self._tile(top, deepest), deepest - overlap) if deepest - top > 2 * overlap else (None, top)

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
        near = any(gap[0] - 2 <= y <= gap[1] + 2 for y in self.look.rulings_y)
        return (gap[1] - gap[0]) * (2 if near else 1)

    def _tile(self, top: float, bottom: float) -> Tile | None:
        """The tile, or None where it is over the budget or the model would shrink it."""
        box = Box(self.look.content.x0, top, self.look.content.x1, bottom)
        heading = self._heading(top)
        strip = 0 if heading is None else max(1, round(heading.height * self.scale))
        width, height = max(1, round(box.width * self.scale)), strip + max(1, round(box.height * self.scale))
        try:
            tokens = self.formula.tokens(width, height)
        except ValueError:  # too long and thin for the model
            return None
        if self.budget.request is not None and tokens > self.budget.request:
            return None
        if self.formula.shrinkage(width, height) < LOSSLESS:
            return None
        return Tile(
            page_index=self.page_index,
            box=box,
            width_px=width,
            height_px=height,
            tokens=tokens,
            legible=self.scale >= LOSSLESS * self.look.scale,
            heading=heading,
            heading_px=strip,
        )

    def _heading(self, top: float) -> Box | None:
        content = self.look.content
        for heading in self.headings:
            if heading.row.y1 <= top < heading.table.y1:
                return Box(content.x0, heading.row.y0, content.x1, heading.row.y1)
        return None
