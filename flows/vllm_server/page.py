"""A small page to try a server with."""

from __future__ import annotations

import io

from extractors.engine.interface import Picture

SIDE_PX = 448
LINES = ("Delivery note", "code: ABCD", "count: 7")


def probe_page() -> Picture:
    """A white square with a few printed lines, as a JPEG."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (SIDE_PX, SIDE_PX), "white")
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(LINES):
        draw.text((40, 60 + 80 * i), line, fill="black", font=ImageFont.load_default(size=40))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=90)
    return Picture(data=written.getvalue(), media_type="image/jpeg", width_px=SIDE_PX, height_px=SIDE_PX)
