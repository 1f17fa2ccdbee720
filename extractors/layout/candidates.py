"""Value-like runs of words on a page: dates, amounts, codes and the like by their shape, before anything is decided."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiling import Box, Word, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.layout.segments import Segment


class Shape(StrEnum):
    """What a run of characters could be."""

    DATE = "date"
    RANGE = "range"
    AMOUNT = "amount"
    INTEGER = "integer"
    PERCENT = "percent"
    CODE = "code"
    IBAN = "iban"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A value-like run of words inside one segment."""

    page: int
    line: int
    first: int
    """Index of its first word within the segment."""
    last: int
    """Index after its last word."""
    box: Box
    text: str
    """Verbatim, words joined by single spaces."""
    shapes: frozenset[Shape]
    parts: tuple[str, ...] = ()
    """The two dates of a range."""
    money_sign: bool = False
    """A currency symbol or code belongs to it."""
    aside: bool = False
    """It stands in parentheses behind other words: the base of a tax, not what the label is about."""


_MONTH = (
    r"(?:jan|feb|f[eé]v|m[aä]r|maa|apr|avr|abr|ma[iyjg]|jun|jui|juil|jul|lug|giu|gen|aug|ao[uû]|ago|sep|set|okt|oct"
    r"|out|ott|nov|d[eéi]c|dez|ene|mrt|mei|mrz)[a-zçéû]*\.?"
)
DATE = (
    rf"(?:\d{{1,2}}[./\-]\d{{1,2}}[./\-](?:\d{{4}}|\d{{2}})(?![\d/])"
    rf"|\d{{1,2}}\.\s\d{{1,2}}\.\s(?:19|20)\d\d(?!\d)"
    rf"|\d{{4}}[./\-]\d{{1,2}}[./\-]\d{{1,2}}(?!\d)"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th|er|º|°)?[\s\-./]{{0,2}}(?:de\s)?{_MONTH}[\s\-./,]{{0,2}}(?:del?\s)?"
    r"(?:\d{4}|\d{2})(?!\d)"
    rf"|{_MONTH}[\s\-.]?\d{{1,2}}(?:st|nd|rd|th)?,?\s?\d{{4}}(?!\d)"
    r"|\d{4}年\s?\d{1,2}月\s?\d{1,2}日"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
)
_BETWEEN = r"\s?(?:-|–|—|to|bis|au|al|tot|thru|through|until|à|a|hasta|até)\s?"
SYMBOL = (
    r"(?:(?:US|CA|C|AU|A|NZ|S|HK|R|MX)?\$|[€£¥₹₺₽₩₪฿₱]|(?:EUROS?|EUR|USD|GBP|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|INR|JPY|"
    r"CNY|SGD|HKD|MYR|THB|ZAR|BRL|MXN|AED|ILS|RM|Rs\.?|kr\.?|Ft|lei|S?Fr\.|SFr|zł|Kč)(?![A-Za-z]))"
)
"""A currency beside an amount, for regular expressions that ignore case."""
_DIGITS = r"(?:\d{1,3}(?:[.,'’](?:\s?)\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)"
NUMBER = rf"{_DIGITS}(?:[.,]\d{{1,4}}|[.,][-–]{{1,2}})?"
_SHAPES = re.compile(
    rf"(?P<iban>(?<![A-Za-z0-9])[A-Z]{{2}}\d{{2}}\s?(?:[A-Z0-9]{{4}}\s?){{2,7}}[A-Z0-9]{{1,4}}(?![A-Za-z0-9]))"
    rf"|(?P<range>(?<!\w){DATE}{_BETWEEN}{DATE})"
    rf"|(?P<date>(?<![\w./\-]){DATE}(?![\w/]))"
    r"|(?P<time>(?<![\w:])\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?(?![\w:]))"
    rf"|(?P<percent>(?<![\w.,])[-+−]?\d{{1,3}}(?:[.,]\d{{1,4}})?\s?%)"
    rf"|(?P<money>(?<![\w.,/\-])\(?(?:[-+−–]\s?)?(?P<sign>{SYMBOL}\s?)?[-+−–]?{NUMBER}(?(sign)|(?:\s?(?P<sign2>{SYMBOL})(?!\w))?)\)?[-−]?(?![\w/%]|[-.,:]\d))"
    r"|(?P<code>(?<!\S)\S*\d\S*)",
    re.IGNORECASE,
)
_DECIMALS = re.compile(r"[.,]\d{1,4}\D*$|[.,][-–]{1,2}\D*$")
_NOTE = re.compile(r"^\(\d{1,4}\)$")
"""A bare number in parentheses explains a label; it is no value."""
_COMPACT_DATE = re.compile(r"^(?:19|20)\d{6}$")
_TRIM = ".,;:)]·|"


