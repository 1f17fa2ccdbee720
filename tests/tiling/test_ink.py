"""Ink is what stands out from the paper, whatever the paper's grey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.ink import ink_share, is_blank

SHAPE = (560, 400)


def paper(level: int = 255) -> np.ndarray:
    return np.full(SHAPE, level, np.uint8)


@given(st.integers(0, 255))
def test_paper_of_any_grey_is_blank(level):
    assert is_blank(paper(level))


@given(st.integers(0, 2**32 - 1), st.integers(120, 245))
def test_paper_with_scanner_noise_is_blank(seed, level):
    noise = np.random.default_rng(seed).normal(0, 5, SHAPE)
    assert is_blank(np.clip(paper(level) + noise, 0, 255).astype(np.uint8))


def test_a_shadow_over_the_paper_is_no_ink():
    shade = np.linspace(150, 250, SHAPE[1])[np.newaxis, :].repeat(SHAPE[0], axis=0)
    assert is_blank(shade.astype(np.uint8))


def test_black_borders_and_dust_are_no_ink():
    scan = paper(240)
    scan[:, :6] = 0
    scan[-8:] = 0
    scan[100::130, 50::90] = 0
    assert is_blank(scan)


@given(st.integers(30, 500), st.integers(30, 350), st.integers(60, 255))
def test_one_printed_letter_is_enough(top, left, level):
    page = paper(level)
    page[top : top + 7, left : left + 2] = level - 50
    page[top : top + 2, left : left + 5] = level - 50
    assert not is_blank(page)


def test_light_print_on_dark_is_ink_too():
    page = paper(30)
    page[100:103, 100:200] = 220
    assert not is_blank(page)


@given(st.integers(1, 20))
def test_more_print_is_more_ink(rows):
    page = paper()
    for i in range(rows):
        page[40 + 24 * i : 43 + 24 * i, 50:350] = 0
    assert ink_share(page) == pytest.approx(rows * 3 * 300 / page.size)


def test_colour_and_grey_pictures_have_the_same_ink():
    grey = paper()
    grey[100:105, 100:200] = 0
    assert ink_share(grey[:, :, np.newaxis]) == ink_share(grey) == ink_share(np.stack([grey] * 3, axis=2))


def test_pictures_of_a_few_pixels_have_ink_or_not_but_no_error():
    assert ink_share(np.zeros((1, 1, 3), np.uint8)) == 0
    assert is_blank(np.zeros((0, 0), np.uint8))
