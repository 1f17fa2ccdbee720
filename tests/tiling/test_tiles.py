from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiling.box import Box
from tiling.scale import Look
from tiling.tiles import WHITE_EMS, Budget, BudgetError, TableHeading, overlaps, tiles_of
from tiling.tokens_patches import Patches, Square

QWEN = Patches(factor=28, min_pixels=3136, max_pixels=12845056)
WIDTH, HEIGHT = 595.0, 842.0


def look_of(lines, *, em=8.0, rulings=()):
    """A page whose printed lines are (top, bottom) pairs from above to below."""
    edges = [0.0, *(y for line in lines for y in line), HEIGHT]
    gaps = tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a)
    content = Box(40.0, lines[0][0], WIDTH - 40, lines[-1][1])
    return Look(content=content, gaps=gaps, em_pt=em, rulings_y=rulings)


@st.composite
def printed(draw):
    """Lines of 8 to 12 points with white between them."""
    y, lines = draw(st.floats(10, 60)), []
    for _ in range(draw(st.integers(3, 45))):
        height, gap = draw(st.floats(8, 12)), draw(st.floats(1, 20))
        if y + height > HEIGHT - 10:
            break
        lines.append((y, y + height))
        y += height + gap
    return lines


def shown(tile, top, bottom):
    """Whether a strip of the tile has all of the band."""
    return any(strip.box.y0 <= top and bottom <= strip.box.y1 for strip in tile.strips)


@settings(deadline=None, max_examples=60)
@given(lines=printed(), budget=st.integers(150, 3000), em=st.floats(5, 14))
def test_tiles_cover_all_print_within_the_budget_and_cut_no_line(lines, budget, em):
    look = look_of(lines, em=em)
    tiles = tiles_of(0, look, QWEN, Budget(request=budget))
    assert all(tile.tokens == QWEN.tokens(tile.width_px, tile.height_px) <= budget for tile in tiles)
    for top, bottom in lines:
        assert any(shown(tile, top, bottom) for tile in tiles), (top, bottom)
    assert tiles[0].box.y0 == look.content.y0
    assert tiles[-1].box.y1 == look.content.y1
    assert all(tile.box.x0 == look.content.x0 and tile.box.x1 == look.content.x1 for tile in tiles)


@settings(deadline=None, max_examples=60)
@given(lines=printed(), budget=st.integers(150, 3000))
def test_strips_stand_under_each_other_and_no_white_is_wider_than_it_need_be(lines, budget):
    look = look_of(lines)
    for tile in tiles_of(0, look, QWEN, Budget(request=budget)):
        for before, after in itertools.pairwise(tile.strips):
            assert after.top_px == before.top_px + before.height_px
            assert before.box.y1 < after.box.y0
        for strip in tile.strips:
            printed_in = [line for line in lines if line[0] >= strip.box.y0 and line[1] <= strip.box.y1]
            for (_, above), (below, _) in itertools.pairwise(printed_in):
                assert below - above <= WHITE_EMS * look.em_pt + 1e-6


@settings(deadline=None, max_examples=60)
@given(lines=printed(), budget=st.integers(150, 3000))
def test_the_model_sees_a_tile_as_it_was_sent(lines, budget):
    for tile in tiles_of(0, look_of(lines), QWEN, Budget(request=budget)):
        assert QWEN.size(tile.width_px, tile.height_px) == (tile.width_px, tile.height_px)
        assert tile.strips[-1].top_px + tile.strips[-1].height_px <= tile.height_px


