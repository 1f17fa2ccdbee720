"""The currency of a document without a label for it: what stands at its amounts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from extractors.layout.candidates import SYMBOL, Shape
from extractors.reading import Evidence, Finding, Match, State
from schemas.schema import Kind
from schemas.values import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.cells import PageIndex
    from schemas.schema import Field
    from schemas.values import Locale, Parsed
    from tiling import Box

_NEAR = re.compile(rf"(?<![A-Za-z]){SYMBOL}")
AT_AN_AMOUNT, IN_A_LINE = 3, 1
"""Votes of a currency beside an amount, and of one in a short line."""
SHORT = 60
"""Letters; a longer line is prose."""


def find_currency(fld: Field, indexes: Sequence[PageIndex], locale: Locale) -> tuple[Finding, ...]:
    """The currency with most votes, or nothing where no amount has one."""
    votes: Counter[str] = Counter()
    first: dict[str, tuple[Parsed, int, Box]] = {}

    def vote(text: str, page: int, box: Box, weight: int) -> None:
        for found in _NEAR.finditer(text):
            parsed = parse(Kind.CURRENCY, found.group(), locale)
            if parsed is not None and isinstance(parsed.value, str):
                votes[parsed.value] += weight
                first.setdefault(parsed.value, (parsed, page, box))

    for index in indexes:
        for mention in index.mentions:
            if mention.money_sign and Shape.AMOUNT in mention.shapes:
                vote(mention.text, mention.page, mention.box, AT_AN_AMOUNT)
        for segment in index.segments:
            if len(segment.text) <= SHORT:
                vote(segment.text, segment.page, segment.box, IN_A_LINE)
    if not votes:
        return ()
    (code, most), *others = votes.most_common()
    parsed, page, box = first[code]
    share = most / votes.total()
    return (
        Finding(
            path=fld.name,
            state=State.VALUE,
            value=code,
            text=parsed.text,
            evidence=Evidence(page=page, box=box, text=parsed.text, match=Match.EXACT),
            signals={
                "label_match": 0.0,
                "margin": round(share, 3),
                "score": round(share, 3),
                "type_strength": 0.4 if parsed.ambiguous else 1.0,
            },
            reasons=("ambiguous",) if parsed.ambiguous else (),
            notes=(*parsed.notes, f"stands at {most // AT_AN_AMOUNT} amounts"),
            alternatives=tuple(c for c, _ in others[:3]),
        ),
    )
