"""Between a page as it is read (turned upright, its lines level) and the page as it is displayed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tiling.box import Box

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tiling.page import Page

    Point = tuple[float, float]


def displayed_size(page: Page) -> tuple[float, float]:
    """Width and height in points of the page as displayed."""
    sideways = page.turned in {90, 270}
    return (page.height_pt, page.width_pt) if sideways else (page.width_pt, page.height_pt)


def to_displayed(page: Page, box: Box) -> Box:
    """A box of one of the page's words or rulings on the page as displayed; around it, where lines lean there."""
    if not page.turned and not page.skew_deg:
        return box
    leant = (_rotated(p, page, page.skew_deg) for p in _corners(box))
    return _around(_turned_back(p, page) for p in leant)


def to_upright(page: Page, box: Box) -> Box:
    """A box on the page as displayed, in the frame of the page's words; around it, where its lines lean."""
    if not page.turned and not page.skew_deg:
        return box
    turned = (_turned(p, page) for p in _corners(box))
    return _around(_rotated(p, page, -page.skew_deg) for p in turned)


def _corners(box: Box) -> tuple[Point, ...]:
    return (box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)


def _around(points: Iterable[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _rotated(point: Point, page: Page, degrees: float) -> Point:
    """Clockwise, as seen, around the middle of the upright page."""
    if not degrees:
        return point
    cx, cy = page.width_pt / 2, page.height_pt / 2
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = point[0] - cx, point[1] - cy
    return cx + cos * x - sin * y, cy + sin * x + cos * y


def _turned(point: Point, page: Page) -> Point:
    """From the displayed page to the one that is turned clockwise to stand upright."""
    x, y = point
    width, height = displayed_size(page)
    match page.turned:
        case 90:
            return height - y, x
        case 180:
            return width - x, height - y
        case 270:
            return y, width - x
        case _:
            return point


def _turned_back(point: Point, page: Page) -> Point:
    x, y = point
    width, height = displayed_size(page)
    match page.turned:
        case 90:
            return y, height - x
        case 180:
            return width - x, height - y
        case 270:
            return width - y, x
        case _:
            return point