@settings(deadline=None, max_examples=60)
@given(
    lines=printed(),
    budget=st.integers(150, 3000),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    headed=st.booleans(),
)
def test_from_tile_to_page_and_back_is_the_identity(lines, budget, x, y, headed):
    heading = TableHeading(row=Box(40, *[lines[0][0]], WIDTH - 40, lines[0][1]), table=Box(0, 0, WIDTH, HEIGHT))
    for tile in tiles_of(0, look_of(lines), QWEN, Budget(request=budget), headings=(heading,) if headed else ()):
        x_px, y_px = x * tile.width_px, y * tile.height_px
        assert tile.to_tile(*tile.to_page(x_px, y_px)) == pytest.approx((x_px, y_px), abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(lines=printed(), request_tokens=st.integers(100, 2000), page_tokens=st.integers(400, 2000))
def test_a_page_keeps_its_own_budget(lines, request_tokens, page_tokens):
    tiles = tiles_of(0, look_of(lines), QWEN, Budget(request=request_tokens, page=page_tokens))
    assert sum(tile.tokens for tile in tiles) <= page_tokens


def test_a_page_within_the_budget_is_one_tile():
    [tile] = tiles_of(0, look_of([(100, 110), (400, 410)]), QWEN, Budget(request=2048))
    assert tile.legible


def test_small_print_gets_more_pixels_than_large_print():
    lines = [(100, 110), (700, 710)]
    small, large = (tiles_of(0, look_of(lines, em=em), QWEN, Budget())[0] for em in (6.0, 12.0))
    assert small.strip_width_px == pytest.approx(2 * large.strip_width_px, rel=0.03)


def test_a_page_too_wide_for_the_model_is_scaled_down_and_says_so():
    tiles = tiles_of(0, look_of([(100, 110), (700, 710)], em=6.0), Square(side=448, patch=14), Budget())
    assert all(not tile.legible and tile.width_px == tile.height_px <= 448 / 0.97 for tile in tiles)


def test_where_there_is_no_gap_tiles_overlap():
    tiles = tiles_of(0, look_of([(20.0, 820.0)]), QWEN, Budget(request=300))
    assert len(tiles) > 1
    assert all(after.box.y0 < before.box.y1 for before, after in itertools.pairwise(tiles))
    assert min(overlaps(tiles)) > 0


def test_where_there_are_gaps_tiles_do_not_overlap():
    tiles = tiles_of(0, look_of([(20.0 + 15 * n, 30.0 + 15 * n) for n in range(50)]), QWEN, Budget(request=200))
    assert len(tiles) > 1
    assert set(overlaps(tiles)) == {0.0}


def test_what_lies_in_white_that_was_left_out_comes_to_the_end_of_the_strip_above():
    [tile] = tiles_of(0, look_of([(100, 110), (700, 710)]), QWEN, Budget())
    upper, lower = tile.strips
    assert tile.to_tile(100, 400)[1] == pytest.approx(upper.height_px)
    assert tile.to_page(10, lower.top_px)[1] == pytest.approx(lower.box.y0)
    assert tile.height_px < 60 * tile.strip_width_px / tile.box.width


def test_a_row_that_must_stay_whole_is_not_cut():
    lines = [(20.0 + 15 * n, 30.0 + 15 * n) for n in range(50)]
    rows = [Box(0, lines[n][0], WIDTH, lines[n + 1][1]) for n in range(0, 50, 2)]
    tiles = tiles_of(0, look_of(lines), QWEN, Budget(request=200), whole=rows)
    assert len(tiles) > 2
    for row in rows:
        assert any(tile.box.y0 <= row.y0 and row.y1 <= tile.box.y1 for tile in tiles)


def test_a_heading_goes_with_every_tile_that_begins_in_its_table():
    lines = [(20.0 + 15 * n, 30.0 + 15 * n) for n in range(50)]
    heading = TableHeading(row=Box(40, 50, 500, 60), table=Box(40, 50, 500, 760))
    first, *others = tiles_of(0, look_of(lines), QWEN, Budget(request=300), headings=[heading])
    assert not any(strip.heading for strip in first.strips)
    assert others
    for tile in others:
        repeated, following = tile.strips[:2]
        assert repeated.heading
        assert tile.tokens <= 300
        assert tile.to_page(0, 0) == pytest.approx((40, 50))
        assert tile.to_page(0, following.top_px) == pytest.approx((40, tile.box.y0))
        assert tile.to_tile(40, 55)[1] < repeated.height_px


def test_rows_of_a_long_table_are_in_exactly_one_tile_where_there_are_gaps():
    lines = [(20.0 + 12 * n, 29.0 + 12 * n) for n in range(66)]
    tiles = tiles_of(0, look_of(lines), QWEN, Budget(request=250))
    counts = [sum(tile.box.y0 <= top and bottom <= tile.box.y1 for tile in tiles) for top, bottom in lines]
    assert counts == [1] * len(lines)


def test_a_budget_too_small_for_anything_says_so():
    with pytest.raises(BudgetError, match="too small"):
        tiles_of(0, look_of([(100, 110)]), Square(side=896, patch=14), Budget(request=100))
