"""Which words of a text layer a person sees, and when the layer is not to be taken at its word."""

from __future__ import annotations

import pytest

from tests.tiling.hidden_cases import FALSE_TOTAL, TRUE_TOTAL, cases, honest
from tiling import open_document
from tiling.print_check import Spot, shapes_fit

CASES = cases()
MAPPED = {"standard_font_with_a_false_map", "embedded_font_with_a_false_map"}
LAID = {"scan_with_a_forged_layer_over_it", "scan_with_a_forged_layer_under_it"}
UNSEEN = sorted(set(CASES) - MAPPED - LAID - {"hidden_instruction", "white_digit_before_the_total"})


def page_of(data):
    with open_document(None, data, source="made by a test") as document:
        return document.page(0)


@pytest.mark.parametrize("name", UNSEEN)
def test_words_that_change_nothing_on_the_page_are_hidden(name):
    page = page_of(CASES[name])
    assert FALSE_TOTAL not in [w.text for w in page.words]
    assert TRUE_TOTAL in [w.text for w in page.words]
    assert page.hidden_words


def test_a_hidden_digit_is_not_joined_with_the_number_beside_it():
    page = page_of(CASES["white_digit_before_the_total"])
    assert TRUE_TOTAL in [w.text for w in page.words]
    assert [w.text for w in page.hidden_words] == ["8"]


@pytest.mark.parametrize("data", honest().values(), ids=honest())
def test_an_honest_page_hides_nothing(data):
    page = page_of(data)
    assert page.hidden_words == ()
    assert page.doubts == ()


@pytest.mark.parametrize("name", sorted(LAID))
def test_a_layer_over_a_scan_is_in_doubt(name):
    page = page_of(CASES[name])
    assert page.ocr_layer
    assert page.doubts


@pytest.mark.parametrize("name", sorted(MAPPED))
def test_digits_that_are_drawn_as_others_do_not_fit(name):
    with open_document(None, CASES[name], source="made by a test") as document:
        page = document.page(0)
        false = next(w for w in page.words if w.text == "1,181.00")
        true = next(w for w in page.words if w.text == "4,200.00")
        assert not shapes_fit(document, page, [Spot(box=false.box, text=false.text)])
        assert shapes_fit(document, page, [Spot(box=true.box, text=true.text)])


@pytest.mark.parametrize("ground", ["1 g", "0.2 g", "0.5 0.1 0.1 rg"])
def test_print_on_any_ground_is_seen(make, ground):
    ink = "0 g" if ground == "1 g" else "1 g"
    drawn = f"{ground} 40 90 200 30 re f {ink} BT /F 10 Tf 50 100 Td (Total 12.00) Tj ET"
    assert make.read(drawn) == ["Total 12.00"]


def test_print_twice_to_look_bold_stays(make):
    twice = "BT /F 10 Tf 50 100 Td (Total) Tj ET BT /F 10 Tf 50.3 100 Td (Total) Tj ET"
    assert make.read(twice) == ["Total"]


def test_print_on_a_drawn_line_is_seen(make):
    assert make.read("0.5 w 40 103 m 200 103 l S BT /F 10 Tf 50 100 Td (Total) Tj ET") == ["Total"]
