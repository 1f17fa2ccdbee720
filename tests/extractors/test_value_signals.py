from __future__ import annotations

import pytest

from extractors.draft import Draft
from extractors.reading import Evidence, Match, State
from extractors.value_signals import add_value_signals, tidiness
from schemas import Field, Kind
from tiling import Box, Document, Page, Word
from tiling.page import WordsSource


@pytest.mark.parametrize(
    ("kind", "tidy", "untidy"),
    [
        (Kind.NAME, "Halvorsen for Council", "Halvorsen for Council (133677)"),
        (Kind.NAME, "Bakkerij de Molen", "Owner: Bakkerij de Molen"),
        (Kind.NAME, "Bakkerij de Molen", "Ba k ke r ij de M olen"),
        (Kind.NAME, "Kiosk Arvo 24", "KVA"),
        (Kind.ADDRESS, "Hafenstr. 3, 20095 Hamburg", "Hafenstr. 3, 20095 Hamburg, Tax No: 4711"),
        (Kind.CODE, "A-2024/17", "2024"),
        (Kind.CODE, "A-2024/17", "12.03.2024"),
        (Kind.MONEY, "12.50", "12"),
        (Kind.TEXT, "30 days net", "102.00"),
    ],
)
def test_what_stands_beside_a_value_does_not_belong_to_it(kind, tidy, untidy):
    assert tidiness(kind, untidy) < tidiness(kind, tidy) == 1.0


def signals(kind=Kind.CODE, text="4711", alternatives=(), scores=(None,), **more) -> dict[str, float]:
    words = tuple(
        Word(text=text, box=Box(10 + 50 * n, 10, 50 + 50 * n, 20), size_pt=10, line=0, score=s)
        for n, s in enumerate(scores)
    )
    page = Page(index=0, width_pt=200, height_pt=100, words=words, words_source=WordsSource.OCR)
    document = Document(document_id="a" * 64, source="a", media_type="image/png", size_bytes=1, pages=(page,))
    evidence = Evidence(page=0, box=Box(0, 0, 110, 30), text=text, match=Match.EXACT)
    values = {"value": text, "text": text, "evidence": evidence, "alternatives": list(alternatives), **more}
    draft = Draft(path="x", spec=Field(name="x", kind=kind), state=State.VALUE, **values)
    add_value_signals(document, [draft])
    return draft.signals


def test_a_rival_code_of_the_same_form_is_easily_confused():
    assert signals(alternatives=["8392"])["unlike_rivals"] == 0.0
    assert signals(alternatives=["839", "AB-1"])["unlike_rivals"] == 1.0


def test_a_value_is_as_surely_read_as_the_least_sure_of_its_words():
    found = signals(scores=(0.9, 0.6, 0.99))
    assert found["ocr_score"] == 0.6  # the third word stands outside of the evidence
    assert found["page_ocr"] == pytest.approx(0.83)


def test_a_text_layer_has_no_reading_score():
    assert not {"ocr_score", "page_ocr"} & signals().keys()


def test_xml_is_not_judged_by_its_looks():
    assert signals(signals={"source_xml": 1.0}).keys() == {"source_xml"}


@pytest.mark.parametrize("text", ["Oak desk Packing : crate", "ZX-4410 Oak desk", "[8812] Oak desk"])
def test_a_text_with_a_label_or_a_code_in_it_may_hold_more_than_was_asked(text):
    assert signals(Kind.TEXT, text)["extent"] < signals(Kind.TEXT, "Oak desk")["extent"] == 1.0


def test_a_text_of_two_lines_may_be_two_things():
    words = [
        Word(text="Oak desk", box=Box(10, 10, 60, 20), size_pt=10, line=0),
        Word(text="grey", box=Box(10, 22, 60, 32), size_pt=10, line=1),
    ]
    page = Page(index=0, width_pt=200, height_pt=100, words=tuple(words), words_source=WordsSource.TEXT_LAYER)
    document = Document(document_id="a" * 64, source="a", media_type="image/png", size_bytes=1, pages=(page,))
    evidence = Evidence(page=0, box=Box(0, 0, 110, 40), text="Oak desk grey", match=Match.EXACT)
    spec = Field(name="x", kind=Kind.TEXT)
    draft = Draft(
        path="x", spec=spec, state=State.VALUE, value="Oak desk grey", text="Oak desk grey", evidence=evidence
    )
    add_value_signals(document, [draft])
    assert draft.signals["extent"] == pytest.approx(8 / 12)


def test_a_cell_is_compared_with_its_neighbours():
    spec = Field(name="price", kind=Kind.MONEY)
    texts = ["1.234,50", "17,20", "8,00", "4500"]
    drafts = [
        Draft(path=f"lines[{n}].price", spec=spec, state=State.VALUE, value=text, text=text)
        for n, text in enumerate(texts)
    ]
    document = Document(document_id="a" * 64, source="a", media_type="image/png", size_bytes=1, pages=())
    add_value_signals(document, drafts)
    alike = [d.signals["row_alike"] for d in drafts]
    assert alike[:3] == [pytest.approx(2 / 3)] * 3
    assert alike[3] == 0.0
