"""Pictures for people: the page with the evidence marked on it, and the crop around one value."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from tiling import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

MARK = (200, 30, 50)
CALM = (22, 120, 80)
SYSTEM_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "arial.ttf")
LEGEND_SHARE = 0.5
"""Width of the legend as a share of the page's."""
CROP_MARGIN = (0.12, 0.035)
"""Shares of the page that a crop shows around the value: enough to see its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One value to show."""

    box: Box
    """Shares of the page."""
    caption: str
    doubtful: bool
    """Shown in red; otherwise in green."""


def marked_page(pixels: np.ndarray, marks: Sequence[Mark]) -> bytes:
    """PNG of the page `(H, W, 3) uint8` with a numbered frame around each value and a legend beside it."""
    from PIL import Image, ImageDraw

    page = Image.fromarray(pixels).convert("RGB")
    legend = int(page.width * LEGEND_SHARE)
    size = max(11, min(page.width // 75, int(page.height / (1.5 * max(1, len(marks) + 2)))))
    image = Image.new("RGB", (page.width + legend, page.height), "white")
    image.paste(page)
    draw = ImageDraw.Draw(image)
    draw.line((page.width, 0, page.width, page.height), fill=(190, 190, 190), width=2)
    placed: dict[tuple[int, ...], int] = {}
    for number, mark in enumerate(marks, 1):
        _frame(draw, mark, mark.box.scaled(*page.size), str(number), size, placed)
        _legend_line(draw, mark, number, (page.width + size, int(size * 1.5 * number)), size)
    return _png(image)


def _frame(
    draw: ImageDraw.ImageDraw, mark: Mark, box: Box, text: str, size: int, placed: dict[tuple[int, ...], int]
) -> None:
    """A frame around `box` (pixels) and its number left of it, or further left where another value has the same."""
    colour = MARK if mark.doubtful else CALM
    frame = (int(box.x0) - 3, int(box.y0) - 3, int(box.x1) + 3, int(box.y1) + 3)
    draw.rectangle(frame, outline=colour, width=2)
    font, _ = _font(size * 0.8)
    width = int(draw.textlength(text, font=font)) + 4
    offset = placed.get(frame, 0)
    placed[frame] = offset + width + 1
    x, y = max(0, frame[0] - offset - width), int(box.cy - size / 2)
    draw.rectangle((x, y, x + width, y + size), fill=colour)
    draw.text((x + 2, y), text, fill="white", font=font)


def _legend_line(draw: ImageDraw.ImageDraw, mark: Mark, number: int, at: tuple[int, int], size: int) -> None:
    font, whole = _font(size)
    text = f"{number}  {mark.caption}"
    draw.text(at, text if whole else _folded(text), fill=MARK if mark.doubtful else CALM, font=font)


def _font(size: float) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """A font, and whether it has more than ASCII: the system's where there is one, else the one in Pillow."""
    from PIL import ImageFont

    for name in SYSTEM_FONTS:
        try:
            return ImageFont.truetype(name, size), True
        except OSError:
            continue
    return ImageFont.load_default(size), False


def _folded(text: str) -> str:
    """The text without accents, for a font that has none."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def crop_box(box: Box) -> Box:
    """The part of the page (shares) to show around a value."""
    dx, dy = CROP_MARGIN
    return Box(max(0.0, box.x0 - dx), max(0.0, box.y0 - dy), min(1.0, box.x1 + dx), min(1.0, box.y1 + dy))


def crop(pixels: np.ndarray, box: Box) -> bytes:
    """PNG of the page's part around `box` (shares of the page), with the value framed."""
    from PIL import Image, ImageDraw

    height, width = pixels.shape[:2]
    part = crop_box(box).scaled(width, height)
    image = Image.fromarray(pixels).convert("RGB").crop((int(part.x0), int(part.y0), int(part.x1), int(part.y1)))
    inner = box.scaled(width, height).moved(-int(part.x0), -int(part.y0))
    draw = ImageDraw.Draw(image)
    draw.rectangle((inner.x0 - 3, inner.y0 - 3, inner.x1 + 3, inner.y1 + 3), outline=MARK, width=2)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
