"""Words are cut where the ink leaves room, whatever the recogniser says of spaces."""

from __future__ import annotations

import numpy as np
import pytest

from tiling.ocr.alphabet import Recognised
from tiling.ocr.spacing import ink_columns, pieces, skips_ink

LETTER_PX = 14


def line_of(printed, read=None, *, gap=3, space=18):
    """A line of bars for letters, `printed` with its spaces, and how it was `read`."""
    read = printed if read is None else read
    line = np.full((48, 2000, 3), 255, np.uint8)
    x, at = 10, []
    for c in printed:
        if c == " ":
            x += space - gap
        elif c == ".":
            line[34:38, x : x + 4] = 0
            at.append(x + 2)
            x += 4 + gap
        else:
            line[12:38, x : x + LETTER_PX] = 0
            at.append(x + LETTER_PX / 2)
            x += LETTER_PX + gap
    width = x + 10
    inked = iter([p for p, c in zip(at, printed.replace(" ", ""), strict=True) if c in read or c != "."])
    last, positions = 0.0, []
    for c in read:
        last = last + 1 if c == " " else next(inked)
        positions.append(last / width)
    return line[:, :width], Recognised(text=read, positions=tuple(positions), scores=(0.9,) * len(read))


def texts(*args, **options):
    return [p.text for p in pieces(*line_of(*args, **options))]


def test_a_space_that_was_read_and_is_there_parts_words():
    assert texts("TOTAL DUE") == ["TOTAL", "DUE"]


def test_a_space_that_nobody_read_parts_words():
    assert texts("TAX INVOICE", "TAXINVOICE") == ["TAX", "INVOICE"]


def test_a_space_that_the_ink_does_not_have_is_none():
    assert texts("CASHIER", "C ASHIER") == ["CASHIER"]


@pytest.mark.parametrize("read", ["ELEGANT", "EL E GAN T"])
def test_in_print_with_wide_spaces_between_letters_only_wider_ones_part_words(read):
    assert texts("ELEGANT", read, gap=12) == ["ELEGANT"]


def test_a_point_that_was_read_as_a_space_is_a_point():
    assert texts("80.91", "80 91") == ["80.91"]


def test_a_word_is_as_wide_as_its_ink():
    line, said = line_of("AB CD")
    first, second = pieces(line, said)
    assert first.start * line.shape[1] == pytest.approx(10, abs=1)
    assert first.end * line.shape[1] == pytest.approx(10 + 2 * LETTER_PX + 3, abs=1)
    assert second.end * line.shape[1] == pytest.approx(line.shape[1] - 10 - 3, abs=1)


def test_nothing_read_is_no_word():
    line, _ = line_of("A")
    assert pieces(line, Recognised(text="", positions=(), scores=())) == []


def test_a_letter_that_was_left_out_is_noticed():
    line, said = line_of("F199998")
    left_out = Recognised(
        text="F19998", positions=tuple(p for i, p in enumerate(said.positions) if i != 3), scores=(0.9,) * 6
    )
    ink = ink_columns(line)
    assert not skips_ink(said, ink)
    assert skips_ink(left_out, ink)
