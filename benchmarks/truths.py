"""Values of a truth file, and whether a text has them in one of the forms in which they may be printed."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tiling.page import Page

Value = str | Decimal | dt.date
NUMBER = re.compile(r"\d[\d.,'’ \u00a0\u202f]*")
LEAST_NUMBER = 10
"""Smaller numbers are found on any page."""
LEAST_TEXT = 3
ALIKE = 92
"""Percent: OCR may miss an accent in a long name."""
LONG = 12


class Text:
    """A text that can be asked for values."""

    def __init__(self, text: str) -> None:
        self._squashed = _squashed(text)
        self._numbers = {form for line in text.splitlines() for form in _numbers(line)}

    def has(self, value: Value) -> bool:
        if isinstance(value, Decimal):
            return value in self._numbers
        if isinstance(value, dt.date):
            return any(form in self._squashed for form in _date_forms(value))
        wanted = _squashed(value)
        if wanted in self._squashed:
            return True
        return len(wanted) >= LONG and fuzz.partial_ratio(wanted, self._squashed) >= ALIKE


def printed(path: Path, text: str) -> tuple[Value, ...]:
    """The values of the truth file that the text has; none where there is no file."""
    if not path.is_file():
        return ()
    there = Text(text)
    values = dict.fromkeys(_values(json.loads(path.read_text(encoding="utf-8"))))
    return tuple(value for value in values if there.has(value))


def text_of(pages: Sequence[Page]) -> str:
    """The words of the pages, a printed line a line."""
    lines: dict[tuple[int, int], list[str]] = {}
    for page in pages:
        for word in page.words:
            lines.setdefault((page.index, word.line), []).append(word.text)
    return "\n".join(" ".join(line) for line in lines.values())


def _values(node: object, name: str = "") -> Iterator[Value]:
    if name.startswith("_") or node is None or isinstance(node, bool):
        return
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from _values(inner, key)
    elif isinstance(node, list):
        for inner in node:
            yield from _values(inner)
    elif isinstance(node, int | float):
        number = abs(Decimal(str(node))).normalize()
        if number >= LEAST_NUMBER:
            yield number
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", str(node)):
        yield dt.date.fromisoformat(str(node))
    elif len(_squashed(str(node))) >= LEAST_TEXT:
        yield str(node)


def _numbers(line: str) -> Iterator[Decimal]:
    """The numbers of a line, by both conventions of separators."""
    for found in NUMBER.findall(line):
        for part in {found, *found.split()}:
            bare = re.sub(r"['’ \u00a0\u202f]", "", part).rstrip(".,")
            for decimal, thousands in ((".", ","), (",", ".")):
                try:
                    yield Decimal(bare.replace(thousands, "").replace(decimal, ".")).normalize()
                except InvalidOperation:
                    continue


def _date_forms(day: dt.date) -> set[str]:
    """In figures, in every order in use; the month's name is not looked at, only what stands about it."""
    years, months, days = (
        (f"{day:%Y}", f"{day:%y}"),
        {f"{day.month:02d}", str(day.month)},
        {f"{day.day:02d}", str(day.day)},
    )
    forms = set()
    for mark in ".-/":
        for month in months:
            for number in days:
                forms |= {mark.join(p) for year in years for p in ((number, month, year), (month, number, year))}
                forms.add(mark.join((years[0], month, number)))
    return {_squashed(form) for form in forms}


def _squashed(text: str) -> str:
    return re.sub(r"[^\w/.,-]", "", text.casefold())
