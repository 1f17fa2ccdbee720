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


def sections_of(
    header: Header, pages: Sequence[Sequence[Line]], headers: Sequence[Sequence[Header]], *, stop: int
) -> list[Section]:
    """The lines after a header up to the page `stop`, cut where a header or a page begins."""
    sections: list[Section] = []
    for page in range(header.page, min(stop, len(pages))):
        zones = [h for h in headers[page] if page > header.page or h.first >= header.first]
        above: Header | None = None
        for zone in [*zones, None]:
            if above is not None or page > header.page:
                sections.append(_section(header, above, pages[page], zone, page))
            above = zone
    return sections


def last_page(header: Header, headers: Sequence[Sequence[Header]]) -> int:
    """The last page that repeats the header."""
    return max(page for page in range(header.page, len(headers)) if any(same_table(h, header) for h in headers[page]))


def _section(header: Header, above: Header | None, lines: Sequence[Line], below: Header | None, page: int) -> Section:
    """What stands between two headers of a page, or between one and the page's edge."""
    mine = above if above is not None and same_table(above, header) else None
    first = above.last if above is not None else 0
    last = below.first if below is not None else len(lines)
    return Section(
        page=page,
        header=mine,
        new_page=above is None,
        lines=place(lines[first:last], mine or header, first=first),
    )
