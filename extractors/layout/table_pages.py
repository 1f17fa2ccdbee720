"""A table's body over pages: what follows its header, its repeated headers, and what interrupts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.layout.table_columns import Placed, place
from extractors.layout.table_vocabulary import squashed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.layout.table_headers import Header
    from extractors.layout.table_lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines of a page that may belong to the table."""

    page: int
    header: Header | None
    """Its own header (the first, or a repeated one); None where it goes on after something else."""
    new_page: bool
    """It begins at the top of a page, without a header."""
    lines: tuple[Placed, ...]


def same_table(a: Header, b: Header) -> bool:
    """Whether two headers are of one table: the same texts in the same order."""
    return squashed(a.signature) == squashed(b.signature)


def sections_of(header: Header, pages: Sequence[Sequence[Line]], headers: Sequence[Sequence[Header]]) -> list[Section]:
    """All lines after a header to the end of the document, cut where a header or a page begins."""
    sections: list[Section] = []
    for page in range(header.page, len(pages)):
        lines = pages[page]
        zones = [h for h in headers[page] if page > header.page or h.first >= header.first]
        own = [h for h in zones if h is header or same_table(h, header)]
        start = 0
        current: Header | None = None
        for zone in [*zones, None]:
            stop = zone.first if zone is not None else len(lines)
            if current is not None or page > header.page:
                sections.append(_section(header, current, lines, start, stop, page, own))
            if zone is not None:
                start = zone.last
                current = zone
    return sections


def _section(
    header: Header,
    current: Header | None,
    lines: Sequence[Line],
    start: int,
    stop: int,
    page: int,
    own: Sequence[Header],
) -> Section:
    mine = current if current is not None and any(current is h for h in own) else None
    guide = mine or header
    return Section(
        page=page,
        header=mine,
        new_page=current is None,
        lines=place(lines[start:stop], guide, first=start),
    )
