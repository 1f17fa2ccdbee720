"""Words become segments: a wide gap ends one, and no word is lost or moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.layout.segments import segments_of
from tiling import Box, Page, Word

LETTER = 10.0


def _page(lines: list[list[tuple[float, float]]]) -> Page:
    """Lines of words, each (gap before it, width) in points."""
    words = []
    for line, row in enumerate(lines):
        x = 50.0
        for gap, width in row:
            x += gap
            box = Box(x, 100.0 + 20 * line, x + width, 110.0 + 20 * line)
            words.append(Word(text="word", box=box, size_pt=LETTER, line=line))
            x += width
    return Page(index=0, width_pt=595, height_pt=842, words=tuple(words))


def test_a_space_keeps_words_together_and_a_column_gap_parts_them():
    segments = segments_of(_page([[(0, 30), (3, 30), (60, 30)]]))

    assert [len(s.words) for s in segments] == [2, 1]
    assert segments[0].text == "word word"
    assert segments[0].box.x1 < segments[1].box.x0


def test_a_new_line_is_a_new_segment():
    assert [s.line for s in segments_of(_page([[(0, 30)], [(0, 30)]]))] == [0, 1]


def test_columns_that_stand_close_part_where_the_page_is_set_tightly():
    tight = [[(0, 30), (3, 30), (3, 30), (3, 30)]] * 4

    parted = segments_of(_page([*tight, [(0, 30), (3, 30), (8.5, 30)]]))

    assert [len(s.words) for s in parted[-2:]] == [2, 1]


def test_a_widely_set_page_stays_whole():
    wide = [[(0, 30), (8, 30), (8, 30), (8, 30)]] * 4

    assert [len(s.words) for s in segments_of(_page(wide))] == [4, 4, 4, 4]


@given(st.lists(st.lists(st.tuples(st.floats(0, 40), st.floats(5, 60)), min_size=1, max_size=6), max_size=6))
def test_every_word_is_in_exactly_one_segment_in_order(lines):
    page = _page(lines)

    assert tuple(w for s in segments_of(page) for w in s.words) == page.words
