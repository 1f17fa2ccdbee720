"""Printed lines cut into cells: numbers each by themselves, text in runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tiling import Page, Word

CURRENCY = (
    r"(?:€|\$|£|¥|₹|zł|Kč|kr\.?|CHF|Fr\.|EUR|EURO|USD|GBP|CAD|AUD|SEK|NOK|DKK|PLN|RM|MYR|INR|Rs\.?|R\$|[A-Z]{1,2}\$)"
)
_CURRENCY = re.compile(rf"^{CURRENCY}$")
_NUMBER = re.compile(
    rf"^(?:{CURRENCY})?[(+\-−–]{{0,2}}(?:{CURRENCY})?[+\-−–]?(?:\d[\d.,'’]*|[.,]\d+)(?:[.,][-–]{{1,2}})?%?(?:{CURRENCY})?[)\-−–]?(?:[A-Z*])?$",
)
_SIGN = re.compile(r"^[+\-−–]$")
_GROUP = re.compile(r"^\d{3}(?:[.,]\d+)?-?$")
_GROUP_HEAD = re.compile(r"^[(+\-−–]?\d{1,3}(?:[ '’]\d{3})*$")
_UNIT = re.compile(r"^(?:[^\W\d_]{1,9}[²³23]?(?:\([a-z]{1,3}\))?\.?|[A-Z]\d{2})$")
_TIMES = re.compile(r"^(?:\d+(?:[.,]\d+)?[xX×*@]|[xX×*@]\d+(?:[.,]\d+)?)$")
_NUMBER_WITH_UNIT = re.compile(r"^[+\-−–]?\d[\d.,'’]*[^\W\d_]{1,4}[²³]?\.?$")

_TEXT_GAP = 0.95
"""Widest space inside a text cell, as a share of the letter height."""
_GLUED_GAP = 0.75
"""Widest space between the parts of one number (sign, currency, thousands), as a share of the letter height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number with its sign, currency or unit; or a run of text."""

    page: int
    words: tuple[Word, ...]
    box: Box
    text: str
    number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printed line of a page."""

    page: int
    """0-based."""
    index: int
    box: Box
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        return " ".join(c.text for c in self.cells)

    @property
    def numbers(self) -> tuple[Cell, ...]:
        return tuple(c for c in self.cells if c.number)


def lines_of(page: Page) -> tuple[Line, ...]:
    """The page's printed lines from top to bottom."""
    by_line: dict[int, list[Word]] = {}
    for word in page.words:
        by_line.setdefault(word.line, []).append(word)
    lines = [_line(page.index, index, words) for index, words in by_line.items()]
    return tuple(sorted(lines, key=lambda line: (line.box.cy, line.box.x0)))


def cell_of(page: int, words: Sequence[Word], *, number: bool) -> Cell:
    return Cell(
        page=page,
        words=tuple(words),
        box=union(w.box for w in words),
        text=" ".join(w.text for w in words),
        number=number,
    )


def is_number(text: str) -> bool:
    """Whether one word is a number as printed, perhaps with sign, currency or per cent."""
    return _NUMBER.match(text) is not None


def is_currency(text: str) -> bool:
    """Whether a text is a currency's sign or code and nothing else."""
    return _CURRENCY.match(text) is not None


def _line(page: int, index: int, words: Sequence[Word]) -> Line:
    ordered = sorted(words, key=lambda w: w.box.x0)
    cells: list[Cell] = []
    for run in _runs(ordered):
        cells.extend(_cells(page, run))
    return Line(page=page, index=index, box=union(w.box for w in words), cells=tuple(cells))


def _height(word: Word) -> float:
    return max(4.0, min(word.box.height, 1.3 * word.size_pt) if word.size_pt > 0 else word.box.height)


def _gap(left: Word, right: Word) -> float:
    """Space between two words as a share of the letter height."""
    return (right.box.x0 - left.box.x1) / max(_height(left), _height(right))


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run and _gap(run[-1], word) > _TEXT_GAP:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _cells(page: int, run: list[Word]) -> Iterator[Cell]:
    """A run is either numbers (each with its unit) or text."""
    groups = _number_groups(run)
    if groups is None:
        yield cell_of(page, run, number=False)
        return
    for group in groups:
        yield cell_of(page, group, number=True)


def _number_groups(run: list[Word]) -> list[list[Word]] | None:
    """The numbers of a run, or None where it is text: `1 234,50 €`, `3 Std`, `30,00 3 PCE`, `$ 42.00`."""
    groups: list[list[Word]] = []
    opened = False
    for i, word in enumerate(run):
        text = word.text
        if _CURRENCY.match(text) or _SIGN.match(text):
            following = i + 1 < len(run) and is_number(run[i + 1].text)
            after = bool(groups) and not opened and i > 0 and is_number(run[i - 1].text)
            if following and not (after and _gap(run[i - 1], word) < _gap(word, run[i + 1])):
                if not opened:
                    groups.append([])
                groups[-1].append(word)
                opened = True
            elif after:
                groups[-1].append(word)
            else:
                return None
        elif is_number(text) or _TIMES.match(text) or _NUMBER_WITH_UNIT.match(text):
            if opened or (groups and _continues(groups[-1], word)):
                groups[-1].append(word)
            else:
                groups.append([word])
            opened = False
        elif (text == "%" and groups) or (groups and not opened and _is_unit(groups[-1], text)):
            groups[-1].append(word)
        else:
            return None
    return groups or None


def _continues(group: list[Word], word: Word) -> bool:
    """`1` `234,50` are one amount when they stand close."""
    joined = " ".join(w.text for w in group if not _CURRENCY.match(w.text))
    return bool(_GROUP.match(word.text) and _GROUP_HEAD.match(joined) and _gap(group[-1], word) < 0.45)


def _is_unit(group: list[Word], text: str) -> bool:
    return len(group) <= 2 and is_number(group[0].text) and not group[0].text.endswith("%") and bool(_UNIT.match(text))
