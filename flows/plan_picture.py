"""The tiles of one document as PNG files: exactly the pictures that a model would get."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.plan import budget_of, cuts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.catalogue.entry import Model
    from flows.sources import SourceFile
    from tiling import Limits
    from tiling.tiles import Budget


def draw_document(
    name: str,
    files: Sequence[SourceFile],
    model: Model,
    budget: Budget,
    folder: Path,
    limits: Limits,
    *,
    passwords: Sequence[str] = (),
) -> Iterator[Path]:
    """Writes and names a file for each tile; UsageError where none of `files` has this path or file name."""
    from tiling.encode import encode_pixels
    from tiling.open import open_document
    from tiling.tile_picture import draw_tile

    found = [file for file in files if name in {file.path, os.path.basename(file.path), Path(file.path).stem}]  # noqa: PTH119
    if not found:
        msg = f"--picture {name}: no document that was named has this path or file name."
        raise UsageError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(found[0].path)
    stem = path.stem
    with open_document(path, None, source=found[0].path, limits=limits, passwords=passwords) as opened:
        for page, where in cuts(opened):
            tiles = () if where is None else where.tiles(model.formula, budget_of(model, budget))
            for number, tile in enumerate(tiles):
                made = folder / f"{stem}-page{page.index + 1}-tile{number + 1}.png"
                made.write_bytes(encode_pixels(draw_tile(opened, page, tile), "png"))
                yield made
