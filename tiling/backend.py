"""What every kind of document can do for us once it is open; `open.py` chooses one by media type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tiling.page import Page

    Pixels = NDArray[np.uint8]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a PDF."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a page is to be drawn: the whole page so large, and of it the window that is wanted."""

    page_width_px: int
    page_height_px: int
    left: int
    top: int
    width: int
    height: int
    """The window, in pixels of that page."""
    grey: bool = False

    @property
    def channels(self) -> int:
        return 1 if self.grey else 3

    @property
    def whole(self) -> bool:
        return (self.left, self.top, self.width, self.height) == (0, 0, self.page_width_px, self.page_height_px)


class Rasterizer(Protocol):
    """Turns pages into pixels."""

    def draw(self, index: int, drawing: Drawing) -> Pixels:
        """(H, W, 3) or (H, W, 1) uint8 on white; DocumentError where the page cannot be drawn."""


class Backend(Rasterizer, Protocol):
    """An open document. Pages are 0-based; sizes are those of the page as displayed."""

    page_count: int
    notes: tuple[str, ...]

    def size_pt(self, index: int) -> tuple[float, float]: ...

    def native_px(self, index: int) -> tuple[int, int] | None:
        """Size of the picture that the page is; None where a page has no resolution of its own."""

    def page(self, index: int) -> Page: ...

    def ink(self, index: int) -> Mask:
        """Where there is ink on the whole page, small (about 50 dpi), as displayed; kept of the page last taken."""

    def attachments(self) -> tuple[Attachment, ...]: ...

    def close(self) -> None: ...
