"""From a page's stored coordinates to the page as displayed: crop box cut, turned, origin at the top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tiling.box import Box

if TYPE_CHECKING:
    import numpy as np
    import pypdfium2 as pdfium
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The visible part of a stored page (points, origin bottom left) and how it is turned."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""

    @property
    def sideways(self) -> bool:
        return self.rotation in {90, 270}

    @property
    def width_pt(self) -> float:
        """Of the page as displayed."""
        return self.top - self.bottom if self.sideways else self.right - self.left

    @property
    def height_pt(self) -> float:
        """Of the page as displayed."""
        return self.right - self.left if self.sideways else self.top - self.bottom

    def displayed(self, x: Number, y: Number) -> tuple[Number, Number]:
        """A stored point (or arrays of them) on the displayed page."""
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A stored rectangle on the displayed page."""
        x0, y0 = self.displayed(left, bottom)
        x1, y1 = self.displayed(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def frame_of(page: pdfium.PdfPage) -> Frame:
    """The page's frame as PDFium sees it: the crop box where it lies within the media box."""
    import pypdfium2.raw as c

    rect = c.FS_RECTF()
    if not c.FPDF_GetPageBoundingBox(page.raw, rect):
        width, height = page.get_size()
        return Frame(left=0.0, bottom=0.0, right=width, top=height)
    return Frame(left=rect.left, bottom=rect.bottom, right=rect.right, top=rect.top, rotation=page.get_rotation())
