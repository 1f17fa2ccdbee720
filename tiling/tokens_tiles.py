"""Visual tokens of models that cut the picture into squares of their own before they look at it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from tiling.tokens_patches import AnyCanvas


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicTiles(AnyCanvas):
    """InternVL 2.5, 3, 3.5: the grid of nearest aspect ratio, a tile a cell, and a thumbnail beside several tiles.

    Source: `get_optimal_tiled_canvas` in transformers, models/got_ocr2/image_processing_got_ocr2.py, which InternVL
    uses. The number of tiles follows the aspect ratio, hardly the size: a small picture is enlarged.
    """

    tile_px: int
    tokens_per_tile: int
    min_tiles: int
    max_tiles: int

    def grid(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Columns and rows."""
        ratio, area = width_px / height_px, width_px * height_px
        best, least = (1, 1), math.inf
        for columns, rows in _grids(self.min_tiles, self.max_tiles):
            difference = abs(ratio - columns / rows)
            if difference < least:
                best, least = (columns, rows), difference
            elif difference == least and area > 0.5 * self.tile_px**2 * columns * rows:
                best = (columns, rows)
        return best

    def tokens(self, width_px: int, height_px: int) -> int:
        columns, rows = self.grid(width_px, height_px)
        tiles = columns * rows
        return self.tokens_per_tile * (tiles + 1 if tiles > 1 else 1)

    def shrinkage(self, width_px: int, height_px: int) -> float:
        columns, rows = self.grid(width_px, height_px)
        return min(1.0, columns * self.tile_px / width_px, rows * self.tile_px / height_px)


