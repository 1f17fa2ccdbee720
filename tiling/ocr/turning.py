"""Which way a picture has to be turned to be read: by quarters, and by the small angle of a crooked scan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Quad = NDArray[np.float32]

LONG = 3.0
"""A line that is this many times longer than high says which way it runs; shorter ones are letters and stamps."""
MAX_SKEW_DEG = 20.0
MIN_SKEW_DEG = 0.15


def sides(quad: Quad) -> tuple[float, float]:
    """(length along the first edge, height) in pixels."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))


def sideways(quads: Sequence[Quad]) -> bool:
    """Whether most of the print, by length, runs up or down the picture."""
    along = across = 0.0
    for quad in quads:
        width, height = sides(quad)
        if width > LONG * height:
            along += width
        elif height > LONG * width:
            across += height
    return across > along


def turned_quad(quad: Quad, quarters: int, width_px: int, height_px: int) -> Quad:
    """The quad after the picture (size: before) was turned clockwise by quarters; its first corner stays top left."""
    for _ in range(quarters % 4):
        quad = np.stack([height_px - quad[:, 1], quad[:, 0]], axis=1).astype(np.float32)
        quad = np.roll(quad, 1, axis=0)
        width_px, height_px = height_px, width_px
    return quad


def skew_deg(quads: Sequence[Quad]) -> float:
    """Median angle of the long lines, clockwise, weighted by length; 0 where there are too few to say."""
    angles, weights = [], []
    for quad in quads:
        width, height = sides(quad)
        if width > LONG * height:
            for start, end in ((quad[0], quad[1]), (quad[3], quad[2])):
                angles.append(math.degrees(math.atan2(float(end[1] - start[1]), float(end[0] - start[0]))))
                weights.append(width)
    if len(angles) < 6:
        return 0.0
    order = np.argsort(angles)
    total = np.cumsum(np.asarray(weights)[order])
    angle = float(np.asarray(angles)[order][int(np.searchsorted(total, total[-1] / 2))])
    return angle if MIN_SKEW_DEG <= abs(angle) <= MAX_SKEW_DEG else 0.0


def rotated(points: NDArray[np.float32], angle_deg: float, width_px: int, height_px: int) -> NDArray[np.float32]:
    """Points (..., 2) turned anticlockwise (as seen) by the angle around the middle of the picture."""
    centre = np.array([width_px / 2, height_px / 2], np.float32)
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    x, y = (points - centre)[..., 0], (points - centre)[..., 1]
    out: NDArray[np.float32] = np.stack([cos * x + sin * y, cos * y - sin * x], axis=-1).astype(np.float32) + centre
    return out
