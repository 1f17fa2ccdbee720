"""The planned tiles of a document as parts of chat messages: what the pipeline would send."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tiling.tiles import Tile


def tiles_of(path: Path, model: str, budget: int | None = None) -> Iterator[tuple[Tile, dict[str, Any]]]:
    """Each tile that this model of the catalogue would get, with the part that shows it."""
    from extractors.catalogue.catalogue import load_models
    from flows.plan import budget_of
    from tiling.open import open_document
    from tiling.page_tiles import tiles_of_page
    from tiling.tile_picture import pictures_of
    from tiling.tiles import Budget

    known = load_models()[model]
    with open_document(path, None, source=path.name) as opened:
        for index in range(opened.page_count):
            page = opened.page(index)
            tiles = tiles_of_page(opened, page, known.formula, budget_of(known, Budget(request=budget)))
            for each in pictures_of(opened, page, tiles):
                url = f"data:{each.media_type};base64,{base64.b64encode(each.data).decode()}"
                yield each.tile, {"type": "image_url", "image_url": {"url": url}}