def mentions_of(segment: Segment) -> tuple[Mention, ...]:
    """The value-like runs of a segment, left to right, not overlapping."""
    if not any(c.isdigit() for c in segment.text):
        return ()
    return tuple(_mentions(segment))


def _mentions(segment: Segment) -> Iterator[Mention]:
    starts: list[int] = []
    at = 0
    for word in segment.words:
        starts.append(at)
        at += len(word.text) + 1
    for match in _SHAPES.finditer(segment.text):
        kind = match.lastgroup if match.lastgroup not in ("sign", "sign2") else "money"
        text = match.group().strip()
        if kind is None or not any(c.isdigit() for c in text):
            continue
        if kind == "money" and _NOTE.match(text):
            continue
        begin = match.start() + len(match.group()) - len(match.group().lstrip())
        aside = text.startswith("(") and any(c.isalpha() for c in segment.text[: match.start()])
        if aside:
            begin, text = begin + 1, text[1:].rstrip(")")
        end = begin + len(text)
        if kind == "code":
            cut = text.strip("([#:").rstrip(_TRIM)
            begin += text.find(cut)
            text, end = cut, begin + len(cut)
            if not cut:
                continue
        first = max(i for i, s in enumerate(starts) if s <= begin)
        last = max(i for i, s in enumerate(starts) if s < end) + 1
        words = segment.words[first:last]
        shapes, parts = _shapes(kind, text)
        yield Mention(
            page=segment.page,
            line=segment.line,
            first=first,
            last=last,
            box=_share(words, begin - starts[first], end - starts[last - 1]),
            text=text,
            shapes=shapes,
            parts=parts,
            aside=aside,
            money_sign=bool(match.group("sign") or match.group("sign2")),
        )


def _share(words: tuple[Word, ...], start: int, end: int) -> Box:
    """The words' box, cut by share of letters where the value is a part of its first or last word."""
    box = union(w.box for w in words)
    first, last = words[0], words[-1]
    x0 = first.box.x0 + first.box.width * min(1.0, start / max(1, len(first.text)))
    x1 = last.box.x0 + last.box.width * min(1.0, end / max(1, len(last.text)))
    return Box(x0, box.y0, max(x1, x0 + 0.1), box.y1)


def _shapes(kind: str, text: str) -> tuple[frozenset[Shape], tuple[str, ...]]:
    if kind == "range":
        pair = re.findall(DATE, text, re.IGNORECASE)
        return frozenset({Shape.RANGE}), (pair[0], pair[-1])
    if kind == "date":
        compact = {Shape.CODE, Shape.INTEGER} if _COMPACT_DATE.match(text) else set()
        return frozenset({Shape.DATE, *compact}), ()
    if kind == "iban":
        return frozenset({Shape.IBAN, Shape.CODE}), ()
    if kind == "money":
        if _DECIMALS.search(text):
            return frozenset({Shape.AMOUNT}), ()
        bare = text.strip("()+-−– ")
        return frozenset({Shape.AMOUNT, Shape.INTEGER, *({Shape.CODE} if bare.isdigit() else ())}), ()
    return frozenset({Shape(kind)}), ()
