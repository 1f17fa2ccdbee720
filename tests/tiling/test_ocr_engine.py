"""What runs the networks: it calls nobody, and what it is given has few shapes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.ocr.alphabet import Alphabet
from tiling.ocr.batches import CONTEXT_PX, MOST_PX, batches, filled, lines_of, strips

WATCHED = """
import sys
calls = []
sys.addaudithook(lambda event, _: calls.append(event) if event.startswith("socket.") else None)
from tiling.ocr.models import Models
Models()
print(calls, [name for name in sys.modules if "telemetry" in name])
"""


def test_to_start_the_networks_calls_nobody():
    done = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"


@given(st.lists(st.integers(32, 6000), max_size=40))
def test_every_line_is_in_one_batch_that_it_fits_in(widths):
    found = list(batches(widths))
    assert sorted(i for _, some in found for i in some) == list(range(len(widths)))
    for width, some in found:
        assert len(some) <= lines_of(width)
        assert all(widths[i] <= width for i in some)


def test_short_lines_are_read_together_and_long_ones_alone():
    assert [len(some) for _, some in batches([100] * 8 + [1500] * 2)] == [1, 1, 8]


def test_the_room_beside_a_line_is_neither_black_nor_white():
    line = np.full((48, 50, 3), 255, np.uint8)
    batch = filled([line], 64)
    assert batch.shape == (lines_of(64), 3, 48, 64)
    assert (batch[0, :, :, :50] == 1).all()
    assert not batch[0, :, :, 50:].any()
    assert not batch[1:].any()


@given(st.integers(64, 4000), st.integers(64, 2000))
def test_strips_cover_a_picture_and_see_beyond_their_edges(height, width):
    found = strips(height, width)
    assert [top for top, *_ in found] == [0, *(bottom for _, bottom, *_ in found[:-1])]
    assert found[-1][1] == height
    for top, bottom, start, end in found:
        assert 0 <= start <= top < bottom <= end <= height
        assert top - start >= min(top, CONTEXT_PX)
        assert end - bottom >= min(height - bottom, CONTEXT_PX)
        assert len(found) == 1 or (end - start) * width <= max(MOST_PX, 4 * CONTEXT_PX * width)


CHARACTERS = ["", "a", "é", "猫", "：", " "]


def spelled(*steps):
    """An alphabet whose features are its characters, and those of these steps: (character, how clearly)."""
    alphabet = Alphabet(CHARACTERS, np.eye(len(CHARACTERS), dtype=np.float32), np.zeros(len(CHARACTERS), np.float32))
    features = np.zeros((len(steps), len(CHARACTERS)), np.float32)
    for row, (character, much) in zip(features, steps, strict=True):
        row[CHARACTERS.index(character)] = much
    return alphabet.read(features, len(steps))


def test_equal_steps_are_one_letter_and_a_blank_parts_two():
    assert spelled(("a", 9), ("a", 9), ("", 9), ("a", 9)).text == "aa"


def test_letters_of_other_scripts_are_looked_for_where_no_usual_one_is_sure():
    said = spelled(("é", 9), ("猫", 9), ("", 9))
    assert said.text == "é猫"
    assert min(said.scores) > 0.9


def test_full_width_signs_are_the_usual_ones():
    assert spelled(("：", 9), ("a", 9)).text == ":a"


def test_where_a_letter_stands_is_a_share_of_the_line():
    assert spelled(("a", 9), ("", 9), ("é", 9), ("", 9)).positions == pytest.approx((0.125, 0.625))
