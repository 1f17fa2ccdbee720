"""A tile: strips of a page put under each other, wide white bands between them left out, as one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiling.box import union

if TYPE_CHECKING:
    from tiling.box import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A part of the page and its place in the tile's picture."""

    box: Box
    """Points, on the page as it is read (turned upright)."""
    top_px: int
    height_px: int
    heading: bool = False
    """A table's heading row, repeated because the tile begins within the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A cut of a page, and the picture that is made of it: strips from above to below, white where none reaches."""

    page_index: int
    strips: tuple[Strip, ...]
    """All equally wide; a heading, if there is one, first; the others in the page's order, none above another."""
    strip_width_px: int
    width_px: int
    height_px: int
    """Of the whole picture: the strips, and the white that makes it a size the model sees undistorted."""
    tokens: int
    """Visual tokens of the picture."""
    legible: bool
    """The smallest significant print keeps the size it needs."""

    @property
    def box(self) -> Box:
        """What the tile shows of the page, from its first strip to its last; without the heading."""
        return union(strip.box for strip in self.strips if not strip.heading)

    def to_page(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Pixels of the tile -> points of the page."""
        strip = next((s for s in reversed(self.strips) if s.top_px <= y_px), self.strips[0])
        x = strip.box.x0 + x_px * strip.box.width / self.strip_width_px
        return x, strip.box.y0 + (y_px - strip.top_px) * strip.box.height / strip.height_px

    def to_tile(self, x_pt: float, y_pt: float) -> tuple[float, float]:
        """Points of the page -> pixels of the tile; of what is also in a heading, those of the strip itself.

        A point in white that was left out comes to lie at the end of the strip above it.
        """
        strip = self._strip_at(y_pt)
        inside = y_pt if strip is self.strips[-1] else min(y_pt, strip.box.y1)
        y = strip.top_px + (inside - strip.box.y0) * strip.height_px / strip.box.height
        return (x_pt - strip.box.x0) * self.strip_width_px / strip.box.width, y

    def _strip_at(self, y_pt: float) -> Strip:
        own = [strip for strip in self.strips if not strip.heading]
        heading = next((strip for strip in self.strips if strip.heading), None)
        if heading is not None and y_pt < own[0].box.y0 and y_pt < heading.box.y1:
            return heading
        return next((strip for strip in reversed(own) if strip.box.y0 <= y_pt), own[0])