@lru_cache(maxsize=8)
def _grids(least: int, most: int) -> tuple[tuple[int, int], ...]:
    """(columns, rows), those of fewer cells first; among equals those of fewer columns."""
    sides = range(1, most + 1)
    found = [(columns, rows) for columns in sides for rows in sides if least <= columns * rows <= most]
    return tuple(sorted(found, key=lambda grid: grid[0] * grid[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitTiles(AnyCanvas):
    """SmolVLM and SmolVLM2 (Idefics3): enlarged to a longest side, cut into squares, with a small whole beside them.

    Source: transformers, models/smolvlm/image_processing_smolvlm.py and processing_smolvlm.py (`_prompt_split_image`:
    two marks before each square, a line break after each row, a line break and three marks about the whole).
    """

    longest_px: int
    tile_px: int
    tokens_per_tile: int

    def grid(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Columns and rows; 0, 0 where the picture is not cut."""
        width, height = self._resized(width_px, height_px)
        ratio = width / height
        if width >= height:
            width = math.ceil(width / self.tile_px) * self.tile_px
            height = math.ceil(int(width / ratio) / self.tile_px) * self.tile_px
        else:
            height = math.ceil(height / self.tile_px) * self.tile_px
            width = math.ceil(int(height * ratio) / self.tile_px) * self.tile_px
        if width <= self.tile_px and height <= self.tile_px:
            return 0, 0
        return math.ceil(width / self.tile_px), math.ceil(height / self.tile_px)

    def tokens(self, width_px: int, height_px: int) -> int:
        columns, rows = self.grid(width_px, height_px)
        if not columns:
            return self.tokens_per_tile + 3
        return rows * (columns * (self.tokens_per_tile + 2) + 1) + 1 + self.tokens_per_tile + 3

    def shrinkage(self, width_px: int, height_px: int) -> float:
        return min(1.0, self.longest_px / max(width_px, height_px))

    def _resized(self, width_px: int, height_px: int) -> tuple[int, int]:
        ratio, longest = width_px / height_px, self.longest_px
        if width_px >= height_px:
            height = int(longest / ratio)
            return longest, max(1, height + height % 2)
        width = int(longest * ratio)
        return max(1, width + width % 2), longest


def best_resolution(width_px: int, height_px: int, sizes: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """Of the (width, height) in `sizes` the one that keeps most of the picture and wastes least; the first if equal.

    Source: `select_best_resolution` in transformers, image_processing_utils.py.
    """
    best, most, least_waste = sizes[0], 0, math.inf
    for width, height in sizes:
        scale = min(width / width_px, height / height_px)
        kept = min(int(width_px * scale) * int(height_px * scale), width_px * height_px)
        waste = width * height - kept
        if kept > most or (kept == most and waste < least_waste):
            best, most, least_waste = (width, height), kept, waste
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateTiles(AnyCanvas):
    """DeepSeek-VL2: the best of the sizes that up to `max_tiles` squares make, and the whole once more.

    Source: `DeepseekVL2ProcessingInfo.get_num_image_tokens` in vLLM, model_executor/models/deepseek_vl2.py (for at
    most two pictures a request); the sizes are those of the paper, arXiv 2412.10302, 3.1, in the order of the config.
    """

    tile_px: int
    patch: int
    downsample: int
    max_tiles: int

    def tokens(self, width_px: int, height_px: int) -> int:
        width, height = self._size(width_px, height_px)
        columns, rows = width // self.tile_px, height // self.tile_px
        side = math.ceil((self.tile_px // self.patch) / self.downsample)
        return side * (side + 1) + rows * side * (columns * side + 1) + 1

    def shrinkage(self, width_px: int, height_px: int) -> float:
        width, height = self._size(width_px, height_px)
        return min(1.0, width / width_px, height / height_px)

    def _size(self, width_px: int, height_px: int) -> tuple[int, int]:
        sizes = tuple((m * self.tile_px, n * self.tile_px) for m, n in _grids(1, self.max_tiles))
        return best_resolution(width_px, height_px, sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyRes(AnyCanvas):
    """LLaVA 1.6 (LLaVA-NeXT): the best of a few sizes, its padding taken away again, and the whole once more.

    Source: `_get_number_of_features` in transformers, models/llava_next/processing_llava_next.py, with one class token
    that is added and taken away (`vision_feature_select_strategy` default).
    """

    tile_px: int
    patch: int
    sizes: tuple[tuple[int, int], ...]
    """(height, width), as in the config."""

    def tokens(self, width_px: int, height_px: int) -> int:
        width, height = self._size(width_px, height_px)
        side = self.tile_px // self.patch
        across, along = side * (width // self.tile_px), side * (height // self.tile_px)
        if width_px / height_px > across / along:
            kept = int(round(height_px * (across / width_px), 7))
            along -= (along - kept) // 2 * 2
        else:
            kept = int(round(width_px * (along / height_px), 7))
            across -= (across - kept) // 2 * 2
        return side * side + across * along + along

    def shrinkage(self, width_px: int, height_px: int) -> float:
        width, height = self._size(width_px, height_px)
        return min(1.0, width / width_px, height / height_px)

    def _size(self, width_px: int, height_px: int) -> tuple[int, int]:
        return best_resolution(width_px, height_px, tuple((width, height) for height, width in self.sizes))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTiles(AnyCanvas):
    """GPT-4o, detail high: scaled into two bounds, then counted in squares.

    Source: OpenAI, https://platform.openai.com/docs/guides/vision (calculating costs), as quoted at
    https://a64.in/tools/openai-vision-cost-calculator.html: 1,024 x 1,024 -> 765; 2,048 x 4,096 -> 1,105.
    """

    longest_px: int
    shortest_px: int
    tile_px: int
    tokens_per_tile: int
    base_tokens: int

    def tokens(self, width_px: int, height_px: int) -> int:
        scale = self.shrinkage(width_px, height_px)
        # a hair below, so that 768.0000001 is no third row of squares
        columns, rows = (max(1, math.ceil(side * scale / self.tile_px - 1e-9)) for side in (width_px, height_px))
        return self.base_tokens + self.tokens_per_tile * columns * rows

    def shrinkage(self, width_px: int, height_px: int) -> float:
        return min(1.0, self.longest_px / max(width_px, height_px), self.shortest_px / min(width_px, height_px))


@dataclass(frozen=True, slots=True, kw_only=True)
class CropUnits(AnyCanvas):
    """Gemini 2: one unit where both sides are small, else a unit for each square of the picture.

    Source: https://ai.google.dev/gemini-api/docs/tokens (both sides at most 384 px: 258 tokens; larger ones are
    cropped and scaled as needed into squares of 768 px of 258 tokens). How they are cropped is not published: the
    number of squares that cover the picture is an upper estimate.
    """

    small_px: int
    tile_px: int
    tokens_per_tile: int

    def tokens(self, width_px: int, height_px: int) -> int:
        if max(width_px, height_px) <= self.small_px:
            return self.tokens_per_tile
        return self.tokens_per_tile * math.ceil(width_px / self.tile_px) * math.ceil(height_px / self.tile_px)

    def shrinkage(self, width_px: int, height_px: int) -> float:  # noqa: ARG002 - it is never made smaller
        return 1.0
