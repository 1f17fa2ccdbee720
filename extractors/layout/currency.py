"""The currency of a document: what a label says, else what stands at its amounts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from extractors.layout.candidates import Shape
from schemas.schema import Kind
from schemas.values import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.cells import PageIndex
    from schemas.values import Locale
    from tiling import Box

_NEAR = re.compile(r"(US\$|CA\$|A\$|R\$|HK\$|S\$|€|\$|£|¥|zł|\bRM\b|\b[A-Z]{3}\b|\bEURO?S?\b|\bkr\b|\bFr\.)")


def currency_places(indexes: Sequence[PageIndex], locale: Locale) -> list[tuple[str, str, int, Box, int]]:
    """(ISO code, text, page, box, votes) of the currencies that stand at amounts, most votes first."""
    votes: Counter[str] = Counter()
    places: dict[str, tuple[str, int, Box]] = {}

    def vote(text: str, page: int, box: Box, weight: int) -> None:
        for found in _NEAR.findall(text):
            parsed = parse(Kind.CURRENCY, found, locale)
            if parsed is not None and isinstance(parsed.value, str):
                votes[parsed.value] += weight
                places.setdefault(parsed.value, (found, page, box))

    for index in indexes:
        for mention in index.mentions:
            if mention.money_sign and Shape.AMOUNT in mention.shapes:
                vote(mention.text, mention.page, mention.box, 3)
        for segment in index.segments:
            if len(segment.text) <= 60:
                vote(segment.text, segment.page, segment.box, 1)
    return [(code, *places[code], n) for code, n in votes.most_common()]
