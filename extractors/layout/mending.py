"""Words that OCR cut apart or ran together, made whole before anything is read: `RM36 . 96`, `Date:25/12/2018`.

Only pages whose words come from OCR are touched; a text layer says where its words end.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.layout.candidates import SYMBOL
from tiling import Box, Page, Word, WordsSource, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TIGHT = 0.6
"""Letter heights; what two pieces of one number are apart at most."""
APART, FEWEST_SPELT = 0.9, 3
"""Letter heights between the letters of a word set wide at most, and how many make one."""
_CUTS = (
    # a label and its value: `Date:25/12/2018`, `TAXINV:002-15`
    re.compile(r"^(?P<a>\(?[^\W\d_][^\d\W_./#&-]+[^\d:@]{0,6}:)(?P<b>[^:/\\]?\S*\d\S*)$"),
    # a date and a time: `05/Apr/201812:49`, `25/12/201812:49`
    re.compile(r"^(?P<a>\d{1,2}[./-](?:\d{1,2}|[A-Za-z]{3,4})[./-](?:20\d\d|\d\d))(?P<b>\d{1,2}:\d{2}\S*)$"),
    # a colon that belongs to the label before it: `Due :20260914`
    re.compile(r"^(?P<a>:)(?P<b>\S*\d\S*)$"),
    # a date behind its label: `DATE25/12/2018`
    re.compile(r"^(?P<a>[^\W\d_]{3,12}[.]?)(?P<b>\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d)$"),
)
_OPEN = re.compile(rf"^(?:{SYMBOL})?[-(]?\d[\d,.]*[.,]$|^(?:{SYMBOL})?[-(]?\d+[.,]\d$", re.IGNORECASE)
"""The beginning of an amount whose decimals are not complete."""
_DECIMALS = re.compile(r"^\d{1,2}(?:\D{0,2})$")
_WHOLE = re.compile(rf"^(?:{SYMBOL})?[-(]?[\d,.]*\d$", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"^\d{1,2}([./-])\d{1,2}\1(?:19|20)\d$")
_POINT = re.compile(r"^[.,:](?:\d{1,2}\D{0,2})?$")


def mended(page: Page) -> Page:
    """The page with its words cut and joined where their form leaves no doubt."""
    if page.words_source is not WordsSource.OCR:
        return page
    words: list[Word] = []
    line: list[Word] = []
    for word in page.words:
        if line and word.line != line[0].line:
            words.extend(_joined(_spelt(line)))
            line = []
        line.extend(_cut(word))
    words.extend(_joined(_spelt(line)))
    return replace(page, words=tuple(words))


def _cut(word: Word) -> Iterator[Word]:
    for form in _CUTS:
        found = form.match(word.text)
        if found is not None and "//" not in word.text:
            at = word.box.x0 + word.box.width * len(found["a"]) / len(word.text)
            yield replace(word, text=found["a"], box=Box(word.box.x0, word.box.y0, at, word.box.y1))
            rest = replace(word, text=found["b"], box=Box(at, word.box.y0, word.box.x1, word.box.y1))
            yield from _cut(rest)
            return
    yield word


def _spelt(line: Sequence[Word]) -> list[Word]:
    """A line's words, three and more single capitals in a row taken as one word with wide spaces: `E U R`."""
    whole: list[Word] = []
    run: list[Word] = []
    for word in (*line, None):
        if word is not None and _is_capital(word) and (not run or _gap(run[-1], word) <= APART * word.box.height):
            run.append(word)
            continue
        whole.extend([_one(run)] if len(run) >= FEWEST_SPELT else run)
        run = [word] if word is not None and _is_capital(word) else []
        whole.extend([word] if word is not None and not run else ())
    return whole


def _is_capital(word: Word) -> bool:
    return len(word.text) == 1 and word.text.isupper()


def _gap(left: Word, right: Word) -> float:
    return right.box.x0 - left.box.x1


def _one(words: Sequence[Word]) -> Word:
    """The words as one."""
    scores = [w.score for w in words if w.score is not None]
    text, box = "".join(w.text for w in words), union([w.box for w in words])
    return replace(words[0], text=text, box=box, score=min(scores, default=None))


def _joined(line: Sequence[Word]) -> list[Word]:
    """A line's words, the pieces of an amount put together."""
    whole: list[Word] = []
    for word in line:
        if whole and _are_one(whole[-1], word):
            whole[-1] = _one((whole[-1], word))
        else:
            whole.append(word)
    return whole


def _are_one(left: Word, right: Word) -> bool:
    if _gap(left, right) > TIGHT * max(left.box.height, right.box.height):
        return False
    if _SHORT_YEAR.match(left.text):
        return len(right.text) == 1 and right.text.isdigit()
    if _OPEN.match(left.text):
        return _DECIMALS.match(right.text) is not None
    return _WHOLE.match(left.text) is not None and _POINT.match(right.text) is not None and "." not in left.text
