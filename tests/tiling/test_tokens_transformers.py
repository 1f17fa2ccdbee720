"""Our token formulas against transformers' own processors, on 1,000 random sizes each.

Transformers is no part of the development environment: `pip install transformers torch` first; skipped without.
"""

from __future__ import annotations

import random
import warnings
from types import SimpleNamespace

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("transformers", reason="transformers is not installed: `pip install transformers torch`")

from tiling.tokens_patches import Patches, Square
from tiling.tokens_tiles import AnyRes, DynamicTiles, SplitTiles

pytestmark = pytest.mark.filterwarnings("ignore")
PINPOINTS = [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]


def sizes(seed=4, least=28):
    random_of = random.Random(seed)  # noqa: S311 - no secret
    return [(random_of.randint(least, 3600), random_of.randint(least, 3600)) for _ in range(1000)]


@pytest.mark.parametrize(
    ("patch", "least", "most"), [(14, 3136, 12845056), (14, 200704, 1605632), (16, 65536, 16777216)]
)
def test_qwen_pictures_cost_what_its_processor_makes_of_them(patch, least, most):
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    theirs = Qwen2VLImageProcessorPil(size={"shortest_edge": least, "longest_edge": most}, patch_size=patch)
    ours = Patches(factor=2 * patch, min_pixels=least, max_pixels=most)
    for width, height in sizes():
        assert ours.tokens(width, height) == theirs.get_number_of_image_patches(height, width, {}) // 4, (width, height)


def test_internvl_pictures_cost_what_its_processor_makes_of_them():
    from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil

    theirs = GotOcr2ImageProcessorPil(
        size={"height": 448, "width": 448}, crop_to_patches=True, min_patches=1, max_patches=12
    )
    ours = DynamicTiles(tile_px=448, tokens_per_tile=256, min_tiles=1, max_tiles=12)
    for width, height in sizes():
        assert ours.tokens(width, height) == 256 * theirs.get_number_of_image_patches(height, width, {}), (
            width,
            height,
        )


@pytest.mark.parametrize(("longest", "tile", "count"), [(2048, 512, 64), (1536, 384, 81)])
def test_smolvlm_pictures_are_cut_as_its_processor_cuts_them(longest, tile, count):
    from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

    theirs = SmolVLMImageProcessorPil(size={"longest_edge": longest}, max_image_size={"longest_edge": tile})
    ours = SplitTiles(longest_px=longest, tile_px=tile, tokens_per_tile=count)
    for width, height in sizes():
        _, rows, columns = theirs.get_number_of_image_patches(height, width, {})
        assert ours.grid(width, height) == (columns, rows), (width, height)


@pytest.mark.parametrize("count", [64, 81])
def test_smolvlm_squares_are_marked_as_its_prompt_marks_them(count):
    from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

    ours = SplitTiles(longest_px=2048, tile_px=512, tokens_per_tile=count)
    for width, height in sizes()[:50]:
        columns, rows = ours.grid(width, height)
        prompt = get_image_prompt_string(rows, columns, count, "F", "I", "G")
        for row in range(1, rows + 1):
            for column in range(1, columns + 1):
                prompt = prompt.replace(f"<row_{row}_col_{column}>", "R", 1)
        # the last row's break and the one before the whole are one token of the vocabulary
        assert ours.tokens(width, height) == len(prompt), (width, height)


def test_llava_pictures_cost_what_its_processor_makes_of_them():
    from transformers.models.llava_next.processing_llava_next import LlavaNextProcessor

    theirs = SimpleNamespace(
        image_processor=SimpleNamespace(image_grid_pinpoints=PINPOINTS), patch_size=14, num_additional_image_tokens=1
    )
    theirs._get_unpadded_features = lambda *a: LlavaNextProcessor._get_unpadded_features(theirs, *a)
    ours = AnyRes(tile_px=336, patch=14, sizes=tuple((a, b) for a, b in PINPOINTS))
    for width, height in sizes():
        count = LlavaNextProcessor._get_number_of_features(theirs, height, width, 336, 336) - 1
        assert ours.tokens(width, height) == count, (width, height)


def test_paligemma_pictures_cost_what_its_config_says():
    from transformers import PaliGemmaConfig

    config = PaliGemmaConfig(vision_config={"model_type": "siglip_vision_model", "image_size": 448, "patch_size": 14})
    patches = (config.vision_config.image_size // config.vision_config.patch_size) ** 2
    assert Square(side=448, patch=14).tokens(800, 1100) == patches
