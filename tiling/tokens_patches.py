"""Visual tokens of models that see the picture whole: a grid of patches, at (nearly) its own size or at a fixed one."""

from __future__ import annotations

import math
from dataclasses import dataclass

MAX_RATIO = 200
"""Qwen's processors refuse pictures that are longer and thinner."""


class AnyCanvas:
    """Of models that take any shape of picture without distorting it."""

    __slots__ = ()

    def canvas(self, width_px: int, height_px: int) -> tuple[int, int]:
        return width_px, height_px


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """Qwen2-VL, 2.5-VL, 3-VL, 3.5: both sides rounded to a multiple of `factor`, the area kept between two bounds.

    Source: `smart_resize` in transformers, models/qwen2_vl/image_processing_qwen2_vl.py. `factor` is patch x merge:
    14 x 2 = 28 for 2.5-VL, 16 x 2 = 32 for 3-VL and 3.5. A token is a square of `factor` pixels.
    """

    factor: int
    min_pixels: int
    max_pixels: int

    def size(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Width and height in pixels as the model sees them."""
        if max(width_px, height_px) / min(width_px, height_px) > MAX_RATIO:
            msg = f"a picture of {width_px} x {height_px} pixels is more than {MAX_RATIO} times as long as wide"
            raise ValueError(msg)
        factor = self.factor
        # Python rounds halves to even, and so does the source
        height, width = round(height_px / factor) * factor, round(width_px / factor) * factor
        if height * width > self.max_pixels:
            beta = math.sqrt((height_px * width_px) / self.max_pixels)
            height = max(factor, math.floor(height_px / beta / factor) * factor)
            width = max(factor, math.floor(width_px / beta / factor) * factor)
        elif height * width < self.min_pixels:
            beta = math.sqrt(self.min_pixels / (height_px * width_px))
            height = math.ceil(height_px * beta / factor) * factor
            width = math.ceil(width_px * beta / factor) * factor
        return width, height

    def tokens(self, width_px: int, height_px: int) -> int:
        width, height = self.size(width_px, height_px)
        return (width // self.factor) * (height // self.factor)

    def shrinkage(self, width_px: int, height_px: int) -> float:
        # rounding to the grid is no loss; only the bound on the area is
        return min(1.0, math.sqrt(self.max_pixels / (width_px * height_px)))

    def canvas(self, width_px: int, height_px: int) -> tuple[int, int]:
        return _whole(width_px, self.factor), _whole(height_px, self.factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """Kimi-VL (MoonViT): never enlarged, padded to whole cells, at most `max_patches` patches before merging.

    Source: `KimiVLProcessingInfo.get_num_image_tokens` in vLLM, model_executor/models/kimi_vl.py.
    """

    patch: int
    merge: int
    max_patches: int

    def tokens(self, width_px: int, height_px: int) -> int:
        scale = self._scale(width_px, height_px)
        if scale < 1:
            width_px, height_px = int(width_px * scale), int(height_px * scale)
        cell = self.patch * self.merge
        return math.ceil(width_px / cell) * math.ceil(height_px / cell)

    def shrinkage(self, width_px: int, height_px: int) -> float:
        return self._scale(width_px, height_px)

    def canvas(self, width_px: int, height_px: int) -> tuple[int, int]:
        cell = self.patch * self.merge
        return _whole(width_px, cell), _whole(height_px, cell)

    def _scale(self, width_px: int, height_px: int) -> float:
        patches = (width_px // self.patch) * (height_px // self.patch)
        return math.sqrt(self.max_patches / patches) if patches > self.max_patches else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """PaliGemma: any picture is squashed to a square of `side` pixels, `(side / patch)^2` tokens.

    Source: the model cards of google/paligemma2-*; transformers, models/paligemma/processing_paligemma.py.
    """

    side: int
    patch: int

    def tokens(self, width_px: int, height_px: int) -> int:  # noqa: ARG002 - the size does not matter
        return (self.side // self.patch) ** 2

    def shrinkage(self, width_px: int, height_px: int) -> float:
        return min(1.0, self.side / max(width_px, height_px))

    def canvas(self, width_px: int, height_px: int) -> tuple[int, int]:
        side = max(width_px, height_px)
        return side, side


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(AnyCanvas):
    """Claude: about one token each `pixels_per_token` pixels, after scaling into two bounds. An estimate by its makers.

    Source: https://docs.anthropic.com/en/docs/vision (longest edge 1,568 px; about 1,600 tokens; (w x h) / 750).
    """

    pixels_per_token: int
    longest_px: int
    max_tokens: int

    def tokens(self, width_px: int, height_px: int) -> int:
        scale = self.shrinkage(width_px, height_px)
        return min(self.max_tokens, math.ceil(width_px * scale * height_px * scale / self.pixels_per_token))

    def shrinkage(self, width_px: int, height_px: int) -> float:
        area = self.max_tokens * self.pixels_per_token
        return min(1.0, self.longest_px / max(width_px, height_px), math.sqrt(area / (width_px * height_px)))


def _whole(side_px: int, cell_px: int) -> int:
    """The side in whole cells."""
    return -(-side_px // cell_px) * cell_px
