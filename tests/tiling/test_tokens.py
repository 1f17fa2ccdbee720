from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.tokens import FORMULAS, build_formula

QWEN25 = {"kind": "patches", "factor": 28, "min_pixels": 3136, "max_pixels": 12845056}
QWEN3 = {"kind": "patches", "factor": 32, "min_pixels": 65536, "max_pixels": 16777216}
INTERNVL = {"kind": "dynamic_tiles", "tile_px": 448, "tokens_per_tile": 256, "min_tiles": 1, "max_tiles": 12}
SMOL = {"kind": "split_tiles", "longest_px": 2048, "tile_px": 512, "tokens_per_tile": 64}
DEEPSEEK = {"kind": "candidate_tiles", "tile_px": 384, "patch": 14, "downsample": 2, "max_tiles": 9}
KIMI = {"kind": "native", "patch": 14, "merge": 2, "max_patches": 4096}
LLAVA = {
    "kind": "anyres",
    "tile_px": 336,
    "patch": 14,
    "sizes": [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]],
}
GPT4O = {
    "kind": "fixed_tiles",
    "longest_px": 2048,
    "shortest_px": 768,
    "tile_px": 512,
    "tokens_per_tile": 170,
    "base_tokens": 85,
}
CLAUDE = {"kind": "area", "pixels_per_token": 750, "longest_px": 1568, "max_tokens": 1600}
GEMINI = {"kind": "crop_units", "small_px": 384, "tile_px": 768, "tokens_per_tile": 258}
PALIGEMMA = {"kind": "square", "side": 448, "patch": 14}
ALL = (QWEN25, QWEN3, INTERNVL, SMOL, DEEPSEEK, KIMI, LLAVA, GPT4O, CLAUDE, GEMINI, PALIGEMMA)


@pytest.mark.parametrize(
    ("figures", "width", "height", "tokens"),
    [
        (QWEN25, 560, 784, 20 * 28),
        (QWEN25, 1664, 1288, 59 * 46),
        (QWEN25, 910, 1288, 32 * 46),  # 32.5 cells: halves are rounded to the even side
        (QWEN25, 20, 30, 2 * 3),  # enlarged to the least area: 30 x 20 pixels are more than a cell
        ({**QWEN25, "max_pixels": 802816}, 1288, 1664, 1008),
        ({**QWEN25, "max_pixels": 802816}, 2480, 3508, 988),
        (QWEN3, 640, 960, 20 * 30),
        (QWEN3, 100, 100, 8 * 8),
        (INTERNVL, 448, 448, 256),
        (INTERNVL, 900, 900, 5 * 256),  # two by two and the whole
        (INTERNVL, 905, 1280, 7 * 256),  # A4: two by three is nearer than three by four
        (SMOL, 500, 500, 16 * 66 + 4 + 1 + 67),  # enlarged to 2,048 x 2,048: four by four
        (SMOL, 2048, 512, 4 * 66 + 1 + 1 + 67),
        (DEEPSEEK, 384, 384, 14 * 15 + 14 * 15 + 1),
        (DEEPSEEK, 768, 768, 14 * 15 + 28 * 29 + 1),
        (DEEPSEEK, 1152, 384, 14 * 15 + 14 * 43 + 1),
        (KIMI, 280, 560, 10 * 20),
        (KIMI, 281, 560, 11 * 20),  # padded, not rounded
        (KIMI, 1792, 1792, 32 * 32),  # 128 x 128 patches are shrunk to 64 x 64
        (LLAVA, 672, 672, 24 * 24 + 48 * 48 + 48),
        (LLAVA, 336, 672, 24 * 24 + 48 * 24 + 48),
        (GPT4O, 512, 512, 85 + 170),
        (GPT4O, 1024, 1024, 765),
        (GPT4O, 2048, 4096, 1105),
        (CLAUDE, 1000, 1000, 1334),
        (CLAUDE, 200, 200, 54),
        (CLAUDE, 3000, 3000, 1600),
        (GEMINI, 384, 384, 258),
        (GEMINI, 385, 384, 258),
        (GEMINI, 769, 768, 2 * 258),
        (PALIGEMMA, 900, 1300, 1024),
        ({**PALIGEMMA, "side": 224}, 900, 1300, 256),
        ({**PALIGEMMA, "side": 896}, 10, 10, 4096),
    ],
)
def test_a_picture_costs_what_was_reckoned_by_hand(figures, width, height, tokens):
    assert build_formula(**figures).tokens(width, height) == tokens


@given(figures=st.sampled_from(ALL), width=st.integers(40, 4000), height=st.integers(40, 4000))
def test_every_picture_costs_something_and_is_never_enlarged_in_the_account(figures, width, height):
    formula = build_formula(**figures)
    assert formula.tokens(width, height) >= 1
    assert 0 < formula.shrinkage(width, height) <= 1


@given(width=st.integers(100, 1000), height=st.integers(100, 1000), most=st.integers(64, 4096))
def test_a_bound_on_the_area_is_a_bound_on_the_tokens(width, height, most):
    formula = build_formula(kind="patches", factor=28, min_pixels=3136, max_pixels=784 * most)
    assert formula.tokens(width, height) <= most


def test_a_picture_too_long_for_the_model_is_refused():
    with pytest.raises(ValueError, match="200 times"):
        build_formula(**QWEN25).tokens(10_000, 28)


def test_a_formula_that_does_not_exist_names_those_that_do():
    with pytest.raises(ValueError, match="candidate_tiles"):
        build_formula("sorcery")
    assert set(FORMULAS) == {figures["kind"] for figures in ALL}


def test_a_missing_figure_is_named():
    with pytest.raises(ValueError, match="patch"):
        build_formula("square", side=448)
