"""Font size and baseline of lines drawn here, whatever box the detector put around them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tiling.ocr.heights import USUAL, height_of

ROWS = 48
MARGIN = 4


def ink_of(text, *, size=26, baseline=32, rule=None):
    """The print of a text in a box of 48 rows, its margins left out."""
    font = ImageFont.load_default(size)
    picture = Image.new("L", (20 + int(font.getlength(text)), ROWS), 255)
    draw = ImageDraw.Draw(picture)
    draw.text((10, baseline), text, fill=0, font=font, anchor="ls")
    if rule == "below":
        draw.line((0, 42, picture.width, 42), fill=0, width=2)
    if rule == "beside":
        draw.line((2, 0, 2, ROWS), fill=0, width=2)
    return np.asarray(picture)[MARGIN:-MARGIN] < 128


@pytest.mark.parametrize("text", ["Total 12.00", "EUR", "4711", "invoice number", "Page 1 of 2", "venus on a cow"])
@pytest.mark.parametrize("size", [18, 26])
def test_size_and_baseline_come_from_the_ink(text, size):
    found = height_of(ink_of(text, size=size), text, MARGIN)
    assert found.em * ROWS == pytest.approx(size, rel=0.13)
    assert found.baseline * ROWS == pytest.approx(32, abs=1.5)


@pytest.mark.parametrize("rule", ["below", "beside"])
def test_drawn_lines_are_no_print(rule):
    plain, ruled = (height_of(ink_of("Total 12.00", rule=r), "Total 12.00", MARGIN) for r in (None, rule))
    assert ruled == plain


def test_one_sign_says_nothing_of_a_font():
    assert height_of(ink_of("-"), "-", MARGIN) == USUAL


def test_ink_that_cannot_be_a_line_of_print_is_not_believed():
    assert height_of(ink_of("Total", size=6), "Total", MARGIN) == USUAL
