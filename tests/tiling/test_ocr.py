"""Pictures made here, read by the real networks."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tiling import Box, Page, PageState, Word, WordsSource
from tiling.ocr.page import ocr_page, wants_ocr
from tiling.ocr.reader import OcrReader
from tiling.upright import displayed_size, to_displayed

LETTER = [
    "Copper Finch Ltd",
    "14 Harbour Street, Whitby",
    "Invoice number F-20119",
    "Invoice date 12 March 2026",
    "Walnut shelf 2 x 140.00",
    "Delivery to the workshop",
    "Total due 311001.50 GBP",
]


@pytest.fixture(scope="module")
def reader():
    return OcrReader()


def letter(size=30):
    picture = Image.new("RGB", (800, 80 + 70 * len(LETTER)), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size)
    for i, text in enumerate(LETTER):
        draw.text((60, 40 + 70 * i), text, fill="black", font=font)
    return picture


def read(make, reader, picture):
    with make.opened(make.picture(picture)) as document:
        return ocr_page(document, document.page(0), reader)


def test_a_picture_gets_its_words_with_scores_in_printed_lines(make, reader):
    page = read(make, reader, letter())
    assert make.lines(page.words) == LETTER
    assert page.words_source is WordsSource.OCR
    assert all(0.5 < word.score <= 1 for word in page.words)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_picture_is_read_upright_and_its_boxes_find_the_way_back(make, reader, turned):
    picture = letter().rotate(turned, expand=True)
    page = read(make, reader, picture)
    assert make.lines(page.words) == LETTER
    assert page.turned == turned
    grey = np.asarray(picture.convert("L"))
    width_pt, height_pt = displayed_size(page)
    word = next(w for w in page.words if w.text == "Whitby")
    box = to_displayed(page, word.box).scaled(grey.shape[1] / width_pt, grey.shape[0] / height_pt)
    inside = grey[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
    assert (inside < 128).mean() > 0.1


def test_a_crooked_picture_has_level_lines(make, reader):
    page = read(make, reader, letter().rotate(-4, expand=True, fillcolor="white"))
    assert make.lines(page.words) == LETTER
    assert page.skew_deg == pytest.approx(4, abs=0.5)
    for line in range(len(LETTER)):
        middles = [w.box.cy for w in page.words if w.line == line]
        assert max(middles) - min(middles) < page.words[0].size_pt / 3


def test_small_print_is_enlarged_until_it_can_be_read(make, reader):
    small = letter().resize((320, 228), Image.Resampling.LANCZOS)
    words = {w.text for w in read(make, reader, small).words}
    assert {"Copper", "Invoice", "Total"} <= words


def test_the_box_of_a_word_is_about_as_high_as_its_font(make, reader):
    page = read(make, reader, letter(size=30))
    scale = page.width_pt / 800
    sizes = [w.size_pt / scale for w in page.words]
    assert 24 <= np.median(sizes) <= 36


def test_a_page_of_ink_without_words_says_so(make, reader):
    picture = Image.new("RGB", (500, 400), "white")
    ImageDraw.Draw(picture).line((50, 50, 450, 350), fill="black", width=6)
    page = read(make, reader, picture)
    assert (page.words, page.state) == ((), PageState.READ)
    assert "no word" in page.notes[-1]


def page_of(*texts, **changes):
    words = tuple(Word(text=t, box=Box(0, 0, 9, 9), size_pt=9, line=0) for t in texts)
    return Page(index=0, width_pt=100, height_pt=100, words=words, **changes)


def test_when_a_page_is_read_by_ocr():
    good = ("Invoice", "number", "12/2026") * 4
    bad = ("lnvwxc#", "nm~bcr", "|2/z0zG") * 4
    assert wants_ocr(page_of())
    assert not wants_ocr(page_of(), "never")
    assert not wants_ocr(page_of(state=PageState.BLANK), "always")
    assert wants_ocr(page_of(*good), "always")
    assert not wants_ocr(page_of(*good, ocr_layer=True))
    assert wants_ocr(page_of(*bad, ocr_layer=True))
    assert not wants_ocr(page_of(*bad))
