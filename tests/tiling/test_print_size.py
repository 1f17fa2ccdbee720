from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from tiling.box import Box
from tiling.page import Word
from tiling.print_size import component_size, print_size
from tiling.scale import EM_PX, PROSE_EM_PX, em_of


def line_of(texts, size, number, gap_em=0.3):
    x, words = 40.0, []
    for text in texts:
        width = 0.5 * size * len(text)
        words.append(Word(text=text, box=Box(x, 20 * number, x + width, 20 * number + size), size_pt=size, line=number))
        x += width + gap_em * size
    return words


PROSE = [
    "payment",
    "of",
    "this",
    "order",
    "is",
    "due",
    "according",
    "to",
    "the",
    "conditions",
    "that",
    "are",
    "printed",
    "overleaf",
]
CELLS = ["Screws,", "steel", "250", "12.50", "3,125.00"]


@given(sizes=st.lists(st.floats(5, 20), min_size=1, max_size=50))
def test_the_smallest_significant_print_is_one_of_the_sizes(sizes):
    words = [Word(text="abc", box=Box(0, 0, 9, 9), size_pt=size, line=n) for n, size in enumerate(sizes)]
    found = print_size(words)
    assert found.data_pt in sizes
    assert sum(size < found.data_pt for size in sizes) <= 0.1 * len(sizes)


def test_one_small_mark_does_not_decide():
    words = [Word(text="x" * 10, box=Box(0, 0, 9, 9), size_pt=10.0, line=n) for n in range(50)]
    words.append(Word(text="mark", box=Box(0, 0, 9, 9), size_pt=4.0, line=50))
    assert print_size(words).data_pt == 10.0
    assert print_size([]) is None


def test_small_print_in_sentences_is_told_from_cells():
    words = [word for n in range(10) for word in line_of(CELLS, 9.0, n, gap_em=3.0)]
    words += [word for n in range(10, 40) for word in line_of(PROSE, 6.0, n)]
    found = print_size(words)
    assert (found.data_pt, found.prose_pt) == (9.0, 6.0)


def test_figures_in_small_print_are_significant():
    bank = [
        "IBAN",
        "DE89370400440532013000",
        "BIC",
        "COBADEFF370",
        "HRB",
        "26271",
        "VAT",
        "DE123456789",
        "Tel",
        "0221",
        "5550100",
    ]
    words = [word for n in range(10) for word in line_of(CELLS, 9.0, n, gap_em=3.0)]
    words += [word for n in range(10, 13) for word in line_of(bank, 6.0, n)]
    assert print_size(words).data_pt == 6.0


def test_a_page_of_nothing_but_sentences_is_read_in_full():
    words = [word for n in range(40) for word in line_of(PROSE, 7.0, n)]
    found = print_size(words)
    assert (found.data_pt, found.prose_pt) == (7.0, None)


def test_sentences_keep_the_pixels_that_they_need():
    words = [word for n in range(10) for word in line_of(CELLS, 12.0, n, gap_em=3.0)]
    words += [word for n in range(10, 40) for word in line_of(PROSE, 5.0, n)]
    assert 5.0 * EM_PX / em_of(print_size(words)) == pytest.approx(PROSE_EM_PX)


def test_without_words_letters_are_measured():
    image = Image.new("L", (1200, 800), 255)
    font = ImageFont.load_default(size=24)
    for n in range(8):
        ImageDraw.Draw(image).text((80, 60 + 80 * n), "numbers and names on a scan", font=font, fill=0)
    found = component_size(np.asarray(image), dpi=144)
    assert found.data_pt == pytest.approx(12, rel=0.2)
    assert component_size(np.full((100, 100), 255, np.uint8), dpi=144) is None
