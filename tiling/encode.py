"""Pixels as the bytes of a PNG or JPEG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JPEG_QUALITY = 90
"""Above this, files grow and no reader gets better."""
PNG_EFFORT = 1
"""zlib's fastest: pages are sent once, not kept."""


def encode_pixels(
    pixels: NDArray[np.uint8],
    kind: Literal["jpeg", "png"] = "jpeg",
    *,
    quality: int = JPEG_QUALITY,
    grey: bool = False,
) -> bytes:
    """A (H, W), (H, W, 1) or (H, W, 3) uint8 picture as a file; `grey` drops the colours."""
    from PIL import Image

    flat = pixels[:, :, 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    picture = Image.fromarray(flat)
    if grey and picture.mode != "L":
        picture = picture.convert("L")
    buffer = io.BytesIO()
    if kind == "jpeg":
        picture.save(buffer, "JPEG", quality=quality)
    else:
        picture.save(buffer, "PNG", compress_level=PNG_EFFORT)
    return buffer.getvalue()
