"""Pages whose text layer says something else than they show are read from their pixels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.reading import State
from schemas import Kind
from tiling import WordsSource
from tiling.print_check import Spot, contradicted, shapes_fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractors.reading import Finding, Reading
    from schemas import Schema
    from tiling import Page
    from tiling.ocr.reader import OcrReader
    from tiling.open import OpenDocument

LEDGER = frozenset({Kind.MONEY, Kind.IBAN})
"""What is paid, and where to: the shapes of these digits are looked at on every page."""
MOST_SPOTS = 12
CONTRADICTED = "the text layer says something else than the page shows, so the page was read from its pixels"


def compared(
    document: OpenDocument, pages: Sequence[Page], reading: Reading, schema: Schema, reader: Callable[[], OcrReader]
) -> list[Page]:
    """The pages; one whose print contradicts its text layer with the words of its pixels, the layer's words hidden.

    `reader` is only called for where a page is in doubt.
    """
    kinds = {f.name: f.kind for f in schema.fields}
    return [_compared(document, page, reading, kinds, reader) for page in pages]


def _compared(
    document: OpenDocument, page: Page, reading: Reading, kinds: dict[str, Kind], reader: Callable[[], OcrReader]
) -> Page:
    if page.words_source is not WordsSource.TEXT_LAYER:
        return page
    try:
        differs = _contradicted(document, page, reading, kinds, reader)
        return _reread(document, page, reader()) if differs else page
    except Exception as error:  # noqa: BLE001 - a second look that fails takes nothing from the first
        note = f"its print could not be compared with its text layer: {type(error).__name__}: {error}"
        return replace(page, notes=(*page.notes, " ".join(note.split())[:300]))


def _contradicted(
    document: OpenDocument, page: Page, reading: Reading, kinds: dict[str, Kind], reader: Callable[[], OcrReader]
) -> bool:
    found = [f for f in reading.findings if _stands_on(f, page)]
    paid = [_spot(f) for f in found if kinds.get(f.path) in LEDGER]
    if not page.doubts and shapes_fit(document, page, paid):
        return False
    others = [_spot(f) for f in found if kinds.get(f.path) not in LEDGER and any(ch.isdigit() for ch in f.text)]
    return contradicted(document, page, (paid + others)[:MOST_SPOTS], reader())


def _stands_on(finding: Finding, page: Page) -> bool:
    evidence = finding.evidence
    return (
        finding.state is State.VALUE
        and evidence is not None
        and evidence.box is not None
        and evidence.page == page.index
        and bool(evidence.text)
    )


def _spot(finding: Finding) -> Spot:
    evidence = finding.evidence
    assert evidence is not None  # noqa: S101 - `_stands_on`
    assert evidence.box is not None  # noqa: S101
    return Spot(box=evidence.box, text=evidence.text)


def _reread(document: OpenDocument, page: Page, reader: OcrReader) -> Page:
    from tiling.ocr.page import ocr_page

    read = ocr_page(document, replace(page, notes=(*page.notes, CONTRADICTED)), reader)
    return replace(read, hidden_words=(*page.hidden_words, *page.words))
