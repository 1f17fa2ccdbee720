"""From the detector's heat map to quads around lines of print (the second half of differentiable binarization, DB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Heat = NDArray[np.float32]
    Quad = NDArray[np.float32]

WARM = 0.3
"""Probability from which a pixel belongs to print."""
SURE = 0.5
"""Mean probability of a region; below it is no print."""
GROWTH = 1.6
"""The network marks the core of a line; area times this by perimeter is how far the core is from the line's edge."""
SMALLEST_PX = 3
MOST_REGIONS = 1000


def quads_of(heat: Heat, *, width_px: int, height_px: int) -> list[Quad]:
    """Quads (4, 2): top left, top right, bottom right, bottom left; in pixels of a picture of this size."""
    rows, columns = heat.shape
    mask = cv2.dilate((heat > WARM).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([width_px / columns, height_px / rows], np.float32)
    limit = np.array([width_px, height_px], np.float32)
    quads = []
    for contour in contours[:MOST_REGIONS]:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < SMALLEST_PX:
            continue
        if _mean(heat, np.asarray(cv2.boxPoints((centre, (width, height), angle)), np.float32)) < SURE:
            continue
        grown = 2 * width * height * GROWTH / (2 * (width + height))
        corners = cv2.boxPoints((centre, (width + grown, height + grown), angle))
        quads.append(np.clip(_ordered(np.asarray(corners, np.float32)) * scale, 0, limit).astype(np.float32))
    return sorted((q for q in quads if _has_area(q)), key=lambda q: (float(q[:, 1].mean()), float(q[:, 0].mean())))


def _mean(heat: Heat, corners: NDArray[np.float32]) -> float:
    rows, columns = heat.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (columns - 1, rows - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (columns - 1, rows - 1))
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(heat[top : bottom + 1, left : right + 1], inside)[0])


def _ordered(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    ordered: NDArray[np.float32] = np.stack([left[0], right[0], right[1], left[1]])
    return ordered


def _has_area(quad: Quad) -> bool:
    return bool(np.linalg.norm(quad[1] - quad[0]) > SMALLEST_PX and np.linalg.norm(quad[3] - quad[0]) > SMALLEST_PX)
