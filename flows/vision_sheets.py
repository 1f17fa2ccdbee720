"""Tiles of an open document as sheets for a model: those that `extract plan` plans, drawn and encoded once, here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from extractors.engine.interface import Picture
from extractors.merge_tables import CELL
from extractors.reading import State
from extractors.vision.sheet import Sheet
from tiling import DocumentError, PageState, Reason, Stage
from tiling.encode import encode_pixels
from tiling.ink import ink_of
from tiling.page_tiles import cuts_of
from tiling.tile_picture import draw_tile, encode_tile
from tiling.tiles import Budget, BudgetError
from tiling.upright import to_displayed, to_upright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.reading import Reading
    from extractors.vision.verify import Doubt
    from flows.vision_task import Looks
    from tiling import Box, Page
    from tiling.backend import Pixels
    from tiling.open import OpenDocument
    from tiling.page_tiles import PageCuts
    from tiling.tile import Tile
    from tiling.tokens import Formula

INK_DPI = 50.0
"""At which ink is measured: the border of blank is one of pages at this resolution."""
HALF = 0.65
"""Of a tile's tokens, for each of its halves: a little more than half, as a cut follows the white space."""
CLOSE_DPI = (300.0, 240.0, 190.0, 150.0, 120.0, 96.0)
"""Of a closer look: the highest that the budget allows."""
SEEN_DPI = 150.0
"""At which the model itself is to see a value that is looked at again, if less of its surroundings lets it."""


def page_sheets(opened: OpenDocument, page: Page, looks: Looks, layout: Reading | None) -> list[tuple[Sheet, Tile]]:
    """The tiles of a page from above to below, without pictures; none where nothing is printed on it.

    DocumentError where no picture of the page fits the budget.
    """
    cuts = _cuts(opened, page)
    return [] if cuts is None else _sheets(cuts, page, looks, layout, (), looks.budget)


def half_sheets(
    opened: OpenDocument, page: Page, looks: Looks, layout: Reading | None, whole: Sheet
) -> list[tuple[Sheet, Tile]]:
    """A tile in two (or three), each with about half of its tokens; none where it cannot be cut."""
    cuts = _cuts(opened, page)
    if cuts is None:
        return []
    within = replace(cuts, look=replace(cuts.look, content=whole.box))
    try:
        found = _sheets(within, page, looks, layout, whole.order, math.ceil(HALF * whole.tokens))
    except DocumentError:
        return []
    first, *others = found
    first_sheet = replace(first[0], overlaps=whole.overlaps, repeated=whole.repeated)
    return [(first_sheet, first[1]), *others] if len(found) > 1 else []


def drawn(opened: OpenDocument, sheet: Sheet, tile: Tile) -> Sheet:
    """The sheet with its picture; blank where nothing is printed on the very picture that would be sent."""
    pixels = draw_tile(opened, opened.page(sheet.page), tile)
    if _blank(pixels, 72 * tile.strip_width_px / tile.box.width):
        return replace(sheet, blank=True)
    data, media_type = encode_tile(pixels)
    picture = Picture(data=data, media_type=media_type, width_px=pixels.shape[1], height_px=pixels.shape[0])
    return replace(sheet, picture=picture)


def close_sheet(opened: OpenDocument, doubt: Doubt, looks: Looks) -> Sheet | None:
    """The surroundings of a doubtful value as large as the budget allows; None where there is nothing to see.

    What the model would squash is set on white paper of its own shape.
    """
    model = looks.verifier or looks.reader
    budget = looks.budget or model.budget_tokens
    crop = next((box for box in doubt.crops if _seen_whole(box, model.formula)), doubt.crops[-1])
    for dpi in CLOSE_DPI:
        pixels = _on_paper(opened.render(doubt.page, dpi=dpi, crop=crop), model.formula)
        try:
            tokens = model.formula.tokens(pixels.shape[1], pixels.shape[0])
        except ValueError:  # too long and thin for the model
            continue
        if budget is None or tokens <= budget:
            data = encode_pixels(pixels, "png")
            picture = Picture(data=data, media_type="image/png", width_px=pixels.shape[1], height_px=pixels.shape[0])
            return Sheet(page=doubt.page, order=(0,), box=crop, tokens=tokens, picture=picture)
    return None


def _seen_whole(box: Box, formula: Formula) -> bool:
    """Whether the model sees so much of a page without making it smaller than `SEEN_DPI`."""
    width_px, height_px = (math.ceil(side * SEEN_DPI / 72) for side in (box.width, box.height))
    return formula.shrinkage(*formula.canvas(width_px, height_px)) == 1.0


def _on_paper(pixels: Pixels, formula: Formula) -> Pixels:
    """The picture in the upper left of the paper that the model does not distort."""
    height, width = pixels.shape[:2]
    width_px, height_px = formula.canvas(width, height)
    return np.pad(pixels, ((0, height_px - height), (0, width_px - width), (0, 0)), constant_values=255)


def _cuts(opened: OpenDocument, page: Page) -> PageCuts | None:
    """Where the page may be cut, as `extract plan` sees it: without the words of OCR."""
    return None if page.state is not PageState.READ else cuts_of(opened, opened.page(page.index))


def _sheets(
    cuts: PageCuts, page: Page, looks: Looks, layout: Reading | None, within: tuple[int, ...], budget: int | None
) -> list[tuple[Sheet, Tile]]:
    model = looks.reader
    try:
        tiles = cuts.tiles(model.formula, Budget(request=budget or model.budget_tokens))
    except BudgetError as error:
        message = f"{error}; raise --budget, or take a model that sees more"
        raise DocumentError(Stage.RENDER, Reason.RENDER_FAILED, message, page.index) from error
    heights = list(_row_heights(page, cuts.page, layout))
    known = dict.fromkeys((table for table, _ in heights), 0)
    found = []
    for number, tile in enumerate(tiles):
        ends = tiles[number - 1].box.y1 if number else tile.box.y0
        sheet = Sheet(
            page=page.index,
            order=(*within, number),
            box=tile.box,
            tokens=tile.tokens,
            overlaps=tile.box.y0 < ends,
            repeated=known | _rows_in(replace(tile.box, y1=ends), heights) if tile.box.y0 < ends else {},
            rows=_rows_in(tile.box, heights),
        )
        found.append((sheet, tile))
    return found


def _rows_in(box: Box, heights: Sequence[tuple[str, float]]) -> dict[str, int]:
    """Table -> how many rows the words show within a box: those that have their middle there."""
    return dict(Counter(table for table, middle in heights if box.y0 <= middle < box.y1))


def _row_heights(page: Page, planned: Page, layout: Reading | None) -> Iterator[tuple[str, float]]:
    """(table, middle) of the rows that the words show, in the frame of the planned page."""
    rows: dict[tuple[str, int], list[float]] = {}
    for finding in layout.findings if layout else ():
        evidence, cell = finding.evidence, CELL.search(finding.path)
        if cell and evidence and evidence.box and evidence.page == page.index and finding.state is State.VALUE:
            box = to_upright(planned, to_displayed(page, evidence.box))
            rows.setdefault((finding.path[: cell.start()], int(cell.group(1))), []).append(box.cy)
    return ((table, sum(middles) / len(middles)) for (table, _), middles in rows.items())


def _blank(pixels: Pixels, dpi: float) -> bool:
    import cv2

    if dpi <= INK_DPI:
        return ink_of(pixels).blank
    share = INK_DPI / dpi
    size = (max(1, round(pixels.shape[1] * share)), max(1, round(pixels.shape[0] * share)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return ink_of(small.astype(np.uint8)).blank
