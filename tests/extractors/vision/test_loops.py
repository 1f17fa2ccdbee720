"""Loops are found in the text; what pages really print in rows is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.vision.loops import LEAST, TIMES, looping_tail, looping_value

ROW = '{"what":"Pump","amount":"0.00"},'


@pytest.mark.parametrize(
    "text",
    [
        "Total 5.00" + " " * 80,
        '{"number":"' + "0" * 70,
        "Item one\n" * 12,
        '{"lines":[' + ROW * 12 + '{"what":"Pu',
        "a" + "na" * 40,
        "\t\r\n" * 30,
    ],
)
def test_a_tail_that_repeats_itself_is_a_loop(text):
    assert looping_tail(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Total 5.00",
        '{"lines":[' + ROW * 11,
        '{"lines":[' + ROW * 30 + '{"what":"Hose","amount":"3.00"}]}',
        "0.00 " * 11,
        "Chapter one " + "." * 50 + " 3",
    ],
)
def test_rows_of_equal_cells_and_leader_dots_before_print_are_none(text):
    assert not looping_tail(text)


@given(st.text(min_size=1, max_size=40), st.text(max_size=30), st.integers(TIMES + 1, 40))
def test_whatever_is_repeated_is_found(pattern, before, times):
    repeated = pattern * max(times, LEAST // len(pattern) + 1)
    assert looping_tail(before + repeated)


def test_a_value_of_leader_dots_is_print_and_one_of_letters_is_a_loop():
    assert not looping_value("Service " + "." * 90)
    assert looping_value("Service " + "ha" * 40)
