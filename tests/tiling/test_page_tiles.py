"""From an open document to the pictures that are sent."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tiling.page_tiles import cuts_of, tiles_of_page
from tiling.tile_picture import draw_tile, encode_tile, pictures_of
from tiling.tiles import Budget
from tiling.tokens_patches import Patches

QWEN = Patches(factor=28, min_pixels=3136, max_pixels=12845056)
MARKS = "0 0 0 rg 40 700 60 8 re f 300 500 60 8 re f 40 120 60 8 re f"
"""Black boxes far from each other."""


def text(lines):
    return "BT /F 9 Tf " + " ".join(f"1 0 0 1 {x} {y} Tm ({said}) Tj" for x, y, said in lines) + " ET"


TABLE = text(
    [
        (x, 760 - 14 * n, said)
        for n in range(50)
        for x, said in zip((40, 250, 350, 450), ("Coffee beans", "12", "3.50", "42.00"), strict=True)
    ]
)


def both(data, budget=None):
    """The document's first page, its tiles, and their pixels."""
    document, page = data, data.page(0)
    tiles = tiles_of_page(document, page, QWEN, Budget(request=budget))
    return page, tiles, [draw_tile(document, page, tile) for tile in tiles]


def blurred(pixels):
    """The mean of each square of 14 pixels: what is left where print is a pixel beside where it was."""
    height, width = pixels.shape[:2]
    return pixels[:, :, 0].reshape(height // 14, 14, width // 14, 14).mean(axis=(1, 3))


def test_what_is_printed_is_where_the_tile_says(make):
    with make.opened(make.pdf(MARKS, size=(600, 800))) as document:
        page, [tile], [pixels] = both(document)
    assert pixels.shape == (tile.height_px, tile.width_px, 1)
    for x, y in ((70, 96), (330, 296), (70, 676)):
        across, down = (round(side) for side in tile.to_tile(x, y))
        assert pixels[down, across, 0] < 60
    assert (pixels < 128).sum() == pytest.approx(3 * 60 * 8 * (tile.strip_width_px / tile.box.width) ** 2, rel=0.1)
    assert tile.height_px < 0.2 * 800 * tile.strip_width_px / tile.box.width
    assert page.state == "read"


def test_a_page_stored_on_its_side_is_sent_upright(make):
    upside = text([(40, 700 - 20 * n, f"This line has the number {n}") for n in range(20)])
    with make.opened(make.pdf(upside, size=(600, 800))) as document:
        _, _, [straight] = both(document)
    turned = "0 1 -1 0 800 0 cm " + upside
    with make.opened(make.pdf(turned, size=(800, 600))) as document:
        page, _, [again] = both(document)
    assert page.turned in {90, 270}
    assert again.shape == straight.shape
    assert np.abs(blurred(again) - blurred(straight)).max() < 25


def test_colour_is_kept_where_it_says_something(make):
    red = "1 0 0 rg 40 700 200 40 re f"
    with make.opened(make.pdf(f"{MARKS} {red}", size=(600, 800))) as document:
        _, _, [pixels] = both(document)
    assert pixels.shape[2] == 3


def test_every_row_of_a_cut_table_is_whole_on_one_tile(make):
    with make.opened(make.pdf(TABLE, size=(600, 800))) as document:
        page, tiles, _ = both(document, budget=150)
    assert len(tiles) > 2
    rows = {word.line: word.box for word in page.words}
    for box in rows.values():
        shown = [
            tile
            for tile in tiles
            if any(s.box.y0 <= box.y0 and box.y1 <= s.box.y1 for s in tile.strips if not s.heading)
        ]
        assert len(shown) == 1


def test_print_at_the_very_edge_of_a_scan_is_sent_and_the_scanners_edge_is_not(make):
    scan = Image.new("L", (1000, 1400), 255)
    draw = ImageDraw.Draw(scan)
    draw.rectangle((0, 0, 6, 1400), fill=0)
    draw.rectangle((400, 500, 600, 520), fill=0)
    draw.rectangle((400, 1376, 600, 1392), fill=0)
    with make.opened(make.picture(scan, dpi=(120, 120))) as document:
        page, [tile], _ = both(document)
    points = 72 / 120
    assert tile.box.y1 >= 1392 * points
    assert tile.box.x0 > 100 * points
    assert page.words == ()


def test_a_blank_page_has_no_tile(make):
    with make.opened(make.pdf("")) as document:
        page = document.page(0)
        assert cuts_of(document, page) is None
        assert tiles_of_page(document, page, QWEN, Budget()) == ()


def test_scans_become_jpegs_and_sparse_drawings_pngs(make):
    noise = np.random.default_rng(1).normal(200, 20, (800, 600)).clip(0, 255).astype(np.uint8)
    data, kind = encode_tile(noise[:, :, np.newaxis])
    assert (kind, Image.open(io.BytesIO(data)).size) == ("image/jpeg", (600, 800))
    with make.opened(make.pdf(MARKS, size=(600, 800))) as document:
        page = document.page(0)
        [sent] = pictures_of(document, page, tiles_of_page(document, page, QWEN, Budget()))
    assert sent.media_type == "image/png"
    assert Image.open(io.BytesIO(sent.data)).size == (sent.tile.width_px, sent.tile.height_px)


def test_colours_survive_encoding():
    red = np.zeros((64, 64, 3), np.uint8)
    red[:, :, 0] = 200
    for pixels in (red, red + np.random.default_rng(1).integers(0, 30, red.shape, dtype=np.uint8)):
        data, _ = encode_tile(pixels)
        seen = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        assert seen[:, :, 0].mean() > 150
        assert seen[:, :, 2].mean() < 60
