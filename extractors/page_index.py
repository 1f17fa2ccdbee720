"""The words of a document, indexed once: where a text, a number or a date is printed."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from schemas import Kind
from schemas.values import parse
from schemas.values.dates import MONTHS
from tiling import Box, Page, Word, union

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

DIGITS = re.compile(r"\d(?:[\d.,'’`´]*\d)?")
GLUE = re.compile(r"[:=#()\[\];,|<>\"'*_]")
"""Where a value may begin or end inside a word: a label glued to its value, brackets, quotes."""
GROUP_START = re.compile(r"[-+(€$£]{0,2}\d{1,3}$")
GROUP = re.compile(r"\d{3}(?:[.,]\d{1,4})?(?!\d)")
MAX_EXTRA_LETTERS = 5
"""Letters beside the digits of an amount: a currency, a percent sign, a tax code."""
DATE_WORDS = 5
FEW_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A run of words on one page, first to last inclusive, in reading order; longer values are several runs."""

    page: int
    """Position in the index, which is the position among the document's pages."""
    words: tuple[int, ...]


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    """Letters and digits only, without case, accents and width: what two prints of one text have in common."""
    if text.isascii():
        return "".join(c for c in text.lower() if c.isalnum())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def numbers_in(text: str) -> frozenset[Decimal]:
    """The numbers, without sign, that a printed word may mean: `1.234` is 1234 or 1.234."""
    found = DIGITS.search(text)
    if not found or sum(c.isalpha() for c in text) > MAX_EXTRA_LETTERS:
        return frozenset()
    core = re.sub(r"['’`´]", "", found.group())
    if sum(c.isdigit() for c in text) > sum(c.isdigit() for c in core):
        return frozenset()
    marks = [c for c in core if c in ".,"]
    whole = re.sub(r"[.,]", "", core)
    if len(whole) > 20:
        return frozenset()
    options = {Decimal(whole)} if not marks or _are_groups(core) else set()
    if marks and (len(set(marks)) == 2 or len(marks) == 1):
        mark = marks[-1]
        if marks.count(mark) == 1:
            before, _, after = core.rpartition(mark)
            options.add(Decimal(f"{re.sub(r'[.,]', '', before) or '0'}.{after}"))
    return frozenset(options)


def _are_groups(core: str) -> bool:
    return all(len(part) == 3 for part in re.split(r"[.,]", core)[1:])


@dataclass(frozen=True)
class PageText:
    """One page's words as one string of letters and digits, with the way back to the words."""

    page: Page

    @cached_property
    def squashed(self) -> tuple[str, ...]:
        return tuple(squash(w.text) for w in self.page.words)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offset in `stream` at which each word begins."""
        offsets, at = [], 0
        for text in self.squashed:
            offsets.append(at)
            at += len(text)
        return tuple(offsets)

    @cached_property
    def stream(self) -> str:
        return "".join(self.squashed)

    @cached_property
    def edges(self) -> frozenset[int]:
        """Offsets at which a value may begin or end: the borders of words and of what is glued together in them."""
        found = {len(self.stream)}
        for word, at in zip(self.page.words, self.starts, strict=True):
            found.add(at)
            for part in GLUE.split(word.text)[:-1] if GLUE.search(word.text) else ():
                at += len(squash(part))  # noqa: PLW2901 - the offset moves along the word
                found.add(at)
        return frozenset(found)

    @cached_property
    def word_at(self) -> dict[str, list[int]]:
        """Squashed word -> its positions."""
        found: dict[str, list[int]] = {}
        for position, text in enumerate(self.squashed):
            if text:
                found.setdefault(text, []).append(position)
        return found

    def words_between(self, start: int, end: int) -> tuple[int, ...]:
        """The words that hold the characters `start` to `end` of the stream."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        return tuple(range(first, last + 1))

    def runs(self, wanted: str) -> Iterator[tuple[int, ...]]:
        """Words that say `wanted` (squashed) one after the other."""
        at = self.stream.find(wanted)
        while at >= 0:
            if at in self.edges and at + len(wanted) in self.edges:
                yield self.words_between(at, at + len(wanted))
            at = self.stream.find(wanted, at + 1)


class PageIndex:
    """All pages of a document; numbers and dates are indexed when the first is looked for."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = tuple(pages)
        self.texts = tuple(PageText(page) for page in pages)

    def words(self, place: Place) -> tuple[Word, ...]:
        return tuple(self.pages[place.page].words[i] for i in place.words)

    def box(self, place: Place) -> Box:
        if len(place.words) == 1:
            return self.pages[place.page].words[place.words[0]].box
        return union(w.box for w in self.words(place))

    def text(self, place: Place) -> str:
        return " ".join(w.text for w in self.words(place))

    def runs(self, wanted: str) -> list[Place]:
        """Where the squashed text stands, in reading order."""
        return [Place(n, words) for n, text in enumerate(self.texts) for words in text.runs(wanted)] if wanted else []

    @cached_property
    def numbers(self) -> dict[Decimal, list[Place]]:
        """Number without its sign -> where it is printed."""
        found: dict[Decimal, list[Place]] = {}
        for n, page in enumerate(self.pages):
            for i, word in enumerate(page.words):
                for value in numbers_in(word.text):
                    found.setdefault(value, []).append(Place(n, (i,)))
                for value, last in _grouped(page.words, i):
                    found.setdefault(value, []).append(Place(n, tuple(range(i, last + 1))))
        return found

    @cached_property
    def dates(self) -> dict[dt.date, list[Place]]:
        """Date -> where it is printed, in every order of day and month that it may mean."""
        found: dict[dt.date, list[Place]] = {}
        for n, page in enumerate(self.pages):
            taken = -1
            for i in range(len(page.words)):
                if i <= taken:
                    continue
                for last in range(min(i + DATE_WORDS, len(page.words)) - 1, i - 1, -1):
                    values = _dates_of(page.words[i : last + 1])
                    if values:
                        taken = last
                        for value in values:
                            found.setdefault(value, []).append(Place(n, tuple(range(i, last + 1))))
                        break
        return found


def _grouped(words: Sequence[Word], i: int) -> Iterator[tuple[Decimal, int]]:
    """Numbers whose thousands are set apart by spaces, beginning at word `i`: `1 234,56`."""
    if not GROUP_START.search(words[i].text):
        return
    text = words[i].text
    for j in range(i + 1, min(i + 4, len(words))):
        word = words[j]
        near = word.box.x0 - words[j - 1].box.x1 < max(word.box.height, 4.0)
        if word.line != words[i].line or not near or not GROUP.match(word.text):
            return
        text += word.text
        for value in numbers_in(text):
            yield value, j
        if not word.text.isdigit():
            return


def _dates_of(words: Sequence[Word]) -> tuple[dt.date, ...]:
    first, last = words[0], words[-1]
    if first.line != last.line or not any(c.isdigit() for c in last.text):
        return ()
    if not any(c.isdigit() for c in first.text) and squash(first.text) not in MONTHS:
        return ()
    text = " ".join(w.text for w in words).strip("()[]:;,")
    if sum(c.isdigit() for c in text) < FEW_DIGITS:
        return ()
    parsed = parse(Kind.DATE, text)
    if parsed is None:
        return ()
    return tuple(v for v in (parsed.value, *parsed.alternatives) if _is_date(v))  # type: ignore[misc]


def _is_date(value: object) -> bool:
    return hasattr(value, "isoformat") and hasattr(value, "day")
