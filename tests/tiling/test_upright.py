from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.box import Box
from tiling.page import Page
from tiling.upright import displayed_size, to_displayed, to_upright

shares = st.floats(0, 1)


def page_of(turned, skew=0.0, size=(600, 800)):
    return Page(index=0, width_pt=size[0], height_pt=size[1], turned=turned, skew_deg=skew)


@st.composite
def boxes(draw):
    x = sorted((draw(shares), draw(shares)))
    y = sorted((draw(shares), draw(shares)))
    return Box(x[0] * 600, y[0] * 800, x[1] * 600, y[1] * 800)


def near(a, b):
    return all(abs(getattr(a, k) - getattr(b, k)) < 1e-6 for k in ("x0", "y0", "x1", "y1"))


@given(boxes(), st.sampled_from([0, 90, 180, 270]))
def test_turned_there_and_back_is_the_same_box(box, turned):
    page = page_of(turned)
    assert near(to_upright(page, to_displayed(page, box)), box)
    assert near(to_displayed(page, to_upright(page, box)), box)


@given(boxes(), st.sampled_from([0, 90, 180, 270]), st.floats(-20, 20))
def test_on_a_crooked_page_the_way_back_is_around_the_same_middle(box, turned, skew):
    page = page_of(turned, skew)
    back = to_upright(page, to_displayed(page, box))
    assert back.cx == pytest.approx(box.cx, abs=1e-6)
    assert back.cy == pytest.approx(box.cy, abs=1e-6)
    assert back.x0 <= box.x0 + 1e-6
    assert back.y1 >= box.y1 - 1e-6


@given(boxes(), st.sampled_from([0, 90, 180, 270]))
def test_a_box_on_the_upright_page_lies_on_the_displayed_page(box, turned):
    page = page_of(turned)
    width, height = displayed_size(page)
    there = to_displayed(page, box)
    assert -1e-6 <= there.x0 <= there.x1 <= width + 1e-6
    assert -1e-6 <= there.y0 <= there.y1 <= height + 1e-6


@pytest.mark.parametrize(
    ("turned", "corner"),
    [(0, Box(0, 0, 10, 20)), (90, Box(0, 590, 20, 600)), (180, Box(590, 780, 600, 800)), (270, Box(780, 0, 800, 10))],
)
def test_where_the_top_left_corner_of_the_upright_page_is_displayed(turned, corner):
    assert to_displayed(page_of(turned), Box(0, 0, 10, 20)) == corner


def test_lines_that_fall_to_the_right_are_displayed_lower_there():
    page = page_of(0, skew=5)
    left, right = to_displayed(page, Box(0, 400, 10, 410)), to_displayed(page, Box(590, 400, 600, 410))
    assert right.cy > left.cy + 40
