"""Labels that OCR misspelt are put right; words that only look a little alike stay as they are."""

from __future__ import annotations

import pytest

from extractors.layout.mending import mended
from extractors.layout.spelling import Spelling, spelling_of
from extractors.layout.tokens import tokens
from tests.extractors.slips import slip
from tiling import WordsSource

SPELLING = spelling_of(("Invoice number", "Tax invoice", "Total", "Rechnungsnummer", "Date", "Customer"))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Invaice numher", "Invoice number"),
        ("lnvo1ce No", "Invoice No"),
        ("TAXINVOICE", "Tax invoice"),
        ("Tota1", "Total"),
        ("T o t a l", "Total"),
        ("Tota l", "Total"),
        ("Rechnungsnunmer", "Rechnungsnummer"),
    ],
)
def test_a_misspelt_label_means_what_it_was(read: str, meant: str) -> None:
    assert SPELLING.tokens(read) == tokens(meant)


@pytest.mark.parametrize("text", ["Johor", "Damansara", "Plaza", "Bakery", "Serdang", "43300", "Local", "Custard"])
def test_other_words_stay(text: str) -> None:
    assert SPELLING.tokens(text) == tokens(text)


def test_a_word_far_from_all_names_none() -> None:
    assert not Spelling(("receipt", "cashier")).names("Jalan Kenanga, Johor Bahru")


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        ("RM36 . 96", "RM36.96"),
        ("Date:25/12/2018", "Date: 25/12/2018"),
        ("05/Apr/201812:49:11", "05/Apr/2018 12:49:11"),
        ("1 .26", "1.26"),
        ("Due :20260914", "Due : 20260914"),
        ("02/03/202 2", "02/03/2022"),
        ("2 3.50", "2 3.50"),
        ("www.shop.example:8080", "www.shop.example:8080"),
    ],
)
def test_pieces_of_a_value_are_one_word(printed: str, whole: str) -> None:
    assert " ".join(w.text for w in mended(slip(printed)).words) == whole


def test_a_text_layer_is_left_alone() -> None:
    page = slip("Date:25/12/2018 RM36 . 96", source=WordsSource.TEXT_LAYER)
    assert mended(page) is page
