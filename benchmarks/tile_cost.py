"""What a page's tiles cost the CPU, against the bare drawing of the same pixels by PDFium."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks.measure import Result, cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tiling.tile import Tile

BUDGET_TOKENS = 2048
ROUNDS = 3


def tiles(files: Sequence[Path], _: Path) -> Result:
    """From a page whose words are taken to its encoded tiles; first pages only."""
    pairs = [_pair(files) for _ in range(ROUNDS)]
    slow, fast = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    factor = statistics.median(ours / bare for ours, bare in pairs)
    return Result(name="tiles", figure=f"{factor:.1f} times the bare drawing, words not counted", target="at most 2",
                  reached=factor <= 2, detail=f"{slow:.2f} s against {fast:.2f} s, {len(files)} pages")  # fmt: skip


def _pair(files: Sequence[Path]) -> tuple[float, float]:
    """CPU seconds of our way and of the bare one, document after document, each opened anew."""
    ours = bare = 0.0
    for path in files:
        spent, found = _ours(path)
        ours, bare = ours + spent, bare + _bare(path, found)
    return ours, bare


def _ours(path: Path) -> tuple[float, tuple[Tile, ...]]:
    from tiling.open import open_document
    from tiling.page_tiles import tiles_of_page
    from tiling.tile_picture import pictures_of
    from tiling.tiles import Budget
    from tiling.tokens_patches import Patches

    formula = Patches(factor=28, min_pixels=3136, max_pixels=12_845_056)
    with open_document(path, None, source=str(path)) as document:
        page = document.page(0)
        start = cpu_seconds()
        found = tiles_of_page(document, page, formula, Budget(request=BUDGET_TOKENS))
        for _ in pictures_of(document, page, found):
            pass
        return cpu_seconds() - start, found


def _bare(path: Path, tiles: Sequence[Tile]) -> float:
    import pypdfium2

    start = cpu_seconds()
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    width, height = page.get_size()
    for tile in tiles:
        box = tile.box
        crop = (box.x0, max(0.0, height - box.y1), max(0.0, width - box.x1), box.y0)
        page.render(scale=tile.strip_width_px / box.width, crop=crop, grayscale=True)
    page.close()
    document.close()
    return cpu_seconds() - start
