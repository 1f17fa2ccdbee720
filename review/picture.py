"""Pictures for people: the page with the evidence marked on it, and the crop around one value."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from tiling import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from PIL import Image, ImageDraw

MARK = (214, 40, 57)
SOFT = (31, 119, 180)
CROP_MARGIN = (0.12, 0.035)
"""Shares of the page that a crop shows around the value: enough to see its label."""


def marked_page(pixels: np.ndarray, boxes: Sequence[tuple[Box, str, bool]]) -> bytes:
    """PNG of the page `(H, W, 3) uint8` with each box (shares of the page), caption, and whether it is the main one."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(pixels).convert("RGB")
    draw = ImageDraw.Draw(image)
    for box, caption, main in boxes:
        _mark(draw, box.scaled(image.width, image.height), caption, MARK if main else SOFT, image.width)
    return _png(image)


def _mark(draw: ImageDraw.ImageDraw, box: Box, caption: str, colour: tuple[int, int, int], width_px: int) -> None:
    from PIL import ImageFont

    stroke = max(2, width_px // 500)
    around = (box.x0 - 2 * stroke, box.y0 - 2 * stroke, box.x1 + 2 * stroke, box.y1 + 2 * stroke)
    draw.rectangle(around, outline=colour, width=stroke)
    font = ImageFont.load_default(max(11, width_px // 85))
    at = (around[0], max(0.0, around[1] - font.size * 1.35))  # type: ignore[union-attr]
    draw.rectangle(draw.textbbox(at, caption, font=font), fill="white")
    draw.text(at, caption, fill=colour, font=font)


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
