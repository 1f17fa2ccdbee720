"""Cells are safe in a spreadsheet and come back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.cells import escape, unescape


@given(st.text())
def test_what_is_escaped_comes_back(text: str):
    assert unescape(escape(text)) == text


@given(st.sampled_from("=+-@\t\r\n\x00＝＋－＠"), st.text(alphabet=st.characters(exclude_categories=["Nd"])))
def test_no_formula_starts_a_cell(start: str, rest: str):
    assert escape(start + rest)[0] == "'"


@pytest.mark.parametrize("number", ["-12.50", "+3", "-1.234,56", "12"])
def test_a_plain_number_stays_a_number(number: str):
    assert escape(number) == number


@pytest.mark.parametrize("text", ["-1+cmd|' /C calc'!A0", "=1+1", "-1-2", "+44 20 7946 0000", "@SUM(A1)", "'quoted'"])
def test_what_only_looks_like_a_number_is_escaped(text: str):
    assert escape(text) == "'" + text
