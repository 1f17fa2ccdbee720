"""What a value itself, its rivals and the picture it was read from say about whether it is right."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from extractors.reading import State
from schemas import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractors.draft import Draft
    from tiling import Document, Page, Word

_CODE_BEHIND = re.compile(r"[(\[#][^)\]]*\d[^)\]]*[)\]]?$|\s[\w-]*\d{4,}[\w-]*$")
"""A number in brackets, or a long one, behind a name: an identifier that was printed beside it."""
_CODE_FIRST = re.compile(r"[^\W\d_]{0,2}\d[\w./-]*\s|[^\W\d_]{1,2}-\d", re.IGNORECASE)
"""A name that begins so is the first line of an address: `12 Mill Lane`, `G-19 Level G`."""
_POSTCODE_FIRST = re.compile(r"(?:[A-Z]{1,2}-)?\d{4,6}\s")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_WORD = re.compile(r"[^\W\d_]{2}|[^\x00-\u02ff]")
"""Two letters, or one of a script in which it is a word: amounts and times are no text."""
_LETTER = re.compile(r"[^\W\d_]")
_LONG_NUMBER = re.compile(r"\d{8,}")
_DECIMALS = re.compile(r"[.,]\d\d\D*$")
_LABEL_WITHIN = re.compile(r"[^\W\d_]{2,}\s?:(?!//)")
_CODE_IN_FRONT = re.compile(r"[\[(*#]?(?=\S*\d)[\w./*-]{3,}[\])*]?\s+\S*[^\W\d_]{2}|[\[(*]\w+[\])*]\s")
LABELLED, CODED = 0.3, 0.5
"""What is thought of a text that has a label within, or begins with what may be an article's number."""
MANY_WORDS = {Kind.NAME: 8, Kind.ADDRESS: 25}


def add_value_signals(document: Document, drafts: Sequence[Draft]) -> None:
    """Adds to each value: `tidy`, `unlike_rivals`, `few_rivals`, `extent`, `row_alike`, `ocr_score`, `page_ocr`."""
    pages = {page.index: page for page in document.pages}
    _add_row_alike(drafts)
    means = {index: _mean(page) for index, page in pages.items()}
    for draft in drafts:
        if draft.state is not State.VALUE or draft.value is None or draft.from_xml:
            continue
        if draft.spec.kind is Kind.TEXT:
            draft.signals["extent"] = _extent(pages, draft)
        draft.signals["tidy"] = min(tidiness(draft.spec.kind, text) for text in (draft.text, str(draft.value)) if text)
        if "[" not in draft.path:
            if draft.spec.kind is Kind.CODE:  # dates and amounts all look alike
                draft.signals["unlike_rivals"] = float(not _looks_like_any(draft.text, draft.alternatives))
            draft.signals["few_rivals"] = 1.0 / (1 + len(draft.alternatives))
        evidence = draft.evidence
        mean = means.get(evidence.page) if evidence else None
        if evidence is not None and mean is not None:
            draft.signals["page_ocr"] = mean
            draft.signals["ocr_score"] = min(_scores(pages, draft), default=mean)


def _extent(pages: Mapping[int, Page], draft: Draft) -> float:
    """0 to 1: how surely free text ends where it was thought to: in one line, with no label or code in it."""
    text = draft.text or str(draft.value)
    lines: dict[int, int] = {}
    for word in _words(pages, draft):
        lines[word.line] = lines.get(word.line, 0) + len(word.text)
    first = lines[min(lines)] / sum(lines.values()) if lines else 1.0
    labelled = LABELLED if _LABEL_WITHIN.search(text) else 1.0
    coded = CODED if _CODE_IN_FRONT.match(text) else 1.0
    return min(first, labelled, coded)


def _words(pages: Mapping[int, Page], draft: Draft) -> Iterator[Word]:
    """The words that the value was read from."""
    page = pages.get(draft.evidence.page) if draft.evidence else None
    box = draft.evidence.box if draft.evidence else None
    if page is not None and box is not None:
        yield from (word for word in page.words if box.contains(word.box.cx, word.box.cy))


def _add_row_alike(drafts: Sequence[Draft]) -> None:
    """How many other cells of the column are printed in the same form: decimals, sign and unit, or lines of text."""
    columns: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if "[" in draft.path and draft.state is State.VALUE and draft.value is not None and not draft.from_xml:
            columns[draft.name].append(draft)
    for cells in columns.values():
        forms = [_shape(cell.text) for cell in cells]
        counted = Counter(forms)
        for cell, form in zip(cells, forms, strict=True):
            if len(cells) > 1 and cell.spec.kind is not Kind.TEXT:
                cell.signals["row_alike"] = (counted[form] - 1) / (len(cells) - 1)


def _shape(text: str) -> str:
    """The form without its length, decimals aside: `1.234,50 EUR` and `17,20 EUR` are the same."""
    whole, point, decimals = re.fullmatch(r"(.*?)([.,]?)(\d{0,3}\D*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return re.sub(r"[\d.,' ]+", "0", whole) + (point + _form(decimals) if point else "")


def tidiness(kind: Kind, text: str) -> float:
    """0 to 1: whether the text is what values of the kind look like, with nothing that stands beside them."""
    if kind in MANY_WORDS:
        return min(_tidy_words(kind, text))
    if kind is Kind.CODE:
        return _tidy_code(text)
    if kind is Kind.TEXT:
        return 1.0 if _WORD.search(text) else 0.0
    if kind is Kind.MONEY:
        return 1.0 if _DECIMALS.search(text) else 0.5
    return 1.0


def _tidy_words(kind: Kind, text: str) -> Iterator[float]:
    words = text.split()
    yield 1.0
    if ":" in text or "@" in text or "www." in text.lower():
        yield 0.0
    if kind is Kind.NAME and _CODE_BEHIND.search(text):
        yield 0.0
    if kind is Kind.NAME and _CODE_FIRST.match(text):
        yield 0.2
    if kind is Kind.ADDRESS and (_LONG_NUMBER.search(text) or len(words) < 2):
        yield 0.2
    if kind is Kind.ADDRESS and _POSTCODE_FIRST.match(text):
        yield 0.4
    letters = sum(len(word) == 1 and bool(_LETTER.match(word)) for word in words)
    if letters > len(words) // 6:
        yield 0.2 if letters > 1 + len(words) // 6 else 0.7
    if len(words) > MANY_WORDS[kind]:
        yield 0.3
    if kind is Kind.NAME and sum(bool(_LETTER.match(c)) for c in text) < 5:
        yield 0.4


def _tidy_code(text: str) -> float:
    if not any(c.isdigit() for c in text) or _DATE.fullmatch(text):
        return 0.0
    return 0.3 if len(text) < 3 or _YEAR.fullmatch(text) else 1.0


def _looks_like_any(text: str, others: Sequence[str]) -> bool:
    """Whether a rival has the same form: as many digits and letters in the same places."""
    form = _form(text)
    return any(_form(other) == form for other in others)


def _form(text: str) -> str:
    return "".join("0" if c.isdigit() else "a" if c.isalpha() else c for c in text.strip())


def _mean(page: Page) -> float | None:
    scores = [word.score for word in page.words if word.score is not None]
    return sum(scores) / len(scores) if scores else None


def _scores(pages: Mapping[int, Page], draft: Draft) -> Iterator[float]:
    """OCR scores of the words that the value was read from."""
    return (word.score for word in _words(pages, draft) if word.score is not None)
