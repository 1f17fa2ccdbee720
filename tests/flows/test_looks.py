"""Documents of one form look alike whatever stands in it; others do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.looks import alike, form_words, looks_of
from tiling import Box, Document, Page, Word


def document(text: str) -> Document:
    words = tuple(
        Word(text=t, box=Box(10 * n, 0, 10 * n + 8, 8), size_pt=8, line=0) for n, t in enumerate(text.split())
    )
    pages = (Page(index=0, width_pt=600, height_pt=800), Page(index=1, width_pt=600, height_pt=800, words=words))
    return Document(document_id="d", source="d", media_type="application/pdf", size_bytes=1, pages=pages)


def test_a_form_is_known_by_its_words_and_not_by_its_numbers():
    one = form_words(document("Rechnung Nr. 4711 Datum: 1.2.2026 Betrag EUR 12,50 Kunde Ada"))
    two = form_words(document("Rechnung Nr. 4712 Datum: 3.2.2026 Betrag EUR 99,00 Kunde Bo"))
    other = form_words(document("Receipt Thank you for your visit"))
    assert one == {"rechnung", "datum", "betrag", "eur", "kunde", "ada"}
    assert alike(one, two) > 0.8
    assert alike(one, other) == 0.0


@given(st.frozensets(st.text(max_size=3)), st.frozensets(st.text(max_size=3)))
def test_likeness_has_no_direction_and_is_a_share(a, b):
    assert alike(a, b) == alike(b, a)
    assert 0.0 <= alike(a, b) <= 1.0


def test_a_look_is_named_by_its_first_document(made, output):
    made.run(output, made.work(), [made.candidate(n) for n in ("a.pdf", "b.pdf")])
    looks = looks_of(output, "note")
    assert set(looks) == {made.candidate(n).document_id for n in ("a.pdf", "b.pdf")}
    assert set(looks.values()) <= set(looks)
