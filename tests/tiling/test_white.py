from __future__ import annotations

import numpy as np
import pytest

from tiling.box import Box
from tiling.page import Word
from tiling.white import white_bands

DOWN = 0.5
"""Pixels a point."""


def word(y0, y1):
    return Word(text="x", box=Box(20, y0, 60, y1), size_pt=y1 - y0, line=0)


def test_bands_lie_between_what_is_printed():
    mask = np.zeros((100, 80), np.bool_)
    mask[20:30, 10:70] = True
    assert white_bands(mask, (), (), DOWN) == ((0.0, 40.0), (60.0, 200.0))


def test_lines_of_words_are_parted_where_pixels_are_too_coarse_to_part_them():
    mask = np.zeros((100, 80), np.bool_)
    mask[10:21] = True
    mask[:, 5] = False
    bands = white_bands(mask, [word(20.0, 30.5), word(31.5, 41.5)], (), DOWN)
    assert bands == ((0.0, 20.0), (30.5, 31.5), (41.5, 200.0))


def test_the_frame_of_a_table_may_be_cut_and_its_rulings_are_kept():
    mask = np.zeros((100, 80), np.bool_)
    mask[10:90, 10] = True
    bands = white_bands(mask, (), [Box(20, 99.75, 150, 100.25)], DOWN)
    assert [pytest.approx(band) for band in bands] == [(0.0, 99.0), (101.0, 200.0)]


def test_a_full_page_has_no_band():
    assert white_bands(np.ones((60, 60), np.bool_), (), (), DOWN) == ()
