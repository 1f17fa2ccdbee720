"""Blocks of words are what wide white bands separate; no word is lost or doubled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.blocks import blocks_of
from tiling import Box, Word


def word(x, y, text="a", width=30.0):
    return Word(text=text, box=Box(x, y, x + width, y + 10.0), size_pt=10.0, line=0)


def test_the_widest_band_is_cut_first_and_narrow_ones_not_at_all():
    left = [word(0, 0), word(0, 14), word(40, 14)]
    right, below = [word(200, 0), word(200, 14)], [word(0, 200)]
    cut = blocks_of([*left, *right, *below], 4.0)
    assert sorted(len(b) for b in cut) == [1, 2, 3]
    assert blocks_of(left, 4.0) == [left]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 700)), max_size=40), st.floats(0.5, 12))
def test_every_word_is_in_one_block(places, band):
    words = [word(float(x), float(y)) for x, y in places]
    cut = blocks_of(words, band)
    assert sorted(id(w) for b in cut for w in b) == sorted(id(w) for w in words)
    assert all(cut)
